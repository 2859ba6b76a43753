import { median } from "simple-statistics";
import { fitVariancePrior, moderateVariance, type Variance } from "./moderated-t.ts";
import { meanOf, squaresOf } from "./statistics.ts";

/** CPU times of one case: a row of the table that is tested. */
export interface CpuCase {
  readonly name: string;
  /** Families it belongs to, as dimension=value. */
  readonly families: readonly string[];
  /** cpuMs of the current run's samples. */
  readonly current: readonly number[];
  /** cpuMs of the samples of each baseline run, one entry a run and in the same order for every case; empty where it did not run. */
  readonly baseline: readonly (readonly number[])[];
}

/** CPU times of one case in the pairs of an A/B run. */
export interface PairedCpuCase {
  readonly name: string;
  readonly families: readonly string[];
  /** cpuMs of the samples of each pair, in the same order for every case; empty where a side has none. */
  readonly pairs: readonly { readonly current: readonly number[]; readonly baseline: readonly number[] }[];
}

/** In fewer cases the median is too coarse: it takes a part of each case's own noise for what they share (simulated: bench/verdict.ts). */
export const FEWEST_CASES_FOR_SHIFT = 6;

/** Clocks and JIT compilation leave no CPU time repeatable to less than half a percent. */
export const SMALLEST_VARIANCE = 0.005 ** 2;

/** Baseline and current of a case on the log scale. */
export interface Row {
  readonly name: string;
  readonly families: readonly string[];
  readonly current: number;
  /** Mean of the baseline runs, each without its shift. */
  readonly baseline: number;
  /** Baseline runs, or pairs. */
  readonly runs: number;
  /**
   * Deviations of the baseline runs from their mean, without their shifts; of pairs, those of the pairs' differences from theirs.
   * null where the case did not run.
   */
  readonly residuals: readonly (number | null)[];
  /** current - baseline - shared shift */
  readonly difference: number;
  readonly scatter: Scatter;
}

/** How noisy a case is beside the others, from the spread of its samples within runs: short cases vary more than long ones. */
export interface Scatter {
  /** Variance of its samples over that of the typical case. */
  readonly factor: number;
  readonly degreesOfFreedom: number;
}

/** Mean of the logarithms: the observation of a run, as the repetitions in one job share its noise. */
function observe(samples: readonly number[]): number | null {
  const positive = samples.filter((value) => value > 0);
  return positive.length === 0 ? null : meanOf(positive.map(Math.log));
}

/**
 * The scatter of each case, moderated; the same for all where no run has two samples.
 *
 * @param cases of each case the samples of each of its runs
 */
function compareScatter(cases: readonly (readonly (readonly number[])[])[]): Scatter[] {
  const own = cases.map((samplesOfRuns): Variance => {
    const runs = samplesOfRuns.map((samples) => samples.filter((value) => value > 0).map(Math.log));
    const degreesOfFreedom = runs.reduce((sum, logs) => sum + Math.max(0, logs.length - 1), 0);
    const squares = runs.reduce((sum, logs) => sum + (logs.length > 1 ? squaresOf(logs) : 0), 0);
    return {
      variance: degreesOfFreedom === 0 ? 0 : Math.max(squares / degreesOfFreedom, SMALLEST_VARIANCE),
      degreesOfFreedom,
    };
  });
  const informative = own.filter(({ degreesOfFreedom }) => degreesOfFreedom > 0);
  if (informative.length === 0) return cases.map(() => ({ factor: 1, degreesOfFreedom: Number.POSITIVE_INFINITY }));
  const prior = fitVariancePrior(informative);
  const pooled = informative.reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
  return own.map((variance) => {
    const moderated = moderateVariance(variance, prior, pooled);
    return { factor: moderated.variance / prior.variance, degreesOfFreedom: moderated.degreesOfFreedom };
  });
}

/** What all cases of a run share: the median of their deviations. */
function medianShift(deviations: readonly (number | null)[]): number {
  const known = deviations.filter((value) => value !== null);
  return known.length < FEWEST_CASES_FOR_SHIFT ? 0 : median(known);
}

/** Takes out of every run what its cases share, and sets each case's current run against its baseline. */
export function alignRuns(cases: readonly CpuCase[]): { rows: Row[]; sharedShift: number; runShifts: number[] } {
  const observed = cases.flatMap((row) => {
    const current = observe(row.current);
    const baseline = row.baseline.map(observe);
    const known = baseline.filter((value) => value !== null);
    return current === null || known.length === 0 ? [] : [{ source: row, current, baseline, mean: meanOf(known) }];
  });
  const scatters = compareScatter(observed.map(({ source }) => [source.current, ...source.baseline]));
  const runCount = Math.max(0, ...observed.map((row) => row.baseline.length));
  const runShifts = Array.from({ length: runCount }, (_, run) =>
    medianShift(observed.map((row) => (row.baseline[run] == null ? null : row.baseline[run] - row.mean))),
  );
  const aligned = observed.map((row, index) => {
    const adjusted = row.baseline.map((value, run) => (value === null ? null : value - runShifts[run]!));
    const known = adjusted.filter((value) => value !== null);
    const baseline = meanOf(known);
    const residuals = adjusted.map((value) => (value === null ? null : value - baseline));
    const { name, families } = row.source;
    const scatter = scatters[index]!;
    return { name, families, current: row.current, baseline, runs: known.length, residuals, scatter };
  });
  const sharedShift = medianShift(aligned.map((row) => row.current - row.baseline));
  return {
    rows: aligned.map((row) => ({ ...row, difference: row.current - row.baseline - sharedShift })),
    sharedShift,
    runShifts,
  };
}

/** The differences of each case's pairs, of which each is one observation: what both sides of a pair share is in neither. */
export function alignPairs(cases: readonly PairedCpuCase[]): Row[] {
  const observed = cases.flatMap((source) => {
    const pairs = source.pairs.map((pair) => {
      const current = observe(pair.current);
      const baseline = observe(pair.baseline);
      return current === null || baseline === null ? null : { current, baseline };
    });
    const known = pairs.filter((pair) => pair !== null);
    return known.length === 0 ? [] : [{ source, pairs, known }];
  });
  const scatters = compareScatter(
    observed.map(({ source }) => source.pairs.flatMap((pair) => [pair.current, pair.baseline])),
  );
  return observed.map(({ source: { name, families }, pairs, known }, index): Row => {
    const current = meanOf(known.map((pair) => pair.current));
    const baseline = meanOf(known.map((pair) => pair.baseline));
    const difference = current - baseline;
    const residuals = pairs.map((pair) => (pair === null ? null : pair.current - pair.baseline - difference));
    return { name, families, current, baseline, runs: known.length, residuals, difference, scatter: scatters[index]! };
  });
}
