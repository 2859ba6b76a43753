import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { FIXTURES, findFixture } from "../fixtures.ts";

/** What a History Server answered for the same log to `/stages?withSummaries=true&quantiles=0.5,0.95,0.99`, fields left out. */
interface AnsweredStage {
  readonly stageId: number;
  readonly attemptId: number;
  readonly status: "COMPLETE" | "FAILED" | "SKIPPED";
  /** The job group: the workload gives both the same text. */
  readonly description: string;
  readonly numCompleteTasks: number;
  readonly numFailedTasks: number;
  readonly numKilledTasks: number;
  readonly executorRunTime: number;
  readonly executorCpuTime: number;
  readonly jvmGcTime: number;
  readonly memoryBytesSpilled: number;
  readonly diskBytesSpilled: number;
  readonly inputBytes: number;
  readonly inputRecords: number;
  readonly outputBytes: number;
  readonly outputRecords: number;
  readonly shuffleReadBytes: number;
  readonly shuffleReadRecords: number;
  readonly shuffleWriteBytes: number;
  readonly shuffleWriteRecords: number;
  readonly taskMetricsDistributions: { readonly duration: readonly number[] };
}

/**
 * Where tasks failed, the server looks up the quantiles of the successful ones' number in a list of all durations: of eight successful
 * tasks, the longest of 5,894 ms, and a failed one of 5,271 ms it gives 5,271 ms as the largest.
 */
const NO_QUANTILES = { taskMsP50: null, taskMsP95: null, taskMsP99: null };

describe.each(["4.3.0-skew", "4.3.0-lost-executor"])("%s", async (log) => {
  const answer: AnsweredStage[] = JSON.parse(readFileSync(join(FIXTURES, "history-server", `${log}.json`), "utf8"));
  const [application] = await readEventLogs([findFixture(log)]);

  test.each([1, 2])("the stages of sample %d have the History Server's figures", (sample) => {
    const own = answer
      .filter(({ status, description }) => status !== "SKIPPED" && description.endsWith(`/sample-${sample}`))
      .sort((a, b) => a.stageId - b.stageId);
    expect(own.length).toBeGreaterThan(3);
    expect(own.map(({ attemptId }) => attemptId)).toEqual(own.map(() => 0));
    expect(
      application!.samples[sample - 1]!.stages.map(({ metrics }) => ({
        ...metrics,
        ...(metrics.failedTasks === 0 ? {} : NO_QUANTILES),
        wallMs: null,
        peakExecutionMemoryBytes: null,
      })),
    ).toEqual(
      own.map((stage) => ({
        stages: 1,
        tasks: stage.numCompleteTasks + stage.numFailedTasks + stage.numKilledTasks,
        failedTasks: stage.numFailedTasks,
        retriedStages: 0,
        lostExecutors: null,
        oomKills: 0,
        cpuMs: Math.round(stage.executorCpuTime / 1000) / 1000,
        runMs: stage.executorRunTime,
        gcMs: stage.jvmGcTime,
        inputBytes: stage.inputBytes,
        inputRecords: stage.inputRecords,
        outputBytes: stage.outputBytes,
        outputRecords: stage.outputRecords,
        shuffleReadBytes: stage.shuffleReadBytes,
        shuffleReadRecords: stage.shuffleReadRecords,
        shuffleWriteBytes: stage.shuffleWriteBytes,
        shuffleWriteRecords: stage.shuffleWriteRecords,
        memorySpilledBytes: stage.memoryBytesSpilled,
        diskSpilledBytes: stage.diskBytesSpilled,
        taskMsP50: stage.taskMetricsDistributions.duration[0],
        taskMsP95: stage.taskMetricsDistributions.duration[1],
        taskMsP99: stage.taskMetricsDistributions.duration[2],
        ...(stage.numFailedTasks === 0 ? {} : NO_QUANTILES),
        // A sum over tasks there, the largest of a task here.
        wallMs: null,
        peakExecutionMemoryBytes: null,
      })),
    );
  });
});
