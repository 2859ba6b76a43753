import type { Cluster } from "../../cluster/cluster.ts";
import type { Tier } from "../../plan/tier.ts";

/** What the engine on a cluster needs to know, all of it; folders are absolute. */
export interface ArgoEngineOptions {
  readonly cluster: Cluster;
  readonly tier: Tier;
  /** Also the Workflow's name. */
  readonly runId: string;
  /** Who started the run, as a part of a DNS label. */
  readonly owner: string;
  /** After this time `cleanup` and later runs may remove what the run left. */
  readonly expiresAtMs: number;
  /** JSON that `collect` needs to write the run's folder from the cluster alone; kept on the Workflow. */
  readonly state: string;
  /** Whether this process submits the run, or takes up one that an earlier process submitted. */
  readonly attach: boolean;
  /** Folder of the run: `logs/`, `eventlogs/` and `cluster/` are made in it. */
  readonly runDirectory: string;
  /** Folder with workloads/, workflows/ and charts/. */
  readonly assetsDirectory: string;
  /** Of the workflows and the install. */
  readonly namespace: string;
  readonly argoChart: ArgoChart;
  /** helm. */
  readonly helm: string;
  /** Image of a case; `{sparkVersion}` and other dimensions stand for the case's values. */
  readonly imageTemplate: string;
  /** URI of the user's own Parquet files in place of the generated data set. */
  readonly data: string | null;
  /** null for as many cases as the nodes have cores and memory for. */
  readonly maxParallel: number | null;
  readonly caseTimeoutSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly samples: number;
  readonly warmups: number;
  readonly conf: Readonly<Record<string, string>>;
  readonly workloadArgs: readonly string[];
  /** Leaves a failed case's namespace and pods where they are. */
  readonly keepOnFailure: boolean;
  /** Leaves a cluster that this run made. */
  readonly keepCluster: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where the upstream chart of Argo Workflows comes from. */
export type ArgoChart =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "version"; readonly version: string };
