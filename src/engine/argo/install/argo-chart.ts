import type { UpstreamChart } from "../../../cluster/helm/chart.ts";
import { PINS } from "../../../lib/pins.ts";

export const ARGO_NAMESPACE = "argo";
export const ARGO_RELEASE = "argo-workflows";
export const ARGO_CHART: UpstreamChart = {
  name: "argo-workflows",
  repository: "https://argoproj.github.io/argo-helm",
  ...PINS.charts["argo-workflows"],
  title: "Argo Workflows",
  option: "--argo-chart",
};

/**
 * Images that an install needs beside Spark's: of the controller (and the Web UI) where they are not there yet, of our store, of every
 * pod of a workflow.
 */
export function installImages(
  { argoVersion, installsArgo }: { readonly argoVersion: string; readonly installsArgo: boolean },
  withServer: boolean,
): { readonly argo: string[]; readonly store: string[]; readonly executor: string[] } {
  const named = (name: string) => `quay.io/argoproj/${name}:${argoVersion}`;
  const controller = [named("workflow-controller"), ...(withServer ? [named("argocli")] : [])];
  return {
    argo: installsArgo ? controller : [],
    store: [PINS.images.objectStore.name],
    executor: [named("argoexec")],
  };
}

/**
 * Seconds that the controller leaves between two looks at a workflow (its DEFAULT_REQUEUE_TIME). A look takes about half a millisecond a
 * case, so that one of few cases need not wait Argo's own ten seconds for every step.
 */
function requeueSeconds(caseCount: number): number {
  return Math.min(10, Math.ceil(caseCount / 50));
}

/** What the chart's own pods lack for Pod Security `restricted`. */
const WITH_SECCOMP = { seccompProfile: { type: "RuntimeDefault" } };

/** Values of the upstream chart. Its own defaults download inside the cluster and always pull. */
export function argoValues(options: {
  readonly namespace: string;
  readonly withServer: boolean;
  readonly caseCount: number;
}): Record<string, unknown> {
  return {
    // The full definitions are a hook that downloads them inside the cluster; kept ones would outlive an uninstall.
    crds: { install: true, full: false, keep: false },
    images: { pullPolicy: "IfNotPresent" },
    controller: {
      workflowNamespaces: [options.namespace],
      podSecurityContext: WITH_SECCOMP,
      // Longer than a week, after which a weekly tier has figures again.
      metricsConfig: { enabled: true, metricsTTL: "192h" },
      serviceAnnotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
      nodeEvents: { enabled: false },
      resourceRateLimit: { limit: 10, burst: 25 },
      extraEnv: [{ name: "DEFAULT_REQUEUE_TIME", value: `${requeueSeconds(options.caseCount)}s` }],
    },
    // The service account of our pods comes from our chart.
    workflow: { serviceAccount: { create: false }, rbac: { create: false } },
    server: { enabled: options.withServer, serviceType: "ClusterIP", podSecurityContext: WITH_SECCOMP },
  };
}
