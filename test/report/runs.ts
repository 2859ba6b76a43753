import type { CaseResult, Cause, Finding } from "../../src/model/documents.ts";
import type { ReportInput } from "../../src/report/view/view.ts";
import { nameOf } from "../plan/make-case.ts";
import {
  dimensions,
  evidence,
  finding,
  NO_NOISE,
  noise,
  notPassed,
  OPERATIONS,
  passed,
  QUICK,
  quickRun,
  results,
  SKEW_CAUSE,
  stage,
  verdict,
} from "./fixtures.ts";

/** Made-up runs, one for each kind of ending that a report has to tell. */

const BASELINE = [1, 2, 3].map(quickRun);

export function noChange(): ReportInput {
  return { results: quickRun(0), verdict: verdict({}, BASELINE), baseline: BASELINE };
}

export function noBaseline(): ReportInput {
  const headline = "All 10 cases passed; there is no earlier run to compare with.";
  return {
    results: quickRun(0),
    verdict: verdict({ verdict: "no-baseline", headline, noise: NO_NOISE }),
    baseline: [],
  };
}

/** The join got a skewed key in both Spark versions; one case's wall time is noticeable; the window got better. */
export function regression(): ReportInput {
  const cases = QUICK.map((d) => passed("quick", d, 0, d.operation === "join" ? 3.2 : 1, d.operation === "join"));
  const of = (sparkVersion: string, operation: string) => nameOf("quick", dimensions({ sparkVersion, operation }));
  const findings = [
    ...["3.5.9", "4.1.4"].flatMap((version) => [
      finding({
        subject: of(version, "join"),
        metric: "diskSpilledBytes",
        baseline: 0,
        current: 190_000_000,
        change: null,
        cause: SKEW_CAUSE,
      }),
      finding({
        subject: of(version, "join"),
        metric: "shuffleRecordsSkew",
        baseline: 1.2,
        current: 38.4,
        change: 31,
        cause: SKEW_CAUSE,
      }),
      finding({
        subject: of(version, "join"),
        metric: "cpuMs",
        gate: "soft",
        baseline: 5010,
        current: 7760,
        change: 0.549,
        pValue: 0.00021,
        cause: SKEW_CAUSE,
      }),
    ]),
    finding({
      subject: of("4.1.4", "write"),
      metric: "wallMs",
      gate: "advisory",
      baseline: 7100,
      current: 9800,
      change: 0.38,
    }),
    finding({
      subject: of("4.1.4", "window"),
      metric: "shuffleWriteBytes",
      direction: "better",
      baseline: 8_400_000,
      current: 4_200_000,
      change: -0.5,
    }),
  ];
  const headline = "2 of 10 cases got worse: shuffle skew in the join on Spark 3.5.9 and 4.1.4.";
  return {
    results: results("quick", cases),
    verdict: verdict({ verdict: "regression", headline, findings }, BASELINE),
    baseline: BASELINE,
  };
}

const OUT_OF_MEMORY = [
  "the workload ended with exit code 1: java.lang.OutOfMemoryError: Java heap space",
  "\tat org.apache.spark.sql.execution.UnsafeExternalRowSorter.insertRow(UnsafeExternalRowSorter.java:123)",
  "\tat org.apache.spark.sql.execution.SortExec.$anonfun$doExecute$1(SortExec.scala:111)",
].join("\n");

/** Two cases failed, one had no infrastructure, the operator is skipped, and the run was ended early. */
export function failed(): ReportInput {
  const cases = QUICK.map((d, index) => {
    if (index === 2) {
      const failures = [
        {
          stage: "join#2 Sort,SortMergeJoin",
          kind: "ExceptionFailure",
          message: "java.lang.OutOfMemoryError: Java heap space",
          count: 4,
        },
      ];
      const lostExecutors = [
        { executorId: "1", atMs: 1767582020000, reason: "Command exited with code 137", memoryKill: true },
      ];
      return {
        ...notPassed("quick", d, "failed", OUT_OF_MEMORY),
        evidence: evidence({ failures, lostExecutors, partial: true }),
      };
    }
    if (index === 4)
      return notPassed("quick", d, "failed", "the checksum of the result is 17, and 42 in the other versions");
    if (index === 7)
      return notPassed("quick", d, "infrastructure", "PySpark 4.1.4 could not be installed: no space left on device");
    return passed("quick", d);
  });
  const operator = dimensions({ orchestrator: "operator" });
  const all = [
    ...cases,
    notPassed("quick", operator, "skipped", "the local engine has no Spark operator; use --cluster kind"),
  ];
  return {
    results: results("quick", all, 0, { finishedAt: null }),
    verdict: verdict({
      verdict: "failed",
      headline: "2 of 11 cases failed, and 1 met broken infrastructure.",
      ...{ ending: "interrupted", plannedCases: 14, finishedCases: 11 },
      noise: NO_NOISE,
    }),
    baseline: [],
  };
}

export function allSkipped(): ReportInput {
  const cases = ["none", "rapids"].map((extension) => {
    const d = dimensions({ orchestrator: "operator", extensions: extension === "none" ? [] : [extension] });
    return notPassed("p0_smoke", d, "skipped", "the local engine has no Spark operator; use --cluster kind");
  });
  return {
    results: results("p0_smoke", cases),
    verdict: verdict({ verdict: "inconclusive", headline: "None of the 2 cases could run here.", noise: NO_NOISE }),
    baseline: [],
  };
}

export function oneCase(): ReportInput {
  const baseline = [1, 2].map((run) => results("mine", [passed("mine", dimensions(), run)], run));
  const notes = ["2 earlier runs are too few for a test of CPU time."];
  const few = verdict({ headline: "Nothing got worse in 1 case against 2 earlier runs.", noise: NO_NOISE }, baseline);
  return {
    results: results("mine", [passed("mine", dimensions())]),
    verdict: { ...few, baseline: { ...few.baseline, notes } },
    baseline,
  };
}

export function noCases(): ReportInput {
  const empty = verdict({
    ...{ verdict: "inconclusive", headline: "No case ended.", noise: NO_NOISE },
    ...{ ending: "timeout", plannedCases: 10, finishedCases: 0 },
  });
  return { results: results("quick", [], 0, { finishedAt: null }), verdict: empty, baseline: [] };
}

/** 1,280 cases: every third join on Spark 4 got worse, some failed, and the operator is skipped. */
export function fullTier(): ReportInput {
  const all = ["3.5.9", "4.0.4", "4.1.4", "4.3.0"].flatMap((sparkVersion) =>
    ["submit", "connect", "operator"].flatMap((orchestrator) =>
      ["kubernetes", "standalone"].flatMap((mode) =>
        [[], ["iceberg"], ["rapids"], ["iceberg", "rapids"]].flatMap((extensions) =>
          OPERATIONS.flatMap((operation) =>
            ["tiny", "1gb", "11gb"].map((dataSize) =>
              dimensions({ sparkVersion, orchestrator, mode, extensions, operation, dataSize }),
            ),
          ),
        ),
      ),
    ),
  );
  const matrix = all
    .filter((d) => !(d.mode === "standalone" && d.orchestrator === "operator" && d.dataSize !== "tiny"))
    .slice(0, 1280);
  const findings: Finding[] = [];
  const cases = matrix.map((d) => {
    const chance = noise(nameOf("p2_full", d));
    if (d.orchestrator === "operator")
      return notPassed("p2_full", d, "skipped", "the local engine has no Spark operator");
    if (d.extensions.includes("rapids") && chance < 0.05) return notPassed("p2_full", d, "failed", OUT_OF_MEMORY);
    const worse = d.operation === "join" && d.sparkVersion.startsWith("4") && chance < 0.34;
    const result = passed("p2_full", d, 0, worse ? 2 : 1, worse);
    if (worse) {
      findings.push(
        finding({
          subject: result.name,
          metric: "shuffleRecordsSkew",
          baseline: 1.2,
          current: 38.4,
          change: 31,
          cause: SKEW_CAUSE,
        }),
        finding({
          subject: result.name,
          gate: "soft",
          baseline: 5000,
          current: 6600,
          change: 0.32,
          pValue: 0.001,
          cause: SKEW_CAUSE,
        }),
      );
    }
    return result;
  });
  findings.unshift(
    finding({
      scope: "family",
      subject: "operation=join",
      gate: "soft",
      baseline: 5000,
      current: 5600,
      change: 0.12,
      pValue: 0.0001,
    }),
  );
  const baseline = [1, 2, 3, 4, 5].map((run) =>
    results(
      "p2_full",
      matrix.filter((d) => d.orchestrator !== "operator").map((d) => passed("p2_full", d, run)),
      run,
    ),
  );
  const headline = `${new Set(findings.map(({ subject }) => subject)).size - 1} of 1,280 cases got worse, most of them joins on Spark 4.`;
  return {
    results: results("p2_full", cases),
    verdict: verdict({ verdict: "regression", headline, findings }, baseline),
    baseline,
  };
}

/** The input with one text put into every string field that is free text, names included. */
export function hostile(text: string): ReportInput {
  const name = `quick_${text}`;
  const d = {
    ...dimensions({ sparkVersion: text, operation: text, dataSize: text, extensions: [text] }),
    [text]: text,
  };
  const bad = {
    ...stage("join", 0, { cpuMs: 900, runMs: 1000 }),
    key: text,
    planNodes: [text],
    name: text,
    jobGroup: text,
  };
  const badEvidence = evidence({
    applicationId: text,
    sparkVersion: text,
    javaVersion: text,
    properties: { [text]: text },
    failures: [{ stage: text, kind: text, message: text, count: 1 }],
    lostExecutors: [{ executorId: text, atMs: 0, reason: text, memoryKill: false }],
  });
  const base = passed("quick", dimensions());
  const measured: CaseResult = {
    ...base,
    name,
    dimensions: d,
    namespace: text,
    checksum: text,
    evidence: badEvidence,
    startedAt: text,
    finishedAt: text,
    samples: base.samples.map((one) => ({ ...one, stages: [bad] })),
  };
  const others: CaseResult[] = (["failed", "infrastructure", "skipped"] as const).map((status) => ({
    ...measured,
    name: `${status} ${text}`,
    status,
    reason: text,
    samples: [],
    dimensions: dimensions({ ...d, operation: `${status} ${text}` }),
  }));
  const cause: Cause = {
    kind: "cpu",
    stage: text,
    sentence: text,
    evidence: [{ what: text, baseline: text, current: text }],
  };
  const host = { cpus: 2, memoryBytes: 1e9, os: text, cpuModel: text };
  const run = { id: text, startedAt: text, finishedAt: text, commit: text, ref: text, toolVersion: text, host };
  const all = results(text, [measured, ...others], 0, run);
  const scopes = [
    { scope: "case", subject: name, metric: "cpuMs" },
    { scope: "case", subject: name, metric: text },
    { scope: "family", subject: text, metric: text },
    { scope: "run", subject: text, metric: "cpuMs" },
  ] as const;
  return {
    results: all,
    verdict: verdict({
      verdict: "regression",
      headline: text,
      findings: scopes.flatMap((scope) => [
        finding({ ...scope, cause }),
        finding({ ...scope, gate: "advisory", cause }),
        finding({ ...scope, direction: "better", cause }),
      ]),
      baseline: { runs: [{ id: text, startedAt: text, commit: text }], notes: [text] },
    }),
    baseline: [{ ...all, cases: [measured] }],
  };
}
