import type { StageTasks, TaskMetricsAnswer } from "./answers.ts";

type StageSum = Exclude<
  keyof StageTasks["stage"],
  "stageId" | "attemptId" | "status" | "name" | "numFailedTasks" | "submissionTime" | "completionTime"
>;

/** What the server adds up over all tasks of a stage, failed ones too. */
const SUMS: Readonly<Record<StageSum, (metrics: TaskMetricsAnswer) => number>> = {
  executorRunTime: (task) => task.executorRunTime,
  executorCpuTime: (task) => task.executorCpuTime,
  jvmGcTime: (task) => task.jvmGcTime,
  peakExecutionMemory: (task) => task.peakExecutionMemory,
  memoryBytesSpilled: (task) => task.memoryBytesSpilled,
  diskBytesSpilled: (task) => task.diskBytesSpilled,
  inputBytes: (task) => task.inputMetrics.bytesRead,
  inputRecords: (task) => task.inputMetrics.recordsRead,
  outputBytes: (task) => task.outputMetrics.bytesWritten,
  outputRecords: (task) => task.outputMetrics.recordsWritten,
  shuffleReadBytes: (task) => task.shuffleReadMetrics.remoteBytesRead + task.shuffleReadMetrics.localBytesRead,
  shuffleReadRecords: (task) => task.shuffleReadMetrics.recordsRead,
  shuffleWriteBytes: (task) => task.shuffleWriteMetrics.bytesWritten,
  shuffleWriteRecords: (task) => task.shuffleWriteMetrics.recordsWritten,
};

/**
 * Where a server's tasks do not come to what it says of their stage, in one sentence; null where they all do.
 *
 * A server of 3.5.7 mixes up the shuffle read metrics of tasks that failed or were killed, one of 4.1.1 does not:
 * https://issues.apache.org/jira/browse/SPARK-54505
 */
export function findWrongSum(stages: readonly StageTasks[]): string | null {
  for (const { stage, tasks } of stages) {
    for (const [name, read] of Object.entries(SUMS) as [StageSum, (metrics: TaskMetricsAnswer) => number][]) {
      const sum = tasks.reduce(
        (total, { taskMetrics }) => total + (taskMetrics === undefined ? 0 : read(taskMetrics)),
        0,
      );
      if (sum !== stage[name])
        return `the tasks of stage ${stage.stageId}.${stage.attemptId} have ${sum} ${name} together, the stage ${stage[name]}`;
    }
  }
  return null;
}
