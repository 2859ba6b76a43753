import { InfrastructureError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { type ExecError, exec, isCommandFailure } from "../../lib/process/exec.ts";

/** A download of a chart over a slow line; nothing here waits for pods. */
export const HELM_TIMEOUT_MS = 180_000;

/** What helm needs where it asks no cluster. */
export interface HelmTool {
  /** Path of the command. */
  readonly helm: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

export interface HelmContext extends HelmTool {
  readonly kubeconfigPath: string;
  readonly kubeContext: string;
}

/** Values as arguments of helm, which needs no file for them: one by one, so that what is beside them in a map stays as it is. */
export function setValues(values: Readonly<Record<string, unknown>>): string[] {
  return listLeaves(values).flatMap(([path, value]) => ["--set-json", `${path}=${JSON.stringify(value)}`]);
}

function listLeaves(values: object, prefix = ""): [string, unknown][] {
  return Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    const path = `${prefix}${key.replace(/[\\.,=[\]]/g, "\\$&")}`;
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return isMap ? listLeaves(value, `${path}.`) : [[path, value]];
  });
}

/** Runs helm against the cluster. Throws InfrastructureError with its last line. */
export async function helm(args: readonly string[], context: HelmContext): Promise<void> {
  await run([...args, "--kubeconfig", context.kubeconfigPath, "--kube-context", context.kubeContext], context);
}

/** The manifests of a release as helm would install them; asks no cluster. Throws InfrastructureError. */
export function renderChart(args: readonly string[], context: HelmTool): Promise<string> {
  return run(["template", ...args], context);
}

async function run(args: readonly string[], context: HelmTool): Promise<string> {
  try {
    const { stdout } = await exec(context.helm, args, {
      env: context.environment,
      signal: context.signal,
      timeoutMs: HELM_TIMEOUT_MS,
    });
    return stdout;
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    throw new InfrastructureError(`helm ${args.slice(0, 3).join(" ")} failed: ${lastLine(error)}`, { cause: error });
  }
}

/** Removes a release that an install made; one that is gone is no error. */
export function uninstall(release: string, namespace: string, context: HelmContext): Promise<void> {
  return helm(["uninstall", release, "--ignore-not-found", "--wait=false", "-n", namespace], context);
}

/** What helm said last, which is why it failed. */
export function lastLine({ tail, message }: ExecError): string {
  return (
    tail
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^Error: /, "") || message
  );
}
