import type { Gate } from "../model/metrics.ts";

/** Which cases a command is about. */
export interface CaseSelection {
  /** null for the default: `quick`, or the only tier of a tiers file. */
  readonly tier: string | null;
  readonly tiersFile: string | null;
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly coverage: "full" | "pairwise";
}

/** What `run` was asked to do: every option with its default, validated once. */
export interface RunConfig extends CaseSelection {
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
  readonly conf: Readonly<Record<string, string>>;
  readonly workloadArgs: readonly string[];
  readonly cacheDirectory: string;
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

/** One command with its options. */
export type Command =
  | { readonly name: "run"; readonly config: RunConfig }
  | { readonly name: "plan"; readonly config: PlanConfig }
  | { readonly name: "events"; readonly config: EventsConfig }
  | { readonly name: "compare"; readonly config: CompareConfig }
  | { readonly name: "explain"; readonly config: ExplainConfig }
  | { readonly name: "report"; readonly config: ReportConfig };
