import type { Tier } from "../../plan/matrix/tier.ts";

/** Names and values of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the local engine needs to know, all of it; folders are absolute. */
export interface LocalEngineOptions {
  readonly tier: Tier;
  /** Folder of the run: `logs/` and `eventlogs/` are made in it. */
  readonly runDirectory: string;
  /** What is downloaded and generated, kept for later runs. */
  readonly cacheDirectory: string;
  /** Folder with the built-in workload, builtin.py. */
  readonly workloadDirectory: string;
  /** The user's own Parquet files in place of the generated data set. */
  readonly dataDirectory: string | null;
  /** null for as many cases as cores and memory allow. */
  readonly maxParallel: number | null;
  /** Of one attempt. */
  readonly caseTimeoutMs: number;
  /** Further attempts after an infrastructure failure. */
  readonly retries: number;
  readonly samples: number;
  readonly warmups: number;
  /** Spark properties that win over the tier's. */
  readonly conf: Readonly<Record<string, string>>;
  /** Further arguments of the workload. */
  readonly workloadArgs: readonly string[];
  /** Where Python, Java and uv are looked for and what pip gets. Spark's processes get a small one of their own. */
  readonly environment: Environment;
  /** What tells an attempt of a case, counted from 1, which span of the run's trace it is. */
  readonly traceparentOf: (caseName: string, attempt: number) => string;
  /** Upper limit of the wait before a second attempt. */
  readonly firstRetryDelayMs?: number;
}
