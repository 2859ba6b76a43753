import { join, resolve } from "node:path";
import { compare } from "../../analyse/compare.ts";
import { exitCodeOf } from "../../analyse/exit-code.ts";
import { collectCaseResult, toSkippedResult } from "../../collect/case-result.ts";
import { failWrongResults, readKnownChecksums } from "../../collect/checksums.ts";
import { collectApplications } from "../../collect/collect-applications.ts";
import { mergePairs } from "../../collect/merge-pairs.ts";
import type { Baseline } from "../../documents/baseline.ts";
import { readBaseline } from "../../documents/read-results.ts";
import { prepareOutDirectory, writeDocument } from "../../documents/write.ts";
import { describeMachine } from "../../engine/describe-machine.ts";
import type { Engine } from "../../engine/engine.ts";
import { BadInputError, ExitCode, errorMessage, LoadtestError } from "../../lib/errors.ts";
import { plural } from "../../lib/text/format.ts";
import type { Case, CaseResult, Plan, Results, Verdict } from "../../model/documents.ts";
import type { Gate } from "../../model/metrics.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import { describeArm, timeoutOf, toArms } from "../../plan/pairs.ts";
import { createPlan } from "../../plan/plan.ts";
import { loadTier } from "../../plan/tiers/load-tiers.ts";
import type { Progress } from "../../progress/create-progress.ts";
import type { PushTarget } from "../../publish/push/target.ts";
import { RunFolder, type RunState, restoreSecrets } from "../../spec/run-folder.ts";
import type { TelemetryConfig } from "../../trace/config.ts";
import { nextProcess, readTimeline, Timeline } from "../../trace/timeline.ts";
import type { RunConfig } from "../shared/config.ts";
import { nameRun } from "../shared/name-run.ts";
import { createEngine } from "./create-engine.ts";

export interface RunContext {
  /** Folder with tiers.json and workloads/. */
  readonly assetsDirectory: string;
  readonly toolVersion: string;
  /** Where Python, Java and uv are looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  /** Aborted by a signal to the process, whose exit code is its reason. */
  readonly signal: AbortSignal;
  /** Where earlier runs of a tier are fetched from, for a run whose configuration names none. Throws LoadtestError. */
  readonly fetchBaseline?: ((tier: string, signal: AbortSignal) => Promise<FetchedBaseline>) | undefined;
  /** Told once nothing is left of what the run made. */
  readonly onCleaned?: (() => void) | undefined;
  /** Said where there was nothing to compare with; the CLI's own words unless given. */
  readonly nextRun?: string | undefined;
}

/** Earlier runs, as folders on this machine, and what people should know of those that are missing. */
export interface FetchedBaseline {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
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
  const timeline = new Timeline();
  const traced = { ...context, progress: timeline.follow(context.progress) };
  const begun = await timeline.stage("check", () => begin(config, timeline, traced));
  return carryOut(begun, { ...config, timeoutSeconds: timeoutOf(config, begun.state.tier) }, traced);
}

/** What is asked of a run that has begun. */
export interface Demands {
  /** null for as long as it takes. */
  readonly timeoutSeconds: number | null;
  readonly failOn: readonly Gate[];
  readonly telemetry: TelemetryConfig;
  readonly pushTo: PushTarget | null;
}

/** Runs what is left of a run, judges it, reports, and cleans up. Throws LoadtestError. */
export async function carryOut(begun: Begun, demands: Demands, context: RunContext): Promise<RunOutcome> {
  const { engine, folder, state, plan, timeline } = begun;
  const { otlp, problem } = demands.telemetry;
  if (problem !== null) context.progress.note(`! The trace of the run will not be sent: ${problem}.`);
  let failed = true;
  let exitCode: ExitCode = ExitCode.internal;
  try {
    const { cases: executed, complete, ending } = await execute(begun, demands, context);
    const { results, partner, baseline, verdict } = await timeline.stage("judge", async () => {
      failed = executed.some(({ status }) => status === "failed" || status === "infrastructure");
      const finishedAt = complete ? new Date().toISOString() : null;
      const { results, partner } = await toResults(executed, finishedAt, begun, context);
      failed ||= results.cases.some(({ status }) => status === "failed");
      if (partner === null) timeline.correct(executed, results.cases);
      const baseline = partner === null ? begun.baseline : { runs: [partner], notes: [] };
      return { results, partner, baseline, verdict: compare(results, baseline, { failOn: demands.failOn }) };
    });
    const { htmlPath } = await timeline.stage("report", async () => {
      if (failed) await engine.exportLogs(join(folder.path, "cluster"));
      if (partner !== null) await writeDocument(join(folder.path, "baseline", "results.json"), partner);
      await writeDocument(join(folder.path, "results.json"), results);
      await writeDocument(join(folder.path, "verdict.json"), verdict);
      // Plots take as long to load as all the rest, and are wanted last.
      const { writeReports } = await import("../../report/report.ts");
      const written = await writeReports(
        { results, verdict, baseline: baseline.runs, nextRun: context.nextRun },
        folder.path,
      );
      if (demands.pushTo !== null) await push({ results, verdict }, demands.pushTo, context);
      return written;
    });
    exitCode = ending ?? exitCodeOf(results, verdict);
    return { exitCode, results, verdict, baseline: baseline.runs, folder: folder.path, htmlPath };
  } catch (error) {
    if (error instanceof LoadtestError) exitCode = error.exitCode;
    // Whoever interrupts knows why it ended.
    if (context.signal.aborted) exitCode = context.signal.reason as ExitCode;
    else await engine.exportLogs(join(folder.path, "cluster"));
    throw error;
  } finally {
    await timeline.stage("cleanup", () => cleanUp(engine, failed, context));
    timeline.add({ type: "end", exitCode });
    const { keepTrace } = await import("../../trace/keep-trace.ts");
    await keepTrace(
      timeline,
      { ...state, cases: toArms(plan.cases, state.settings.partner) },
      otlp,
      folder.path,
      context.progress.note,
    );
  }
}

/** A receiver that is down costs the run nothing but these figures, which are in its folder, too. */
async function push(
  { results, verdict }: Pick<RunOutcome, "results" | "verdict">,
  target: PushTarget,
  { progress, signal }: RunContext,
): Promise<void> {
  // Whoever interrupts wants to go, and half a run says little about the tier.
  if (signal.aborted) return;
  const [{ pushMetrics }, { toMetricFamilies }] = await Promise.all([
    import("../../publish/push/push-metrics.ts"),
    import("../../report/metrics/families.ts"),
  ]);
  try {
    await pushMetrics(toMetricFamilies(results, verdict), target, { tier: results.run.tier });
    progress.note(`Metrics pushed to ${target.shownUrl}`);
  } catch (error) {
    progress.note(`! ${errorMessage(error)}`);
  }
}

/** What was executed as the run's results, and as those of the other side of an A/B run. */
async function toResults(
  executed: readonly CaseResult[],
  finishedAt: string | null,
  { state, plan }: Begun,
  context: RunContext,
): Promise<{ readonly results: Results; readonly partner: Results | null }> {
  const { partner } = state.settings;
  const run = { ...state.run, finishedAt };
  const schema = "spark-loadtest/results/v1";
  const check = (cases: readonly CaseResult[]) => checkResults(cases, state, context);
  if (partner === null) return { results: { schema, run, cases: await check(executed) }, partner: null };
  const ofPartner = {
    id: `${run.id}-baseline`,
    commit: null,
    ref: null,
    partnerOf: { id: run.id, image: partner.image },
  };
  return {
    results: { schema, run, cases: await check(mergePairs(plan, executed, "current")) },
    partner: { schema, run: { ...run, ...ofPartner }, cases: await check(mergePairs(plan, executed, "baseline")) },
  };
}

/** What cannot be removed is said, and does not hide what the run came to. */
async function cleanUp(engine: Engine, failed: boolean, { progress, onCleaned }: RunContext): Promise<void> {
  try {
    await engine.cleanup(failed, progress.prepare);
    onCleaned?.();
  } catch (error) {
    progress.note(`! ${errorMessage(error)}`);
    if (error instanceof LoadtestError && error.hint !== undefined) progress.note(`  ${error.hint}`);
  }
}

/** A run that is ready to go: everything that its options can be refused for has been looked at. */
export interface Begun {
  readonly folder: RunFolder;
  readonly state: RunState;
  readonly plan: Plan;
  readonly baseline: Baseline;
  readonly engine: Engine;
  /** Cases that an earlier process of this run finished. */
  readonly finished: readonly CaseResult[];
  readonly timeline: Timeline;
}

async function begin(config: RunConfig, timeline: Timeline, context: RunContext): Promise<Begun> {
  return config.resumeDirectory === null
    ? beginNew(config, timeline, context)
    : beginAgain(config, config.resumeDirectory, timeline, context);
}

async function beginAgain(
  config: RunConfig,
  directory: string,
  timeline: Timeline,
  context: RunContext,
): Promise<Begun> {
  const begun = await RunFolder.open(directory);
  const state = restoreSecrets(begun.state, { conf: config.conf, workloadArgs: [...config.workloadArgs] });
  const { run } = state;
  const baseline = await readBaseline(config.baseline, { tier: run.tier, excludeRunId: run.id });
  // Infrastructure that failed then may work now.
  const finished = begun.finished.filter(({ status }) => status !== "infrastructure");
  const process = nextProcess(await readTimeline(directory));
  const engine = await createEngine(config, { state, directory, process }, context);
  await engine.check(begun.plan.cases.filter((testCase) => engine.unservable(testCase) === null));
  context.progress.note(`Continuing run ${run.id}: ${finished.length} of ${begun.plan.cases.length} cases are done.`);
  timeline.keepIn(directory, toArms(begun.plan.cases, state.settings.partner).length);
  return { ...begun, state, finished, baseline, engine, timeline };
}

async function beginNew(config: RunConfig, timeline: Timeline, context: RunContext): Promise<Begun> {
  const builtinTiersFile = join(context.assetsDirectory, "tiers.json");
  const tier = await loadTier(config.tier, { tiersFile: config.tiersFile, builtinTiersFile });
  const plan = createPlan(tier, config);
  const id = nameRun(tier.name, new Date());
  const directory = config.outDirectory ?? resolve("spark-loadtest-runs", id);
  const state = describeRun(config, { id, tier }, context);
  const engine = await createEngine(config, { state, directory, process: 1 }, context);
  const reasons = plan.cases.map((testCase) => engine.unservable(testCase));
  if (!reasons.includes(null)) {
    throw new BadInputError(`No case of the plan can run here. ${reasons[0]}`, {
      hint:
        config.cluster === null
          ? "Choose a cluster with --cluster kind, other cases with --only (see `spark-loadtest plan`), or a tier for this machine such as quick."
          : "Choose other cases with --only (see `spark-loadtest plan`), or a tier for clusters such as p0_smoke.",
    });
  }
  const served = plan.cases.filter((_, index) => reasons[index] === null);
  await engine.check(toArms(served, config.partner));
  const baseline = await findBaseline(config, { tier: tier.name, excludeRunId: id }, context);
  state.run.host = await engine.describeHost();
  await prepareOutDirectory(directory);
  const folder = await RunFolder.create(directory, state, plan);
  const times = config.partner === null ? "" : `, each in ${plural(config.partner.pairs, "pair")} of two images`;
  context.progress.note(`Run ${id}: ${plan.cases.length} cases${times}, in ${directory}`);
  timeline.keepIn(directory, toArms(plan.cases, config.partner).length);
  return { folder, state, plan, baseline, engine, finished: [], timeline };
}

async function findBaseline(
  config: RunConfig,
  options: { readonly tier: string; readonly excludeRunId: string },
  { fetchBaseline, signal }: RunContext,
): Promise<Baseline> {
  if (fetchBaseline === undefined) return readBaseline(config.baseline, options);
  const { paths, notes } = await fetchBaseline(options.tier, signal);
  const read = paths.length === 0 ? { runs: [], notes: [] } : await readBaseline(paths, options);
  return { runs: read.runs, notes: [...notes, ...read.notes] };
}

/** What a run of this configuration is, before it has done anything. */
export function describeRun(
  config: RunConfig,
  { id, tier }: { readonly id: string; readonly tier: Tier },
  { toolVersion }: RunContext,
): RunState {
  return {
    run: {
      id,
      tier: tier.name,
      engine: config.cluster === null ? "local" : "argo",
      startedAt: new Date().toISOString(),
      finishedAt: null,
      commit: config.commit,
      ref: config.ref,
      toolVersion,
      host: describeMachine(),
    },
    tier,
    settings: {
      samples: config.samples ?? tier.samples,
      warmups: config.warmups ?? tier.warmups,
      dataDirectory: config.dataDirectory,
      conf: config.conf,
      workloadArgs: [...config.workloadArgs],
      partner: config.partner,
    },
    trace: config.telemetry.trace,
  };
}

interface Executed {
  /** In the order of the plan; of an A/B run a result for each execution. */
  readonly cases: CaseResult[];
  readonly complete: boolean;
  /** Exit code of a run that was ended early. */
  readonly ending: ExitCode | null;
}

/** Runs the cases that are left and collects each as it ends. */
async function execute(
  { engine, folder, plan, state, finished, timeline }: Begun,
  { timeoutSeconds }: Demands,
  { progress, signal }: RunContext,
): Promise<Executed> {
  const { partner } = state.settings;
  const show = (testCase: Case): Case => ({ ...testCase, name: describeArm(testCase.name, partner) });
  const results = new Map(finished.map((result) => [result.name, result]));
  const keep = async (result: CaseResult) => {
    results.set(result.name, result);
    await folder.append(result);
  };
  const served: Case[] = [];
  const skipped: string[] = [];
  for (const testCase of plan.cases) {
    const reason = results.has(testCase.name) ? null : engine.unservable(testCase);
    if (reason === null) served.push(testCase);
    else {
      skipped.push(reason);
      await keep(toSkippedResult(testCase, reason));
    }
  }
  const arms = toArms(served, partner);
  const left = arms.filter(({ name }) => !results.has(name));
  const total = skipped.length + arms.length;
  if (skipped.length > 0) progress.note(`– ${skipped.length} cases are skipped: ${[...new Set(skipped)].join(" ")}`);

  const timeout = timeoutSeconds === null ? new AbortController().signal : AbortSignal.timeout(timeoutSeconds * 1000);
  timeout.addEventListener("abort", () => {
    progress.note(
      `Ending: the ${timeoutSeconds} s of the run are over. Give it more with --timeout, or take cases out.`,
    );
  });
  const ended = AbortSignal.any([signal, timeout]);
  const collecting: Promise<void>[] = [];
  try {
    if (left.length > 0) await timeline.stage("prepare", () => engine.prepare(left, progress.prepare, ended));
    progress.begin(total, results.size, arms.map(show));
    await timeline.stage("execute", async () => {
      for await (const event of engine.execute(left, ended)) {
        if (event.type === "started") timeline.add({ type: "attempt", case: event.case.name, attempt: event.attempt });
        progress.case({ ...event, case: show(event.case) });
        if (event.type !== "finished") continue;
        const collected = collectCaseResult(event.case, event.execution, (execution) =>
          collectApplications(execution, {
            historyServerUrl: engine.historyServerUrl,
            onFallback: (reason) => progress.note(`  ${show(event.case).name}: figures from the event log. ${reason}`),
            signal: ended,
          }),
        ).then(({ result, jobs }) => {
          timeline.addCase(result, event.execution, jobs);
          return keep(result);
        });
        collected.catch(() => undefined);
        collecting.push(collected);
      }
    });
  } catch (error) {
    // What breaks because everything is being ended is not a failure of its own.
    if (!ended.aborted) throw error;
  }
  await timeline.stage("collect", () => Promise.all(collecting));
  const ending = signal.aborted ? (signal.reason as ExitCode) : timeout.aborted ? ExitCode.timeout : null;
  const complete = results.size === total;
  const names = partner === null ? plan.cases.map(({ name }) => name) : [...results.keys()];
  const cases = names.flatMap((name) => results.get(name) ?? []);
  // A limit that ran out as the last case ended has cost nothing.
  return { cases, complete, ending: complete ? null : ending };
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
