import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiextensionsV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import type { Chart } from "../../../cluster/helm/chart.ts";
import { type HelmContext, helm, setValues } from "../../../cluster/helm/helm.ts";
import { MANAGED_BY, MANAGER, RESTRICTED } from "../../../cluster/namespaces/labels.ts";
import { ensureNamespace } from "../../../cluster/namespaces/namespaces.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import type { InstallSettings } from "../../../spec/spec.ts";
import { checkPolicySupport } from "./admission.ts";
import { ARGO_NAMESPACE, ARGO_RELEASE, argoValues } from "./argo-chart.ts";
import { type NamedImages, OWN_CHART, OWN_RELEASE, valueArgs } from "./charts.ts";
import type { LoadingImages } from "./load-images.ts";
import type { MadePart, MadeParts } from "./made.ts";
import { type InstallPlan, isOurs } from "./plan-install.ts";

const CRDS = ["workflows", "workflowtemplates", "workflowtaskresults"].map((name) => `${name}.argoproj.io`);
const CRDS_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 200;

/** What an install works with. */
export interface InstallContext {
  readonly plan: InstallPlan;
  /** Asked for only where something is to be installed. */
  readonly helm: () => Promise<HelmContext>;
  /** The upstream chart; asked for only where it is to be installed. */
  readonly readArgoChart: () => Promise<Chart>;
  readonly kubeConfig: KubeConfig;
  /** Folder with charts/spark-loadtest. */
  readonly assetsDirectory: string;
  /** Argo's Web UI. */
  readonly withServer: boolean;
  /** Of the workflows that are to come. */
  readonly caseCount: number;
  /** Whether the user's values, or the chart's own, ask for the policies that keep accounts to their namespaces. */
  readonly wantsAdmissionPolicy: boolean;
  /** Images by part that the user's values name. */
  readonly namedImages: NamedImages;
  /** Resolve when the images are where they can be loaded to. A pod that comes before its image waits long for a second try. */
  readonly imagesLoaded: Pick<LoadingImages, "argo" | "store">;
  readonly made: MadeParts;
  readonly onStep: OnClusterStep;
  readonly signal: AbortSignal;
}

/** What an install made and found. */
export interface Installed {
  /** Where the controller runs, and the name of its deployment. */
  readonly argoNamespace: string;
  readonly controllerName: string;
}

/**
 * Installs Argo Workflows and our chart as far as the plan has it. Does not wait for the pods (see verifyInstall).
 *
 * @throws InfrastructureError
 */
export async function install(
  { namespace, valuesFile }: Pick<InstallSettings, "namespace" | "valuesFile">,
  context: InstallContext,
): Promise<Installed> {
  const { plan, kubeConfig, made, withServer, onStep, signal } = context;
  const { controller, argoVersion } = plan;
  const labels = { [MANAGED_BY]: MANAGER };
  const makeNamespace = async (name: string, part: MadePart, own: Readonly<Record<string, string>>) => {
    const { created } = await ensureNamespace(kubeConfig, name, own, signal, () => made.begin(part));
    // Another process made the namespace between the look and the request, so it is not this install's to remove.
    if (!created) made.forget(part);
  };
  const ownNamespace = makeNamespace(namespace, "namespace", { ...labels, ...RESTRICTED });
  ownNamespace.catch(() => undefined);
  if (plan.installsOwn) {
    const told = valuesFile === null && plan.release !== null ? null : context.wantsAdmissionPolicy;
    await checkPolicySupport(kubeConfig, namespace, told, signal);
  }
  const step = "Argo Workflows";
  if (plan.installsArgo) {
    onStep({ step, state: "running", detail: argoVersion });
    const { args, note } = await context.readArgoChart();
    await context.imagesLoaded.argo;
    await makeNamespace(ARGO_NAMESPACE, "argo-namespace", { ...labels, ...RESTRICTED });
    if (controller === null) made.begin("argo");
    await helm(
      [
        "upgrade",
        "--install",
        ARGO_RELEASE,
        ...args,
        ...setValues(argoValues({ namespace, withServer, caseCount: context.caseCount })),
        "-n",
        ARGO_NAMESPACE,
      ],
      await context.helm(),
    );
    onStep({ step, state: "done", detail: note === null ? argoVersion : `${argoVersion}, ${note}` });
  } else {
    const where = isOurs(controller!) ? "installed already" : `found in the namespace ${controller!.namespace}`;
    onStep({ step, state: "done", detail: `${argoVersion}, ${where}` });
  }
  const argoNamespace = plan.installsArgo ? ARGO_NAMESPACE : controller!.namespace;
  const installed = { argoNamespace, controllerName: controller?.name ?? `${ARGO_RELEASE}-workflow-controller` };
  await ownNamespace;
  await waitForCrds(kubeConfig, signal);
  if (!plan.installsOwn) {
    onStep({ step: "Chart spark-loadtest", state: "done", detail: `${plan.release}, installed already` });
    return installed;
  }
  const images = await context.imagesLoaded.store;
  onStep({ step: "Chart spark-loadtest", state: "running" });
  const values = valueArgs(valuesFile, context.namedImages, { ...images });
  if (plan.release === null) made.begin("release");
  const chart = join(context.assetsDirectory, OWN_CHART);
  await helm(["upgrade", "--install", OWN_RELEASE, chart, ...values, "-n", namespace], await context.helm());
  onStep({ step: "Chart spark-loadtest", state: "done", detail: `namespace ${namespace}` });
  return installed;
}

/** WorkflowTemplates cannot be made before their definition is established, a moment after it is there. */
async function waitForCrds(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const deadline = Date.now() + CRDS_TIMEOUT_MS;
  for (const name of CRDS) {
    for (;;) {
      const read = () => api.readCustomResourceDefinition({ name });
      const found = await askKubernetes(`read the definition ${name}`, read, { signal, nullOn: [404] });
      const conditions = found?.status?.conditions ?? [];
      if (conditions.some(({ type, status }) => type === "Established" && status === "True")) break;
      if (Date.now() > deadline) {
        throw new InfrastructureError(
          `The definition ${name} was not established within ${CRDS_TIMEOUT_MS / 1000} s.`,
          {
            hint: `Look at: kubectl describe crd ${name}`,
          },
        );
      }
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
  }
}
