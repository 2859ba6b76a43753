import { ApiextensionsV1Api, AppsV1Api, CoreV1Api, type KubeConfig, type V1Deployment } from "@kubernetes/client-node";
import type { Cluster, OnClusterStep } from "../../../cluster/cluster.ts";
import type { Chart, UpstreamChart } from "../../../cluster/helm/chart.ts";
import { type HelmContext, helm, setValues } from "../../../cluster/helm/helm.ts";
import { MANAGED_BY, MANAGER, RESTRICTED } from "../../../cluster/namespaces/labels.ts";
import { ensureNamespace } from "../../../cluster/namespaces/namespaces.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { PINS } from "../../../lib/pins.ts";
import type { Case } from "../../../model/documents.ts";
import type { MadeParts } from "./made.ts";
import { verifyInstall } from "./verify.ts";

export const OPERATOR_NAMESPACE = "spark-operator";
export const OPERATOR_RELEASE = "spark-operator";
export const OPERATOR_CHART: UpstreamChart = {
  name: "spark-operator",
  repository: "https://kubeflow.github.io/spark-operator",
  ...PINS.charts["spark-operator"],
  title: "Spark Operator",
  option: "--spark-operator-chart",
};

const STEP = "Spark Operator";
const DEFINITIONS = ["sparkapplications", "scheduledsparkapplications", "sparkconnects"].map(
  (name) => `${name}.sparkoperator.k8s.io`,
);

/** A controller of the Spark Operator that runs on a cluster, however it was installed. */
export interface Operator {
  readonly namespace: string;
  /** Of the deployment. */
  readonly name: string;
  /** Tag of its image. */
  readonly version: string;
  /** "namespace/name" of its Helm release; null where it was not installed by Helm. */
  readonly release: string | null;
  /** That it watches; null where these may be any: it watches all, or chooses them by their labels. */
  readonly namespaces: readonly string[] | null;
}

/** Whether a plan needs the Spark Operator. */
export function needsOperator(cases: readonly Pick<Case, "dimensions">[]): boolean {
  return cases.some(({ dimensions }) => dimensions.orchestrator === "operator");
}

/** Values of the upstream chart: cases have namespaces of their own, and accounts of their own in them. */
export function operatorValues(): Record<string, unknown> {
  return {
    controller: { uiService: { enable: false } },
    spark: { jobNamespaces: [], serviceAccount: { create: false }, rbac: { create: false } },
  };
}

/**
 * The controller of the Spark Operator; null where none runs. Its definitions alone are no sign of one: an uninstall by Helm leaves them.
 * Whoever may not list deployments, as most who only submit, gets undefined.
 */
export async function findOperator(kubeConfig: KubeConfig, signal: AbortSignal): Promise<Operator | null | undefined> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const list = () => api.listDeploymentForAllNamespaces();
  const found = await askKubernetes("look for the Spark Operator", list, { signal, nullOn: [403] });
  if (found === null) return undefined;
  const controller = found.items.find((each) => argsOf(each) !== undefined);
  if (controller === undefined) return null;
  const { annotations = {}, namespace = "", name = "" } = controller.metadata ?? {};
  const release = annotations["meta.helm.sh/release-name"];
  return {
    namespace,
    name,
    version: imageOf(controller)!.split("@")[0]!.replace(/^.*:/, ""),
    release: release === undefined ? null : `${annotations["meta.helm.sh/release-namespace"]}/${release}`,
    namespaces: readNamespaces(argsOf(controller)!),
  };
}

/** Whether an install of this tool made the operator: its release has the name that it gives, in a namespace with its label. */
export async function isOperatorOurs(kubeConfig: KubeConfig, signal: AbortSignal): Promise<boolean> {
  const operator = await findOperator(kubeConfig, signal);
  if (operator?.release !== `${OPERATOR_NAMESPACE}/${OPERATOR_RELEASE}`) return false;
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const read = () => api.readNamespace({ name: OPERATOR_NAMESPACE });
  const namespace = await askKubernetes(`read the namespace ${OPERATOR_NAMESPACE}`, read, { signal, nullOn: [404] });
  return namespace?.metadata?.labels?.[MANAGED_BY] === MANAGER;
}

function imageOf({ spec }: V1Deployment): string | undefined {
  return spec?.template.spec?.containers
    .map(({ image }) => image ?? "")
    .find((image) => /(^|\/)spark-operator(\/controller)?[:@]/.test(image));
}

/** Arguments of a controller; undefined of what is none, as its webhook, which runs from the same image. */
function argsOf(deployment: V1Deployment): readonly string[] | undefined {
  const image = imageOf(deployment);
  const container = deployment.spec?.template.spec?.containers.find(
    (each) => image !== undefined && each.image === image,
  );
  if (container === undefined) return undefined;
  const args = [...(container.command ?? []), ...(container.args ?? [])];
  return args.includes("webhook") ? undefined : args;
}

/** By the arguments of a controller: 1.x has `-namespace`, 2.x `--namespaces` and `--namespace-selector`. */
function readNamespaces(args: readonly string[]): readonly string[] | null {
  if (args.some((arg) => /^--?namespace-selector=./.test(arg))) return null;
  const list = args.find((arg) => /^--?namespaces?=/.test(arg))?.replace(/^[^=]*=/, "") ?? "";
  const names = list.split(",").map((name) => name.replace(/^"(.*)"$/, "$1"));
  return names.includes("") ? null : names;
}

/** Refuses an operator that looks at no namespace of a case. Throws InfrastructureError. */
export function checkOperator({ namespace, name, namespaces }: Operator): void {
  if (namespaces === null) return;
  throw new InfrastructureError(
    `The Spark Operator ${namespace}/${name} watches only ${namespaces.join(", ")}, and each case has a namespace of its own.`,
    {
      hint: "Have it watch all (spark.jobNamespaces={} of its chart), or those with the label spark-loadtest/kind=case (spark.jobNamespaceSelector), or leave its cases out: --exclude orchestrator=operator",
    },
  );
}

/** Makes sure that an operator is there for cases that are to be submitted. Throws InfrastructureError. */
export async function checkOperatorThere(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const operator = await findOperator(kubeConfig, signal);
  if (operator === undefined) return;
  if (operator !== null) return checkOperator(operator);
  throw new InfrastructureError("The cluster has no Spark Operator, which cases of the orchestrator operator need.", {
    hint: `Install it: spark-loadtest install --spark-operator-chart ${OPERATOR_CHART.version}; or leave its cases out: --exclude orchestrator=operator`,
  });
}

/** What an operator is installed with. */
export interface OperatorContext {
  readonly cluster: Pick<Cluster, "kubeConfig" | "loadImages">;
  /** Asked for only where it is to be installed, as the chart. */
  readonly helm: () => Promise<HelmContext>;
  readonly readChart: () => Promise<Chart>;
  readonly made: MadeParts;
  readonly onStep: OnClusterStep;
  readonly signal: AbortSignal;
}

/** Has a Spark Operator that serves the namespaces of cases: the one that is there, else by its chart. Throws InfrastructureError. */
export async function provideOperator({
  cluster,
  helm: readHelm,
  readChart,
  made,
  onStep,
  signal,
}: OperatorContext): Promise<void> {
  const kubeConfig = cluster.kubeConfig();
  // A part's trouble stands in the step of the whole.
  const onPart: OnClusterStep = ({ state, detail }) => {
    if (state === "running" && detail) onStep({ step: STEP, state, detail });
  };
  const found = await findOperator(kubeConfig, signal);
  if (found === undefined) {
    onStep({ step: STEP, state: "done", detail: "not looked for: this user may not list deployments" });
    return;
  }
  if (found !== null) {
    checkOperator(found);
    onStep({ step: STEP, state: "done", detail: `${found.version}, found in the namespace ${found.namespace}` });
    const { namespace, name } = found;
    return verifyInstall(kubeConfig, [{ kind: "Deployment", namespace, name }], onPart, signal);
  }
  const { args, appVersion, note } = await readChart();
  onStep({ step: STEP, state: "running", detail: appVersion });
  await cluster.loadImages([`ghcr.io/kubeflow/spark-operator/controller:${appVersion}`], onStep, signal);
  const labels = { [MANAGED_BY]: MANAGER, ...RESTRICTED };
  const begin = () => made.begin("operator-namespace");
  const { created } = await ensureNamespace(kubeConfig, OPERATOR_NAMESPACE, labels, signal, begin);
  if (!created) made.forget("operator-namespace");
  if (!(await hasDefinitions(kubeConfig, signal))) made.begin("operator-definitions");
  made.begin("operator");
  const values = setValues(operatorValues());
  await helm(
    ["upgrade", "--install", OPERATOR_RELEASE, ...args, ...values, "-n", OPERATOR_NAMESPACE],
    await readHelm(),
  );
  const needed = ["controller", "webhook"].map(
    (part) => ({ kind: "Deployment", namespace: OPERATOR_NAMESPACE, name: `${OPERATOR_RELEASE}-${part}` }) as const,
  );
  await verifyInstall(kubeConfig, needed, onPart, signal);
  onStep({ step: STEP, state: "done", detail: note === null ? appVersion : `${appVersion}, ${note}` });
}

async function hasDefinitions(kubeConfig: KubeConfig, signal: AbortSignal): Promise<boolean> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const read = (name: string) => () => api.readCustomResourceDefinition({ name });
  const found = await Promise.all(
    DEFINITIONS.map((name) => askKubernetes(`read the definition ${name}`, read(name), { signal, nullOn: [404] })),
  );
  return found.some((each) => each !== null);
}

/** Removes the definitions that an install made, which Helm leaves; their objects go with them. */
export async function removeOperatorDefinitions(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const remove = (name: string) => () => api.deleteCustomResourceDefinition({ name });
  await Promise.all(
    DEFINITIONS.map((name) => askKubernetes(`remove the definition ${name}`, remove(name), { signal, nullOn: [404] })),
  );
}
