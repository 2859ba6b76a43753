/** What a job group's name says. */
export interface JobGroup {
  /** The name without its repetition. */
  readonly base: string;
  /** Number of the measured repetition, from 1; null for warm-up, verification and whatever is not a repetition. */
  readonly sample: number | null;
}

const JOB_GROUP = "spark.jobGroup.id";
const JOB_TAGS = "spark.job.tags";

/**
 * The group of a job, "" for one without. Spark Connect has no job groups, and its workloads use tags in their place: of a
 * job's tags the one counts that names a repetition, without what Spark writes before it
 * (`SparkConnect_SessionTag_User_<user>_Session_<id>_Tag_<tag>`). Jobs that Connect runs for an analysis carry no tags.
 */
export function readJobGroup(properties: Readonly<Record<string, string | undefined>> | undefined): string {
  const group = properties?.[JOB_GROUP] ?? "";
  if (isRepetition(group)) return group;
  const tags = (properties?.[JOB_TAGS] ?? "").split(",").map((tag) => tag.replace(/^SparkConnect_.*?_Tag_/s, ""));
  return tags.find(isRepetition) ?? group;
}

function isRepetition(name: string): boolean {
  const { base, sample } = parseJobGroup(name);
  return sample !== null || base !== name;
}

/**
 * Reads the job groups that the built-in workload sets: `<operation>/warmup-<n>`, `<operation>/sample-<n>`, and
 * `<operation>/verify-<repetition>`, whose jobs check a result and are not measured. Other names stand for themselves.
 */
export function parseJobGroup(name: string): JobGroup {
  const [, operation, kind, repetition] = /^(.*)\/(warmup|sample|verify)-(\d+|(?<=verify-)[^/]+)$/s.exec(name) ?? [];
  if (operation === undefined) return { base: name, sample: null };
  if (kind === "verify") return { base: `${operation}/verify`, sample: null };
  return { base: operation, sample: kind === "sample" ? Number(repetition) : null };
}
