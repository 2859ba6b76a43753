import type { Gate } from "../../model/metrics.ts";
import type { PushTarget } from "../../publish/push/target.ts";
import type { TelemetryConfig } from "../../trace/config.ts";

/** Which cases a command is about. */
export interface CaseSelection {
  /** null for the default: `quick`, or the only tier of a tiers file. */
  readonly tier: string | null;
  readonly tiersFile: string | null;
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly coverage: "full" | "pairwise";
}

/** Which cluster a command is about. */
export interface ClusterChoice {
  /** null for the cluster that this tool made last and kept, else the current context. */
  readonly provider: "kind" | "minikube" | "current" | null;
  /** Of the kind cluster or the Minikube profile. */
  readonly name: string;
  /** Of the kubeconfig; null for its current one. */
  readonly context: string | null;
}

/** Which cluster, and where on it the workflows are. */
export interface ClusterConfig extends ClusterChoice {
  /** Of the workflows. */
  readonly namespace: string;
}

/** Where a Helm chart comes from. */
export type ChartSource =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "version"; readonly version: string };

/** What a run on a cluster has beside what every run has. */
export interface ClusterRunConfig {
  readonly nodeImage: string | null;
  readonly clusterArgs: readonly string[];
  /** The upstream chart of Argo Workflows; null for the version that was tested. */
  readonly argoChart: ChartSource | null;
  /** Of the chart spark-loadtest, over its own; null for none. */
  readonly valuesFile: string | null;
  /** Image of a case, with placeholders for its dimensions. */
  readonly image: string;
  readonly keepCluster: boolean;
  readonly keepOnFailure: boolean;
  /** Whether to have the Argo CLI, too. */
  readonly installCli: boolean;
  readonly owner: string;
}

/** The other image of an A/B run: each case runs in so many pairs, once with each image. */
export interface Partner {
  /** Image of the baseline's cases, with placeholders for their dimensions. */
  readonly image: string;
  readonly pairs: number;
}

/** What `run` was asked to do: every option with its default, validated once. */
export interface RunConfig extends CaseSelection {
  /** null for Spark on this machine. */
  readonly cluster: ClusterConfig | null;
  readonly onCluster: ClusterRunConfig;
  /** The baseline of an A/B run; null for a run of one image. */
  readonly partner: Partner | null;
  /** Shows the cases' log lines as they come. */
  readonly showLogs: boolean;
  readonly maxParallel: number | null;
  readonly samples: number | null;
  readonly warmups: number | null;
  readonly timeoutSeconds: number | null;
  readonly caseTimeoutSeconds: number | null;
  readonly retries: number;
  readonly dataDirectory: string | null;
  readonly outDirectory: string | null;
  readonly resumeDirectory: string | null;
  readonly baseline: readonly string[];
  readonly failOn: readonly Gate[];
  /** Where the metrics go at the end; null for nowhere but the run's folder. */
  readonly pushTo: PushTarget | null;
  readonly conf: Readonly<Record<string, string>>;
  readonly workloadArgs: readonly string[];
  readonly cacheDirectory: string;
  readonly telemetry: TelemetryConfig;
  /** Where the run's source stands, when CI says so. */
  readonly commit: string | null;
  readonly ref: string | null;
}

export interface PlanConfig extends CaseSelection {
  readonly json: boolean;
}

export interface CompareConfig {
  readonly current: string;
  readonly baseline: readonly string[];
  readonly failOn: readonly Gate[];
  readonly json: boolean;
}

export interface ExplainConfig {
  readonly current: string;
  readonly baseline: string;
  readonly json: boolean;
}

export interface ReportConfig {
  readonly results: string;
  readonly verdict: string | null;
  readonly baseline: readonly string[];
  readonly outDirectory: string;
}

export interface EventsConfig {
  readonly paths: readonly string[];
  readonly json: boolean;
}

export interface SubmitConfig extends RunConfig {
  readonly cluster: ClusterConfig;
  /** Print the manifests in place of submitting them. */
  readonly dryRun: boolean;
}

/** `install`: a cluster and what is or gets installed there. */
export interface InstallConfig extends ClusterRunConfig {
  readonly cluster: ClusterConfig;
  readonly cacheDirectory: string;
}

/** `watch`, `logs`: something that is on a cluster already. */
export interface AttachConfig {
  readonly cluster: ClusterConfig;
  readonly cacheDirectory: string;
}

export interface UiConfig extends AttachConfig {
  /** Installs Prometheus and Grafana where the cluster has none. */
  readonly withMonitoring: boolean;
  /** The upstream chart of both; null for the version that was tested. */
  readonly monitoringChart: ChartSource | null;
}

export interface WatchConfig extends AttachConfig {
  readonly runId: string;
  readonly showLogs: boolean;
}

export interface LogsConfig extends AttachConfig {
  readonly runId: string;
  /** Parts of the names of the cases; empty for all. */
  readonly cases: readonly string[];
  readonly follow: boolean;
}

export interface CollectConfig extends AttachConfig {
  readonly runId: string;
  readonly outDirectory: string | null;
  readonly baseline: readonly string[];
  readonly failOn: readonly Gate[];
  readonly telemetry: TelemetryConfig;
  readonly pushTo: PushTarget | null;
}

export interface CleanupConfig extends AttachConfig {
  /** null for everything that is expired or whose run has ended. */
  readonly runId: string | null;
  /** Kept clusters and running workflows too. */
  readonly all: boolean;
}

/** Levels of the Pod Security Standards. */
export const POD_SECURITY_LEVELS = ["privileged", "baseline", "restricted"] as const;
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** `scenarios`: scripts, each in a namespace of its own. Folders are absolute. */
export interface ScenariosConfig {
  readonly cluster: ClusterChoice;
  readonly directory: string;
  /** Parts of the paths below the folder; empty for all. */
  readonly filters: readonly string[];
  /** One of so many parts, the first being 1; null for all. */
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly maxParallel: number;
  /** Of one attempt of one scenario. */
  readonly timeoutSeconds: number;
  /** Further attempts of a scenario that failed. */
  readonly retries: number;
  /** Further attempts of a request to the API server. */
  readonly maxRetries: number;
  readonly failFast: boolean;
  readonly keepOnFailure: boolean;
  readonly namespacePrefix: string;
  /** null for the cluster's own default. */
  readonly podSecurity: PodSecurityLevel | null;
  /** Hard limits of a ResourceQuota; empty for none. */
  readonly quota: Readonly<Record<string, string>>;
  /** How long the namespaces may take to go, at the end. */
  readonly cleanupTimeoutSeconds: number;
  /** null for `scenarios/` in the run's folder. */
  readonly resultsDirectory: string | null;
  readonly outDirectory: string | null;
  readonly showLogs: boolean;
  readonly owner: string;
  readonly cacheDirectory: string;
  readonly commit: string | null;
  readonly ref: string | null;
}

/** One command with its options. */
export type Command =
  | { readonly name: "install"; readonly config: InstallConfig }
  | { readonly name: "submit"; readonly config: SubmitConfig }
  | { readonly name: "watch"; readonly config: WatchConfig }
  | { readonly name: "logs"; readonly config: LogsConfig }
  | { readonly name: "collect"; readonly config: CollectConfig }
  | { readonly name: "ui"; readonly config: UiConfig }
  | { readonly name: "cleanup"; readonly config: CleanupConfig }
  | { readonly name: "run"; readonly config: RunConfig }
  | { readonly name: "scenarios"; readonly config: ScenariosConfig }
  | { readonly name: "plan"; readonly config: PlanConfig }
  | { readonly name: "events"; readonly config: EventsConfig }
  | { readonly name: "compare"; readonly config: CompareConfig }
  | { readonly name: "explain"; readonly config: ExplainConfig }
  | { readonly name: "report"; readonly config: ReportConfig };
