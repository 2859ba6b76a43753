import { describeSubject } from "../../analyse/describe-finding.ts";
import { isMeasured } from "../../documents/baseline.ts";
import { listGatingWorse } from "../../documents/verdict.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { CaseResult, Cause, Finding, Results, Verdict } from "../../model/documents.ts";
import { labelCases } from "./dimensions.ts";
import { type Measured, type MeasuredCase, summariseSamples } from "./figures.ts";
import { CASE_STANDINGS, type CaseStanding, type Mark, markVerdict } from "./marks.ts";
import { NEXT_RUN, NO_NEXT_RUN } from "./sentences.ts";
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

/** One case with everything that is said of it. */
export interface CaseView extends MeasuredCase {
  /** Legal in HTML and the same in every rendering of one run. */
  readonly id: string;
  readonly label: string;
  readonly standing: CaseStanding;
  readonly findings: readonly Finding[];
}

/** The findings of one case, family or run. */
export interface FindingGroup {
  readonly subject: string;
  readonly label: string;
  /** Null for a family or the run. */
  readonly case: CaseView | null;
  readonly findings: readonly Finding[];
}

/** Things that are shown as one: the first of them, which is the worst, and how many others there are. */
export interface Cluster<T> {
  readonly lead: T;
  readonly others: readonly T[];
}

/** What all the renderings say, worked out once. */
export interface ReportView {
  readonly results: Results;
  readonly verdict: Verdict;
  /** The heading. */
  readonly mark: Mark;
  /** Whether the run ended before all its cases. */
  readonly incomplete: boolean;
  /** As of the input, or that nothing makes a later run comparable with this one. */
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
  /** Cases that measured nothing, by what would not run on the hardware that they lacked. */
  readonly explained: readonly Cluster<CaseView>[];
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
      standing: standingOf(result, findings, runs.length > 0),
    };
  });
  const byName = new Map(cases.map((view) => [view.result.name, view]));
  const worse = verdict.findings.filter(({ direction }) => direction === "worse");
  const better = verdict.findings.filter(({ direction }) => direction === "better");
  const counts = { passed: 0, flaky: 0, failed: 0, explained: 0, skipped: 0, infrastructure: 0 };
  for (const { status } of results.cases) counts[status] += 1;
  return {
    results,
    verdict,
    mark: markVerdict(verdict),
    incomplete: verdict.ending !== "complete",
    nextRun: results.cases.some(isMeasured) ? nextRun : NO_NEXT_RUN,
    cases,
    counts,
    shared,
    worse: clusterBy(groupFindings(listGatingWorse(verdict.findings).filter(isCompared), byName), causeKeyOf),
    failed: clusterBy(
      sortByStanding(cases).filter(({ standing }) => standing === "failed" || standing === "infrastructure"),
      ({ standing, result }) => `${standing} ${oneLine(result.reason ?? "", 300)}`,
    ),
    explained: clusterBy(
      cases.filter(({ standing }) => standing === "explained"),
      ({ result }) => result.reason ?? "",
    ),
    skipped: clusterBy(
      cases.filter(({ standing }) => standing === "skipped"),
      ({ result }) => result.reason ?? "",
    ),
    advisory: groupFindings(
      worse.filter(({ gates }) => !gates),
      byName,
    ),
    better: groupFindings(better, byName),
  };
}

/** A case that failed where there is nothing to compare with is among the failed ones, and got worse than nothing. */
function isCompared({ metric, baseline }: Finding): boolean {
  return metric !== "status" || baseline !== null;
}

function indexEarlier(baseline: readonly Results[]): Map<string, Measured[]> {
  const measured = baseline.flatMap(({ cases }) => cases.filter(isMeasured));
  return groupBy(
    measured.map((result) => ({ result, metrics: summariseSamples(result) })),
    ({ result }) => result.name,
  );
}

function standingOf(result: CaseResult, findings: readonly Finding[], compared: boolean): CaseStanding {
  if (result.status !== "passed") return result.status;
  if (listGatingWorse(findings).length > 0) return "worse";
  if (findings.some(({ direction }) => direction === "worse")) return "advisory";
  if (findings.length > 0) return "better";
  return compared ? "unchanged" : "unjudged";
}

function groupFindings(findings: readonly Finding[], cases: ReadonlyMap<string, CaseView>): FindingGroup[] {
  return clusterBy(findings, ({ scope, subject }) => `${scope} ${subject}`).map(({ lead, others }) => {
    const view = lead.scope === "case" ? (cases.get(lead.subject) ?? null) : null;
    const label = view?.label ?? oneLine(describeSubject(lead), 140);
    return { subject: lead.subject, label, case: view, findings: [lead, ...others] };
  });
}

function clusterBy<T>(items: readonly T[], keyOf: (item: T) => string): Cluster<T>[] {
  return [...groupBy(items, keyOf).values()].flatMap(([lead, ...others]) =>
    lead === undefined ? [] : [{ lead, others }],
  );
}

/** Equal for cases with the same cause in the same stage, or without a cause with the same metric. */
function causeKeyOf({ label, case: view, findings }: FindingGroup): string {
  if (view === null) return `not a case ${label}`;
  const cause = distinctCauses(findings)[0];
  const { operation } = view.result.dimensions;
  return cause === undefined ? `no cause ${findings[0]?.metric}` : `${operation} ${cause.kind} ${cause.stage}`;
}

/** Cases with the most urgent first, otherwise in the order of the run. */
export function sortByStanding(cases: readonly CaseView[]): CaseView[] {
  return cases.toSorted((a, b) => CASE_STANDINGS.indexOf(a.standing) - CASE_STANDINGS.indexOf(b.standing));
}

/** The causes of some findings without repeating one that several of them share. */
export function distinctCauses(findings: readonly Finding[]): Cause[] {
  const bySentence = new Map<string, Cause>();
  for (const { cause } of findings) {
    if (cause !== null && !bySentence.has(cause.sentence)) bySentence.set(cause.sentence, cause);
  }
  return [...bySentence.values()];
}
