import type { Cluster, ClusterProvider } from "../cluster.ts";
import type { ClusterOptions } from "../options.ts";
import { currentCluster } from "./current.ts";
import { kindCluster } from "./kind.ts";
import { minikubeCluster } from "./minikube.ts";

const PROVIDERS: Readonly<Record<ClusterProvider, (options: ClusterOptions) => Cluster>> = {
  kind: kindCluster,
  minikube: minikubeCluster,
  current: currentCluster,
};

/** The cluster of the options' provider; nothing is looked at yet. Throws BadInputError for a kubeconfig context that is not there. */
export function createCluster(options: ClusterOptions): Cluster {
  return PROVIDERS[options.provider](options);
}
