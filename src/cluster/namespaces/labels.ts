/** Labels on a cluster, by which everything is found again. They are a contract with the chart and run_case.py. */

export const MANAGED_BY = "app.kubernetes.io/managed-by";
export const MANAGER = "spark-loadtest";
export const RUN_LABEL = "spark-loadtest/run";
export const OWNER_LABEL = "spark-loadtest/owner";
/** Seconds since 1970 after which `cleanup` and the next run may remove the object. */
export const EXPIRES_LABEL = "spark-loadtest/expires";
/** Set on the namespace of what failed and is to stay, by run_case.py too; it goes when it has expired, or by name. */
export const KEEP_LABEL = "spark-loadtest/keep";
/** JSON of the process that looks after a namespace, where one does; a tier's are looked after by their workflow. */
export const PROCESS_ANNOTATION = "spark-loadtest/process";
export const SCENARIO_ANNOTATION = "spark-loadtest/scenario";

/** What a run made may be removed this long after its time is over. */
export const GRACE_SECONDS = 3_600;
/** How long what was kept on purpose, or a finished Workflow, stays to be looked at. */
export const KEEP_SECONDS = 7 * 24 * 3_600;
/** Of a label's value. */
const OWNER_LENGTH = 40;

/** Lower-case letters, digits and single hyphens: text as a part of a DNS label. */
export function toDnsText(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** The labels of everything that a run makes; `owner` is made fit for one. */
export function runLabels(run: {
  readonly id: string;
  readonly owner: string;
  readonly expiresAtMs: number;
}): Record<string, string> {
  return {
    [MANAGED_BY]: MANAGER,
    [RUN_LABEL]: run.id,
    [OWNER_LABEL]: toDnsText(run.owner).slice(-OWNER_LENGTH).replace(/^-+/, "") || "unknown",
    [EXPIRES_LABEL]: String(Math.floor(run.expiresAtMs / 1000)),
  };
}

/** By which a namespace takes only pods of the Pod Security level `restricted`. */
export const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
} as const;
