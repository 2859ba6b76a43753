import type { Finding, Verdict } from "../model/documents.ts";
import type { Gate } from "../model/metrics.ts";

/** What got worse in a gate that decides, the worst first; cases that failed are told apart from it. */
export function listRegressions({ findings }: Pick<Verdict, "findings">, failOn: readonly Gate[]): Finding[] {
  return findings.filter(
    ({ gate, direction, metric }) => direction === "worse" && failOn.includes(gate) && metric !== "status",
  );
}

/** How many cases that is; where it is only families of cases, how many of those. */
export function countRegressions(verdict: Pick<Verdict, "findings">, failOn: readonly Gate[]): number {
  const worse = listRegressions(verdict, failOn);
  const cases = new Set(worse.filter(({ scope }) => scope === "case").map(({ subject }) => subject));
  return cases.size > 0 ? cases.size : new Set(worse.map(({ subject }) => subject)).size;
}
