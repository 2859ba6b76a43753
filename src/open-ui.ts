import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { AttachConfig } from "./config/config.ts";
import { findController } from "./engine/argo/controller.ts";
import { HISTORY_SERVER_NAME, VIEWER_SERVICE_ACCOUNT } from "./engine/argo/names.ts";
import { BadInputError } from "./lib/errors.ts";
import { askKubernetes } from "./lib/kubernetes.ts";
import { forwardPort } from "./lib/port-forward.ts";
import { openCluster } from "./open-cluster.ts";
import type { RunContext } from "./run.ts";

const ARGO_SERVER_PORT = 2746;
const HISTORY_SERVER_PORT = 18_080;
const TOKEN_SECONDS = 8 * 3_600;

/** A page that can be opened while the ways are open. */
export interface Page {
  readonly name: string;
  readonly url: URL;
  readonly note: string | null;
}

/** Opens ways to Argo's Web UI and Spark's History Server; they come back when a pod behind them restarts. Throws LoadtestError. */
export async function openUi(
  config: AttachConfig,
  context: Pick<RunContext, "environment" | "progress" | "signal">,
): Promise<{ readonly pages: readonly Page[]; close(): Promise<void> }> {
  const { progress, signal } = context;
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  const forward = (service: string, inNamespace: string, port: number) =>
    forwardPort({
      kubeConfig,
      namespace: inNamespace,
      service,
      port,
      localPort: port,
      signal,
      onProblem: (message) => progress.note(message),
    });
  const history = await forward(HISTORY_SERVER_NAME, namespace, HISTORY_SERVER_PORT);
  const pages: Page[] = [{ name: "History Server", url: history.url, note: null }];
  const ways = [history];
  const argo = await findController(kubeConfig, signal);
  if (argo === null) throw new BadInputError("The cluster has no Argo Workflows.", { hint: "spark-loadtest install" });
  if (argo.server === null) {
    progress.note(`Argo's Web UI is not installed in ${argo.namespace}; \`spark-loadtest install\` brings it.`);
  } else {
    const server = await forward(argo.server, argo.namespace, ARGO_SERVER_PORT);
    ways.push(server);
    const note = `Log in with the token: Bearer ${await createToken(kubeConfig, namespace, signal)}`;
    pages.unshift({ name: "Argo Workflows", url: new URL(`workflows/${namespace}`, server.url), note });
  }
  return {
    pages,
    close: async () => {
      await Promise.all(ways.map((way) => way.close()));
    },
  };
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
