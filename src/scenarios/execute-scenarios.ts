import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { InfrastructureError } from "../lib/errors.ts";
import type { ScenarioResult } from "../model/scenarios.ts";
import type { ScenarioNamespace, ScenarioNamespaces } from "./namespaces.ts";
import { runScript, type ScriptOutcome } from "./run-script.ts";
import { logPathOf, type Scenario } from "./scenario.ts";

/** What happens to a scenario, in order: started, then any number of the middle ones, then finished once. */
export type ScenarioEvent = { readonly name: string } & (
  | { readonly type: "started"; readonly attempt: number }
  | { readonly type: "progress"; readonly step: string }
  /** A line of its log, without its end. */
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "retrying"; readonly attempt: number; readonly reason: string; readonly delayMs: number }
  | { readonly type: "finished"; readonly outcome: ScenarioResult }
);

export interface ExecuteOptions {
  readonly namespaces: ScenarioNamespaces;
  readonly maxParallel: number;
  readonly timeoutMs: number;
  /** Further attempts of a scenario that failed. */
  readonly retries: number;
  readonly failFast: boolean;
  readonly keepOnFailure: boolean;
  /** Of the scripts. */
  readonly environment: Readonly<Record<string, string>>;
  /** The run's folder; `logs/<scenario>.log` is written in it. */
  readonly runDirectory: string;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
  readonly onEvent: (event: ScenarioEvent) => void;
}

/**
 * Runs scenarios side by side, each attempt in a namespace of its own. A scenario that fails is a result, never an exception; one
 * that `signal` ended has no result.
 */
export async function executeScenarios(scenarios: readonly Scenario[], options: ExecuteOptions): Promise<void> {
  const { maxParallel, failFast, signal, onEvent } = options;
  const limit = pLimit(maxParallel);
  let firstFailed: string | null = null;
  const runOne = async (scenario: Scenario) => {
    if (signal.aborted) return;
    const result = firstFailed === null ? await runScenario(scenario, options) : toSkipped(scenario, firstFailed);
    if (result === null) return;
    if (failFast && (result.status === "failed" || result.status === "infrastructure")) firstFailed ??= scenario.name;
    onEvent({ type: "finished", name: scenario.name, outcome: result });
  };
  await Promise.all(scenarios.map((scenario) => limit(() => runOne(scenario))));
}

function toSkipped({ name, script }: Scenario, firstFailed: string): ScenarioResult {
  return {
    name,
    script,
    status: "skipped",
    reason: `Not started, since ${firstFailed} had failed (--fail-fast).`,
    exitCode: null,
    attempts: 0,
    namespace: null,
    release: null,
    startedAt: null,
    finishedAt: null,
    scriptMs: null,
    log: null,
  };
}

/** null where `signal` ended it. */
async function runScenario(scenario: Scenario, options: ExecuteOptions): Promise<ScenarioResult | null> {
  const { retries, signal, onEvent } = options;
  const { name, script } = scenario;
  const startedAt = new Date().toISOString();
  const failures: string[] = [];
  let log: string | null = null;
  for (let attempt = 1; ; attempt++) {
    onEvent({ type: "started", name: scenario.name, attempt });
    const ended = await runAttempt(scenario, attempt, options);
    if (ended === null) return null;
    const { status, exitCode, reason, namespace, release, scriptMs } = ended;
    if (namespace !== null) log = logPathOf(scenario);
    if (status === "failed" && attempt <= retries && !signal.aborted) {
      failures.push(`Attempt ${attempt}: ${reason}`);
      onEvent({ type: "retrying", name: scenario.name, attempt: attempt + 1, reason: reason ?? "", delayMs: 0 });
      continue;
    }
    const flaky = status === "passed" && attempt > 1;
    return {
      name,
      script,
      status: flaky ? "flaky" : status,
      reason: flaky ? `Passed in attempt ${attempt}. ${failures.join(" ")}` : reason,
      exitCode,
      attempts: attempt,
      namespace,
      release,
      startedAt,
      finishedAt: new Date().toISOString(),
      scriptMs,
      log,
    };
  }
}

interface AttemptEnd extends ScriptOutcome {
  readonly namespace: string | null;
  readonly release: string | null;
  /** How long the script ran; null where it did not. */
  readonly scriptMs: number | null;
}

/** One attempt in a namespace, which is removed or kept when the script has ended. null where `signal` ended the attempt. */
async function runAttempt(scenario: Scenario, attempt: number, options: ExecuteOptions): Promise<AttemptEnd | null> {
  const { namespaces, retries, keepOnFailure, environment, timeoutMs, signal, hurry, onEvent } = options;
  const logFile = join(options.runDirectory, logPathOf(scenario));
  onEvent({ type: "progress", name: scenario.name, step: "namespace" });
  let namespace: ScenarioNamespace;
  try {
    namespace = await namespaces.create(scenario.name);
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof InfrastructureError)) throw error;
    const outcome: ScriptOutcome = { status: "infrastructure", exitCode: null, reason: error.message };
    return { ...outcome, namespace: null, release: null, scriptMs: null };
  }
  const { name, release } = namespace;
  let keep = false;
  try {
    if (attempt === 1) await writeFile(logFile, "");
    else await appendFile(logFile, `spark-loadtest: attempt ${attempt}, in the namespace ${name}\n`);
    onEvent({ type: "progress", name: scenario.name, step: name });
    const beganAt = performance.now();
    const outcome = await runScript({
      path: scenario.path,
      namespace: name,
      release,
      environment,
      logFile,
      timeoutMs,
      onLine: (line) => onEvent({ type: "log", name: scenario.name, line }),
      signal,
      hurry,
    });
    if (outcome === null) return null;
    keep = keepOnFailure && outcome.status === "failed" && attempt > retries;
    const scriptMs = outcome.exitCode === null ? null : Math.round(performance.now() - beganAt);
    return { ...outcome, namespace: name, release, scriptMs };
  } finally {
    if (keep) await namespaces.keep(namespace);
    else namespaces.startRemoval(namespace);
  }
}
