import type { ChartSource } from "../cluster/helm/chart.ts";
import type { Environment } from "../lib/process/environment.ts";
import type { RunTrace, TraceContext } from "../lib/trace-context.ts";
import type { Plan, Run } from "../model/documents.ts";
import type { Partner } from "../plan/execution.ts";
import type { Tier } from "../plan/matrix/tier.ts";

/** What a run's folder and its Workflow say of it: enough to take it up again, or to judge what it left. */
export interface RunRecord {
  /** Who it is. It has not finished. */
  readonly run: Run;
  /** As it was read, so that a tier file that changes in the meantime does not change half a run. */
  readonly tier: Tier;
  readonly plan: Plan;
  readonly settings: RunSettings;
  readonly trace: TraceContext;
  /** The run's folder, an absolute path. */
  readonly directory: string;
}

/** What of it is kept there, beside the plan. */
export type RunState = Pick<RunRecord, "run" | "tier" | "settings" | "trace">;

/** What the executions of a run are made of, beside tier and plan. */
export interface RunSettings {
  readonly samples: number;
  readonly warmups: number;
  /** The user's own Parquet files in place of the generated data set: a folder of this machine, on a cluster a URI. */
  readonly dataDirectory: string | null;
  /** Spark properties that win over the tier's. */
  readonly conf: Readonly<Record<string, string>>;
  /** Further arguments of the workload. */
  readonly workloadArgs: readonly string[];
  readonly partner: Partner | null;
}

/** Everything that a run is, made once of options, tier and host. Folders are absolute. */
export interface RunSpec extends RunRecord {
  readonly limits: RunLimits;
  /** Of this process's part of the trace: by it an attempt knows which span it is. */
  readonly runTrace: RunTrace;
  /** Folder with tiers.json, workloads/, workflows/ and charts/. */
  readonly assetsDirectory: string;
  /** What is downloaded and generated is kept there for later runs. */
  readonly cacheDirectory: string;
  /** The process's own, in which tools are looked for; those of Spark get a small one that is made for them. */
  readonly environment: Environment;
}

export interface RunLimits {
  /** null for as many cases as cores and memory allow. */
  readonly maxParallel: number | null;
  /** Of one attempt. */
  readonly caseTimeoutSeconds: number;
  readonly timeoutSeconds: number;
  /** Further attempts after an infrastructure failure. */
  readonly retries: number;
}

/** What a run on a cluster has beside what every run has. */
export interface ClusterRunSpec extends RunSpec {
  readonly onCluster: ClusterRunSettings;
}

/** What an install has to know. */
export interface InstallSettings {
  /** Of the workflows and the install. */
  readonly namespace: string;
  /** The upstream chart of Argo Workflows; null for the version that was tested. */
  readonly argoChart: ChartSource | null;
  /** The upstream chart of the Spark Operator, which only some plans need; null for the version that was tested. */
  readonly operatorChart: ChartSource | null;
  /** Of the chart spark-loadtest, over its own; null for those of the install before. */
  readonly valuesFile: string | null;
}

export interface ClusterRunSettings extends InstallSettings {
  /** Who started the run, as a part of a DNS label. */
  readonly owner: string;
  /** Image of the current side, with placeholders for the dimensions of a case. */
  readonly image: string;
  /** Leaves the cluster, what was installed, and the workflow. */
  readonly keepCluster: boolean;
  /** Leaves a failed case's namespace and pods where they are; a run's cluster, too. */
  readonly keepOnFailure: boolean;
  /** Whether to have the Argo CLI, too, and to say how to call it. */
  readonly installCli: boolean;
}
