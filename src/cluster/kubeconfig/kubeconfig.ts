import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import { NodeHttpKubeConfig } from "../../kube/config.ts";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { readRegularFileSync, refuseOddFile } from "../../lib/files/regular-file.ts";
import type { Environment } from "../../lib/process/environment.ts";

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The context that client-node makes of a pod's service account. */
const IN_CLUSTER_CONTEXT = "inClusterContext";

/** A context of the user's own kubeconfig, or of the pod that this process runs in. */
export interface FoundContext {
  readonly config: KubeConfig;
  readonly context: string;
  /** The file that has the context; null in a pod, where there is none. */
  readonly path: string | null;
}

/**
 * Finds a context as kubectl does: in the files of KUBECONFIG, else in ~/.kube/config, else that of the pod.
 *
 * @param wanted null for the kubeconfig's current one
 * @param hint what to do where there is no kubeconfig
 * @throws BadInputError
 */
export function findContext(
  wanted: string | null,
  environment: Environment,
  { hint }: { readonly hint: string },
): FoundContext {
  const paths = kubeconfigPaths(environment);
  const existing = paths.filter((path) => existsSync(path));
  const files = existing.filter((path) => !isEmpty(path)).map((path) => ({ path, config: readFile(path) }));
  if (files.length === 0) {
    if (wanted === null && environment.KUBERNETES_SERVICE_HOST && existsSync(`${SERVICE_ACCOUNT}/token`)) {
      const config = new NodeHttpKubeConfig();
      config.loadFromCluster();
      return { config, context: IN_CLUSTER_CONTEXT, path: null };
    }
    const shown = paths.map((path) => (existing.includes(path) ? `${path} is empty` : path)).join(", ");
    throw new BadInputError(`There is no kubeconfig (${shown || "KUBECONFIG names no file"}).`, { hint });
  }
  // As kubectl has it: the first file that says something wins.
  const context = wanted ?? files.map(({ config }) => config.currentContext).find((name) => name);
  const names = files.flatMap(({ config }) => config.contexts.map(({ name }) => name));
  const known = `The kubeconfig has: ${names.join(", ") || "no context"}.`;
  if (context === undefined) {
    throw new BadInputError("The kubeconfig has no current context.", { hint: `Choose one with --context. ${known}` });
  }
  const file = files.find(({ config }) => config.getContextObject(context) !== null);
  if (file === undefined) {
    throw new BadInputError(`The kubeconfig has no context ${context}.`, {
      hint: `Choose one with --context. ${known}`,
    });
  }
  file.config.setCurrentContext(context);
  const { path, config } = file;
  if (config.getCurrentCluster() === null || config.getCurrentUser() === null) {
    throw new BadInputError(`The cluster or the user of the context ${context} is not in its file, ${path}.`, {
      hint: "Put them into one: kubectl config view --minify --flatten > FILE, and set KUBECONFIG=FILE",
    });
  }
  config.useProxies(environment);
  return { config, context, path };
}

function kubeconfigPaths(environment: Environment): string[] {
  if (environment.KUBECONFIG) return environment.KUBECONFIG.split(delimiter).filter((path) => path !== "");
  return environment.HOME ? [join(environment.HOME, ".kube", "config")] : [];
}

/** Whether a file says nothing, which kubectl takes for a file that is not there. */
function isEmpty(path: string): boolean {
  try {
    return /^(\s|#.*|---)*$/.test(readRegularFileSync(path).toString("utf8"));
  } catch {
    // Whoever reads it says why that cannot be done.
    return false;
  }
}

function readFile(path: string): NodeHttpKubeConfig {
  const config = new NodeHttpKubeConfig();
  try {
    refuseOddFile(statSync(path));
    config.loadFromFile(path);
  } catch (error) {
    throw new BadInputError(`The kubeconfig ${path} cannot be read: ${errorMessage(error)}`, {
      hint: "Set KUBECONFIG to another, or repair it: kubectl config view",
      cause: error,
    });
  }
  return config;
}

/**
 * A kubeconfig with one context of a file, as its current one, for tools that are to stay with that cluster whatever happens to the
 * file meanwhile. Relative paths become absolute; everything else is kept as it is. Throws Node.js' system error.
 */
export function renderOneContext(path: string, context: string): string {
  const document: RawKubeconfig = parse(readFileSync(path, "utf8"));
  const named = <T extends { name: string }>(list: T[] | undefined, name: string | undefined): T[] =>
    (list ?? []).filter((each) => each.name === name);
  const contexts = named(document.contexts, context);
  const clusters = named(document.clusters, contexts[0]?.context.cluster);
  const users = named(document.users, contexts[0]?.context.user);
  const absolute = (part: Record<string, unknown> | undefined, keys: readonly string[]) => {
    for (const key of keys) {
      const value = part?.[key];
      if (part !== undefined && typeof value === "string" && value !== "") part[key] = resolve(dirname(path), value);
    }
  };
  for (const { cluster } of clusters) absolute(cluster, ["certificate-authority"]);
  for (const { user } of users) {
    absolute(user, ["client-certificate", "client-key", "tokenFile"]);
    // A command without a slash is looked for on the PATH.
    const exec = user?.exec as Record<string, unknown> | undefined;
    if (/\//.test(String(exec?.command))) absolute(exec, ["command"]);
  }
  return JSON.stringify({ ...document, clusters, users, contexts, "current-context": context });
}

interface RawKubeconfig {
  readonly clusters?: { name: string; cluster?: Record<string, unknown> }[];
  readonly users?: { name: string; user?: Record<string, unknown> }[];
  readonly contexts?: { name: string; context: { cluster?: string; user?: string } }[];
}

/** A kubeconfig of a pod's service account for kubectl, helm and argo; it names the token's file, and holds no secret. */
export function renderPodKubeconfig(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "pod", cluster: { server: cluster?.server, "certificate-authority": cluster?.caFile } }],
    users: [{ name: "pod", user: { tokenFile: `${SERVICE_ACCOUNT}/token` } }],
    contexts: [{ name: IN_CLUSTER_CONTEXT, context: { cluster: "pod", user: "pod" } }],
    "current-context": IN_CLUSTER_CONTEXT,
  });
}
