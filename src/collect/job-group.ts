/** What a job group's name says. */
export interface JobGroup {
  /** The name without its repetition. */
  readonly base: string;
  /** Number of the measured repetition, from 1; null for warm-up, verification and whatever is not a repetition. */
  readonly sample: number | null;
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
