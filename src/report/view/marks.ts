import { describeEnding } from "../../documents/ending.ts";
import type { Verdict } from "../../model/documents.ts";

/** How a case or a run is shown: never by colour alone. */
export interface Mark {
  readonly symbol: string;
  readonly word: string;
  /** Name of the colours in the stylesheet. */
  readonly tone: "bad" | "warn" | "good" | "better" | "plain" | "faint";
}

/** How a case stands, the most urgent first: tables are sorted by it. */
export const CASE_MARKS = {
  failed: { symbol: "✕", word: "failed", tone: "bad" },
  infrastructure: { symbol: "!", word: "infrastructure", tone: "warn" },
  worse: { symbol: "▲", word: "worse", tone: "bad" },
  flaky: { symbol: "~", word: "flaky", tone: "warn" },
  advisory: { symbol: "△", word: "advisory", tone: "warn" },
  better: { symbol: "▼", word: "better", tone: "better" },
  explained: { symbol: "○", word: "explained", tone: "warn" },
  unchanged: { symbol: "·", word: "no change", tone: "plain" },
  unjudged: { symbol: "✓", word: "passed", tone: "plain" },
  skipped: { symbol: "–", word: "skipped", tone: "faint" },
} as const satisfies Record<string, Mark>;
export type CaseStanding = keyof typeof CASE_MARKS;
export const CASE_STANDINGS = Object.keys(CASE_MARKS) as CaseStanding[];

const VERDICT_MARKS: Readonly<Record<Verdict["verdict"], Mark>> = {
  regression: { symbol: "▲", word: "Not passed: regression", tone: "bad" },
  failed: { symbol: "✕", word: "Not passed: cases failed", tone: "bad" },
  inconclusive: { symbol: "?", word: "Not decided: inconclusive", tone: "warn" },
  "no-baseline": { symbol: "•", word: "Passed, not compared: no baseline", tone: "plain" },
  "no-change": { symbol: "✓", word: "Passed: no change", tone: "good" },
  improvement: { symbol: "▼", word: "Passed: improvement", tone: "better" },
};

/** The heading of a run. One that ended before all its cases has not passed, whatever was found in those that finished. */
export function markVerdict(verdict: Verdict): Mark {
  const mark = VERDICT_MARKS[verdict.verdict];
  const endedEarly = describeEnding(verdict);
  if (endedEarly === null) return mark;
  if (mark.tone === "bad") return { ...mark, word: `${mark.word}; ${endedEarly}` };
  return { symbol: "!", word: `Not finished: ${endedEarly}`, tone: "warn" };
}
