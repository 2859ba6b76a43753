import { join } from "node:path";
import type { Baseline } from "../../documents/baseline.ts";
import { readBaseline } from "../../documents/read-results.ts";
import type { Engine } from "../../engine/engine.ts";
import { BadInputError } from "../../lib/errors.ts";
import { plural } from "../../lib/text/format.ts";
import type { Case, CaseResult, Plan, Run } from "../../model/documents.ts";
import { planExecutions } from "../../plan/execution.ts";
import { createPlan } from "../../plan/plan.ts";
import { type Place, whyNotRunnable } from "../../plan/runnable.ts";
import { loadTier } from "../../plan/tiers/load-tiers.ts";
import { prepareOutDirectory } from "../../publish/outputs.ts";
import { RunFolder } from "../../spec/run-folder.ts";
import { restoreSecrets } from "../../spec/secrets.ts";
import type { RunRecord } from "../../spec/spec.ts";
import { identifyWorkload } from "../../spec/workload.ts";
import { nextProcess, readTimeline, type Timeline } from "../../trace/timeline.ts";
import { defaultDirectory, nameRun } from "../shared/name-run.ts";
import { buildSpec, recordRun } from "./build-spec.ts";
import type { RunContext } from "./context.ts";
import { openHost } from "./host.ts";
import type { RunConfig } from "./options.ts";

/** A run that is ready to go: everything that its options can be refused for has been looked at. */
export interface BegunRun {
  readonly record: RunRecord;
  /** Of the plan's cases, by name, what keeps each from running here; null where nothing does. */
  readonly reasons: ReadonlyMap<string, string | null>;
  readonly folder: RunFolder;
  readonly baseline: Baseline;
  readonly engine: Engine;
  /** What an earlier process of this run finished, by the ids of executions. */
  readonly finished: readonly CaseResult[];
  /** null for as long as it takes. */
  readonly timeoutSeconds: number | null;
}

/** Begins a new run, or one that is continued. Throws LoadtestError. */
export function beginRun(config: RunConfig, timeline: Timeline, context: RunContext): Promise<BegunRun> {
  return config.resumeDirectory === null
    ? beginNew(config, timeline, context)
    : continueRun(config, config.resumeDirectory, timeline, context);
}

async function continueRun(
  config: RunConfig,
  directory: string,
  timeline: Timeline,
  context: RunContext,
): Promise<BegunRun> {
  const opened = await RunFolder.open(directory);
  const { conf, workloadArgs } = config;
  const record = { ...opened.record, settings: restoreSecrets(opened.record, { conf, workloadArgs }) };
  const { run, plan, tier, settings } = record;
  const { tier: tierName, workload } = run;
  const baseline = await readBaseline(config.baseline, { tier: tierName, workload, excludeRunId: run.id });
  // Infrastructure that failed then may work now.
  const finished = opened.finished.filter(({ status }) => status !== "infrastructure");
  const host = await openHost(config, run.id, context);
  const reasons = reasonsOf(record, host.place);
  await host.check(planExecutions(runnableOf(plan, reasons), settings.partner), tier);
  const spec = buildSpec(config, record, nextProcess(await readTimeline(directory)), context);
  context.progress.note(`Continuing run ${run.id}: ${finished.length} of ${plan.cases.length} cases are done.`);
  timeline.keepIn(directory, planExecutions(plan.cases, settings.partner).length);
  const engine = host.createEngine(spec);
  const { timeoutSeconds } = spec.limits;
  return { record, reasons, folder: opened.folder, baseline, engine, finished, timeoutSeconds };
}

async function beginNew(config: RunConfig, timeline: Timeline, context: RunContext): Promise<BegunRun> {
  const { assetsDirectory, toolVersion, progress } = context;
  const builtinTiersFile = join(assetsDirectory, "tiers.json");
  const tier = await loadTier(config.tier, { tiersFile: config.tiersFile, builtinTiersFile });
  const plan = createPlan(tier, config);
  const id = nameRun(tier.name, new Date());
  const directory = config.outDirectory ?? defaultDirectory(id);
  const host = await openHost(config, id, context);
  const reasons = reasonsOf({ plan, tier }, host.place);
  const runnable = runnableOf(plan, reasons);
  if (runnable.length === 0) {
    const [reason] = reasons.values();
    throw new BadInputError(`No case of the plan can run here. ${reason}`, { hint: NOTHING_RUNS[host.place] });
  }
  await host.check(planExecutions(runnable, config.partner), tier);
  const workload = await identifyWorkload(tier, config, assetsDirectory);
  const known = { id, workload, workflowJob: context.workflowJob, host: await host.describe(), directory, toolVersion };
  const record = recordRun(config, plan, tier, known);
  const baseline = await findBaseline(config, record.run, context);
  const spec = buildSpec(config, record, 1, context);
  await prepareOutDirectory(directory);
  const folder = await RunFolder.create(record);
  const times = config.partner === null ? "" : `, each in ${plural(config.partner.pairs, "pair")} of two images`;
  progress.note(`Run ${id}: ${plural(plan.cases.length, "case")}${times}, in ${directory}`);
  timeline.keepIn(directory, planExecutions(plan.cases, config.partner).length);
  const engine = host.createEngine(spec);
  const { timeoutSeconds } = spec.limits;
  return { record, reasons, folder, baseline, engine, finished: [], timeoutSeconds };
}

/** What keeps each case of a plan from running in a place. */
export function reasonsOf({ plan, tier }: Pick<RunRecord, "plan" | "tier">, place: Place): BegunRun["reasons"] {
  return new Map(plan.cases.map((testCase) => [testCase.name, whyNotRunnable(testCase, tier, place)]));
}

/** The cases of a plan that can run here, in its order. */
export function runnableOf(plan: Plan, reasons: BegunRun["reasons"]): Case[] {
  return plan.cases.filter(({ name }) => reasons.get(name) === null);
}

/** What to do where no case of a plan can run in a place. */
export const NOTHING_RUNS: Readonly<Record<Place, string>> = {
  machine:
    "Choose a cluster with --cluster kind, other cases with --only (see `spark-loadtest plan`), or a tier for this machine such as quick.",
  cluster:
    "Choose other cases with --only (see `spark-loadtest plan --cluster kind`), or --tier p0_smoke --only orchestrator=submit,extensions=none.",
};

async function findBaseline(config: RunConfig, run: Run, { fetchBaseline, signal }: RunContext): Promise<Baseline> {
  const options = { tier: run.tier, workload: run.workload, excludeRunId: run.id };
  if (fetchBaseline === undefined) return readBaseline(config.baseline, options);
  const { paths, notes } = await fetchBaseline(run, signal);
  const read = paths.length === 0 ? { runs: [], notes: [] } : await readBaseline(paths, options);
  return { runs: read.runs, notes: [...notes, ...read.notes] };
}
