import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, type KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import { type ChartInfo, chartArgs, readChart } from "../../../cluster/helm/chart.ts";
import { type HelmContext, type HelmTool, helm, lastLine, renderChart, setValues } from "../../../cluster/helm/helm.ts";
import { MANAGED_BY, MANAGER } from "../../../cluster/namespaces/labels.ts";
import { ensureNamespace } from "../../../cluster/namespaces/namespaces.ts";
import type { ChartSource } from "../../../commands/shared/config.ts";
import { askKubernetes, kubeStatus } from "../../../kube/client.ts";
import { BadInputError, InfrastructureError } from "../../../lib/errors.ts";
import { isCommandFailure } from "../../../lib/process/exec.ts";
import { STORE_NAME } from "../objects/names.ts";
import { ARGO_CHART, ARGO_RELEASE, argoValues, STORE_IMAGE } from "./argo-chart.ts";
import { checkArgoVersion, findController } from "./controller.ts";
import type { LoadingImages } from "./load-images.ts";

export const ARGO_NAMESPACE = "argo";
export const OWN_RELEASE = "spark-loadtest";
/** Our chart's place among the files that come with the tool. */
export const OWN_CHART = join("charts", "spark-loadtest");
const CRDS = ["workflows", "workflowtemplates", "workflowtaskresults"].map((name) => `${name}.argoproj.io`);
const CRDS_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 200;
const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/enforce-version": "latest",
};

export interface InstallOptions extends HelmContext {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  readonly argoChart: ChartSource;
  readonly charts: Charts;
  /** Folder with charts/spark-loadtest. */
  readonly assetsDirectory: string;
  /** Of the user's, over the chart's own; null for those of the install before. Brings what is there already to these values. */
  readonly valuesFile: string | null;
  /** Argo's Web UI. */
  readonly withServer: boolean;
  /** Of the workflows that are to come. */
  readonly caseCount: number;
  /** Resolve when the images are where they can be loaded to. A pod that comes before its image waits long for a second try. */
  readonly imagesLoaded: Pick<LoadingImages, "argo" | "store">;
  /** Whether to bring what is there already to this version; it restarts the store, which then forgets its artifacts. */
  readonly force: boolean;
  /** Gets what this install makes, each part before it is made. */
  readonly made: MadePart[];
  readonly onStep: OnClusterStep;
}

/** What is known of both charts before there is a cluster. */
export interface Charts {
  /** What the upstream chart says about itself. */
  readonly argo: ChartInfo;
  /** Images that a user's values name for parts of ours, by part. */
  readonly namedImages: Readonly<Record<string, string>>;
}

/** What an install made and found. */
export interface Installed {
  readonly argoVersion: string;
  /** Where the controller runs, and the name of its deployment. */
  readonly argoNamespace: string;
  readonly controllerName: string;
}

/** A part of an install that was not there before. */
export type MadePart = "namespace" | "argo" | "argo-namespace" | "release";

/**
 * Installs Argo Workflows, unless the cluster has a controller, and our chart. Does not wait for the pods (see verifyInstall).
 *
 * @throws InfrastructureError
 */
export async function install(options: InstallOptions): Promise<Installed> {
  const { kubeConfig, namespace, argoChart, charts, made, onStep, valuesFile, signal } = options;
  const labels = { [MANAGED_BY]: MANAGER };
  const makeNamespace = async (name: string, part: MadePart, own: Readonly<Record<string, string>>) => {
    const { created } = await ensureNamespace(kubeConfig, name, own, signal, () => made.push(part));
    // Somebody else was faster.
    if (!created && made.includes(part)) made.splice(made.indexOf(part), 1);
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
  } else if (
    found?.chart === `argo-workflows-${charts.argo.version}` &&
    (found.server !== null || !options.withServer)
  ) {
    onStep({ step: "Argo Workflows", state: "done", detail: `${argoVersion}, installed already` });
  } else {
    argoVersion = charts.argo.appVersion;
    argoNamespace = ARGO_NAMESPACE;
    onStep({ step: "Argo Workflows", state: "running", detail: `chart ${charts.argo.version}` });
    await options.imagesLoaded.argo;
    await makeNamespace(ARGO_NAMESPACE, "argo-namespace", labels);
    if (found === null) made.push("argo");
    await helm(
      [
        "upgrade",
        "--install",
        ARGO_RELEASE,
        ...chartArgs(ARGO_CHART, argoChart),
        ...setValues(argoValues(options)),
        "-n",
        ARGO_NAMESPACE,
      ],
      options,
    );
    onStep({ step: "Argo Workflows", state: "done", detail: argoVersion });
  }
  await ownNamespace;
  await waitForCrds(kubeConfig, signal);
  const chart = join(options.assetsDirectory, OWN_CHART);
  const [release, version] = await Promise.all([findRelease(kubeConfig, namespace, signal), readVersion(chart)]);
  if (release === `${OWN_RELEASE}-${version}` && !options.force && valuesFile === null) {
    onStep({ step: "Chart spark-loadtest", state: "done", detail: `${release}, installed already` });
    return { argoVersion, argoNamespace, controllerName };
  }
  const historyServerImage = await options.imagesLoaded.store;
  onStep({ step: "Chart spark-loadtest", state: "running" });
  const images = { historyServer: historyServerImage, objectStore: STORE_IMAGE };
  const values = valueArgs(valuesFile, charts.namedImages, images);
  if (release === null) made.push("release");
  await helm(["upgrade", "--install", OWN_RELEASE, chart, ...values, "-n", namespace], options);
  onStep({ step: "Chart spark-loadtest", state: "done", detail: `namespace ${namespace}` });
  return { argoVersion, argoNamespace, controllerName };
}

/**
 * Arguments of helm for a user's values, and for the images of the parts that they name none for. Without a file, what an earlier
 * install was given stays, over the defaults of this version of the chart.
 */
export function valueArgs(
  valuesFile: string | null,
  namedImages: Charts["namedImages"],
  images: Readonly<Record<string, string>>,
): string[] {
  const unnamed = Object.entries(images).filter(([part]) => !Object.hasOwn(namedImages, part));
  const values = Object.fromEntries(unnamed.map(([part, image]) => [part, { image }]));
  return [...(valuesFile === null ? ["--reset-then-reuse-values"] : ["--values", valuesFile]), ...setValues(values)];
}

/**
 * Reads both charts, once it is known that ours takes the user's values. Asks no cluster.
 *
 * @throws BadInputError for a chart or a file of values that is none, InfrastructureError where the chart cannot be had
 */
export async function readCharts(
  { argoChart, valuesFile, assetsDirectory }: Pick<InstallOptions, "argoChart" | "valuesFile" | "assetsDirectory">,
  context: HelmTool,
): Promise<Charts> {
  const [argo, namedImages] = await Promise.all([
    readChart(ARGO_CHART, argoChart, context),
    checkValues(valuesFile, assetsDirectory, context).then(() => readNamedImages(valuesFile)),
  ]);
  return { argo, namedImages };
}

/** Images by part of the chart. */
export async function readNamedImages(valuesFile: string | null): Promise<Charts["namedImages"]> {
  if (valuesFile === null) return {};
  const own = (parse(await readFile(valuesFile, "utf8")) ?? {}) as Record<string, { image?: string } | null>;
  return Object.fromEntries(
    Object.entries(own).flatMap(([part, value]) => (value?.image === undefined ? [] : [[part, value.image]])),
  );
}

/**
 * Checks a user's values by the chart's schema and templates, which takes no cluster. Throws BadInputError with helm's words.
 */
export async function checkValues(
  valuesFile: string | null,
  assetsDirectory: string,
  context: HelmTool,
): Promise<void> {
  if (valuesFile === null) return;
  const chart = join(assetsDirectory, OWN_CHART);
  try {
    await renderChart([OWN_RELEASE, chart, "--values", valuesFile], context);
  } catch (error) {
    if (!(error instanceof InfrastructureError) || !isCommandFailure(error.cause)) throw error;
    throw new BadInputError(
      `The chart spark-loadtest does not take ${valuesFile}: ${lastLine(error.cause).replace(/^- /, "")}`,
      {
        hint: "charts/spark-loadtest/values.yaml has every value, and values.schema.json what each may be.",
        cause: error,
      },
    );
  }
}

async function readVersion(chart: string): Promise<string> {
  const { version } = parse(await readFile(join(chart, "Chart.yaml"), "utf8")) as { version: string };
  return version;
}

/** Our chart with its version, as it is installed in a namespace; null where it is not. */
async function findRelease(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<string | null> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  try {
    const read = () => api.readNamespacedDeployment({ name: STORE_NAME, namespace });
    const { metadata } = await askKubernetes("look for the object store", read, { signal, final: [404] });
    return metadata?.labels?.["helm.sh/chart"] ?? OWN_RELEASE;
  } catch (error) {
    if (kubeStatus(error) === 404) return null;
    throw error;
  }
}

/** WorkflowTemplates cannot be made before their definition is established, a moment after it is there. */
async function waitForCrds(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const deadline = Date.now() + CRDS_TIMEOUT_MS;
  for (const name of CRDS) {
    for (;;) {
      const read = () =>
        api.read({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });
      const found = await askKubernetes(`read the definition ${name}`, read, { signal, final: [404] }).catch(
        (error) => {
          if (kubeStatus(error) === 404) return null;
          throw error;
        },
      );
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
