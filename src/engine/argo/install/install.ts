import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, type KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import { chartArgs } from "../../../cluster/helm/chart.ts";
import { type HelmContext, helm, setValues } from "../../../cluster/helm/helm.ts";
import { MANAGED_BY, MANAGER } from "../../../cluster/namespaces/labels.ts";
import { ensureNamespace } from "../../../cluster/namespaces/namespaces.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { PINS } from "../../../lib/pins.ts";
import type { InstallSettings } from "../../../spec/spec.ts";
import { STORE_NAME } from "../objects/names.ts";
import { ARGO_CHART, ARGO_RELEASE, argoValues } from "./argo-chart.ts";
import { type Charts, OWN_CHART, OWN_RELEASE, valueArgs } from "./charts.ts";
import { checkArgoVersion, findController } from "./controller.ts";
import type { LoadingImages } from "./load-images.ts";
import type { MadePart, MadeParts } from "./made.ts";

export const ARGO_NAMESPACE = "argo";
const CRDS = ["workflows", "workflowtemplates", "workflowtaskresults"].map((name) => `${name}.argoproj.io`);
const CRDS_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 200;
const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
};

/** What an install works with. */
export interface InstallContext {
  readonly helm: HelmContext;
  readonly kubeConfig: KubeConfig;
  readonly charts: Charts;
  /** Folder with charts/spark-loadtest. */
  readonly assetsDirectory: string;
  /** Argo's Web UI. */
  readonly withServer: boolean;
  /** Of the workflows that are to come. */
  readonly caseCount: number;
  /** Resolve when the images are where they can be loaded to. A pod that comes before its image waits long for a second try. */
  readonly imagesLoaded: Pick<LoadingImages, "argo" | "store">;
  /** Whether to bring what is there already to this version; it restarts the store, which then forgets its artifacts. */
  readonly force: boolean;
  readonly made: MadeParts;
  readonly onStep: OnClusterStep;
}

/** What an install made and found. */
export interface Installed {
  readonly argoVersion: string;
  /** Where the controller runs, and the name of its deployment. */
  readonly argoNamespace: string;
  readonly controllerName: string;
}

/**
 * Installs Argo Workflows, unless the cluster has a controller, and our chart. Does not wait for the pods (see verifyInstall).
 *
 * @throws InfrastructureError
 */
export async function install(
  { namespace, argoChart, valuesFile }: InstallSettings,
  context: InstallContext,
): Promise<Installed> {
  const { kubeConfig, charts, made, withServer, onStep } = context;
  const { signal } = context.helm;
  const labels = { [MANAGED_BY]: MANAGER };
  const makeNamespace = async (name: string, part: MadePart, own: Readonly<Record<string, string>>) => {
    const { created } = await ensureNamespace(kubeConfig, name, own, signal, () => made.begin(part));
    // Another process made the namespace between the look and the request, so it is not this install's to remove.
    if (!created) made.forget(part);
  };
  const ownNamespace = makeNamespace(namespace, "namespace", { ...labels, ...RESTRICTED });
  ownNamespace.catch(() => undefined);
  const found = await findController(kubeConfig, signal);
  let argoVersion = found?.version ?? charts.argo.appVersion;
  let argoNamespace = found?.namespace ?? ARGO_NAMESPACE;
  const controllerName = found?.name ?? `${ARGO_RELEASE}-workflow-controller`;
  const isOurs = found?.release === `${ARGO_NAMESPACE}/${ARGO_RELEASE}`;
  if (found !== null && !isOurs) {
    checkArgoVersion(found);
    onStep({
      step: "Argo Workflows",
      state: "done",
      detail: `${argoVersion}, found in the namespace ${argoNamespace}`,
    });
  } else if (found?.chart === `argo-workflows-${charts.argo.version}` && (found.server !== null || !withServer)) {
    onStep({ step: "Argo Workflows", state: "done", detail: `${argoVersion}, installed already` });
  } else {
    argoVersion = charts.argo.appVersion;
    argoNamespace = ARGO_NAMESPACE;
    onStep({ step: "Argo Workflows", state: "running", detail: `chart ${charts.argo.version}` });
    await context.imagesLoaded.argo;
    await makeNamespace(ARGO_NAMESPACE, "argo-namespace", labels);
    if (found === null) made.begin("argo");
    await helm(
      [
        "upgrade",
        "--install",
        ARGO_RELEASE,
        ...chartArgs(ARGO_CHART, argoChart),
        ...setValues(argoValues({ namespace, withServer, caseCount: context.caseCount })),
        "-n",
        ARGO_NAMESPACE,
      ],
      context.helm,
    );
    onStep({ step: "Argo Workflows", state: "done", detail: argoVersion });
  }
  await ownNamespace;
  await waitForCrds(kubeConfig, signal);
  const chart = join(context.assetsDirectory, OWN_CHART);
  const [release, version] = await Promise.all([findRelease(kubeConfig, namespace, signal), readVersion(chart)]);
  if (release === `${OWN_RELEASE}-${version}` && !context.force && valuesFile === null) {
    onStep({ step: "Chart spark-loadtest", state: "done", detail: `${release}, installed already` });
    return { argoVersion, argoNamespace, controllerName };
  }
  const historyServerImage = await context.imagesLoaded.store;
  onStep({ step: "Chart spark-loadtest", state: "running" });
  const images = { historyServer: historyServerImage, objectStore: PINS.images.objectStore };
  const values = valueArgs(valuesFile, charts.namedImages, images);
  if (release === null) made.begin("release");
  await helm(["upgrade", "--install", OWN_RELEASE, chart, ...values, "-n", namespace], context.helm);
  onStep({ step: "Chart spark-loadtest", state: "done", detail: `namespace ${namespace}` });
  return { argoVersion, argoNamespace, controllerName };
}

async function readVersion(chart: string): Promise<string> {
  const { version } = parse(await readFile(join(chart, "Chart.yaml"), "utf8")) as { version: string };
  return version;
}

/** Our chart with its version, as it is installed in a namespace; null where it is not. */
async function findRelease(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<string | null> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const read = () => api.readNamespacedDeployment({ name: STORE_NAME, namespace });
  const store = await askKubernetes("look for the object store", read, { signal, nullOn: [404] });
  return store && (store.metadata?.labels?.["helm.sh/chart"] ?? OWN_RELEASE);
}

/** WorkflowTemplates cannot be made before their definition is established, a moment after it is there. */
async function waitForCrds(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const deadline = Date.now() + CRDS_TIMEOUT_MS;
  for (const name of CRDS) {
    for (;;) {
      const read = () =>
        api.read({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });
      const found = await askKubernetes(`read the definition ${name}`, read, { signal, nullOn: [404] });
      const { conditions = [] } = ((found as { status?: unknown } | null)?.status ?? {}) as {
        conditions?: { type: string; status: string }[];
      };
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
