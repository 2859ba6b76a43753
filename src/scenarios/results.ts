import { plural } from "../lib/text/format.ts";
import type { CaseResult, CaseStatus, Results, Verdict } from "../model/documents.ts";
import { METRICS, type Metrics } from "../model/metrics.ts";
import type { ShownOutcome } from "../progress/progress.ts";
import { toCase } from "./scenario.ts";

/** What a scenario came to. */
export interface ScenarioResult {
  readonly name: string;
  readonly status: CaseStatus;
  /** Why it did not pass, or not at once; null for passed. */
  readonly reason: string | null;
  /** Of the script in the last attempt; 124 after a time-out, null where it did not run. */
  readonly exitCode: number | null;
  readonly attempts: number;
  /** Of the last attempt; null where there was none. */
  readonly namespace: string | null;
  readonly release: string | null;
  /** ISO 8601; null for a skipped one. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** How long the script ran in the last attempt. */
  readonly scriptMs: number | null;
}

/** `RESULTS_DIR/<scenario>.json`; `status` and `exit_code` are a contract. */
export function toResultFile(result: ScenarioResult): Readonly<Record<string, unknown>> {
  return {
    status: result.status,
    exit_code: result.exitCode,
    reason: result.reason,
    attempts: result.attempts,
    namespace: result.namespace,
    release: result.release,
    started_at: result.startedAt,
    finished_at: result.finishedAt,
  };
}

/** For progress. */
export function toOutcome({ status, reason, startedAt, finishedAt }: ScenarioResult): ShownOutcome {
  const now = new Date().toISOString();
  return { status, reason, startedAt: startedAt ?? now, finishedAt: finishedAt ?? now };
}

/** For the run's results: a case with a wall time, and nothing else that was measured. */
export function toCaseResult(result: ScenarioResult): CaseResult {
  const { name, status, reason, attempts, namespace, startedAt, finishedAt, scriptMs } = result;
  const empty = Object.fromEntries(METRICS.map((metric) => [metric.name, null])) as Metrics;
  const samples = scriptMs === null ? [] : [{ metrics: { ...empty, wallMs: Math.round(scriptMs) }, stages: [] }];
  return {
    ...toCase({ name }),
    status,
    reason,
    attempts,
    namespace,
    startedAt,
    finishedAt,
    checksum: null,
    samples,
    evidence: null,
  };
}

/** The verdict on a run of scenarios, which pass or fail and are not compared with earlier ones. */
export function judgeScenarios({ cases, run }: Results): Verdict {
  const count = (...statuses: CaseStatus[]) => cases.filter(({ status }) => statuses.includes(status)).length;
  const failed = count("failed", "infrastructure");
  const passed = count("passed", "flaky");
  const flaky = count("flaky");
  const how = count("failed") === 0 ? "met broken infrastructure" : "failed";
  const again = (text: string) => (flaky === 0 ? "" : text);
  const headline =
    failed > 0
      ? `${failed} of ${plural(cases.length, "scenario")} ${how}${again(`; ${flaky} passed only when tried again`)}.`
      : `${plural(passed, "scenario")} passed${again(`, ${flaky} of them only when tried again`)}.`;
  const verdict = failed > 0 ? "failed" : passed > 0 && run.finishedAt !== null ? "no-baseline" : "inconclusive";
  return {
    schema: "spark-loadtest/verdict/v1",
    verdict,
    headline,
    findings: [],
    baseline: { runs: [], notes: [] },
    noise: {
      cpuCoefficientOfVariation: null,
      sharedShift: null,
      smallestDetectableChange: null,
      degreesOfFreedom: null,
    },
  };
}
