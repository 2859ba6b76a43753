import {
  CASE_LABELS,
  countEnded,
  ONE_STEP,
  ofCases,
  ofDrivers,
  ofLastRun,
  ofRuns,
  runsSeen,
  WHOLE_RANGE,
} from "./queries.ts";

/** What a panel shows; how it looks follows from its kind. */
export interface PanelSpec {
  readonly kind: "stat" | "graph" | "bars" | "table";
  readonly title: string;
  readonly description: string;
  /** Of Grafana: "s", "bytes", "percentunit". */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly queries: readonly Query[];
  /** Why it is empty, where it is. */
  readonly whenEmpty: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** The first one is where there is no other. */
  readonly thresholds?: readonly { readonly from: number | null; readonly color: string }[];
  /** Words and colours for numbers. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
  /** Shows the series' names in place of their values: what is counted is in the name. */
  readonly showsNames?: boolean;
  readonly stacked?: boolean;
  readonly columns?: Readonly<Record<string, Column>>;
  readonly sortBy?: string;
}

export interface Query {
  readonly expr: string;
  /** Of a series; of a table's column, the name that its override has. */
  readonly legend: string;
}

/** A column of a table, by the name of its field. */
export interface Column {
  readonly title?: string;
  readonly unit?: string;
  readonly hidden?: boolean;
  readonly links?: readonly { readonly title: string; readonly url: string }[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

const NO_RUN = "No run of these tiers in this time.";
const NO_CASE = "No case with these values in this time.";
const NOT_PUSHED =
  "No run of these cases in this time whose metrics were pushed (--push-metrics); Argo's controller has no such metric.";
const NOT_RUNNING =
  "No case has run in this time, or Prometheus does not ask the drivers (prometheus in the values of the chart).";
const NO_ARGO = "No metrics of Argo's controller in this time: it is not scraped, or the cluster has gone.";
const CASE_LEGEND = CASE_LABELS.map((label) => `{{${label}}}`).join(" ");
const KIND_LEGEND = "{{spark_version}} {{operation}}";
const OUTCOME_LABEL = { label: "outcome" };

const GOOD = "green";
const WARN = "orange";
const BAD = "red";
const ZERO_IS_GOOD = [
  { from: null, color: GOOD },
  { from: 1, color: BAD },
];

/** The mean over the cases of a Spark version and an operation. */
const meanOfKind = (name: string) => `avg by (spark_version, operation) (${ofCases(name, ONE_STEP)})`;
const sumOfKind = (name: string) => `sum by (spark_version, operation) (${ofCases(name, ONE_STEP)})`;
const largest = (name: string) => `topk(10, ${ofLastRun(name)})`;
const sumOfLast = (name: string) => `sum${ofLastRun(name)}`;

const trend = (
  title: string,
  description: string,
  unit: string,
  queries: readonly Query[],
  more: Partial<PanelSpec> = {},
): PanelSpec => ({
  kind: "graph",
  title,
  description,
  unit,
  width: 12,
  height: 8,
  queries,
  whenEmpty: NOT_PUSHED,
  min: 0,
  ...more,
});

const trendOfKind = (title: string, description: string, name: string, whenEmpty = NOT_PUSHED): PanelSpec =>
  trend(title, description, "s", [{ expr: meanOfKind(name), legend: KIND_LEGEND }], { whenEmpty });

const RUN: Row = {
  title: "Run",
  panels: [
    {
      kind: "stat",
      title: "Last run",
      description: "How the last run of each tier ended. It says nothing of regressions: they are in the verdict.",
      unit: "none",
      width: 5,
      height: 5,
      queries: [{ expr: ofRuns("run_succeeded", WHOLE_RANGE), legend: "{{tier}}" }],
      whenEmpty: NO_RUN,
      words: { "0": { text: "failed or not complete", color: BAD }, "1": { text: "passed", color: GOOD } },
    },
    {
      kind: "stat",
      title: "Verdict",
      description: "What the comparison with the baseline came to, for each tier.",
      unit: "none",
      width: 5,
      height: 5,
      queries: [{ expr: `${ofRuns("run_verdict", WHOLE_RANGE, ["verdict"])} == 1`, legend: "{{tier}}: {{verdict}}" }],
      whenEmpty: NOT_PUSHED,
      showsNames: true,
    },
    {
      kind: "stat",
      title: "Pass rate",
      description: "Part of the cases that passed in the end, of those that were run. Flaky ones count as passed.",
      unit: "percentunit",
      width: 4,
      height: 5,
      min: 0,
      max: 1,
      decimals: 1,
      queries: [
        {
          // A case without a passed one has no series for it in Argo's metrics.
          expr: `(sum(${ofLastRun("case_outcome", { ...OUTCOME_LABEL, matcher: 'outcome=~"passed|flaky"' })}) or vector(0)) / sum(${ofLastRun("case_outcome", { ...OUTCOME_LABEL, matcher: 'outcome!~"skipped|explained"' })})`,
          legend: "pass rate",
        },
      ],
      whenEmpty: NO_CASE,
      thresholds: [
        { from: null, color: BAD },
        { from: 0.95, color: WARN },
        { from: 1, color: GOOD },
      ],
    },
    {
      kind: "stat",
      title: "Progress",
      description:
        "Cases of the last run that have ended, of those planned. It follows a run only where Argo's controller is scraped; the other filters than the tier do not count here.",
      unit: "percentunit",
      width: 5,
      height: 5,
      min: 0,
      max: 1,
      queries: [
        {
          expr: `${countEnded()} / (max by (tier) (last_over_time(argo_workflows_spark_loadtest_run_planned_cases{tier=~"$tier"}[${WHOLE_RANGE}])) or sum by (tier) (${ofRuns("run_cases", WHOLE_RANGE, ["outcome"])}))`,
          legend: "{{tier}}",
        },
      ],
      whenEmpty: NO_RUN,
      thresholds: [
        { from: null, color: "blue" },
        { from: 1, color: GOOD },
      ],
    },
    {
      kind: "stat",
      title: "Since the last run",
      description: "Time since the last run of each tier began. Orange after 26 hours: a nightly run did not happen.",
      unit: "s",
      width: 5,
      height: 5,
      queries: [{ expr: `time() - ${ofRuns("run_start_timestamp_seconds", WHOLE_RANGE)}`, legend: "{{tier}}" }],
      whenEmpty: NO_RUN,
      thresholds: [
        { from: null, color: GOOD },
        { from: 26 * 3_600, color: WARN },
        { from: 8 * 24 * 3_600, color: BAD },
      ],
    },
    {
      kind: "table",
      title: "Runs",
      description:
        "The runs of this time, the last first. A run's name leads to its report and, where it ran on a cluster, to its workflow in Argo.",
      unit: "none",
      width: 16,
      height: 8,
      queries: [{ expr: `1000 * ${runsSeen(["run_id", "engine", "commit", "ref", "tool_version"])}`, legend: "seen" }],
      whenEmpty: NOT_PUSHED,
      sortBy: "Last seen",
      columns: {
        tier: { title: "Tier" },
        run_id: {
          title: "Run",
          links: [
            { title: "Report", url: `$reports/\${__value.text}/report.html` },
            { title: "Workflow in Argo", url: `$argo/\${__value.text}` },
          ],
        },
        engine: { title: "Engine" },
        commit: { title: "Commit" },
        ref: { title: "Ref" },
        tool_version: { title: "Tool" },
        Value: { title: "Last seen", unit: "dateTimeAsIso" },
      },
    },
    {
      kind: "graph",
      title: "Workflows and pods",
      description:
        "What Argo's controller has in its hands. Its pods are those of the cases; executors are not among them.",
      unit: "none",
      width: 8,
      height: 8,
      min: 0,
      queries: [
        {
          expr: 'sum by (phase) (argo_workflows_gauge{phase=~"Running|Pending"})',
          legend: "workflows {{phase}}",
        },
        { expr: 'sum by (phase) (argo_workflows_pods_gauge{phase=~"Running|Pending"})', legend: "pods {{phase}}" },
      ],
      whenEmpty: NO_ARGO,
    },
  ],
};

const CASES: Row = {
  title: "Cases",
  panels: [
    trend(
      "Cases by outcome",
      "How the cases of each run ended.",
      "none",
      [
        {
          expr: `sum by (outcome) (${ofCases("case_outcome", ONE_STEP, OUTCOME_LABEL)})`,
          legend: "{{outcome}}",
        },
      ],
      { stacked: true, whenEmpty: NO_CASE },
    ),
    {
      kind: "bars",
      title: "Slowest cases",
      description: "From the start of a case to its end, the start of Spark included, in the last run.",
      unit: "s",
      width: 12,
      height: 8,
      min: 0,
      queries: [{ expr: largest("case_duration_seconds"), legend: CASE_LEGEND }],
      whenEmpty: NO_CASE,
    },
    {
      kind: "table",
      title: "All cases",
      description: "The last figures of each case. An empty cell was not measured, which is not 0.",
      unit: "none",
      width: 24,
      height: 10,
      queries: [
        { expr: `${ofCases("case_outcome", WHOLE_RANGE, OUTCOME_LABEL)} == 1`, legend: "outcome" },
        { expr: ofCases("case_duration_seconds", WHOLE_RANGE), legend: "duration" },
        { expr: ofCases("case_cpu_seconds", WHOLE_RANGE), legend: "cpu" },
        { expr: ofCases("case_shuffle_read_bytes", WHOLE_RANGE), legend: "shuffle" },
        { expr: ofCases("case_disk_spilled_bytes", WHOLE_RANGE), legend: "spilled" },
        { expr: ofCases("case_attempts", WHOLE_RANGE), legend: "attempts" },
        { expr: ofCases("case_regressions", WHOLE_RANGE), legend: "regressions" },
        { expr: `1000 * ${ofCases("case_finish_timestamp_seconds", WHOLE_RANGE)}`, legend: "finished" },
      ],
      whenEmpty: NO_CASE,
      sortBy: "Duration",
      columns: {
        tier: { title: "Tier" },
        spark_version: { title: "Spark" },
        orchestrator: { title: "Orchestrator" },
        mode: { title: "Mode" },
        extensions: { title: "Extensions" },
        operation: { title: "Operation" },
        data_size: { title: "Data" },
        variant: { title: "Variant" },
        outcome: { title: "Outcome" },
        "Value #outcome": { hidden: true },
        "Value #duration": { title: "Duration", unit: "s" },
        "Value #cpu": { title: "CPU time", unit: "s" },
        "Value #shuffle": { title: "Shuffle read", unit: "bytes" },
        "Value #spilled": { title: "Spilled to disk", unit: "bytes" },
        "Value #attempts": { title: "Attempts", unit: "none" },
        "Value #regressions": { title: "Regressions", unit: "none" },
        "Value #finished": { title: "Ended", unit: "dateTimeAsIso" },
      },
    },
  ],
};

const DURATIONS: Row = {
  title: "Durations and their trend",
  panels: [
    trend(
      "Duration of a run",
      "From the start of a run to its end, the cluster that it brings up included.",
      "s",
      [{ expr: ofRuns("run_duration_seconds", ONE_STEP), legend: "{{tier}}" }],
      { whenEmpty: NO_RUN },
    ),
    trendOfKind(
      "Duration of a case",
      "Mean over the cases of a Spark version and an operation, the start of Spark included. It depends on what else the machine does.",
      "case_duration_seconds",
      NO_CASE,
    ),
    trendOfKind(
      "Wall time of a repetition",
      "Median of a case's repetitions, mean over the cases. Shown, and never a reason to fail by itself.",
      "case_wall_seconds",
    ),
    trendOfKind(
      "CPU time of a repetition",
      "CPU time of all executors, the time that can be compared between runs on one kind of machine.",
      "case_cpu_seconds",
    ),
  ],
};

const REGRESSIONS: Row = {
  title: "Regressions",
  panels: [
    trend(
      "Regressions by gate",
      "Findings that are worse than the baseline. Hard ones are exact differences in work or stability, soft ones significant differences in CPU time.",
      "none",
      [{ expr: `sum by (gate) (${ofRuns("run_regressions", ONE_STEP, ["gate"])})`, legend: "{{gate}}" }],
      { whenEmpty: NOT_PUSHED, stacked: true },
    ),
    {
      kind: "bars",
      title: "Cases that got worse",
      description: "Findings of the last run in gates that fail it. Why, and in which stage, is in the report.",
      unit: "none",
      width: 12,
      height: 8,
      min: 0,
      queries: [{ expr: `${largest("case_regressions")} > 0`, legend: CASE_LEGEND }],
      whenEmpty: "No case got worse, or its run was not pushed (--push-metrics) or had no baseline.",
      thresholds: ZERO_IS_GOOD,
    },
  ],
};

function tasksASecond(name: string): string {
  return `sum by (spark_version, operation) (rate(${ofDrivers(`appStatus_tasks_${name}_Count`)}[$__rate_interval]))`;
}

const RESOURCES: Row = {
  title: "Resources",
  panels: [
    trend(
      "Tasks a second of running cases",
      "Tasks that end, and tasks that fail. From Spark's own metrics, while cases run.",
      "none",
      [
        { expr: tasksASecond("completedTasks"), legend: KIND_LEGEND },
        { expr: tasksASecond("failedTasks"), legend: `${KIND_LEGEND}: failed` },
      ],
      { whenEmpty: NOT_RUNNING },
    ),
    trend(
      "Memory of running cases",
      "What driver and executors keep in storage memory now, and the largest heap that the driver had so far. From Spark's own metrics, while cases run.",
      "bytes",
      [
        {
          expr: `sum by (spark_version, operation) (${ofDrivers("BlockManager_memory_memUsed_MB_Value")}) * 1024 * 1024`,
          legend: `${KIND_LEGEND}: storage`,
        },
        {
          expr: `sum by (spark_version, operation) (${ofDrivers("ExecutorMetrics_JVMHeapMemory_Value")})`,
          legend: `${KIND_LEGEND}: heap of the driver`,
        },
      ],
      { whenEmpty: NOT_RUNNING },
    ),
    trend(
      "CPU, run and GC time",
      "Sums over all cases of one repetition each. Run time without CPU time is waiting: for disks, the network, or a core.",
      "s",
      ["cpu", "run", "gc"].map((name) => ({
        expr: `sum(${ofCases(`case_${name}_seconds`, ONE_STEP)})`,
        legend: name,
      })),
    ),
    {
      kind: "bars",
      title: "Largest execution memory of a task",
      description: "The cases whose tasks needed the most memory for joins, sorts and aggregations in the last run.",
      unit: "bytes",
      width: 12,
      height: 8,
      min: 0,
      queries: [{ expr: largest("case_peak_execution_memory_bytes"), legend: CASE_LEGEND }],
      whenEmpty: NOT_PUSHED,
    },
  ],
};

const SHUFFLE: Row = {
  title: "Shuffle and spill",
  panels: [
    trend("Shuffle", "Read from and written to shuffles in a repetition, by all cases.", "bytes", [
      { expr: `sum(${ofCases("case_shuffle_read_bytes", ONE_STEP)})`, legend: "read" },
      { expr: `sum(${ofCases("case_shuffle_write_bytes", ONE_STEP)})`, legend: "written" },
    ]),
    trend("Shuffle read by operation", "Sum over the cases of a Spark version and an operation.", "bytes", [
      { expr: sumOfKind("case_shuffle_read_bytes"), legend: KIND_LEGEND },
    ]),
    trend(
      "Spilled",
      "What did not fit into memory in a repetition, by all cases: as it was in memory, and as it is on disk.",
      "bytes",
      [
        { expr: `sum(${ofCases("case_memory_spilled_bytes", ONE_STEP)})`, legend: "in memory" },
        { expr: `sum(${ofCases("case_disk_spilled_bytes", ONE_STEP)})`, legend: "on disk" },
      ],
    ),
    {
      kind: "bars",
      title: "Cases that spilled most",
      description: "To disk, in a repetition of the last run.",
      unit: "bytes",
      width: 12,
      height: 8,
      min: 0,
      queries: [{ expr: `${largest("case_disk_spilled_bytes")} > 0`, legend: CASE_LEGEND }],
      whenEmpty: "No case spilled, or none with these values was run in this time.",
    },
  ],
};

const STABILITY: Row = {
  title: "Retries and lost executors",
  panels: [
    {
      kind: "stat",
      title: "Faults of the last run",
      description:
        "Further attempts of cases, and in the worst repetition of each case: failed tasks, stages that were tried again, executors that were lost, and those of them that were killed for their memory.",
      unit: "none",
      width: 12,
      height: 8,
      queries: [
        { expr: `sum(${ofLastRun("case_attempts")} - 1 >= 0)`, legend: "further attempts" },
        { expr: sumOfLast("case_failed_tasks"), legend: "failed tasks" },
        { expr: sumOfLast("case_retried_stages"), legend: "retried stages" },
        { expr: sumOfLast("case_lost_executors"), legend: "lost executors" },
        { expr: sumOfLast("case_oom_kills"), legend: "out of memory" },
      ],
      whenEmpty: NOT_PUSHED,
      thresholds: ZERO_IS_GOOD,
    },
    trend(
      "Faults over time",
      "Faults of each run: further attempts of cases, failed tasks and lost executors, by all cases.",
      "none",
      [
        { expr: `sum(${ofCases("case_attempts", ONE_STEP)} - 1 >= 0)`, legend: "further attempts" },
        { expr: `sum(${ofCases("case_failed_tasks", ONE_STEP)})`, legend: "failed tasks" },
        { expr: `sum(${ofCases("case_lost_executors", ONE_STEP)})`, legend: "lost executors" },
      ],
    ),
  ],
};

export const ROWS: readonly Row[] = [RUN, CASES, DURATIONS, REGRESSIONS, RESOURCES, SHUFFLE, STABILITY];
