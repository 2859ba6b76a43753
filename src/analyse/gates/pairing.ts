import { type Baseline, type CaseHistory, findPartner, indexHistories, isMeasured } from "../../documents/baseline.ts";
import { describeCutOff, describeEnding } from "../../documents/ending.ts";
import { formatChange, listNames, plural } from "../../lib/text/format.ts";
import type { CaseResult, Results, Run, RunEnding } from "../../model/documents.ts";
import { valuesOf } from "../../plan/matrix/dimensions.ts";
import type { CpuCase, PairedCpuCase } from "../statistics/cpu-table.ts";
import { countOnlyWork } from "./counted-work.ts";
import { type CasePair, RUNS_FOR_HARD_GATES } from "./hard-gate.ts";
import type { Limit } from "./limit.ts";
import { noteLostWork, noteUnknownWork } from "./same-work.ts";
import { noteOtherWorkloads } from "./workloads.ts";

/** The current run laid beside the baseline. */
export interface Pairing {
  readonly pairs: readonly CasePair[];
  /** Cases that did all their work and still failed (a wrong result), beside their baseline: what they did can be judged. */
  readonly failedPairs: readonly CasePair[];
  readonly histories: ReadonlyMap<string, CaseHistory>;
  readonly failed: readonly CaseResult[];
  readonly limits: readonly Limit[];
  /** Of an A/B run the image that it is compared with, which ran beside it; null for a comparison with earlier runs. */
  readonly pairedImage: string | null;
}

const NAMES_SHOWN = 3;
/** Relative difference of memory up to which two machines count as equal. */
const SAME_MEMORY = 0.1;

/** Finds the cases that can be compared, and says which cannot. */
export function pairCases(current: Results, baseline: Baseline, ending: RunEnding): Pairing {
  const histories = indexHistories(baseline);
  const pairedImage = findPartner(current, baseline)?.run.partnerOf?.image ?? null;
  const limits: Limit[] = baseline.notes.map((note) => ({ note, blocking: false }));
  const pairUp = (select: (result: CaseResult, before: readonly CaseResult[]) => boolean): CasePair[] =>
    current.cases.flatMap((result) => {
      const measured = (histories.get(result.name)?.measured ?? []).map((entry) => entry.result);
      if (measured.length === 0 || !select(result, measured)) return [];
      return [{ name: result.name, current: result, baseline: measured.slice(-RUNS_FOR_HARD_GATES) }];
    });
  const pairs = pairUp(isMeasured);
  const note = (names: readonly string[], text: (count: string) => string, blocking: boolean): void => {
    if (names.length === 0) return;
    limits.push({ note: `${text(plural(names.length, "case"))}: ${listNames(names)}`, blocking });
  };
  const hasBaseline = baseline.runs.length > 0;
  const passedBefore = (name: string): boolean => (histories.get(name)?.measured.length ?? 0) > 0;
  const namesOf = (select: (result: CaseResult) => boolean): string[] =>
    current.cases.filter(select).map(({ name }) => name);
  const names = new Set(current.cases.map(({ name }) => name));

  note(
    namesOf(({ status, name }) => status === "skipped" && passedBefore(name)),
    (cases) => `${cases} skipped now that passed in the baseline`,
    true,
  );
  note(
    namesOf(({ status, name }) => status === "explained" && passedBefore(name)),
    (cases) => `${cases} explained only, without a GPU, now that passed in the baseline`,
    true,
  );
  note(
    namesOf((result) => result.status === "passed" && !isMeasured(result)),
    (cases) => `${cases} passed, but with an incomplete event log or none, and cannot be compared`,
    true,
  );
  note(
    hasBaseline ? namesOf(({ status }) => status === "flaky") : [],
    (cases) => `${cases} passed only when tried again, and cannot be compared`,
    true,
  );
  note(
    hasBaseline ? namesOf((result) => isMeasured(result) && !passedBefore(result.name)) : [],
    (cases) =>
      pairedImage === null
        ? `${cases} without a comparable result in the baseline`
        : `${cases} without a pair, having not passed with the baseline image`,
    // A new case has no baseline yet, but both sides of a pair were to run.
    pairedImage !== null,
  );
  note(
    [...histories.keys()].filter((name) => !names.has(name)),
    (cases) => `${cases} of the baseline not in this run`,
    false,
  );
  note(
    current.cases
      .filter(isFailed)
      .map(({ name }) => name)
      .filter((name) => failedBefore(histories.get(name))),
    (cases) =>
      `${cases} failed ${pairedImage === null ? "in the newest baseline run" : "with the baseline image"} as well`,
    false,
  );
  const work = pairs.map(countOnlyWork);
  limits.push(...noteLostWork(work), ...noteUnknownWork(work));
  if (hasBaseline && pairs.length === 0) {
    limits.push({ note: "no case passed in both this run and the baseline", blocking: true });
  }
  limits.push(...noteVersions(pairs), ...(pairedImage === null ? [] : noteFailedPartners(histories)));
  // What makes the rest of little weight leads the headline.
  const first = [...noteEnding(ending), ...noteOtherWorkloads(current, baseline, pairs)];
  const failed = current.cases.filter(isFailed);
  const failedPairs = pairUp(didItsWork);
  return { pairs, failedPairs, histories, failed, limits: [...first, ...limits], pairedImage };
}

/** That the run was ended before its last case, and by what. */
function noteEnding(ending: RunEnding): Limit[] {
  const endedEarly = describeEnding(ending);
  if (endedEarly === null) return [];
  const cutOff = describeCutOff(ending);
  return [{ note: endedEarly, blocking: true }, ...(cutOff === null ? [] : [{ note: cutOff, blocking: false }])];
}

/** Why cases did not pass with the baseline image of an A/B run. No report shows those cases. */
function noteFailedPartners(histories: ReadonlyMap<string, CaseHistory>): Limit[] {
  const failed = [...histories.values()].flatMap(({ latest }) => (latest !== null && isFailed(latest) ? [latest] : []));
  return failed.slice(0, NAMES_SHOWN).map(({ name, status, reason }) => ({
    note: `with the baseline image, ${name} ended as ${status}: ${reason ?? "no reason was recorded"}`,
    blocking: false,
  }));
}

/** Whether a failed case has as many samples as before and a whole event log of an application that ended by itself. */
function didItsWork(result: CaseResult, before: readonly CaseResult[]): boolean {
  const { status, evidence, samples } = result;
  const whole =
    evidence?.completed === true && !evidence.partial && evidence.failures.length === 0 && !evidence.cancelledJobs;
  return status === "failed" && whole && samples.length >= before.at(-1)!.samples.length;
}

/** Failed, by itself or for a fault of the machine or the cluster. */
export function isFailed({ status }: CaseResult): boolean {
  return status === "failed" || status === "infrastructure";
}

export function failedBefore(history: CaseHistory | undefined): boolean {
  return history?.latest != null && isFailed(history.latest);
}

function noteVersions(pairs: readonly CasePair[]): Limit[] {
  const changes = new Set(
    pairs.flatMap(({ current, baseline }) => {
      const before = baseline.at(-1)!.evidence?.sparkVersion;
      const now = current.evidence?.sparkVersion;
      return before != null && now != null && before !== now ? [`${before} -> ${now}`] : [];
    }),
  );
  return changes.size === 0
    ? []
    : [{ note: `the same cases ran on other Spark versions: ${[...changes].join(", ")}`, blocking: false }];
}

/** What in the machine differs from the current run's; null where CPU times are comparable. */
export function hostDifference(current: Run, earlier: Run): string | null {
  if (current.engine !== earlier.engine) return `engine ${earlier.engine} -> ${current.engine}`;
  const { host } = current;
  const before = earlier.host;
  if (host.cpuModel !== before.cpuModel) return `CPU ${before.cpuModel} -> ${host.cpuModel}`;
  if (host.cpus !== before.cpus) return `${before.cpus} -> ${host.cpus} CPUs`;
  const memory = host.memoryBytes / before.memoryBytes - 1;
  return Math.abs(memory) > SAME_MEMORY ? `memory ${formatChange(memory)}` : null;
}

/** The table of CPU times against the baseline runs on the same machine, and what is left out of it. */
export function tabulateCpu(
  current: Results,
  baseline: Baseline,
  pairing: Pairing,
): { cases: CpuCase[]; runs: number; limits: Limit[] } {
  const limits: Limit[] = [];
  const differences = baseline.runs.map(({ run }) => hostDifference(current.run, run));
  const runs = baseline.runs.filter((_, index) => differences[index] === null).map(({ run }) => run.id);
  const other = differences.filter((difference) => difference !== null);
  if (other.length > 0) {
    const kinds = [...new Set(other)].slice(0, NAMES_SHOWN).join("; ");
    limits.push({
      note: `CPU times of ${other.length} of ${differences.length} baseline runs are from another machine (${kinds}) and not compared`,
      blocking: false,
    });
  }
  const cases = pairing.pairs.map(({ name, current: result }): CpuCase => {
    const measured = new Map(pairing.histories.get(name)!.measured.map((entry) => [entry.run.id, entry.result]));
    return {
      name,
      families: familiesOf(result),
      current: cpuTimes(result),
      baseline: runs.map((id) => cpuTimes(measured.get(id))),
    };
  });
  const fewer = cases.filter((row) => row.baseline.some((samples) => samples.length > row.current.length));
  if (fewer.length > 0) {
    limits.push({
      note: `${plural(fewer.length, "case")} with fewer samples than in the baseline: CPU times vary more, and the noise measured there is too small`,
      blocking: false,
    });
  }
  return { cases, runs: runs.length, limits };
}

/** The table of CPU times of the pairs of an A/B run. */
export function tabulatePairs({ pairs }: Pick<Pairing, "pairs">): PairedCpuCase[] {
  const numbers = pairs.flatMap(({ current }) => current.samples.map(({ pair }) => pair ?? 1));
  const count = Math.max(0, ...numbers);
  return pairs.map(({ name, current, baseline }): PairedCpuCase => {
    const inPair = (result: CaseResult, number: number): number[] =>
      cpuTimes({ ...result, samples: result.samples.filter(({ pair = 1 }) => pair === number) });
    return {
      name,
      families: familiesOf(current),
      pairs: Array.from({ length: count }, (_, index) => ({
        current: inPair(current, index + 1),
        baseline: inPair(baseline.at(-1)!, index + 1),
      })),
    };
  });
}

function cpuTimes(result: CaseResult | undefined): number[] {
  return (result?.samples ?? []).map((sample) => sample.metrics.cpuMs).filter((value) => value !== null);
}

/** dimension=value of every dimension; a list is one value, as in the case's name. */
function familiesOf(result: CaseResult): string[] {
  return Object.entries(valuesOf(result)).map(([dimension, value]) => `${dimension}=${value}`);
}
