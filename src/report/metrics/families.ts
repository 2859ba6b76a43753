import { listGatingWorse } from "../../documents/verdict.ts";
import { groupBy } from "../../lib/group-by.ts";
import {
  CASE_STATUSES,
  type CaseResult,
  type Finding,
  type Results,
  type Run,
  VERDICTS,
  type Verdict,
} from "../../model/documents.ts";
import { GATES, METRICS, type MetricDefinition, type Metrics } from "../../model/metrics.ts";
import type { ScenariosDocument } from "../../model/scenarios.ts";
import { variantOf } from "../../plan/matrix/dimensions.ts";
import { dimensionValue } from "../view/dimensions.ts";
import { summariseSamples } from "../view/figures.ts";
import { elapsedMs } from "../view/sentences.ts";

/** One number of a metric. */
export interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its series. All are gauges: each says how the last run was. */
export interface MetricFamily {
  readonly name: string;
  /** The end of the name; null for numbers without one. */
  readonly unit: "seconds" | "bytes" | null;
  readonly help: string;
  readonly points: readonly Point[];
}

interface Definition<Subject> {
  readonly name: string;
  readonly help: string;
  /** Further labels, for people. */
  readonly labels?: string;
  /** Whether Argo's controller serves it, too, with `argo_workflows_` before its name (see workflows/spark-loadtest.yaml). */
  readonly argo: boolean;
  readonly points: (subject: Subject) => readonly Point[];
}

/** A case or a scenario that has ended. */
interface EndedSubject {
  /** Of the run. */
  readonly startedAt: string;
  readonly result: Pick<CaseResult, "status" | "attempts" | "startedAt" | "finishedAt">;
}

interface CaseSubject extends EndedSubject {
  readonly metrics: Metrics;
  readonly findings: readonly Finding[];
}

/** A run of cases or of scenarios that has ended. */
interface EndedRunSubject {
  readonly ending: Verdict["ending"] | ScenariosDocument["run"]["ending"];
  readonly results: {
    readonly run: Pick<Run, "id" | "engine" | "startedAt" | "finishedAt" | "commit" | "ref" | "toolVersion">;
    readonly cases: readonly Pick<CaseResult, "status">[];
  };
}

interface RunSubject extends EndedRunSubject {
  readonly verdict: Verdict;
}

const PREFIX = "spark_loadtest_";

/** Labels of a case and the dimensions that they come from. */
const CASE_LABELS = {
  spark_version: "sparkVersion",
  orchestrator: "orchestrator",
  mode: "mode",
  extensions: "extensions",
  operation: "operation",
  data_size: "dataSize",
} as const;

/** What is measured of a repetition, but for counts of records and percentiles: they multiply the series and are in the report. */
const MEASURED: readonly MetricDefinition[] = METRICS.filter(
  ({ name, unit }) => unit !== "records" && !/P\d\d$/.test(name),
);

const ENDED_METRICS: readonly Definition<EndedSubject>[] = [
  {
    name: "case_outcome",
    help: "1 for how the case ended, 0 for the others; flaky passed when it was tried again, explained lacked the hardware to measure",
    labels: `outcome: ${CASE_STATUSES.join(", ")}`,
    argo: true,
    points: ({ result }) => states("outcome", CASE_STATUSES, result.status),
  },
  {
    name: "case_duration_seconds",
    help: "From the start of the case to its end, the start of Spark included",
    argo: true,
    points: ({ result }) => single(toSeconds(elapsedMs(result))),
  },
  {
    name: "case_attempts",
    help: "Attempts that the case took",
    argo: false,
    points: ({ result }) => single(result.attempts),
  },
  {
    name: "case_finish_timestamp_seconds",
    help: "When the case ended, in seconds since 1970",
    argo: false,
    points: ({ result }) => single(timestamp(result.finishedAt)),
  },
  {
    name: "case_run_timestamp_seconds",
    help: "When the run began that the other metrics of the case are of, in seconds since 1970",
    argo: true,
    points: ({ startedAt }) => single(timestamp(startedAt)),
  },
];

const CASE_METRICS: readonly Definition<CaseSubject>[] = [
  ...ENDED_METRICS,
  {
    name: "case_regressions",
    help: "Findings in which the case is worse than the baseline, in gates that fail the run (--fail-on)",
    argo: false,
    points: ({ findings }) => single(listGatingWorse(findings).length),
  },
  ...MEASURED.map((metric) => ({
    name: `case_${toSnakeCase(metric.name)}`,
    help: `${metric.title} in one repetition`,
    argo: false,
    points: ({ metrics }: CaseSubject) => single(inBaseUnit(metric, metrics)),
  })),
];

const RUN_OUTCOME_METRICS: readonly Definition<EndedRunSubject>[] = [
  {
    name: "run_info",
    help: "The run of spark-loadtest that the other metrics are of",
    labels: "run_id, engine, commit, ref, tool_version",
    argo: false,
    points: ({ results: { run } }) => [
      {
        labels: {
          run_id: run.id,
          engine: run.engine,
          commit: run.commit ?? "",
          ref: run.ref ?? "",
          tool_version: run.toolVersion,
        },
        value: 1,
      },
    ],
  },
  {
    name: "run_cases",
    help: "Cases by how they ended",
    labels: `outcome: ${CASE_STATUSES.join(", ")}`,
    argo: false,
    points: ({ results }) => counts("outcome", CASE_STATUSES, (each) => countCases(results, each)),
  },
  {
    name: "run_complete",
    help: "1 where every case of the plan was run or skipped, 0 where the run was ended before",
    argo: false,
    points: ({ ending }) => single(Number(ending === "complete")),
  },
  {
    name: "run_succeeded",
    help: "1 where the run is complete and no case failed, 0 otherwise; says nothing of regressions",
    argo: true,
    points: ({ results, ending }) => {
      const failed = countCases(results, "failed") + countCases(results, "infrastructure");
      return single(Number(ending === "complete" && failed === 0));
    },
  },
];

const RUN_VERDICT_METRICS: readonly Definition<RunSubject>[] = [
  {
    name: "run_verdict",
    help: "1 for the verdict of the run, 0 for the others",
    labels: `verdict: ${VERDICTS.join(", ")}`,
    argo: false,
    points: ({ verdict }) => states("verdict", VERDICTS, verdict.verdict),
  },
  {
    name: "run_regressions",
    help: "Findings in which a case, a family of cases or the run is worse than the baseline",
    labels: `gate: ${GATES.join(", ")}`,
    argo: false,
    points: ({ verdict: { findings } }) =>
      counts("gate", GATES, (each) => findings.filter((finding) => isWorse(finding) && finding.gate === each).length),
  },
];

const RUN_TIME_METRICS: readonly Definition<EndedRunSubject>[] = [
  {
    name: "run_start_timestamp_seconds",
    help: "When the run began, in seconds since 1970",
    argo: true,
    points: ({ results: { run } }) => single(timestamp(run.startedAt)),
  },
  {
    name: "run_finish_timestamp_seconds",
    help: "When the run ended, in seconds since 1970; absent where it was ended before all its cases",
    argo: false,
    points: ({ results: { run } }) => single(timestamp(run.finishedAt)),
  },
  {
    name: "run_duration_seconds",
    help: "From the start of the run to its end; absent where it was ended before all its cases",
    argo: true,
    points: ({ results: { run } }) => single(toSeconds(elapsedMs(run))),
  },
];

const RUN_METRICS: readonly Definition<RunSubject>[] = [
  ...RUN_OUTCOME_METRICS,
  ...RUN_VERDICT_METRICS,
  ...RUN_TIME_METRICS,
];

/** What the metrics are, for the documentation. */
export const METRIC_TABLES = {
  case: CASE_METRICS.map(describe),
  run: RUN_METRICS.map(describe),
};

/** What a run came to, as metrics. Families without a number are left out: what was not measured is absent, and not 0. */
export function toMetricFamilies(results: Results, verdict: Verdict): MetricFamily[] {
  const { tier } = results.run;
  const ofCases = verdict.findings.filter(({ scope }) => scope === "case");
  const findings = groupBy(ofCases, ({ subject }) => subject);
  const cases = results.cases.map((result) => ({
    labels: caseLabels(tier, result),
    subject: {
      startedAt: results.run.startedAt,
      result,
      metrics: summariseSamples(result),
      findings: findings.get(result.name) ?? [],
    },
  }));
  const subject = { results, verdict, ending: verdict.ending };
  return [
    ...RUN_METRICS.map((definition) => toFamily(definition, [{ labels: { tier }, subject }])),
    ...CASE_METRICS.map((definition) => toFamily(definition, cases)),
  ].filter(({ points }) => points.length > 0);
}

/** The same of a run of scenarios, as far as scenarios have it: the label `operation` is the scenario's name. */
export function toScenarioFamilies({ run, scenarios }: ScenariosDocument): MetricFamily[] {
  const tier = "scenarios";
  const runSubject = { results: { run: { ...run, engine: tier }, cases: scenarios }, ending: run.ending } as const;
  const subjects = scenarios.map((result) => ({
    labels: { tier, operation: result.name },
    subject: { startedAt: run.startedAt, result },
  }));
  return [
    ...[...RUN_OUTCOME_METRICS, ...RUN_TIME_METRICS].map((definition) =>
      toFamily(definition, [{ labels: { tier }, subject: runSubject }]),
    ),
    ...ENDED_METRICS.map((definition) => toFamily(definition, subjects)),
  ].filter(({ points }) => points.length > 0);
}

function toFamily<Subject>(
  definition: Definition<Subject>,
  subjects: readonly { readonly labels: Point["labels"]; readonly subject: Subject }[],
): MetricFamily {
  const points = subjects.flatMap(({ labels, subject }) =>
    definition.points(subject).map((point) => ({ labels: { ...labels, ...point.labels }, value: point.value })),
  );
  const name = `${PREFIX}${definition.name}`;
  return { name, unit: unitOf(name), help: definition.help, points };
}

function describe({ name, help, labels = "", argo }: Definition<never>) {
  return { name: `${PREFIX}${name}`, unit: unitOf(name), help, labels, argo };
}

/** A tier's own dimensions share one label, so that every tier has the same; without it cases would share a series. */
function caseLabels(tier: string, result: CaseResult): Record<string, string> {
  const labels = Object.entries(CASE_LABELS).map(([label, dimension]) => [
    label,
    dimensionValue(result.dimensions, dimension),
  ]);
  const variant = variantOf(result);
  return { tier, ...Object.fromEntries(labels), ...(variant === "" ? {} : { variant }) };
}

function unitOf(name: string): MetricFamily["unit"] {
  return name.endsWith("_seconds") ? "seconds" : name.endsWith("_bytes") ? "bytes" : null;
}

function single(value: number | null): Point[] {
  return value === null ? [] : [{ labels: {}, value }];
}

function counts<Value extends string>(
  label: string,
  values: readonly Value[],
  count: (value: Value) => number,
): Point[] {
  return values.map((value) => ({ labels: { [label]: value }, value: count(value) }));
}

/** All states, so that what was true of an earlier run does not stay. */
function states<Value extends string>(label: string, values: readonly Value[], current: Value): Point[] {
  return counts(label, values, (value) => Number(value === current));
}

function countCases({ cases }: EndedRunSubject["results"], status: CaseResult["status"]): number {
  return cases.filter((each) => each.status === status).length;
}

function isWorse({ direction }: Finding): boolean {
  return direction === "worse";
}

/** Seconds since 1970; null for none, and for a text that is no time. */
function timestamp(at: string | null): number | null {
  const ms = Date.parse(at ?? "");
  return Number.isNaN(ms) ? null : toSeconds(ms);
}

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/** `shuffleReadBytes` as `shuffle_read_bytes`, `cpuMs` as `cpu_seconds`. */
function toSnakeCase(name: string): string {
  return name.replace(/Ms$/, "Seconds").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function inBaseUnit({ name, unit }: MetricDefinition, metrics: Metrics): number | null {
  const value = metrics[name as keyof Metrics];
  return unit === "ms" ? toSeconds(value) : value;
}
