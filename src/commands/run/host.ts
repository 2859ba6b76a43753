import { describeMachine } from "../../engine/describe-machine.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Run } from "../../model/documents.ts";
import type { Execution } from "../../plan/execution.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import type { Place } from "../../plan/runnable.ts";
import type { RunSpec } from "../../spec/spec.ts";
import type { ClusterConfig } from "../shared/cluster-options.ts";
import type { UseCaseContext } from "../shared/context.ts";
import type { RunConfig } from "./options.ts";

/** Where the executions of a run will be: asked before the run's spec is made, and then given it. */
export interface RunHost {
  readonly place: Place;
  /** Refuses input that cannot work, before anything is made. Throws BadInputError, InfrastructureError. */
  check(executions: readonly Execution[], tier: Tier): Promise<void>;
  /** The machine, or the nodes, that the run's figures will belong to; after check(). */
  describe(): Promise<Run["host"]>;
  createEngine(spec: RunSpec): Engine;
}

type Context = Pick<UseCaseContext, "assetsDirectory" | "environment">;

/** @param runId of the run, for `cleanup` to find what it made */
export function openHost(config: RunConfig, runId: string, context: Context): Promise<RunHost> {
  const { cluster } = config;
  return cluster === null ? openMachine(config, context) : openClusterHost({ ...config, cluster }, runId, context);
}

async function openMachine(config: RunConfig, { assetsDirectory }: Context): Promise<RunHost> {
  const [{ createLocalEngine }, { checkInputs }] = await Promise.all([
    import("../../engine/local/engine.ts"),
    import("../../engine/local/prepare.ts"),
  ]);
  return {
    place: "machine",
    check: (executions, tier) => checkInputs(executions, { tier, assetsDirectory }, config.dataDirectory),
    describe: async () => describeMachine(),
    createEngine: createLocalEngine,
  };
}

async function openClusterHost(
  config: RunConfig & { readonly cluster: ClusterConfig },
  runId: string,
  { assetsDirectory, environment }: Context,
): Promise<RunHost> {
  // A run on this machine need not wait for the Kubernetes client.
  const [{ createCluster }, { createArgoEngine }, { describeNodes }, { checkInputs }, { listNodes }] =
    await Promise.all([
      import("../../cluster/providers/create-cluster.ts"),
      import("../../engine/argo/engine.ts"),
      import("../../engine/argo/submit/capacity.ts"),
      import("../../engine/argo/submit/submit.ts"),
      import("../../kube/nodes.ts"),
    ]);
  const { onCluster } = config;
  const cluster = createCluster({
    ...onCluster,
    ...config.cluster,
    provider: config.cluster.provider ?? "current",
    keep: onCluster.keepCluster,
    runId,
    cacheDirectory: config.cacheDirectory,
    environment,
  });
  return {
    place: "cluster",
    async check(executions, tier) {
      await checkInputs(executions, tier, assetsDirectory, {
        current: onCluster.image,
        baseline: config.partner?.image ?? null,
      });
      await cluster.preflight(() => undefined, new AbortController().signal);
    },
    // The nodes of kind and Minikube are this machine.
    describe: async () =>
      cluster.provider === "current"
        ? describeNodes(await listNodes(cluster.kubeConfig(), AbortSignal.timeout(60_000)))
        : describeMachine(),
    createEngine: (spec) =>
      createArgoEngine({ ...spec, onCluster: { ...onCluster, namespace: config.cluster.namespace } }, cluster),
  };
}
