import { median, quantile } from "simple-statistics";
import { plural } from "../../lib/text/format.ts";
import {
  alignPairs,
  alignRuns,
  type CpuCase,
  FEWEST_CASES_FOR_SHIFT,
  type PairedCpuCase,
  type Row,
  SMALLEST_VARIANCE,
} from "./cpu-table.ts";
import {
  detectableStandardErrors,
  fitVariancePrior,
  moderateVariance,
  twoSidedPValue,
  type Variance,
} from "./moderated-t.ts";
import { adjustPValues, meanOf, QN_EFFICIENCY, robustStandardDeviation, squaresOf } from "./statistics.ts";

export interface CpuTestOptions {
  /** Share of false alarms that is accepted among the findings. */
  readonly falseDiscoveryRate: number;
  /** Smallest relative change that counts, however significant. */
  readonly minimumEffect: number;
}

/** One significant difference. `baseline` is what the baseline would have taken in the current run: its mean times the shared shift. */
export interface CpuDifference {
  readonly scope: Test["scope"];
  readonly subject: string;
  readonly baseline: number;
  readonly current: number;
  /** current / baseline - 1 */
  readonly change: number;
  readonly pValue: number;
}

export interface CpuNoise {
  /**
   * Standard deviation of log cpuMs of a case from run to run, after the shared shift: about the coefficient of variation. In pairs,
   * that of the differences.
   */
  readonly coefficientOfVariation: number;
  readonly smallestDetectableChange: number;
  readonly degreesOfFreedom: number;
}

export interface CpuTest {
  readonly differences: readonly CpuDifference[];
  readonly noise: CpuNoise;
  /** Relative change that all cases share; 0 where too few cases tell it apart. */
  readonly sharedShift: number;
  /**
   * P-value of the shared shift against the job-to-job spread of the baseline; null with fewer than three baseline runs. Of pairs,
   * against their own spread; null where the cases share none.
   */
  readonly sharedShiftPValue: number | null;
}

/** What so many cases show at least half of, and no fewer, all of them are said to share. */
const SHARED_BY = 0.75;

/** From so many baseline runs, or pairs, a case's own spread is enough. */
export const FEWEST_RUNS_FOR_SPREAD = 3;

/** How the two sides were observed. */
interface Design {
  /** Variance of a difference over that of one observation, by the number of baseline runs or of pairs. */
  readonly errorFactor: (runs: number) => number;
  /** Share of the spread of so many cases that their residuals still show. */
  readonly keptSpread: (cases: number) => number;
  /** Whether what all cases share is tested like a family, because it can be nothing but the code's. */
  readonly testsAll: boolean;
}

/** One current run against some earlier ones. */
const AGAINST_RUNS: Design = {
  errorFactor: (runs) => 1 + 1 / runs,
  // The shift that was taken out of a run took one case's worth of its spread along.
  keptSpread: (cases) => (cases < FEWEST_CASES_FOR_SHIFT ? 1 : (cases - 1) / cases),
  testsAll: false,
};
/** Pairs, whose differences are the observations. */
const IN_PAIRS: Design = { errorFactor: (pairs) => 1 / pairs, keptSpread: () => 1, testsAll: true };

/** Difference, and the variance of one observation of it. */
interface Test {
  readonly scope: "case" | "family" | "run";
  readonly subject: string;
  readonly members: readonly Row[];
  readonly difference: number;
  readonly variance: Variance;
}

/** Families of two cases or more that are not simply all the cases. */
function groupByFamily(rows: readonly Row[]): [string, Row[]][] {
  const families = new Map<string, Row[]>();
  for (const row of rows) {
    for (const family of row.families) {
      const members = families.get(family) ?? [];
      members.push(row);
      families.set(family, members);
    }
  }
  return [...families].filter(([, members]) => members.length >= 2 && members.length < rows.length);
}

/**
 * Variance of one run's observation of each subject, from the spread of the baseline runs. A family's spread is that of its mean:
 * it holds what its cases have in common in one run, which the sum of their own variances would miss.
 */
function varianceFromRuns(groups: readonly (readonly Row[])[], cases: number, { keptSpread }: Design): Variance[] {
  const kept = keptSpread(cases);
  const own = groups.map((members): Variance => {
    const means = averageResiduals(members);
    const degreesOfFreedom = means.length - 1;
    // Over its weight, so that quiet and noisy cases and families of all sizes share one prior.
    const variance = degreesOfFreedom > 0 ? squaresOf(means) / degreesOfFreedom / weightOf(members) / kept : 0;
    return { variance, degreesOfFreedom };
  });
  const prior = fitVariancePrior(own.filter(({ degreesOfFreedom }) => degreesOfFreedom > 0));
  const pooled = kept * own.slice(0, cases).reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
  return own.map((variance, index) => {
    const moderated = moderateVariance(variance, prior, pooled);
    return { ...moderated, variance: scaleVariance(moderated.variance, groups[index]!) };
  });
}

/** Variance of the mean of some cases over that of one typical case. */
function weightOf(members: readonly Row[]): number {
  return meanOf(members.map((row) => row.scatter.factor)) / members.length;
}

/** Mean residual of some cases in each baseline run, or pair, that ran any of them. */
function averageResiduals(members: readonly Row[]): number[] {
  return members[0]!.residuals.flatMap((_, run) => {
    const known = members.map((row) => row.residuals[run] ?? null).filter((value) => value !== null);
    return known.length === 0 ? [] : [meanOf(known)];
  });
}

/**
 * With one baseline run, or one pair, there is no spread of runs: that of the differences of all cases stands in for it, robustly, each
 * difference over the scatter of its case.
 */
function varianceFromCases(
  rows: readonly Row[],
  groups: readonly (readonly Row[])[],
  { errorFactor }: Design,
): Variance[] {
  const spread = robustStandardDeviation(rows.map((row) => row.difference / Math.sqrt(row.scatter.factor)));
  const common = QN_EFFICIENCY * (rows.length - 1);
  return groups.map((members) => {
    const scatter = members.reduce((sum, row) => sum + row.scatter.degreesOfFreedom, 0);
    return {
      variance: scaleVariance(spread ** 2 / errorFactor(1), members),
      // Both factors are estimates; the relative variance of their product is about the sum of theirs. (With several baseline
      // runs the prior is fitted to variances that are over their scatter already, and holds its uncertainty.)
      degreesOfFreedom: Math.max(1, 1 / (1 / common + 1 / scatter)),
    };
  });
}

/** Variance of the mean of some cases, from that of a typical case. */
function scaleVariance(typical: number, members: readonly Row[]): number {
  return Math.max(typical * weightOf(members), SMALLEST_VARIANCE / members.length);
}

function buildTests(rows: readonly Row[], design: Design): Test[] {
  const families = groupByFamily(rows);
  const groups = [...rows.map((row) => [row]), ...families.map(([, members]) => members)];
  if (design.testsAll && rows.length > 1) groups.push([...rows]);
  const spread = rows.some((row) => row.runs > 1);
  const variances = spread ? varianceFromRuns(groups, rows.length, design) : varianceFromCases(rows, groups, design);
  const names: Pick<Test, "scope" | "subject">[] = [
    ...rows.map(({ name }) => ({ scope: "case" as const, subject: name })),
    ...families.map(([subject]) => ({ scope: "family" as const, subject })),
    { scope: "run", subject: "all cases" },
  ];
  return groups.map((members, index): Test => {
    const difference = meanOf(members.map((row) => row.difference));
    return { ...names[index]!, members, difference, variance: variances[index]! };
  });
}

function pValueOf({ members, difference, variance }: Test, { errorFactor }: Design): number {
  const runs = meanOf(members.map((row) => row.runs));
  return twoSidedPValue(difference / Math.sqrt(variance.variance * errorFactor(runs)), variance.degreesOfFreedom);
}

/** One extreme case does not make a family: without its most extreme one, the others must still show the effect. */
function holdsWithoutExtreme(test: Test, smallest: number): boolean {
  const others = [...test.members].sort((a, b) => Math.abs(a.difference) - Math.abs(b.difference)).slice(0, -1);
  return meanOf(others.map((row) => row.difference * Math.sign(test.difference))) >= smallest;
}

/**
 * The families that explain the differences: the clearest first, and another one only where its remaining cases show an effect of
 * their own. (A slow operation makes every Spark version look a little slower.)
 */
function selectFamilies(significant: readonly { test: Test; pValue: number }[], smallest: number): Set<Test> {
  const explained = new Set<Row>();
  const selected = new Set<Test>();
  const families = significant.filter(({ test }) => test.scope === "family" && holdsWithoutExtreme(test, smallest));
  for (const { test } of [...families].sort((a, b) => a.pValue - b.pValue)) {
    const rest = test.members.filter((row) => !explained.has(row)).map((row) => row.difference);
    if (rest.length === 0 || meanOf(rest) * Math.sign(test.difference) < smallest) continue;
    selected.add(test);
    for (const row of test.members) explained.add(row);
  }
  return selected;
}

/** P-value of the current run's shift against those of the baseline runs, which are noise of whole jobs. */
function testSharedShift(sharedShift: number, runShifts: readonly number[]): number | null {
  if (runShifts.length < FEWEST_RUNS_FOR_SPREAD) return null;
  const degreesOfFreedom = runShifts.length - 1;
  const variance = Math.max(squaresOf(runShifts) / degreesOfFreedom, SMALLEST_VARIANCE);
  return twoSidedPValue(sharedShift / Math.sqrt(variance * (1 + 1 / runShifts.length)), degreesOfFreedom);
}

/** Why the CPU times cannot be tested, for people; null where they can. */
export function refuseCpuTest(cases: readonly CpuCase[]): string | null {
  const { rows } = alignRuns(cases);
  return refuse(rows, "baseline run", "runs");
}

/** The same for pairs. */
export function refuseCpuPairs(cases: readonly PairedCpuCase[]): string | null {
  return refuse(alignPairs(cases), "pair", "pairs");
}

function refuse(rows: readonly Row[], unit: string, many: string): string | null {
  if (rows.length === 0) return "no case has a CPU time in both the current run and the baseline";
  const runs = Math.max(...rows.map((row) => row.runs));
  if (rows.length >= FEWEST_CASES_FOR_SHIFT || runs >= FEWEST_RUNS_FOR_SPREAD) return null;
  return (
    `${plural(rows.length, "common case")} and ${plural(runs, unit)} do not show how much CPU time varies by itself; ` +
    `${FEWEST_CASES_FOR_SHIFT} cases or ${FEWEST_RUNS_FOR_SPREAD} ${many} do`
  );
}

/**
 * Tests the CPU times of a run against those of the baseline runs. The mean of log cpuMs over a case's samples is one
 * observation; the shift that all cases of a run share is taken out; each case's variance comes from the baseline runs, moderated
 * (see moderated-t.ts), or with one baseline run from the spread of all cases' differences; families of cases are tested by their
 * mean; and a difference counts when it is a discovery at the false discovery rate over all tests, and large enough to matter.
 * Call `refuseCpuTest` first: this needs a table that it lets pass.
 */
export function testCpu(cases: readonly CpuCase[], options: CpuTestOptions): CpuTest {
  const { rows, sharedShift, runShifts } = alignRuns(cases);
  return {
    ...testRows(rows, sharedShift, AGAINST_RUNS, options),
    sharedShift: Math.expm1(sharedShift),
    sharedShiftPValue: rows.length < FEWEST_CASES_FOR_SHIFT ? null : testSharedShift(sharedShift, runShifts),
  };
}

/**
 * Tests the CPU times of an A/B run: the difference of a pair is one observation, so that nothing that both of its sides share is in
 * it, and no shift is taken for the machine's. What all cases share is tested first; where it is found, families and cases are
 * tested for what they have beside it. Otherwise as testCpu. Call `refuseCpuPairs` first.
 */
export function testCpuPairs(cases: readonly PairedCpuCase[], options: CpuTestOptions): CpuTest {
  const rows = alignPairs(cases);
  const found = findSharedChange(rows, options);
  const shift = found?.shift ?? 0;
  const others = rows.map((row) => ({ ...row, difference: row.difference - shift }));
  return {
    ...testRows(others, shift, IN_PAIRS, options),
    sharedShift: Math.expm1(shift),
    sharedShiftPValue: found?.pValue ?? null,
  };
}

/** What all cases of an A/B run share; null where that is nothing, or not enough of them do. */
function findSharedChange(rows: readonly Row[], options: CpuTestOptions): { shift: number; pValue: number } | null {
  const test = buildTests(rows, IN_PAIRS).find(({ scope }) => scope === "run");
  if (test === undefined) return null;
  const pValue = pValueOf(test, IN_PAIRS);
  const smallest = Math.log1p(options.minimumEffect);
  const shift = median(rows.map((row) => row.difference));
  const shared = quantile(
    rows.map((row) => row.difference * Math.sign(shift)),
    1 - SHARED_BY,
  );
  const isFound = pValue <= options.falseDiscoveryRate && Math.abs(shift) >= smallest && shared >= Math.abs(shift) / 2;
  return isFound ? { shift, pValue } : null;
}

/** The differences of rows from which the shared shift has been taken out. */
function testRows(
  rows: readonly Row[],
  sharedShift: number,
  design: Design,
  options: CpuTestOptions,
): Pick<CpuTest, "differences" | "noise"> {
  const tests = buildTests(rows, design).filter(({ scope }) => scope !== "run");
  const adjusted = adjustPValues(tests.map((test) => pValueOf(test, design)));
  const smallest = Math.log1p(options.minimumEffect);
  const significant = tests
    .map((test, index) => ({ test, pValue: adjusted[index]! }))
    .filter(({ test, pValue }) => pValue <= options.falseDiscoveryRate && Math.abs(test.difference) >= smallest);
  const families = selectFamilies(significant, smallest);
  const differences = significant
    .filter(({ test }) => test.scope === "case" || families.has(test))
    .map(({ test, pValue }): CpuDifference => {
      const baseline = Math.exp(meanOf(test.members.map((row) => row.baseline)) + sharedShift);
      const change = Math.expm1(test.difference);
      return { scope: test.scope, subject: test.subject, baseline, current: baseline * (1 + change), change, pValue };
    });
  return { differences, noise: measureNoise(rows, tests, design, options) };
}

/** Noise of the typical case. A lone discovery must pass the strictest step of Benjamini and Hochberg: the rate over the number of tests. */
function measureNoise(
  rows: readonly Row[],
  tests: readonly Test[],
  { errorFactor }: Design,
  options: CpuTestOptions,
): CpuNoise {
  const cases = tests.filter(({ scope }) => scope === "case");
  const variance = median(cases.map((test) => test.variance.variance));
  const degreesOfFreedom = median(cases.map((test) => test.variance.degreesOfFreedom));
  const runs = median(rows.map((row) => row.runs));
  const errors = detectableStandardErrors(options.falseDiscoveryRate / tests.length, 0.8, degreesOfFreedom);
  return {
    coefficientOfVariation: Math.sqrt(variance),
    smallestDetectableChange: Math.max(
      options.minimumEffect,
      Math.expm1(errors * Math.sqrt(variance * errorFactor(runs))),
    ),
    degreesOfFreedom,
  };
}
