import { resolve } from "node:path";
import { readBaseline } from "../../documents/read-results.ts";
import { createArgoEngine } from "../../engine/argo/engine.ts";
import { prepareOutDirectory } from "../../report/report.ts";
import { RunFolder } from "../../spec/run-folder.ts";
import { Timeline } from "../../trace/timeline.ts";
import { type Begun, carryOut, type RunContext, type RunOutcome } from "../run/run.ts";
import type { CollectConfig } from "../shared/config.ts";
import { openCluster, readRun } from "../shared/open-cluster.ts";

/** Takes up a run that another process submitted to a cluster, from there to its report. Throws LoadtestError. */
export async function collectRun(config: CollectConfig, context: RunContext): Promise<RunOutcome> {
  const timeline = new Timeline();
  const traced = { ...context, progress: timeline.follow(context.progress) };
  const begun = await timeline.stage("check", () => begin(config, timeline, traced));
  // The workflow has a deadline of its own.
  return carryOut(begun, { ...config, timeoutSeconds: null }, traced);
}

async function begin(config: CollectConfig, timeline: Timeline, context: RunContext): Promise<Begun> {
  const { cluster, namespace } = await openCluster(config, context);
  const { state, plan } = await readRun(cluster.kubeConfig(), namespace, config.runId, context.signal);
  const directory = config.outDirectory ?? resolve("spark-loadtest-runs", config.runId);
  const baseline = await readBaseline(config.baseline, { tier: state.run.tier, excludeRunId: config.runId });
  const engine = createArgoEngine({
    cluster,
    runId: config.runId,
    namespace,
    tier: state.tier,
    runDirectory: directory,
    samples: state.settings.samples,
    warmups: state.settings.warmups,
    submission: null,
  });
  await prepareOutDirectory(directory);
  const folder = await RunFolder.create(directory, state, plan);
  timeline.keepIn(directory, plan.cases.length);
  context.progress.note(`Run ${config.runId}: ${plan.cases.length} cases, in ${directory}`);
  return { folder, state, plan, baseline, engine, finished: [], timeline };
}
