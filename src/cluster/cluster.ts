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
  /** Looks at tools and their versions, disk and memory, before anything is made; gets the tools that are missing to make it. Throws BadInputError too. */
  preflight(onStep: OnClusterStep, signal: AbortSignal): Promise<void>;
  /** Whether there is a cluster of this name now, made or half made by anybody. */
  exists(signal: AbortSignal): Promise<boolean>;
  /**
   * Resolves as soon as the API server answers; a cluster of this name that is there is used as it is (`created: false`), but one
   * that a killed run left is this run's from then on, and counts as created: delete() deletes it.
   * Whatever is made is written down first, so that `cleanup` finds it after a kill. What exists() said before is not asked again.
   */
  create(onStep: OnClusterStep, signal: AbortSignal): Promise<{ readonly created: boolean }>;
  /**
   * Loads images that the local Docker has into the cluster's nodes, in their order; gives those that it has not, which the
   * cluster pulls itself. Comes with a create() or an attach(), and may be called before it, or while it is under way.
   */
  loadImages(
    images: readonly string[],
    onStep: OnClusterStep,
    signal: AbortSignal,
  ): Promise<{ readonly missing: readonly string[] }>;
  /**
   * Ends when the tool that makes the cluster has ended, which is some seconds after create(); throws what it failed of, after
   * what it left half-made is removed. At once where create() made nothing. May be called any number of times.
   */
  completion(): Promise<void>;
  /** In place of create(), for a command about a cluster that has to be there. Throws InfrastructureError where it is not. */
  attach(signal: AbortSignal): Promise<void>;
  /** The credentials; after create() or attach(). */
  kubeConfig(): KubeConfig;
  /** A kubeconfig file for kubectl, helm and argo; after create() or attach(). */
  readonly kubeconfigPath: string;
  /** The context to use in that file (`--kube-context`). */
  readonly context: string;
  /** Saves the nodes' logs into a folder; a part that fails is left out. */
  exportLogs(directory: string): Promise<void>;
  /**
   * Deletes the cluster if this object made it, or if an earlier process of this tool did that is gone and was not to keep it;
   * with `evenIfKept`, whenever this tool made it. Ends a create() that is under way first. Idempotent. Never touches one that
   * somebody else made, nor one of `current`.
   */
  delete(options?: { readonly evenIfKept?: boolean }): Promise<void>;
}
