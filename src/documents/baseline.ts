import type { CaseResult, Results } from "../model/documents.ts";

/** Earlier runs of the same tier, oldest first, none of them the current one. */
export interface Baseline {
  readonly runs: readonly Results[];
  /** What was left out and why, for people. */
  readonly notes: readonly string[];
}

/** The results of one case in the baseline's runs, oldest first; only runs that ran it. */
export interface CaseHistory {
  readonly name: string;
  /** What can be compared: passed, with samples of a whole event log. */
  readonly measured: readonly { readonly run: Results["run"]; readonly result: CaseResult }[];
  /** The newest result that was not skipped; null where there is none. */
  readonly latest: CaseResult | null;
}

/** The other side of an A/B run among the runs that it is compared with; null for a run that has none there. */
export function findPartner(current: Results, { runs }: Pick<Baseline, "runs">): Results | null {
  return runs.find(({ run }) => run.partnerOf?.id === current.run.id) ?? null;
}

/** A case whose figures cover all it did. */
export function isMeasured(result: CaseResult): boolean {
  return result.status === "passed" && result.samples.length > 0 && result.evidence?.partial !== true;
}

/** The history of every case that the baseline ran, by name. */
export function indexHistories(baseline: Baseline): Map<string, CaseHistory> {
  const results = new Map<string, { run: Results["run"]; result: CaseResult }[]>();
  for (const { run, cases } of baseline.runs) {
    for (const result of cases) {
      if (result.status === "skipped") continue;
      const entries = results.get(result.name) ?? [];
      entries.push({ run, result });
      results.set(result.name, entries);
    }
  }
  return new Map(
    [...results].map(([name, entries]) => {
      const measured = entries.filter(({ result }) => isMeasured(result));
      return [name, { name, measured, latest: entries.at(-1)?.result ?? null }];
    }),
  );
}
