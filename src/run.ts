import { randomBytes } from "node:crypto";
import { cpus, type as osType, release, totalmem } from "node:os";
import { join, resolve } from "node:path";
import type { Baseline } from "./analyse/baseline.ts";
import { compare } from "./analyse/compare.ts";
import { readBaseline } from "./analyse/read-results.ts";
import { collectCaseResult, toSkippedResult } from "./collect/case-result.ts";
import { failWrongResults, readKnownChecksums } from "./collect/checksums.ts";
import { readEventLogs } from "./collect/event-log.ts";
import type { RunConfig } from "./config/config.ts";
import type { Engine } from "./engine/engine.ts";
import { createLocalEngine } from "./engine/local/engine.ts";
import { BadInputError, ExitCode } from "./lib/errors.ts";
import type { CaseResult, Plan, Results, Verdict } from "./model/documents.ts";
import { loadTier } from "./plan/load-tiers.ts";
import { createPlan } from "./plan/plan.ts";
import type { Tier } from "./plan/tier.ts";
import type { Progress } from "./progress.ts";
import { prepareOutDirectory, writeDocument, writeReports } from "./report/report.ts";
import { RunFolder, type RunState } from "./run-folder.ts";

export interface RunContext {
  /** Folder with tiers.json and workloads/. */
  readonly assetsDirectory: string;
  readonly toolVersion: string;
  /** Where Python, Java and uv are looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  /** Aborted by a signal to the process, whose exit code is its reason. */
  readonly signal: AbortSignal;
}

/** What a run comes to. The caller shows it; nothing is printed here but progress. */
export interface RunOutcome {
  readonly exitCode: ExitCode;
  readonly results: Results;
  readonly verdict: Verdict;
  readonly baseline: readonly Results[];
  readonly folder: string;
  readonly htmlPath: string;
}

/** One run from its plan to its report. Throws LoadtestError where it could not be begun or prepared. */
export async function run(config: RunConfig, context: RunContext): Promise<RunOutcome> {
  const begun = await begin(config, context);
  const { folder, state, plan, baseline } = begun;
  const { cases: executed, ending } = await execute(begun, config, context);
  const cases = await checkResults(executed, state, context);
  const complete = cases.length === plan.cases.length;
  const results: Results = {
    schema: "spark-loadtest/results/v1",
    run: { ...state.run, finishedAt: complete ? new Date().toISOString() : null },
    cases,
  };
  const verdict = compare(results, baseline, { failOn: config.failOn });
  await writeDocument(join(folder.path, "results.json"), results);
  await writeDocument(join(folder.path, "verdict.json"), verdict);
  const { htmlPath } = await writeReports({ results, verdict, baseline: baseline.runs }, folder.path);
  return {
    exitCode: ending ?? exitCodeOf(results, verdict),
    results,
    verdict,
    baseline: baseline.runs,
    folder: folder.path,
    htmlPath,
  };
}

/** A run that is ready to go: everything that its options can be refused for has been looked at. */
interface Begun {
  readonly folder: RunFolder;
  readonly state: RunState;
  readonly plan: Plan;
  readonly baseline: Baseline;
  readonly engine: Engine;
  /** Cases that an earlier process of this run finished. */
  readonly finished: readonly CaseResult[];
}

async function begin(config: RunConfig, context: RunContext): Promise<Begun> {
  return config.resumeDirectory === null
    ? beginNew(config, context)
    : beginAgain(config, config.resumeDirectory, context);
}

async function beginAgain(config: RunConfig, directory: string, context: RunContext): Promise<Begun> {
  const begun = await RunFolder.open(directory);
  const { run } = begun.state;
  const baseline = await readBaseline(config.baseline, { tier: run.tier, excludeRunId: run.id });
  // Infrastructure that failed then may work now.
  const finished = begun.finished.filter(({ status }) => status !== "infrastructure");
  const engine = createEngine(config, begun.state, directory, context);
  await engine.check(begun.plan.cases.filter((testCase) => engine.unservable(testCase) === null));
  context.progress.note(`Continuing run ${run.id}: ${finished.length} of ${begun.plan.cases.length} cases are done.`);
  return { ...begun, finished, baseline, engine };
}

async function beginNew(config: RunConfig, context: RunContext): Promise<Begun> {
  const builtinTiersFile = join(context.assetsDirectory, "tiers.json");
  const tier = await loadTier(config.tier, { tiersFile: config.tiersFile, builtinTiersFile });
  const plan = createPlan(tier, config);
  const state = describeRun(config, tier, context.toolVersion);
  const { id } = state.run;
  const directory = config.outDirectory ?? resolve("spark-loadtest-runs", id);
  const engine = createEngine(config, state, directory, context);
  const reasons = plan.cases.map((testCase) => engine.unservable(testCase));
  if (!reasons.includes(null)) {
    throw new BadInputError(`No case of the plan can run here. ${reasons[0]}`, {
      hint: "Choose other cases with --only (see `spark-loadtest plan`), or a tier for this machine such as quick.",
    });
  }
  await engine.check(plan.cases.filter((_, index) => reasons[index] === null));
  const baseline = await readBaseline(config.baseline, { tier: tier.name, excludeRunId: id });
  await prepareOutDirectory(directory);
  const folder = await RunFolder.create(directory, state, plan);
  context.progress.note(`Run ${id}: ${plan.cases.length} cases, in ${directory}`);
  return { folder, state, plan, baseline, engine, finished: [] };
}

function describeRun(config: RunConfig, tier: Tier, toolVersion: string): RunState {
  const startedAt = new Date();
  return {
    run: {
      id: `${tier.name}-${startedAt.toISOString().replace(/[-:]|\..*/g, "")}-${randomBytes(2).toString("hex")}`,
      tier: tier.name,
      engine: "local",
      startedAt: startedAt.toISOString(),
      finishedAt: null,
      commit: config.commit,
      ref: config.ref,
      toolVersion,
      host: {
        cpus: cpus().length,
        memoryBytes: totalmem(),
        os: `${osType()} ${release()}`,
        cpuModel: cpus()[0]?.model ?? "unknown",
      },
    },
    tier,
    settings: {
      samples: config.samples ?? tier.samples,
      warmups: config.warmups ?? tier.warmups,
      dataDirectory: config.dataDirectory,
      conf: config.conf,
      workloadArgs: [...config.workloadArgs],
    },
  };
}

function createEngine(config: RunConfig, state: RunState, runDirectory: string, context: RunContext): Engine {
  const { tier, settings } = state;
  return createLocalEngine({
    tier,
    ...settings,
    runDirectory,
    cacheDirectory: config.cacheDirectory,
    workloadDirectory: join(context.assetsDirectory, "workloads"),
    maxParallel: config.maxParallel,
    caseTimeoutMs: (config.caseTimeoutSeconds ?? tier.caseTimeoutSeconds) * 1000,
    retries: config.retries,
    environment: context.environment,
  });
}

/** Runs the cases that are left and collects each as it ends. `ending` is the exit code of a run that was ended early. */
async function execute(
  { engine, state, folder, plan, finished }: Begun,
  config: RunConfig,
  { progress, signal }: RunContext,
): Promise<{ cases: CaseResult[]; ending: ExitCode | null }> {
  const results = new Map(finished.map((result) => [result.name, result]));
  const keep = async (result: CaseResult) => {
    results.set(result.name, result);
    await folder.append(result);
  };
  const left: Plan["cases"] = [];
  const skipped: string[] = [];
  for (const testCase of plan.cases.filter(({ name }) => !results.has(name))) {
    const reason = engine.unservable(testCase);
    if (reason === null) left.push(testCase);
    else {
      skipped.push(reason);
      await keep(toSkippedResult(testCase, reason));
    }
  }
  if (skipped.length > 0) progress.note(`– ${skipped.length} cases are skipped: ${[...new Set(skipped)].join(" ")}`);

  const timeoutSeconds = config.timeoutSeconds ?? state.tier.timeoutSeconds;
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  timeout.addEventListener("abort", () => {
    progress.note(
      `Ending: the ${timeoutSeconds} s of the run are over. Give it more with --timeout, or take cases out.`,
    );
  });
  const ended = AbortSignal.any([signal, timeout]);
  const collecting: Promise<void>[] = [];
  try {
    if (left.length > 0) await engine.prepare(left, progress.prepare, ended);
    progress.begin(plan.cases.length, results.size);
    for await (const event of engine.execute(left, ended)) {
      progress.case(event);
      if (event.type !== "finished") continue;
      const collected = collectCaseResult(event.case, event.execution, (path) => readEventLogs([path])).then(keep);
      collected.catch(() => undefined);
      collecting.push(collected);
    }
  } catch (error) {
    // What breaks because everything is being ended is not a failure of its own.
    if (!ended.aborted) throw error;
  } finally {
    await engine.cleanup();
  }
  await Promise.all(collecting);
  const ending = signal.aborted ? (signal.reason as ExitCode) : timeout.aborted ? ExitCode.timeout : null;
  const cases = plan.cases.flatMap(({ name }) => results.get(name) ?? []);
  // A limit that ran out as the last case ended has cost nothing.
  return { cases, ending: cases.length === plan.cases.length ? null : ending };
}

async function checkResults(
  cases: readonly CaseResult[],
  { tier, settings }: RunState,
  { assetsDirectory }: RunContext,
): Promise<CaseResult[]> {
  // Other data or arguments give other results, which only the versions can check against each other.
  const recorded = tier.workload === null && settings.dataDirectory === null && settings.workloadArgs.length === 0;
  const known = recorded ? await readKnownChecksums(join(assetsDirectory, "workloads", "checksums.json")) : {};
  return failWrongResults(cases, (operation, dataSize) => known[dataSize]?.[operation]);
}

function exitCodeOf({ cases }: Results, { verdict }: Verdict): ExitCode {
  if (cases.some(({ status }) => status === "failed")) return ExitCode.casesFailed;
  if (cases.some(({ status }) => status === "infrastructure")) return ExitCode.infrastructure;
  return verdict === "regression" ? ExitCode.regression : ExitCode.pass;
}
