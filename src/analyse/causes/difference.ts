import { findMetric, type MetricName } from "../../model/metrics.ts";
import type { Summary } from "../statistics/subject.ts";
import { changeOf, instead, largestBy } from "./comparison.ts";

interface Clear {
  readonly name: MetricName;
  /** Relative change from which on it is told, up or down. */
  readonly change: number;
  /** In the metric's own unit: less is chance, whatever its share. */
  readonly least: number;
}

/** What is told where no cause was found, and when: of two equal differences the first. Times vary from run to run where counts do not. */
const CLEAR: readonly Clear[] = [
  ...(
    [
      "inputRecords",
      "outputRecords",
      "shuffleReadRecords",
      "shuffleWriteRecords",
      "stages",
      "tasks",
      "failedTasks",
      "lostExecutors",
    ] as const
  ).map((name) => ({ name, change: 0.1, least: 1 })),
  ...(
    [
      "inputBytes",
      "outputBytes",
      "shuffleReadBytes",
      "shuffleWriteBytes",
      "diskSpilledBytes",
      "memorySpilledBytes",
    ] as const
  ).map((name) => ({ name, change: 0.1, least: 1024 * 1024 })),
  { name: "cpuMs", change: 0.2, least: 100 },
  { name: "runMs", change: 0.4, least: 300 },
  { name: "wallMs", change: 0.4, least: 300 },
];

/** The metric that differs most by its ratio, of those that differ clearly: "Output records 4,000 instead of 0"; null where none does. */
export function describeLargestDifference(current: Summary, baseline: Summary): string | null {
  const clear = CLEAR.flatMap(({ name, change, least }) => {
    const [before, now] = [baseline.metrics[name], current.metrics[name]];
    if (before === null || now === null || Math.abs(now - before) < least) return [];
    const relative = Math.abs(changeOf(before, now) ?? Number.POSITIVE_INFINITY);
    return relative < change ? [] : [{ name, before, now, factor: Math.abs(Math.log(now / before)) }];
  });
  const most = largestBy(clear, ({ factor }) => factor);
  return most === undefined ? null : `${findMetric(most.name)!.title} ${instead(most.name, most.before, most.now)}`;
}
