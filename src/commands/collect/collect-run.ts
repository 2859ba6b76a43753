import { readBaseline } from "../../documents/read-results.ts";
import { createAttachedEngine } from "../../engine/argo/engine.ts";
import { plural } from "../../lib/text/format.ts";
import { prepareOutDirectory } from "../../publish/outputs.ts";
import { RunFolder } from "../../spec/run-folder.ts";
import { Timeline } from "../../trace/timeline.ts";
import { type BegunRun, reasonsOf } from "../run/begin.ts";
import type { RunContext, RunOutcome } from "../run/context.ts";
import { carryOut } from "../run/run.ts";
import { openCluster, readRun } from "../shared/open-cluster.ts";
import type { CollectConfig } from "./options.ts";

/** Takes up a run that another process submitted to a cluster, from there to its report. Throws LoadtestError. */
export async function collectRun(config: CollectConfig, context: RunContext): Promise<RunOutcome> {
  const timeline = new Timeline();
  const traced = { ...context, progress: timeline.follow(context.progress) };
  const begun = await timeline.stage("check", () => begin(config, timeline, traced));
  return carryOut(begun, config, timeline, traced);
}

async function begin(config: CollectConfig, timeline: Timeline, context: RunContext): Promise<BegunRun> {
  const { runId } = config;
  const { cluster, namespace } = await openCluster(config, context);
  const record = await readRun(cluster.kubeConfig(), namespace, runId, config.outDirectory, context.signal);
  const { directory, plan } = record;
  const { tier, workload } = record.run;
  const baseline = await readBaseline(config.baseline, { tier, workload, excludeRunId: runId });
  await prepareOutDirectory(directory);
  const folder = await RunFolder.create(record);
  timeline.keepIn(directory, plan.cases.length);
  context.progress.note(`Run ${runId}: ${plural(plan.cases.length, "case")}, in ${directory}`);
  const engine = createAttachedEngine(record, cluster, namespace);
  // The workflow has a deadline of its own.
  return {
    record,
    reasons: reasonsOf(record, "cluster"),
    folder,
    baseline,
    engine,
    finished: [],
    timeoutSeconds: null,
  };
}
