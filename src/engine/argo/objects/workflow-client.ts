import {
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type V1ConfigMap,
  type V1Secret,
  type V1ServiceAccount,
} from "@kubernetes/client-node";
import { MANAGED_BY, MANAGER } from "../../../cluster/namespaces/labels.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { BadInputError } from "../../../lib/errors.ts";
import { caseAccountOf, TEMPLATE_NAME } from "./names.ts";
import type { WorkflowObject as NodesObject } from "./node-status.ts";

const WORKFLOWS = { group: "argoproj.io", version: "v1alpha1", plural: "workflows" };

/** Of the WorkflowTemplate: whether the Workflows of this version run with it. */
const LAYOUT_LABEL = "spark-loadtest/layout";
export const LAYOUT = "4";

/** A Workflow as the API server gives it, of which only what is used here is typed. */
export interface WorkflowObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly activeDeadlineSeconds?: number;
    readonly arguments?: { readonly parameters?: readonly { readonly name: string; readonly value?: string }[] };
  };
  readonly status?: NonNullable<NodesObject["status"]>;
}

/** An object of argoproj.io/v1alpha1, of which only what is used here is typed. */
export interface WorkflowManifest {
  readonly apiVersion: "argoproj.io/v1alpha1";
  readonly kind: "Workflow";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The objects of a run, in the order in which they are made; no Secret where nothing is secret. */
export interface RunManifests {
  readonly account: V1ServiceAccount;
  readonly secret: V1Secret | null;
  readonly configMap: V1ConfigMap;
  readonly workflow: WorkflowManifest;
}

/** Creates what a run's pods read and then the Workflow, which owns it from then on. */
export async function submitRun(
  kubeConfig: KubeConfig,
  { account, configMap, secret, workflow: manifest }: RunManifests,
  signal: AbortSignal,
): Promise<WorkflowObject> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const { name, namespace } = manifest.metadata;
  // A request whose answer was lost on the way is sent again, and then finds its own work: names of runs are unique.
  const create = (what: string, request: () => Promise<unknown>) =>
    askKubernetes(what, request, { signal, nullOn: [409] });
  await create("create the run's service account", () =>
    core.createNamespacedServiceAccount({ namespace, body: account }),
  );
  if (secret !== null) {
    await create("create the run's Secret", () => core.createNamespacedSecret({ namespace, body: secret }));
  }
  await create("create the run's ConfigMap", () => core.createNamespacedConfigMap({ namespace, body: configMap }));
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  await create("submit the workflow", () =>
    custom.createNamespacedCustomObject({ ...WORKFLOWS, namespace, body: manifest as unknown as object }),
  );
  const workflow = await readWorkflow(kubeConfig, namespace, name, signal);
  const { uid } = workflow.metadata;
  const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", name, uid };
  const body = [{ op: "add", path: "/metadata/ownerReferences", value: [owner] }];
  const patchAccount = () => core.patchNamespacedServiceAccount({ name: caseAccountOf(name), namespace, body });
  await askKubernetes("hand the run's service account to the workflow", patchAccount, { signal });
  const patchConfigMap = () => core.patchNamespacedConfigMap({ name, namespace, body });
  await askKubernetes("hand the run's ConfigMap to the workflow", patchConfigMap, { signal });
  if (secret !== null) {
    const patchSecret = () => core.patchNamespacedSecret({ name, namespace, body });
    await askKubernetes("hand the run's Secret to the workflow", patchSecret, { signal });
  }
  return workflow;
}

/** Reads a run's workflow. Throws BadInputError where there is none of this name, or one that is not ours. */
export async function readWorkflow(
  kubeConfig: KubeConfig,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<WorkflowObject> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  const hint =
    "See `kubectl get workflows -A`; another cluster or namespace is chosen with --cluster, --context and --namespace.";
  const read = () => api.getNamespacedCustomObject({ ...WORKFLOWS, namespace, name });
  const workflow = await askKubernetes(`read the workflow ${name}`, read, { signal, nullOn: [404] });
  if (workflow === null) {
    throw new BadInputError(`There is no workflow ${name} in the namespace ${namespace}.`, { hint });
  }
  if (workflow.metadata?.labels?.[MANAGED_BY] === MANAGER) return workflow as WorkflowObject;
  throw new BadInputError(`The workflow ${name} was not made by spark-loadtest.`, { hint });
}

/** Refuses a cluster that lacks what `install` brings. Throws BadInputError. */
export async function checkInstalled(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<void> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  const template = { ...WORKFLOWS, plural: "workflowtemplates", namespace, name: TEMPLATE_NAME };
  const read = () => api.getNamespacedCustomObject(template);
  const found = await askKubernetes("look for the WorkflowTemplate", read, { signal, nullOn: [404] });
  const hint = "Install it first: spark-loadtest install";
  if (found === null) {
    throw new BadInputError(`Nothing of spark-loadtest is installed in the namespace ${namespace}.`, { hint });
  }
  const layout = found.metadata?.labels?.[LAYOUT_LABEL] ?? "1";
  if (layout !== LAYOUT) {
    throw new BadInputError(
      `What is installed in the namespace ${namespace} is of another version of spark-loadtest (layout ${layout}; this one takes ${LAYOUT}).`,
      { hint: "Bring it to this version: spark-loadtest install" },
    );
  }
}

/** The workflows of runs in a namespace; none where Argo is not installed. */
export async function listWorkflows(
  kubeConfig: KubeConfig,
  namespace: string,
  signal: AbortSignal,
): Promise<WorkflowObject[]> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  const list = () =>
    api.listNamespacedCustomObject({ ...WORKFLOWS, namespace, labelSelector: `${MANAGED_BY}=${MANAGER}` });
  const workflows = await askKubernetes("list the workflows", list, { signal, nullOn: [404] });
  return (workflows?.items ?? []) as WorkflowObject[];
}

/**
 * Ends a workflow: no further pod starts, and those that run are ended; `Stop` still runs the exit handler. One that is gone is no
 * error.
 */
export async function shutDownWorkflow(
  kubeConfig: KubeConfig,
  namespace: string,
  name: string,
  how: "Stop" | "Terminate",
  signal: AbortSignal,
): Promise<void> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  const body = [{ op: "add", path: "/spec/shutdown", value: how }];
  const patch = () => api.patchNamespacedCustomObject({ ...WORKFLOWS, namespace, name, body });
  await askKubernetes(`stop the workflow ${name}`, patch, { signal, nullOn: [404] });
}

/** Deletes a workflow with its pods, its service account, its ConfigMap and its Secret. One that is gone is no error. */
export async function deleteRun(
  kubeConfig: KubeConfig,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const removeWorkflow = () =>
    custom.deleteNamespacedCustomObject({ ...WORKFLOWS, namespace, name, propagationPolicy: "Background" });
  await askKubernetes(`delete the workflow ${name}`, removeWorkflow, { signal, nullOn: [404] });
  // A run that was killed before it handed them over has them without an owner.
  const removeConfigMap = () => core.deleteNamespacedConfigMap({ name, namespace });
  await askKubernetes(`delete the ConfigMap ${name}`, removeConfigMap, { signal, nullOn: [404] });
  const removeAccount = () => core.deleteNamespacedServiceAccount({ name: caseAccountOf(name), namespace });
  await askKubernetes(`delete the service account of ${name}`, removeAccount, { signal, nullOn: [404] });
  const removeSecret = () => core.deleteNamespacedSecret({ name, namespace });
  await askKubernetes(`delete the Secret ${name}`, removeSecret, { signal, nullOn: [404] });
}
