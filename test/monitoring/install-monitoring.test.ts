import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import type { ChartSource } from "../../src/cluster/helm/chart.ts";
import { installMonitoring, removeMonitoring } from "../../src/monitoring/install-monitoring.ts";
import {
  findImages,
  MONITORING_CHART,
  MONITORING_RELEASE,
  MONITORING_WORKLOADS,
} from "../../src/monitoring/monitoring-chart.ts";
import { collectSteps, type Fakes, makeFakes } from "../cluster/providers/fakes.ts";
import { type ApiRequest, type ApiServer, startApiServer } from "../kube/api-server.ts";

const NAMESPACE = "spark-loadtest-monitoring";
const SIGNAL = new AbortController().signal;
const CHART = `kube-prometheus-stack-${MONITORING_CHART.version}`;
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** As the upstream chart renders them, cut to what is read. */
const MANIFESTS = `
          image: "docker.io/grafana/grafana:13.2.0"
        - image: quay.io/kiwigrid/k8s-sidecar:2.10.1
            - --prometheus-config-reloader=quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1
  image: "quay.io/prometheus/prometheus:v3.14.0-distroless"
  imagePullPolicy: "IfNotPresent"
          image: "docker.io/grafana/grafana:13.2.0"
`;
const IMAGES = [
  "docker.io/grafana/grafana:13.2.0",
  "quay.io/kiwigrid/k8s-sidecar:2.10.1",
  "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
  "quay.io/prometheus/prometheus:v3.14.0-distroless",
];
const HELM = `
case "$1 $2" in
  "show chart") echo "{name: kube-prometheus-stack, version: ${MONITORING_CHART.version}, appVersion: v0.93.1}" ;;
  "template "*) cat "$FAKE/manifests" ;;
  "upgrade --install") touch "$FAKE/installed" ;;
  "uninstall "*) rm -f "$FAKE/installed" ;;
esac`;

const definition = (plural: string, group = "monitoring.coreos.com") => ({
  metadata: { name: `${plural}.${group}` },
  spec: { group, names: { plural }, versions: [{ name: "v1", served: true }] },
});
const service = (namespace: string, labels: Record<string, string>, port: number) => ({
  metadata: { namespace, name: "some", labels },
  spec: { selector: { app: "x" }, ports: [{ port }] },
});

describe("monitoring", () => {
  let fakes: Fakes;
  let api: ApiServer;
  let services: object[];
  let definitions: object[];
  let objects: object[];
  let loaded: string[];

  /** A cluster on which workloads are up as soon as helm has installed them. */
  const answer = ({ path }: ApiRequest) => {
    const workload = MONITORING_WORKLOADS.find(({ kind, name }) =>
      path.endsWith(`/namespaces/${NAMESPACE}/${kind.toLowerCase()}s/${name}`),
    );
    if (path.startsWith("/api/v1/services")) return { body: { items: services } };
    if (path.startsWith(DEFINITIONS)) return { body: { items: definitions } };
    if (path.startsWith("/apis/monitoring.coreos.com/v1/")) return { body: { items: objects } };
    if (workload === undefined || !fakes.read("calls").includes("--install")) return undefined;
    const status = { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 };
    const labels = { chart: CHART };
    return {
      body: { metadata: { generation: 1, labels }, spec: { replicas: 1, selector: { matchLabels: {} } }, status },
    };
  };
  const helmContext = () => ({
    helm: fakes.path("bin/helm"),
    environment: fakes.environment,
    kubeconfigPath: "/kubeconfig",
    kubeContext: "x",
    signal: SIGNAL,
  });
  const installAll = async (source: ChartSource = { kind: "path", path: "/charts/kps.tgz" }) => {
    const { onStep, steps } = collectSteps();
    const cluster = {
      kubeConfig: () => api.kubeConfig(),
      loadImages: async (images: readonly string[]) => {
        loaded.push(...images);
        return { missing: [] };
      },
    } as unknown as Cluster;
    await installMonitoring({
      cluster,
      namespace: "runs",
      argoNamespace: "argo",
      source,
      assetsDirectory: "/assets",
      helm: helmContext(),
      cacheDirectory: fakes.cacheDirectory,
      onStep,
    });
    return steps;
  };
  const changes = () => api.received.filter(({ method }) => method !== "GET");
  const ownUpgrade = () => fakes.calls("helm upgrade spark-loadtest ").at(-1)!;

  beforeEach(async () => {
    fakes = makeFakes();
    fakes.program("helm", HELM);
    fakes.write("manifests", MANIFESTS);
    [services, definitions, objects, loaded] = [[], [], [], []];
    api = await startApiServer((received) => answer(received));
  });
  afterEach(async () => {
    await api.stop();
    fakes.remove();
  });

  it("is installed into a namespace of ours, with its images, and our chart told of it", async () => {
    const steps = await installAll();
    expect(loaded).toEqual(IMAGES);
    const [install] = fakes.calls("helm upgrade --install");
    expect(install).toMatch(
      new RegExp(`^helm upgrade --install ${MONITORING_RELEASE} /charts/kps.tgz .* -n ${NAMESPACE} --kubeconfig`),
    );
    expect(changes()[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/namespaces",
      body: { metadata: { name: NAMESPACE, labels: { "app.kubernetes.io/managed-by": "spark-loadtest" } } },
    });
    expect(ownUpgrade()).toBe(
      `helm upgrade spark-loadtest /assets/charts/spark-loadtest --reset-then-reuse-values --set-json dashboard.enabled=true --set-json dashboard.namespace="${NAMESPACE}" --set-json dashboard.links.argo="http://127.0.0.1:2746/workflows/runs" --set-json prometheus.namespace="${NAMESPACE}" --set-json prometheus.operator.enabled=true --set-json prometheus.operator.argoNamespace="argo" --set-json prometheus.operator.labels={} -n runs --kubeconfig /kubeconfig --kube-context x`,
    );
    expect(steps.filter((step) => !step.includes("running"))).toEqual([
      `Prometheus and Grafana: done (chart ${MONITORING_CHART.version}, namespace ${NAMESPACE})`,
      "Dashboard: done (of the runs in the namespace runs)",
      ...MONITORING_WORKLOADS.map(({ kind, name }) => `${kind} ${name}: done (available)`),
    ]);
  });

  it("is said not to be checked where another version than the one that was tested is asked for", async () => {
    const steps = await installAll({ kind: "version", version: "88.5.2" });
    expect(fakes.calls("helm upgrade --install")[0]).toContain(
      " kube-prometheus-stack --repo https://prometheus-community.github.io/helm-charts --version 88.5.2 --set-json",
    );
    expect(steps).toContain(
      `Prometheus and Grafana: done (chart 88.5.2 not checked: a checksum is pinned for ${MONITORING_CHART.version} only, namespace ${NAMESPACE})`,
    );
  });

  it("is installed once", async () => {
    await installAll();
    services = [service(NAMESPACE, { "app.kubernetes.io/name": "grafana" }, 80)];
    const steps = await installAll();
    expect(fakes.calls("helm upgrade --install")).toHaveLength(1);
    // After a first time that lacked an image on this machine.
    expect(loaded).toEqual([...IMAGES, ...IMAGES]);
    expect(steps[0]).toBe(`Prometheus and Grafana: done (chart ${MONITORING_CHART.version}, installed already)`);
  });

  it("is left alone where somebody else installed it, and told of the runs with the labels that it asks for", async () => {
    services = [
      service("mon", { app: "kube-prometheus-stack-prometheus", "self-monitor": "true", release: "kps" }, 9090),
      service("grafana", { "app.kubernetes.io/name": "grafana" }, 80),
    ];
    definitions = [definition("podmonitors")];
    const steps = await installAll();
    expect(steps).toEqual([
      "Prometheus and Grafana: done (found in the namespace mon)",
      "Dashboard: done (of the runs in the namespace runs)",
    ]);
    expect(fakes.calls("helm upgrade --install")).toEqual([]);
    expect(ownUpgrade()).toContain('dashboard.namespace="grafana"');
    expect(ownUpgrade()).toContain(
      '--set-json prometheus.namespace="mon" --set-json prometheus.operator.enabled=true --set-json prometheus.operator.argoNamespace="argo" --set-json prometheus.operator.labels.release="kps"',
    );
    expect(changes()).toEqual([]);
  });

  it("tells no operator of the runs where there is none", async () => {
    services = [
      service("prom", { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/component": "server" }, 80),
    ];
    await installAll();
    expect(ownUpgrade()).toContain("prometheus.operator.enabled=false");
  });

  describe("is removed", () => {
    const remove = () => {
      const context = helmContext();
      return removeMonitoring(api.kubeConfig(), async () => context, context.signal);
    };

    it("with its namespace and the definitions that came with it", async () => {
      await installAll();
      api.addNamespace("other", { "app.kubernetes.io/managed-by": "spark-loadtest" });
      definitions = [definition("podmonitors"), definition("workflows", "argoproj.io")];
      const removed = await remove();
      expect(removed).toEqual({ namespaces: [NAMESPACE], definitions: [] });
      expect(fakes.calls("helm uninstall")).toHaveLength(1);
      const deleted = changes().filter(({ method }) => method === "DELETE");
      expect(deleted.map(({ path }) => path)).toEqual([
        `/api/v1/namespaces/${NAMESPACE}`,
        `${DEFINITIONS}/podmonitors.monitoring.coreos.com`,
      ]);
      const lists = api.received.filter(({ path }) => path.startsWith(`${DEFINITIONS}?`));
      expect(lists.at(-1)!.path).toContain(
        `labelSelector=${encodeURIComponent("app.kubernetes.io/managed-by=spark-loadtest")}`,
      );
    });

    it("but for definitions of which somebody has objects", async () => {
      definitions = [definition("podmonitors"), definition("prometheuses")];
      objects = [{ metadata: { name: "somebody's" } }];
      const { definitions: left } = await remove();
      expect(left).toEqual(["podmonitors.monitoring.coreos.com", "prometheuses.monitoring.coreos.com"]);
      expect(changes().filter(({ path }) => path.includes("customresourcedefinitions/"))).toEqual([]);
    });

    it("without helm where it is not there", async () => {
      await remove();
      expect(fakes.calls("helm uninstall")).toEqual([]);
    });
  });
});

describe("the chart of Prometheus and Grafana", () => {
  it("names its images, that which the operator starts among them", () => {
    expect(findImages(MANIFESTS)).toEqual(IMAGES);
  });

  it("takes the release's name as it is", () => {
    expect(MONITORING_RELEASE.length).toBeLessThanOrEqual(26);
  });
});
