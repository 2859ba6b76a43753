import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openUi } from "../../../src/commands/ui/open-ui.ts";
import type { UiConfig } from "../../../src/commands/ui/options.ts";
import type { Progress } from "../../../src/progress/progress.ts";
import { type Fakes, makeFakes, renderKubeconfig } from "../../cluster/providers/fakes.ts";
import { type ApiServer, type FakeService, refusal, startApiServer } from "../../kube/api-server.ts";
import { answer, refuseInPod } from "../../kube/pod-connection.ts";

const ARGO: FakeService = { namespace: "argo", name: "argo-workflows-server", port: 2746 };
const HISTORY: FakeService = { namespace: "spark-loadtest", name: "spark-loadtest-history", port: 18_080 };
const GRAFANA: FakeService = {
  namespace: "mon",
  name: "mon-grafana",
  port: 80,
  labels: { "app.kubernetes.io/name": "grafana" },
};
const PROMETHEUS: FakeService = {
  namespace: "mon",
  name: "mon-prometheus",
  port: 9090,
  labels: { app: "kube-prometheus-stack-prometheus", "self-monitor": "true" },
};

const deployment = (namespace: string, name: string, image: string, env: object[] = []) => ({
  metadata: { namespace, name, labels: { "app.kubernetes.io/name": image } },
  spec: { template: { spec: { containers: [{ image, env }] } } },
});
const secretKey = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: "mon-grafana", key } } });
const DEPLOYMENTS = [
  deployment("argo", "argo-workflows-workflow-controller", "quay.io/argoproj/workflow-controller:v4.0.6"),
  deployment("argo", "argo-workflows-server", "quay.io/argoproj/argocli:v4.0.6"),
  deployment("mon", "mon-grafana", "grafana", [
    secretKey("GF_SECURITY_ADMIN_USER", "admin-user"),
    secretKey("GF_SECURITY_ADMIN_PASSWORD", "admin-password"),
  ]),
];
const TOKEN = "/api/v1/namespaces/spark-loadtest/serviceaccounts/spark-loadtest-viewer/token";
const addDashboard = (api: ApiServer) =>
  api.put("/api/v1/namespaces/mon/configmaps", { metadata: { name: "spark-loadtest-dashboard" } });

describe("ui", () => {
  let fakes: Fakes;
  let api: ApiServer;
  let opened: Awaited<ReturnType<typeof openUi>> | undefined;
  let notes: string[];
  const aborting = new AbortController();

  const open = async (...services: FakeService[]) => {
    api = await startApiServer(({ path }) => path === TOKEN && { body: { status: { token: "argo-token" } } });
    for (const service of services) api.addService(service);
    for (const each of DEPLOYMENTS) api.put(`/apis/apps/v1/namespaces/${each.metadata.namespace}/deployments`, each);
    fakes.write("config", renderKubeconfig(api.url, "prod"));
  };
  const openPages = async (config: Partial<UiConfig> = {}) => {
    const cluster = { provider: "current" as const, name: "x", context: null, namespace: "spark-loadtest" };
    opened = await openUi(
      { cluster, cacheDirectory: fakes.cacheDirectory, withMonitoring: false, monitoringChart: null, ...config },
      {
        assetsDirectory: ".",
        environment: { ...fakes.environment, KUBECONFIG: fakes.path("config") },
        progress: { note: (text: string) => notes.push(text), prepare: () => undefined } as unknown as Progress,
        signal: aborting.signal,
      },
    );
    return opened.pages;
  };

  beforeEach(() => {
    fakes = makeFakes();
    notes = [];
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
    await api.stop();
    fakes.remove();
  });

  it("opens Argo and the History Server, and looks no further where there is nothing", async () => {
    await open(ARGO, HISTORY);
    const pages = await openPages();
    expect(pages.map(({ name, url, note }) => [name, url.pathname, note])).toEqual([
      ["Argo Workflows", "/workflows/spark-loadtest", "Log in with the token: Bearer argo-token"],
      ["History Server", "/", null],
    ]);
    expect(notes).toEqual([]);
  });

  it("opens Grafana at the dashboard, and Prometheus, where they are; no password leaves the cluster", async () => {
    await open(ARGO, HISTORY, GRAFANA, PROMETHEUS);
    addDashboard(api);
    const [, , grafana, prometheus] = await openPages();
    expect(grafana).toMatchObject({ name: "Grafana", url: { pathname: "/d/spark-loadtest" } });
    expect(grafana!.note).toBe(
      `Log in as what this prints, the user and the password: kubectl --kubeconfig ${fakes.path("config")} --context prod -n mon get secret mon-grafana -o go-template='{{index .data "admin-user" | base64decode}} {{index .data "admin-password" | base64decode}}'`,
    );
    expect(prometheus).toMatchObject({ name: "Prometheus", note: null });
  });

  it("says where Grafana has no dashboard of the runs", async () => {
    await open(ARGO, HISTORY, GRAFANA);
    const pages = await openPages();
    expect(pages.at(-1)).toMatchObject({ name: "Grafana", url: { pathname: "/" } });
    expect(notes).toEqual(["Grafana has no dashboard of the runs; --with-monitoring brings it."]);
  });

  it("opens the others where Grafana cannot be looked at", async () => {
    await open(ARGO, HISTORY, GRAFANA);
    api.handlers.push(({ path }) => path.includes("/mon/deployments") && refusal(404, "not found"));
    expect((await openPages()).map(({ name }) => name)).toEqual(["Argo Workflows", "History Server"]);
    expect(notes).toEqual([
      "! No way to Grafana and Prometheus: Could not look at Grafana in the namespace mon: not found",
    ]);
  });

  it("takes another port of this machine where the usual one is in use", async () => {
    await open(ARGO, HISTORY);
    const taken = await occupy(18_080);
    const [, history] = await openPages();
    expect(Number(history!.url.port)).not.toBe(18_080);
    api.onForward = answer("history");
    expect(await (await fetch(history!.url)).text()).toBe("history");
    await new Promise((resolve) => taken?.close(resolve) ?? resolve(null));
  });

  it("finds each page again when the pod behind it has been replaced", async () => {
    const services = [ARGO, HISTORY, GRAFANA, PROMETHEUS];
    await open(...services);
    addDashboard(api);
    const pages = await openPages();
    expect(pages).toHaveLength(services.length);
    api.onForward = (socket, pod) => answer(pod)(socket);
    for (const [index, service] of services.entries()) {
      const { name } = service;
      const { url } = pages[index]!;
      expect(await (await fetch(url)).text()).toBe(`${name}-1`);
      api.onForward = refuseInPod("container not found");
      await expect(fetch(url)).rejects.toThrow();
      api.setPods(service);
      await expect(fetch(url)).rejects.toThrow();
      api.setPods(service, `${name}-2`);
      api.onForward = (socket, pod) => answer(pod)(socket);
      expect(await (await fetch(url)).text()).toBe(`${name}-2`);
    }
    expect(notes).toEqual(services.map(({ name }) => `Port-forward to ${name}: container not found`));
  });
});

/** Null where somebody else has it already, which is as good. */
async function occupy(port: number): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
