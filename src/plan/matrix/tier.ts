/** A named matrix with its limits, as read from a tier file and validated. */
export interface Tier {
  readonly name: string;
  readonly description: string;
  /** Values by dimension; the six built-in dimensions first, in the order of a case's name, then the file's own. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  /** A case is left out when every dimension that one rule names has one of the rule's values. */
  readonly exclude: readonly Readonly<Record<string, readonly string[]>>[];
  /** Measured repetitions of a case, in one JVM. */
  readonly samples: number;
  /** Repetitions before them that are not counted. */
  readonly warmups: number;
  /** How many executors a case has, but for the mode local, whose driver is alone. A case's Spark properties may say otherwise. */
  readonly executors: number;
  /** Cores and memory of each of them, and of a driver that is alone. */
  readonly cores: number;
  readonly memoryMb: number;
  readonly caseTimeoutSeconds: number;
  readonly timeoutSeconds: number;
  /** Spark properties by dimension and value, `all` applies first, then the dimensions in their order. */
  readonly sparkConf: {
    readonly all: Readonly<Record<string, string>>;
    readonly byDimension: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  };
  /** What a case runs: null for the built-in workload. */
  readonly workload: {
    /** Absolute path of a Python script. */
    readonly script: string;
    /** Arguments; {operation} and the other placeholders are replaced by the case's values. */
    readonly args: readonly string[];
  } | null;
}
