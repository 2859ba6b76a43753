import { isMeasured } from "../../documents/baseline.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { CaseResult, Finding, Results, Verdict } from "../../model/documents.ts";
import type { Metrics } from "../../model/metrics.ts";
import { labelCases } from "./dimensions.ts";
import { summariseSamples } from "./figures.ts";
import { NEXT_RUN } from "./sentences.ts";
import { cleanDocument, oneLine } from "./text.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly results: Results;
  readonly verdict: Verdict;
  /** The earlier runs that the verdict compared with; may be empty. */
  readonly baseline: readonly Results[];
  /** What makes a later run comparable with this one, where there was nothing to compare with; unless given, for the CLI. */
  readonly nextRun?: string | undefined;
}

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
  unchanged: { symbol: "·", word: "no change", tone: "plain" },
  unjudged: { symbol: "✓", word: "passed", tone: "plain" },
  skipped: { symbol: "–", word: "skipped", tone: "faint" },
} as const satisfies Record<string, Mark>;
export type CaseStanding = keyof typeof CASE_MARKS;
const STANDINGS = Object.keys(CASE_MARKS) as CaseStanding[];

export const VERDICT_MARKS: Readonly<Record<Verdict["verdict"], Mark & { readonly answer: string }>> = {
  regression: { symbol: "▲", word: "Regression", tone: "bad", answer: "Not passed" },
  failed: { symbol: "✕", word: "Cases failed", tone: "bad", answer: "Not passed" },
  inconclusive: { symbol: "?", word: "Inconclusive", tone: "warn", answer: "Not decided" },
  "no-baseline": { symbol: "•", word: "No baseline", tone: "plain", answer: "Passed, not compared" },
  "no-change": { symbol: "✓", word: "No change", tone: "good", answer: "Passed" },
  improvement: { symbol: "▼", word: "Improvement", tone: "better", answer: "Passed" },
};

/** One case with everything that is said of it. */
export interface CaseView {
  readonly result: CaseResult;
  /** Legal in HTML and the same in every rendering of one run. */
  readonly id: string;
  readonly label: string;
  readonly standing: CaseStanding;
  readonly findings: readonly Finding[];
  /** The samples in one. */
  readonly metrics: Metrics;
  /** The same case in the earlier runs that measured it, oldest first. */
  readonly earlier: readonly Measured[];
}

/** A case in one run, with its samples in one. */
export interface Measured {
  readonly result: CaseResult;
  readonly metrics: Metrics;
}

/** The findings of one case, family or run. */
export interface FindingGroup {
  readonly subject: string;
  readonly label: string;
  /** Null for a family or the run. */
  readonly case: CaseView | null;
  readonly findings: readonly Finding[];
}

/** Things of which one stands for all: the first is the worst. */
export interface Cluster<T> {
  readonly lead: T;
  readonly others: readonly T[];
}

/** What all the renderings say, worked out once. */
export interface ReportView {
  readonly results: Results;
  readonly verdict: Verdict;
  readonly mark: Mark & { readonly answer: string };
  readonly incomplete: boolean;
  readonly nextRun: string;
  /** In the order of the run. */
  readonly cases: readonly CaseView[];
  readonly counts: Readonly<Record<CaseResult["status"], number>>;
  /** The values that all cases share, for people. */
  readonly shared: string;
  /** What got worse by the gates that decide, the worst first; cases with the same cause in the same stage are one. */
  readonly worse: readonly Cluster<FindingGroup>[];
  /** Cases that failed or met broken infrastructure; those with the same reason are one. */
  readonly failed: readonly Cluster<CaseView>[];
  /** Cases that did not run, by reason. */
  readonly skipped: readonly Cluster<CaseView>[];
  readonly advisory: readonly FindingGroup[];
  readonly better: readonly FindingGroup[];
}

/** Works out what a report says. All text in it is free of control characters and bounded, but not yet escaped. */
export function viewReport(input: ReportInput): ReportView {
  const { results, verdict, baseline, nextRun = NEXT_RUN } = cleanDocument(input);
  const { label, shared } = labelCases(results.cases);
  const earlier = indexEarlier(baseline);
  const findingsByCase = groupBy(
    verdict.findings.filter(({ scope }) => scope === "case"),
    ({ subject }) => subject,
  );
  const cases = results.cases.map((result, index): CaseView => {
    const findings = findingsByCase.get(result.name) ?? [];
    const runs = earlier.get(result.name) ?? [];
    return {
      result,
      id: `case-${index + 1}`,
      label: oneLine(label(result), 120),
      findings,
      metrics: summariseSamples(result),
      earlier: runs,
      standing: standingOf(result, findings, judgedWorse(findings, verdict).length > 0, runs.length > 0),
    };
  });
  const byName = new Map(cases.map((view) => [view.result.name, view]));
  const judged = judgedWorse(verdict.findings, verdict);
  const worse = verdict.findings.filter(({ direction }) => direction === "worse");
  const better = verdict.findings.filter(({ direction }) => direction === "better");
  const judgedSet = new Set(judged);
  const counts = { passed: 0, flaky: 0, failed: 0, skipped: 0, infrastructure: 0 };
  for (const { status } of results.cases) counts[status] += 1;
  return {
    results,
    verdict,
    mark: VERDICT_MARKS[verdict.verdict],
    incomplete: results.run.finishedAt === null,
    nextRun,
    cases,
    counts,
    shared,
    worse: clusterBy(groupFindings(judged, byName), sameTrouble),
    failed: clusterBy(
      sortByStanding(cases).filter(({ standing }) => standing === "failed" || standing === "infrastructure"),
      ({ standing, result }) => `${standing} ${oneLine(result.reason ?? "", 300)}`,
    ),
    skipped: clusterBy(
      cases.filter(({ standing }) => standing === "skipped"),
      ({ result }) => result.reason ?? "",
    ),
    advisory: groupFindings(
      worse.filter((finding) => !judgedSet.has(finding)),
      byName,
    ),
    better: groupFindings(better, byName),
  };
}

function indexEarlier(baseline: readonly Results[]): Map<string, Measured[]> {
  const measured = baseline.flatMap(({ cases }) => cases.filter(isMeasured));
  return groupBy(
    measured.map((result) => ({ result, metrics: summariseSamples(result) })),
    ({ result }) => result.name,
  );
}

/**
 * What got worse in a gate that decides: hard and soft. A regression without any of these was decided by the advisory gates,
 * which the user then asked for.
 */
export function judgedWorse(findings: readonly Finding[], verdict: Verdict): Finding[] {
  const gating = ({ direction, gate }: Finding) => direction === "worse" && gate !== "advisory";
  const onlyAdvisory = verdict.verdict === "regression" && !verdict.findings.some(gating);
  return findings.filter(onlyAdvisory ? ({ direction }) => direction === "worse" : gating);
}

function standingOf(result: CaseResult, findings: readonly Finding[], worse: boolean, compared: boolean): CaseStanding {
  if (result.status !== "passed") return result.status;
  if (worse) return "worse";
  if (findings.some(({ direction }) => direction === "worse")) return "advisory";
  if (findings.length > 0) return "better";
  return compared ? "unchanged" : "unjudged";
}

function groupFindings(findings: readonly Finding[], cases: ReadonlyMap<string, CaseView>): FindingGroup[] {
  return clusterBy(findings, ({ scope, subject }) => `${scope} ${subject}`).map(({ lead, others }) => {
    const view = lead.scope === "case" ? (cases.get(lead.subject) ?? null) : null;
    const label = view?.label ?? describeSubject(lead);
    return { subject: lead.subject, label, case: view, findings: [lead, ...others] };
  });
}

function clusterBy<T>(items: readonly T[], keyOf: (item: T) => string): Cluster<T>[] {
  return [...groupBy(items, keyOf).values()].flatMap(([lead, ...others]) =>
    lead === undefined ? [] : [{ lead, others }],
  );
}

/** Equal for cases with the same cause in the same stage, or without a cause with the same metric. */
function sameTrouble({ label, case: view, findings }: FindingGroup): string {
  if (view === null) return `not a case ${label}`;
  const cause = distinctCauses(findings)[0];
  const { operation } = view.result.dimensions;
  return cause === undefined ? `no cause ${findings[0]?.metric}` : `${operation} ${cause.kind} ${cause.stage}`;
}

function describeSubject({ scope, subject }: Finding): string {
  if (scope === "run") return "the whole run";
  return scope === "family" ? `all cases with ${oneLine(subject, 120)}` : oneLine(subject, 120);
}

/** Cases with the most urgent first, otherwise in the order of the run. */
export function sortByStanding(cases: readonly CaseView[]): CaseView[] {
  return cases.toSorted((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing));
}

/** The causes of some findings without repeating one that several of them share. */
export function distinctCauses(findings: readonly Finding[]): NonNullable<Finding["cause"]>[] {
  const bySentence = new Map<string, NonNullable<Finding["cause"]>>();
  for (const { cause } of findings) {
    if (cause !== null && !bySentence.has(cause.sentence)) bySentence.set(cause.sentence, cause);
  }
  return [...bySentence.values()];
}
