import type { Cluster } from "../../cluster/cluster.ts";
import type { ChartSource } from "../../commands/shared/config.ts";
import type { RunTrace } from "../../lib/trace-context.ts";
import type { Tier } from "../../plan/matrix/tier.ts";

/** What the engine on a cluster needs to know; folders are absolute. */
export interface ArgoEngineOptions {
  readonly cluster: Cluster;
  /** Also the Workflow's name. */
  readonly runId: string;
  /** Of the workflows and the install. */
  readonly namespace: string;
  readonly tier: Tier;
  /** Folder of the run: `logs/` and `eventlogs/` are made in it. */
  readonly runDirectory: string;
  readonly samples: number;
  readonly warmups: number;
  /** How to submit the run; null to take up one that an earlier process submitted. */
  readonly submission: RunSubmission | null;
}

/** Images of the cases; `{sparkVersion}` and other dimensions stand for a case's values. */
export interface ImageTemplates {
  readonly current: string;
  /** Of the other side of an A/B run; null for a run of one image. */
  readonly baseline: string | null;
}

/** What a run needs to be submitted. */
export interface Submission {
  /** Who started the run, as a part of a DNS label. */
  readonly owner: string;
  /** JSON that `collect` needs to write the run's folder from the cluster alone; kept on the Workflow. */
  readonly state: () => string;
  /** Folder with workloads/, workflows/ and charts/. */
  readonly assetsDirectory: string;
  readonly images: ImageTemplates;
  /** URI of the user's own Parquet files in place of the generated data set. */
  readonly data: string | null;
  /** null for as many cases as the nodes have cores and memory for. */
  readonly maxParallel: number | null;
  readonly caseTimeoutSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly conf: Readonly<Record<string, string>>;
  readonly workloadArgs: readonly string[];
  /** By which an attempt's pod works out which span of the run's trace it is. */
  readonly trace: RunTrace;
  /** Leaves a failed case's namespace and pods where they are; a run's cluster, too. */
  readonly keepOnFailure: boolean;
}

/** What a run needs that brings up and installs, and removes in the end. */
export interface RunSubmission extends Submission {
  readonly installation: Installation;
  /** Leaves the cluster, what was installed, and the workflow. */
  readonly keepCluster: boolean;
}

/** How a run installs what it needs. */
export interface Installation {
  readonly argoChart: ChartSource;
  /** Of the chart spark-loadtest, over its own; null for none. */
  readonly valuesFile: string | null;
  /** Where helm is put if it is missing. */
  readonly cacheDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether to have the Argo CLI, too, and to say how to call it. */
  readonly installCli: boolean;
}
