import { describe, expect, it } from "vitest";
import { selectMonitoring } from "../../src/monitoring/find-monitoring.ts";

const service = (namespace: string, name: string, labels: Record<string, string>, ports: [string, number][]) => ({
  metadata: { namespace, name, labels },
  spec: { selector: { app: name }, ports: ports.map(([portName, port]) => ({ name: portName, port })) },
});

/** Labels and ports as the charts and manifests have them. */
const STACK = service(
  "mon",
  "kps-prometheus",
  { app: "kube-prometheus-stack-prometheus", "self-monitor": "true", release: "kps" },
  [
    ["http-web", 9090],
    ["reloader-web", 8080],
  ],
);
const OPERATOR = service("mon", "kps-operator", { app: "kube-prometheus-stack-operator" }, [["http", 8080]]);
const STACK_GRAFANA = service("mon", "kps-grafana", { "app.kubernetes.io/name": "grafana" }, [["http-web", 80]]);
const OPERATED = service("mon", "prometheus-operated", { "operated-prometheus": "true" }, [["http-web", 9090]]);
const PLAIN = service(
  "prom",
  "prometheus-server",
  { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/component": "server" },
  [["http", 80]],
);
const MANIFESTS = service(
  "monitoring",
  "prometheus-k8s",
  { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/component": "prometheus" },
  [
    ["web", 9090],
    ["reloader-web", 8080],
  ],
);
const OTHER_GRAFANA = service("a", "grafana", { "app.kubernetes.io/name": "grafana" }, [["service", 80]]);
const RENDERER = service("a", "image-renderer", { "app.kubernetes.io/name": "grafana-image-renderer" }, [
  ["http", 8081],
]);

describe("Grafana and Prometheus", () => {
  it.each([
    ["nothing", [], null, null],
    ["neither", [OPERATOR, RENDERER], null, null],
    [
      "kube-prometheus-stack",
      [OPERATED, OPERATOR, STACK, STACK_GRAFANA],
      "mon/kps-prometheus:9090",
      "mon/kps-grafana:80",
    ],
    ["that before a plain chart", [PLAIN, STACK], "mon/kps-prometheus:9090", null],
    ["the plain charts", [OTHER_GRAFANA, PLAIN], "prom/prometheus-server:80", "a/grafana:80"],
    ["the manifests of kube-prometheus", [OTHER_GRAFANA, MANIFESTS], "monitoring/prometheus-k8s:9090", "a/grafana:80"],
    ["any Prometheus of the operator", [OPERATED], "mon/prometheus-operated:9090", null],
    [
      "the Grafana beside Prometheus",
      [OTHER_GRAFANA, STACK, STACK_GRAFANA],
      "mon/kps-prometheus:9090",
      "mon/kps-grafana:80",
    ],
    ["a Service without pods not", [{ ...STACK, spec: { ports: STACK.spec.ports } }], null, null],
  ])("are found: %s", (_, services, prometheus, grafana) => {
    const found = selectMonitoring(services);
    const show = (each: typeof found.grafana) => (each === null ? null : `${each.namespace}/${each.name}:${each.port}`);
    expect([show(found.prometheus), show(found.grafana)]).toEqual([prometheus, grafana]);
  });
});
