import { redactText } from "../../lib/text/redact.ts";

/** What a job group's name says. */
export interface JobGroup {
  /** The name without its repetition. */
  readonly base: string;
  /** Number of the measured repetition, from 1; null for warm-up, verification and whatever is not a repetition. */
  readonly sample: number | null;
}

const JOB_GROUP = "spark.jobGroup.id";
const JOB_TAGS = "spark.job.tags";
const JOB_DESCRIPTION = "spark.job.description";
const EXECUTION = "spark.sql.execution.id";

type JobProperties = Readonly<Record<string, string | undefined>> | undefined;

/**
 * The group of a job, "" for one without. Spark Connect has no job groups, and its workloads use tags in their place: of a
 * job's tags the one counts that names a repetition, without what Spark writes before it
 * (`SparkConnect_SessionTag_User_<user>_Session_<id>_Tag_<tag>`). Jobs that Connect runs for an analysis carry no tags.
 */
export function readJobGroup(properties: JobProperties): string {
  const group = readText(properties, JOB_GROUP) ?? "";
  if (isRepetition(group)) return group;
  const tags = (readText(properties, JOB_TAGS) ?? "")
    .split(",")
    .map((tag) => tag.replace(/^SparkConnect_.*?_Tag_/s, ""));
  return tags.find(isRepetition) ?? group;
}

/**
 * The groups of an application's jobs. Spark 3.0 to 3.4 runs the broadcast of a query in a group of its own, named by a random id
 * (`broadcast exchange (runId ...)`); it belongs to the group of the query's other jobs, which start later.
 */
export class JobGroups {
  readonly #queryOfBroadcast = new Map<string, string>();
  readonly #groupOfQuery = new Map<string, string>();

  /** The group that a job's properties name; of a broadcast its own one. */
  read(properties: JobProperties): string {
    const group = readJobGroup(properties);
    const query = readText(properties, EXECUTION);
    if (query === undefined) return group;
    if (group !== "" && readText(properties, JOB_DESCRIPTION)?.includes(`(runId ${group})`) === true) {
      this.#queryOfBroadcast.set(group, query);
    } else if (!this.#groupOfQuery.has(query)) {
      this.#groupOfQuery.set(query, group);
    }
    return group;
  }

  /** The group that it counts among, as far as the log has told by now, redacted: a broadcast's is that of its query. */
  settle(group: string): string {
    const query = this.#queryOfBroadcast.get(group);
    return redactText((query === undefined ? undefined : this.#groupOfQuery.get(query)) ?? group);
  }
}

/** A damaged log may hold anything where a text belongs. */
function readText(properties: JobProperties, name: string): string | undefined {
  const value: unknown = properties?.[name];
  return typeof value === "string" ? value : undefined;
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
