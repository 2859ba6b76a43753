import { listGatingWorse } from "../documents/verdict.ts";
import type { Finding, Verdict } from "../model/documents.ts";

/** What got worse and decided, the worst first; cases that failed are listed by themselves. */
export function listRegressions({ findings }: Pick<Verdict, "findings">): Finding[] {
  return listGatingWorse(findings).filter(({ metric }) => metric !== "status");
}

/** How many cases that is; where it is only families of cases, how many of those. */
export function countRegressions(verdict: Pick<Verdict, "findings">): number {
  const worse = listRegressions(verdict);
  const cases = new Set(worse.filter(({ scope }) => scope === "case").map(({ subject }) => subject));
  return cases.size > 0 ? cases.size : new Set(worse.map(({ subject }) => subject)).size;
}
