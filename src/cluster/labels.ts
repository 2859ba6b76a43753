/** Labels on a cluster, by which everything is found again. They are a contract with the chart and run_case.py. */

export const MANAGED_BY = "app.kubernetes.io/managed-by";
export const MANAGER = "spark-loadtest";
export const RUN_LABEL = "spark-loadtest/run";
export const OWNER_LABEL = "spark-loadtest/owner";
/** Seconds since 1970 after which `cleanup` and the next run may remove the object. */
export const EXPIRES_LABEL = "spark-loadtest/expires";
/** Set by run_case.py on the namespace of a failed case that is to stay; it goes when it has expired, or by name. */
export const KEEP_LABEL = "spark-loadtest/keep";

/** Lower-case letters, digits and single hyphens: text as a part of a DNS label. */
export function toDnsText(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** The labels of everything that a run makes. */
export function runLabels(run: {
  readonly id: string;
  readonly owner: string;
  readonly expiresAtMs: number;
}): Record<string, string> {
  return {
    [MANAGED_BY]: MANAGER,
    [RUN_LABEL]: run.id,
    [OWNER_LABEL]: run.owner,
    [EXPIRES_LABEL]: String(Math.floor(run.expiresAtMs / 1000)),
  };
}
