import type { Case } from "../model/documents.ts";

/** The baseline's side of an A/B run. */
export interface Partner {
  /** Image of the baseline's executions, with placeholders for the dimensions of their case. */
  readonly image: string;
  /** How often each case runs with either image. */
  readonly pairs: number;
}

/** One run of a case: as a plain run does it once, and an A/B run once a side and pair. */
export interface Execution {
  readonly case: Case;
  readonly side: "current" | "baseline";
  /** 1, 2, ...; 1 in a plain run. */
  readonly pair: number;
  /**
   * Unique in its run, and the place of its files below `logs/` and `eventlogs/`. Of the current side's first pair it is the name of
   * the case, so that a plain run has its files where one looks for them.
   */
  readonly id: string;
}

/** Seconds that a run may take where nobody says it: its tier's for each time that a case is run. */
export function defaultTimeoutSeconds(tierSeconds: number, partner: Partner | null): number {
  return tierSeconds * (partner === null ? 1 : 2 * partner.pairs);
}

/** What the progress of a run counts. */
export function unitOf(partner: Partner | null): string {
  return partner === null ? "case" : "execution";
}

/**
 * The executions of a run in their order. Those of a pair are neighbours, and the side that is first changes from pair to pair, over
 * the cases as well as over the pairs of one case: what drifts meanwhile (a machine that gets warm, a disk that fills) does not favour
 * one of the sides.
 */
export function planExecutions(cases: readonly Case[], partner: Partner | null): Execution[] {
  if (partner === null) return cases.map((testCase) => toExecution(testCase, "current", 1));
  return Array.from({ length: partner.pairs }, (_, index) => index + 1).flatMap((pair) =>
    cases.flatMap((testCase, position) => {
      const both = [toExecution(testCase, "current", pair), toExecution(testCase, "baseline", pair)];
      return (position + pair) % 2 === 1 ? both : both.reverse();
    }),
  );
}

function toExecution(testCase: Case, side: Execution["side"], pair: number): Execution {
  const id = `${side === "baseline" ? "baseline/" : ""}${pair === 1 ? "" : `pair-${pair}/`}${testCase.name}`;
  return { case: testCase, side, pair, id };
}

/** The name of an execution for people. */
export function describeExecution(
  { case: { name }, side, pair }: Omit<Execution, "id">,
  partner: Partner | null,
): string {
  const words = [
    ...(side === "baseline" ? ["baseline"] : []),
    ...(partner !== null && partner.pairs > 1 ? [`pair ${pair}`] : []),
  ];
  return words.length === 0 ? name : `${name} (${words.join(", ")})`;
}
