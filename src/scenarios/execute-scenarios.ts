import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { InfrastructureError } from "../lib/errors.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import type { ScenarioNamespaces } from "./namespaces.ts";
import { type ScenarioResult, toOutcome } from "./results.ts";
import { runScript, type ScriptOutcome } from "./run-script.ts";
import type { Scenario } from "./scenario.ts";

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
  /** `<scenario>.log` is written in it. */
  readonly logDirectory: string;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
  readonly onEvent: (event: ProgressEvent) => void;
  readonly onFinished: (result: ScenarioResult) => void;
}

/**
 * Runs scenarios side by side, each attempt in a namespace of its own. A scenario that fails is a result, never an exception; one
 * that `signal` ended has none.
 */
export async function executeScenarios(scenarios: readonly Scenario[], options: ExecuteOptions): Promise<void> {
  const { maxParallel, failFast, signal, onEvent, onFinished } = options;
  const limit = pLimit(maxParallel);
  let failed: string | null = null;
  const runOne = async (scenario: Scenario) => {
    if (signal.aborted) return;
    const result = failed === null ? await runScenario(scenario, options) : toSkipped(scenario, failed);
    if (result === null) return;
    if (failFast && (result.status === "failed" || result.status === "infrastructure")) failed ??= scenario.name;
    onFinished(result);
    onEvent({ type: "finished", name: scenario.name, outcome: toOutcome(result) });
  };
  await Promise.all(scenarios.map((scenario) => limit(() => runOne(scenario))));
}

function toSkipped({ name }: Scenario, failed: string): ScenarioResult {
  const reason = `Not started, since ${failed} had failed (--fail-fast).`;
  const none = { exitCode: null, namespace: null, release: null, startedAt: null, finishedAt: null, scriptMs: null };
  return { name, status: "skipped", reason, attempts: 0, ...none };
}

async function runScenario(scenario: Scenario, options: ExecuteOptions): Promise<ScenarioResult | null> {
  const { retries, signal, onEvent } = options;
  const startedAt = new Date().toISOString();
  const failures: string[] = [];
  for (let attempt = 1; ; attempt++) {
    onEvent({ type: "started", name: scenario.name, attempt });
    const ended = await runAttempt(scenario, attempt, options);
    if (ended === null) return null;
    const { outcome, ...place } = ended;
    const mayPass = outcome.status === "failed" && attempt <= retries && !signal.aborted;
    if (!mayPass) {
      const flaky = outcome.status === "passed" && attempt > 1;
      return {
        name: scenario.name,
        status: flaky ? "flaky" : outcome.status,
        reason: flaky ? `Passed in attempt ${attempt}. ${failures.join(" ")}` : outcome.reason,
        exitCode: outcome.exitCode,
        attempts: attempt,
        ...place,
        startedAt,
        finishedAt: new Date().toISOString(),
      };
    }
    failures.push(`Attempt ${attempt}: ${outcome.reason}`);
    const reason = outcome.reason ?? "";
    onEvent({ type: "retrying", name: scenario.name, attempt: attempt + 1, reason, delayMs: 0 });
  }
}

interface AttemptEnd {
  readonly outcome: ScriptOutcome;
  readonly namespace: string | null;
  readonly release: string | null;
  /** How long the script ran; null where it did not. */
  readonly scriptMs: number | null;
}

/** One attempt in a namespace that is given up, or kept, when the script has ended. null where `signal` ended it. */
async function runAttempt(scenario: Scenario, attempt: number, options: ExecuteOptions): Promise<AttemptEnd | null> {
  const { namespaces, retries, keepOnFailure, environment, timeoutMs, signal, hurry, onEvent } = options;
  const logFile = join(options.logDirectory, `${scenario.name}.log`);
  onEvent({ type: "progress", name: scenario.name, step: "namespace" });
  let namespace: Awaited<ReturnType<ScenarioNamespaces["create"]>>;
  try {
    namespace = await namespaces.create(scenario.name);
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof InfrastructureError)) throw error;
    const outcome: ScriptOutcome = { status: "infrastructure", exitCode: null, reason: error.message };
    return { outcome, namespace: null, release: null, scriptMs: null };
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
    return { outcome, namespace: name, release, scriptMs: performance.now() - beganAt };
  } finally {
    if (keep) await namespaces.keep(namespace);
    else namespaces.giveUp(namespace);
  }
}
