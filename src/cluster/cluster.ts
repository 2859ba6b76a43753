import type { KubeConfig } from "@kubernetes/client-node";

export const CLUSTER_PROVIDERS = ["kind", "minikube", "current"] as const;
export type ClusterProvider = (typeof CLUSTER_PROVIDERS)[number];

/** Where long work on a cluster stands, for people. */
export type OnClusterStep = (event: {
  readonly step: string;
  readonly state: "running" | "done";
  readonly detail?: string;
}) => void;

/**
 * One way to have a Kubernetes cluster. Every method throws InfrastructureError, with what to do next, where the cluster or a
 * tool fails, and an ExecError of kind "aborted" once `signal` aborts.
 */
export interface Cluster {
  readonly provider: ClusterProvider;
  /** Name of the kind cluster or the Minikube profile; of `current`, the kubeconfig context. */
  readonly name: string;
  /** Looks at tools and their versions, disk and memory, before anything is made; gets missing tools. Throws BadInputError too. */
  preflight(onStep: OnClusterStep, signal: AbortSignal): Promise<void>;
  /**
   * Resolves as soon as the API server answers; a cluster of this name that is there is used as it is (`created: false`).
   * Whatever is made is written down first, so that `cleanup` finds it after a kill.
   */
  create(onStep: OnClusterStep, signal: AbortSignal): Promise<{ readonly created: boolean }>;
  /**
   * Loads images that the local Docker has into the cluster's nodes, in their order; gives those that it has not, which the
   * cluster pulls itself. May be called at once, while create() is still under way.
   */
  loadImages(
    images: readonly string[],
    onStep: OnClusterStep,
    signal: AbortSignal,
  ): Promise<{ readonly missing: readonly string[] }>;
  /** The credentials; after create(). */
  kubeConfig(): KubeConfig;
  /** A kubeconfig file for kubectl, helm and argo. */
  readonly kubeconfigPath: string;
  /** Saves the nodes' logs into a folder; a part that fails is left out. */
  exportLogs(directory: string): Promise<void>;
  /** Deletes the cluster if this tool made it; idempotent. Never touches one of `current`. */
  delete(): Promise<void>;
}
