import { parse } from "yaml";
import { HELM_TIMEOUT_MS, type HelmContext, lastLine } from "../../cluster/helm.ts";
import { BadInputError, InfrastructureError } from "../../lib/errors.ts";
import { exec, isCommandFailure } from "../../lib/exec.ts";
import type { ArgoChart } from "./options.ts";

export const ARGO_RELEASE = "argo-workflows";
/** The upstream chart that this version of the tool was tested with; its application is Argo Workflows v4.0.6. */
export const ARGO_CHART_VERSION = "1.0.18";
const ARGO_CHART_REPOSITORY = "https://argoproj.github.io/argo-helm";
export const STORE_IMAGE = "versity/versitygw:v1.8.0";

/** What the upstream chart says about itself. */
export interface ArgoChartInfo {
  readonly version: string;
  /** Version of Argo Workflows, "v4.0.6". */
  readonly appVersion: string;
}

/** Images that an install needs beside Spark's: of the controller (and the Web UI), of our store, of every pod of a workflow. */
export function installImages(
  chart: ArgoChartInfo,
  withServer: boolean,
): { readonly argo: string[]; readonly store: string[]; readonly executor: string[] } {
  const named = (name: string) => `quay.io/argoproj/${name}:${chart.appVersion}`;
  return {
    argo: [named("workflow-controller"), ...(withServer ? [named("argocli")] : [])],
    store: [STORE_IMAGE],
    executor: [named("argoexec")],
  };
}

/** Arguments that name the upstream chart to helm. */
export function chartArgs(chart: ArgoChart): string[] {
  if (chart.kind === "path") return [chart.path];
  return [ARGO_RELEASE, "--repo", ARGO_CHART_REPOSITORY, "--version", chart.version];
}

/** Reads the upstream chart. Throws BadInputError for one that is none, InfrastructureError where it cannot be had. */
export async function readArgoChart(
  chart: ArgoChart,
  context: Pick<HelmContext, "helm" | "environment" | "signal">,
): Promise<ArgoChartInfo> {
  const { helm, environment, signal } = context;
  try {
    const { stdout } = await exec(helm, ["show", "chart", ...chartArgs(chart)], {
      env: environment,
      signal,
      timeoutMs: HELM_TIMEOUT_MS,
    });
    const { name, version, appVersion } = parse(stdout) as Record<string, unknown>;
    if (name === ARGO_RELEASE && typeof version === "string" && typeof appVersion === "string") {
      return { version, appVersion };
    }
    throw new BadInputError(`The chart is called ${String(name)}, not ${ARGO_RELEASE}.`, {
      hint: "--argo-chart takes the upstream chart argo-workflows: a folder, a .tgz, or a version.",
    });
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    if (chart.kind === "path") {
      throw new BadInputError(`${chart.path} is no Helm chart: ${lastLine(error)}`, {
        hint: "--argo-chart takes the upstream chart argo-workflows: a folder, a .tgz, or a version.",
        cause: error,
      });
    }
    throw new InfrastructureError(`The chart of Argo Workflows could not be had: ${lastLine(error)}`, {
      hint: "Without a network, give it as a folder or a .tgz: --argo-chart PATH",
      cause: error,
    });
  }
}

/** Values of the upstream chart. Its own defaults download inside the cluster and always pull. */
export function argoValues(options: {
  readonly namespace: string;
  readonly withServer: boolean;
}): Record<string, unknown> {
  return {
    // The full definitions are a hook that downloads them inside the cluster; kept ones would outlive an uninstall.
    crds: { install: true, full: false, keep: false },
    images: { pullPolicy: "IfNotPresent" },
    controller: {
      workflowNamespaces: [options.namespace],
      // Longer than a week, after which a weekly tier has figures again.
      metricsConfig: { enabled: true, metricsTTL: "192h" },
      serviceAnnotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
      nodeEvents: { enabled: false },
      resourceRateLimit: { limit: 10, burst: 25 },
    },
    // The service account of our pods comes from our chart.
    workflow: { serviceAccount: { create: false }, rbac: { create: false } },
    server: { enabled: options.withServer, serviceType: "ClusterIP" },
  };
}
