import type { Environment } from "../lib/process/environment.ts";
import type { ClusterProvider } from "./cluster.ts";

/** What a cluster needs to know, all of it; folders are absolute. */
export interface ClusterOptions {
  readonly provider: ClusterProvider;
  /** Of the kind cluster or the Minikube profile. */
  readonly name: string;
  /** Kubeconfig context, for `current`; null for the kubeconfig's own current one. */
  readonly context: string | null;
  /** Image of the nodes; null for the tool's own. */
  readonly nodeImage: string | null;
  /** Further arguments of `kind create cluster` or `minikube start`. */
  readonly clusterArgs: readonly string[];
  /** Whether a cluster that is made now is to outlive the run. */
  readonly keep: boolean;
  /** Of the run that makes the cluster, for `cleanup`; null where no run does. */
  readonly runId: string | null;
  /** Of a command that looks at what is there, and brings up and installs nothing. */
  readonly attachesOnly?: boolean;
  /** Kubeconfigs and states are kept in its `clusters/`, tools that were missing in `tools/`. */
  readonly cacheDirectory: string;
  /** The process's environment. */
  readonly environment: Environment;
}
