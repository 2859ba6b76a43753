import type { Baseline } from "../../documents/baseline.ts";
import { formatChange, plural } from "../../lib/text/format.ts";
import type { Results } from "../../model/documents.ts";
import type { Gate } from "../../model/metrics.ts";
import { FEWEST_CASES_FOR_SHIFT } from "../statistics/cpu-table.ts";
import {
  type CpuTest,
  type CpuTestOptions,
  refuseCpuPairs,
  refuseCpuTest,
  testCpu,
  testCpuPairs,
} from "../statistics/cpu-test.ts";
import { sharedShift } from "./advisory.ts";
import type { CasePair, Difference } from "./hard-gate.ts";
import type { Limit } from "./limit.ts";
import { type Pairing, tabulateCpu, tabulatePairs } from "./pairing.ts";

export interface CpuJudgement {
  readonly differences: readonly Difference[];
  /** null where the CPU times cannot be tested */
  readonly test: CpuTest | null;
  readonly limits: readonly Limit[];
}

/** A shift of all cases is a finding from this relative size, and up to this p-value. */
const SMALLEST_SHIFT = 0.1;
const SHIFT_SIGNIFICANCE = 0.01;
/** Relative growth of run time in all cases that is a finding where their CPU time does not grow with it. */
const SMALLEST_CLOCK_SHIFT = 0.5;

/** Tests the CPU times of the cases that both sides measured on the same machine. */
export function judgeCpu(
  current: Results,
  baseline: Baseline,
  pairing: Pairing,
  options: CpuTestOptions,
): CpuJudgement {
  if (pairing.pairs.length === 0) return { differences: [], test: null, limits: [] };
  if (pairing.pairedImage !== null) return judgeCpuPairs(pairing, options);
  const { cases, runs, limits } = tabulateCpu(current, baseline, pairing);
  const refused = runs === 0 ? "no baseline run is from the same machine" : refuseCpuTest(cases);
  if (refused !== null) {
    limits.push({ note: `CPU times were not tested: ${refused}`, blocking: true });
    return { differences: [], test: null, limits };
  }
  const test = testCpu(cases, options);
  if (cases.length < FEWEST_CASES_FOR_SHIFT) {
    limits.push({
      note: `${cases.length} of the ${FEWEST_CASES_FOR_SHIFT} cases that it takes to tell what the machine did to all of them: CPU times are compared as they are`,
      blocking: false,
    });
  }
  const shift = test.sharedShift;
  if (test.sharedShiftPValue === null && Math.abs(shift) >= SMALLEST_SHIFT) {
    limits.push({
      note:
        `all cases share a change of CPU time of ${formatChange(shift)}, which was taken out: with ` +
        `${plural(runs, "baseline run")} nobody can tell the machine from a change that hits every case`,
      blocking: false,
    });
  }
  return { differences: [...listTested(test), ...judgeSharedShift(test)], test, limits };
}

/** Of an A/B run: the machine is in neither side, so that a change of all cases counts like that of one. */
function judgeCpuPairs(pairing: Pairing, options: CpuTestOptions): CpuJudgement {
  const cases = tabulatePairs(pairing);
  const refused = refuseCpuPairs(cases);
  if (refused !== null) {
    const note = `CPU times were not tested: ${refused}; see --pairs`;
    return { differences: [], test: null, limits: [{ note, blocking: true }] };
  }
  const test = testCpuPairs(cases, options);
  const { sharedShift, sharedShiftPValue } = test;
  const shared = sharedShiftPValue === null ? [] : [differRun("cpuMs", "soft", sharedShift, sharedShiftPValue)];
  return { differences: [...shared, ...listTested(test)], test, limits: [] };
}

function listTested({ differences }: CpuTest): Difference[] {
  return differences.map((found) => {
    const direction = found.change > 0 ? "worse" : "better";
    return { ...found, metric: "cpuMs", gate: "soft", direction };
  });
}

/** A shift of all cases that the baseline's jobs do not show among each other. */
function judgeSharedShift({ sharedShift: change, sharedShiftPValue: pValue }: CpuTest): Difference[] {
  if (pValue === null || pValue > SHIFT_SIGNIFICANCE || Math.abs(change) < SMALLEST_SHIFT) return [];
  return [differRun("cpuMs", "advisory", change, pValue)];
}

/** A finding of the run, in place of one for each case, where all cases take longer without more CPU time. */
export function judgeSharedClockShift(pairs: readonly CasePair[]): Difference[] {
  const clock = Math.expm1(sharedShift(pairs, "runMs"));
  const cpu = Math.expm1(sharedShift(pairs, "cpuMs"));
  if (clock < SMALLEST_CLOCK_SHIFT || cpu >= SMALLEST_SHIFT) return [];
  return [differRun("runMs", "advisory", clock, null)];
}

function differRun(metric: string, gate: Gate, change: number, pValue: number | null): Difference {
  const direction = change > 0 ? "worse" : "better";
  return {
    scope: "run",
    subject: "all cases",
    metric,
    gate,
    direction,
    baseline: null,
    current: null,
    change,
    pValue,
  };
}
