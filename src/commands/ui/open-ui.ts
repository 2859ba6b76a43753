import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "../../cluster/cluster.ts";
import { ensureTool } from "../../cluster/tools/tools.ts";
import { type Controller, findController } from "../../engine/argo/install/controller.ts";
import { HISTORY_SERVER_NAME, VIEWER_SERVICE_ACCOUNT } from "../../engine/argo/objects/names.ts";
import { askKubernetes } from "../../kube/client.ts";
import { type Forward, forwardPort } from "../../kube/port-forward.ts";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import { findGrafanaLogin, findMonitoring, type MonitoringService } from "../../monitoring/find-monitoring.ts";
import { installMonitoring } from "../../monitoring/install-monitoring.ts";
import { DASHBOARD_NAME, DASHBOARD_UID } from "../../monitoring/monitoring-chart.ts";
import type { UseCaseContext } from "../shared/context.ts";
import { openCluster } from "../shared/open-cluster.ts";
import type { UiConfig } from "./options.ts";

const ARGO_SERVER_PORT = 2746;
const HISTORY_SERVER_PORT = 18_080;
/** Of this machine, where Grafana and Prometheus are looked for by habit. */
const GRAFANA_PORT = 3000;
const PROMETHEUS_PORT = 9090;
const TOKEN_SECONDS = 8 * 3_600;

/** A page that can be opened while the ways are open. */
export interface Page {
  readonly name: string;
  readonly url: URL;
  readonly note: string | null;
}

type Context = Pick<UseCaseContext, "assetsDirectory" | "environment" | "progress" | "signal">;
/** Opens a way to a Service, by a port of this machine: the given one, or any where that is taken. */
type OpenWay = (service: MonitoringService, localPort: number) => Promise<URL>;

/**
 * Opens ways to Argo's Web UI, Spark's History Server, and Grafana and Prometheus where they are; they come back when a pod behind
 * them restarts. Throws LoadtestError.
 */
export async function openUi(
  config: UiConfig,
  context: Context,
): Promise<{ readonly pages: readonly Page[]; close(): Promise<void> }> {
  const { progress, signal } = context;
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  const ways: Forward[] = [];
  const close = async () => {
    await Promise.all(ways.map((way) => way.close()));
  };
  const open: OpenWay = async ({ name: service, namespace, port }, localPort) => {
    const onProblem = (message: string) => progress.note(message);
    const options = { kubeConfig, namespace, service, port, signal, onProblem };
    const way = await forwardPort({ ...options, localPort }).catch((error) => {
      if (!(error instanceof BadInputError)) throw error;
      return forwardPort(options);
    });
    ways.push(way);
    return way.url;
  };
  try {
    const controller = await findController(kubeConfig, signal);
    if (controller === null) {
      throw new BadInputError("The cluster has no Argo Workflows.", {
        hint: "Install it first: spark-loadtest install",
      });
    }
    const argo = await openArgo(kubeConfig, controller, namespace, open, context);
    const history = { namespace, name: HISTORY_SERVER_NAME, port: HISTORY_SERVER_PORT };
    const historyUrl = await open(history, HISTORY_SERVER_PORT);
    if (config.withMonitoring) await addMonitoring(config, cluster, controller.namespace, context);
    const monitoring = await openMonitoring(cluster, namespace, open, context);
    return { pages: [...argo, { name: "History Server", url: historyUrl, note: null }, ...monitoring], close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openArgo(
  kubeConfig: KubeConfig,
  argo: Controller,
  namespace: string,
  open: OpenWay,
  { progress, signal }: Context,
): Promise<Page[]> {
  if (argo.server === null) {
    progress.note(`Argo's Web UI is not installed in ${argo.namespace}; \`spark-loadtest install\` brings it.`);
    return [];
  }
  const service = { namespace: argo.namespace, name: argo.server, port: ARGO_SERVER_PORT };
  const url = await open(service, ARGO_SERVER_PORT);
  const note = `Log in with the token: Bearer ${await createToken(kubeConfig, namespace, signal)}`;
  return [{ name: "Argo Workflows", url: new URL(`workflows/${namespace}`, url), note }];
}

async function addMonitoring(
  { cacheDirectory, cluster: { namespace }, monitoringChart }: UiConfig,
  cluster: Cluster,
  argoNamespace: string,
  { assetsDirectory, environment, progress, signal }: Context,
): Promise<void> {
  const onStep = progress.prepare;
  await installMonitoring({
    cluster,
    namespace,
    argoNamespace,
    source: monitoringChart,
    assetsDirectory,
    helm: {
      helm: await ensureTool("helm", { environment, cacheDirectory, onStep, signal }),
      environment: environment,
      kubeconfigPath: cluster.kubeconfigPath,
      kubeContext: cluster.context,
      signal,
    },
    ...{ cacheDirectory, onStep },
  });
}

/** Grafana and Prometheus are for whoever has them: without them, and without the right to look for them, the others open. */
async function openMonitoring(
  cluster: Cluster,
  namespace: string,
  open: OpenWay,
  { progress, signal }: Context,
): Promise<Page[]> {
  const kubeConfig = cluster.kubeConfig();
  try {
    const { grafana, prometheus } = await findMonitoring(kubeConfig, signal);
    const pages: Page[] = [];
    if (grafana !== null) {
      const url = await open(grafana, GRAFANA_PORT);
      const [hasDashboard, note] = await Promise.all([
        findDashboard(kubeConfig, [grafana.namespace, namespace], signal),
        describeLogin(cluster, grafana, signal),
      ]);
      if (!hasDashboard) progress.note("Grafana has no dashboard of the runs; --with-monitoring brings it.");
      pages.push({ name: "Grafana", url: hasDashboard ? new URL(`d/${DASHBOARD_UID}`, url) : url, note });
    }
    if (prometheus !== null) {
      pages.push({ name: "Prometheus", url: await open(prometheus, PROMETHEUS_PORT), note: null });
    }
    return pages;
  } catch (error) {
    if (signal.aborted) throw error;
    progress.note(`! No way to Grafana and Prometheus: ${errorMessage(error)}`);
    return [];
  }
}

/** Whether our dashboard lies where Grafana's sidecar may find it. */
async function findDashboard(
  kubeConfig: KubeConfig,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  for (const namespace of namespaces) {
    const read = () => api.readNamespacedConfigMap({ name: DASHBOARD_NAME, namespace });
    if ((await askKubernetes("look for the dashboard", read, { signal, nullOn: [404] })) !== null) return true;
  }
  return false;
}

/** How to log in to Grafana. The password stays where it is: what is printed ends up in logs. */
async function describeLogin(
  { context, kubeconfigPath, kubeConfig }: Cluster,
  grafana: MonitoringService,
  signal: AbortSignal,
): Promise<string | null> {
  const login = await findGrafanaLogin(kubeConfig(), grafana, signal);
  if (login === null) return null;
  const { secret, userKey, passwordKey } = login;
  const template = `{{index .data "${userKey}" | base64decode}} {{index .data "${passwordKey}" | base64decode}}`;
  const where = ["--kubeconfig", kubeconfigPath, "--context", context, "-n", grafana.namespace];
  const read = quoteCommand(["kubectl", ...where, "get", "secret", secret, "-o", `go-template=${template}`]);
  return `Log in as what this prints, the user and the password: ${read}`;
}

/** A token of the account that may look at workflows; it ends by itself. */
async function createToken(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<string> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const create = () =>
    api.createNamespacedServiceAccountToken({
      name: VIEWER_SERVICE_ACCOUNT,
      namespace,
      body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
    });
  const { status } = await askKubernetes("have a token for the Web UI", create, { signal });
  return status?.token ?? "";
}
