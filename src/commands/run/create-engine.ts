import { join } from "node:path";
import { definedEnvironment } from "../../cluster/options.ts";
import { ARGO_CHART } from "../../engine/argo/install/argo-chart.ts";
import type { Engine } from "../../engine/engine.ts";
import { attemptSpanId, formatTraceparent, traceOfRun } from "../../lib/trace-context.ts";
import { timeoutOf } from "../../plan/pairs.ts";
import { type RunState, serialiseState } from "../../spec/run-folder.ts";
import type { RunConfig } from "../shared/config.ts";
import type { RunContext } from "./run.ts";

/**
 * The engine of a run: this machine's own, or a cluster that the run brings up or finds.
 *
 * @param run `process` is which one of the run's processes this is, counted from 1
 */
export async function createEngine(
  config: RunConfig,
  run: { readonly state: RunState; readonly directory: string; readonly process: number },
  context: RunContext,
): Promise<Engine> {
  const { state, directory: runDirectory } = run;
  const trace = traceOfRun(state.trace, run.process);
  const { tier, settings } = state;
  const caseTimeoutSeconds = config.caseTimeoutSeconds ?? tier.caseTimeoutSeconds;
  if (config.cluster === null) {
    const { createLocalEngine } = await import("../../engine/local/engine.ts");
    return createLocalEngine({
      tier,
      ...settings,
      runDirectory,
      cacheDirectory: config.cacheDirectory,
      workloadDirectory: join(context.assetsDirectory, "workloads"),
      maxParallel: config.maxParallel,
      caseTimeoutMs: caseTimeoutSeconds * 1000,
      retries: config.retries,
      environment: context.environment,
      traceparentOf: (name, attempt) => formatTraceparent(trace, attemptSpanId(trace, name, attempt)),
    });
  }
  const { onCluster } = config;
  // A run on this machine need not wait for the Kubernetes client.
  const [{ createCluster }, { createArgoEngine }] = await Promise.all([
    import("../../cluster/providers/create-cluster.ts"),
    import("../../engine/argo/engine.ts"),
  ]);
  const cluster = createCluster({
    provider: config.cluster.provider ?? "current",
    name: config.cluster.name,
    context: config.cluster.context,
    nodeImage: onCluster.nodeImage,
    clusterArgs: onCluster.clusterArgs,
    keep: onCluster.keepCluster,
    runId: state.run.id,
    cacheDirectory: config.cacheDirectory,
    environment: context.environment,
  });
  return createArgoEngine({
    cluster,
    runId: state.run.id,
    namespace: config.cluster.namespace,
    tier,
    runDirectory,
    samples: settings.samples,
    warmups: settings.warmups,
    submission: {
      owner: onCluster.owner,
      state: () => serialiseState(state),
      assetsDirectory: context.assetsDirectory,
      installation: {
        argoChart: onCluster.argoChart ?? { kind: "version", version: ARGO_CHART.version },
        valuesFile: onCluster.valuesFile,
        cacheDirectory: config.cacheDirectory,
        environment: definedEnvironment(context.environment),
        installCli: onCluster.installCli,
      },
      images: { current: onCluster.image, baseline: settings.partner?.image ?? null },
      data: settings.dataDirectory,
      maxParallel: config.maxParallel,
      caseTimeoutSeconds,
      timeoutSeconds: timeoutOf(config, tier),
      retries: config.retries,
      conf: settings.conf,
      workloadArgs: settings.workloadArgs,
      trace,
      keepOnFailure: onCluster.keepOnFailure,
      keepCluster: onCluster.keepCluster,
    },
  });
}
