import type { UpstreamChart } from "../cluster/helm/chart.ts";
import { PINS } from "../lib/pins.ts";

/** Prometheus with its operator, and Grafana. */
export const MONITORING_CHART: UpstreamChart = {
  name: "kube-prometheus-stack",
  repository: "https://prometheus-community.github.io/helm-charts",
  ...PINS.charts["kube-prometheus-stack"],
  title: "Prometheus and Grafana",
  option: "--monitoring-chart",
};
/** Also the start of the names of all that it makes, of which the chart takes 26 characters. */
export const MONITORING_RELEASE = "spark-loadtest-monitoring";
export const MONITORING_NAMESPACE = "spark-loadtest-monitoring";
/** Of the ConfigMap with the dashboard, and the dashboard's own in Grafana. */
export const DASHBOARD_NAME = "spark-loadtest-dashboard";
export const DASHBOARD_UID = "spark-loadtest";
const GRAFANA_NAME = `${MONITORING_RELEASE}-grafana`;

/** What has to be up before there is something to see. */
export const MONITORING_WORKLOADS = [
  { kind: "Deployment", namespace: MONITORING_NAMESPACE, name: `${MONITORING_RELEASE}-operator` },
  { kind: "Deployment", namespace: MONITORING_NAMESPACE, name: GRAFANA_NAME },
  // The operator makes it, a moment after it is up itself.
  { kind: "StatefulSet", namespace: MONITORING_NAMESPACE, name: `prometheus-${MONITORING_RELEASE}-prometheus` },
] as const;

/**
 * Values of the upstream chart: what the dashboard needs and no more. Its own defaults watch the whole cluster, and wait in hooks
 * whose pods nobody looks at.
 *
 * @param namespace of the runs, whose PodMonitors and rules are followed
 */
export function monitoringValues(namespace: string): Record<string, unknown> {
  const off = { enabled: false };
  return {
    fullnameOverride: MONITORING_RELEASE,
    defaultRules: { create: false },
    alertmanager: off,
    nodeExporter: off,
    kubeStateMetrics: off,
    kubernetesServiceMonitors: off,
    kubelet: off,
    grafana: {
      fullnameOverride: GRAFANA_NAME,
      defaultDashboardsEnabled: false,
      serviceMonitor: off,
      testFramework: off,
      // Its sidecars read ConfigMaps and Secrets: those of their own namespace, not those of all.
      rbac: { namespaced: true },
      sidecar: {
        dashboards: { searchNamespace: MONITORING_NAMESPACE, resource: "configmap" },
        datasources: { searchNamespace: MONITORING_NAMESPACE, resource: "configmap", alertmanager: off },
      },
      "grafana.ini": {
        analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
        plugins: { preinstall_disabled: true },
      },
      resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    },
    prometheusOperator: {
      // Of their certificates would be jobs in hooks.
      admissionWebhooks: off,
      tls: off,
      kubeletService: off,
      kubeletEndpointsEnabled: false,
      namespaces: { releaseNamespace: true, additional: [namespace] },
      resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    },
    prometheus: {
      prometheusSpec: {
        // What is there by other charts than this one is to be followed too.
        podMonitorSelectorNilUsesHelmValues: false,
        serviceMonitorSelectorNilUsesHelmValues: false,
        ruleSelectorNilUsesHelmValues: false,
        scrapeInterval: "15s",
        retention: "15d",
        retentionSize: "2GB",
        // For `run --push-metrics` through the way that `ui` opens.
        enableRemoteWriteReceiver: true,
        resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "1Gi" } },
      },
    },
  };
}

/** Images that rendered manifests name, the one that the operator starts for its Prometheus among them. Pure. */
export function findImages(manifests: string): string[] {
  const named = manifests.matchAll(
    /^[ \t]*(?:- )?image:[ \t]*"?([^"\s]+)"?[ \t]*$|--prometheus-config-reloader=(\S+)/gm,
  );
  return [...new Set([...named].map(([, image, reloader]) => (image ?? reloader)!.replace(/"$/, "")))].sort();
}
