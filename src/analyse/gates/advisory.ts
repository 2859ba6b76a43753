import { median } from "simple-statistics";
import type { MetricName } from "../../model/metrics.ts";
import { FEWEST_CASES_FOR_SHIFT } from "../statistics/cpu-table.ts";
import { meanOf, medianOrNull, squaresOf } from "../statistics/statistics.ts";
import type { CasePair, Difference } from "./hard-gate.ts";

/** Standard deviation of the logarithm from run to run with identical code, and the smallest difference that is listed, in the metric's unit. */
interface Noise {
  readonly logDeviation: number;
  readonly smallest: number;
}

/** Measured on shared machines: wall and run time vary by a third, GC time by a half, memory and bytes hardly. */
const CLOCK: Noise = { logDeviation: 0.33, smallest: 500 };
const GC: Noise = { logDeviation: 0.5, smallest: 500 };
const BYTES: Noise = { logDeviation: 0.03, smallest: 1024 * 1024 };

/** Metrics that say about the same; the first that differs stands for its group. (The percentiles of a few tasks only repeat the noise.) */
const GROUPS: readonly (readonly [Noise, readonly MetricName[]])[] = [
  [CLOCK, ["wallMs", "runMs"]],
  [GC, ["gcMs"]],
  [BYTES, ["peakExecutionMemoryBytes"]],
  [BYTES, ["inputBytes"]],
  [BYTES, ["outputBytes"]],
];

/** How many standard errors a difference must be to be listed: one in eighty by chance. */
const STANDARD_ERRORS = 2.5;

/** Differences of all cases in what varies too much to judge by: only the large ones, against the shift that all cases share. */
export function judgeAdvisory(pairs: readonly CasePair[]): Difference[] {
  const shifts = new Map<MetricName, number>();
  for (const [, metrics] of GROUPS) for (const metric of metrics) shifts.set(metric, sharedShift(pairs, metric));
  return pairs.flatMap((pair) =>
    GROUPS.flatMap(([noise, metrics]) => {
      for (const metric of metrics) {
        const difference = judge(pair, metric, noise, shifts.get(metric)!);
        if (difference !== null) return [difference];
      }
      return [];
    }),
  );
}

/** Logarithm of the ratio by which a metric has moved in all cases; 0 for too few cases. */
export function sharedShift(pairs: readonly CasePair[], metric: MetricName): number {
  const ratios = pairs.flatMap((pair) => {
    const { current, baseline } = levels(pair, metric);
    return current !== null && baseline.length > 0 ? [Math.log(current) - meanOf(baseline.map(Math.log))] : [];
  });
  return ratios.length < FEWEST_CASES_FOR_SHIFT ? 0 : median(ratios);
}

/** Median of each run's samples, where it is above 0. */
function levels(pair: CasePair, metric: MetricName): { current: number | null; baseline: number[] } {
  const level = (result: CasePair["current"]): number | null => {
    const values = result.samples.map((sample) => sample.metrics[metric]).filter((value) => value !== null);
    return medianOrNull(values) || null;
  };
  return { current: level(pair.current), baseline: pair.baseline.map(level).filter((value) => value !== null) };
}

function judge(pair: CasePair, metric: MetricName, noise: Noise, shift: number): Difference | null {
  const { current, baseline } = levels(pair, metric);
  if (current === null || baseline.length === 0) return null;
  const logs = baseline.map(Math.log);
  const own = logs.length > 2 ? Math.sqrt(squaresOf(logs) / (logs.length - 1)) : 0;
  const limit = STANDARD_ERRORS * Math.max(own, noise.logDeviation) * Math.sqrt(1 + 1 / logs.length);
  const moved = Math.log(current) - meanOf(logs) - shift;
  const before = median(baseline);
  if (Math.abs(moved) <= limit || Math.abs(current - before) < noise.smallest) return null;
  return {
    scope: "case",
    subject: pair.name,
    metric,
    gate: "advisory",
    direction: moved > 0 ? "worse" : "better",
    baseline: before,
    current,
    change: current / before - 1,
    pValue: null,
  };
}
