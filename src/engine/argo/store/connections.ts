import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { askKubernetes } from "../../../kube/client.ts";
import { forwardPort } from "../../../kube/port-forward.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { BUCKET, HISTORY_SERVER_NAME, STORE_NAME } from "../objects/names.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";

const STORE_PORT = 7070;
const HISTORY_SERVER_PORT = 18_080;

/** Ways to what a run leaves on the cluster, while they are open. */
export interface Connections {
  readonly store: ObjectStore;
  readonly historyServerUrl: URL;
  /** Told to people. */
  onProblem(message: string): void;
  close(): Promise<void>;
}

/** Opens ways to the object store and the History Server; both come back after a drop. Throws InfrastructureError. */
export async function connect(
  kubeConfig: KubeConfig,
  namespace: string,
  onProblem: (message: string) => void,
  signal: AbortSignal,
): Promise<Connections> {
  const credentials = await readCredentials(kubeConfig, namespace, signal);
  const forward = (service: string, port: number) =>
    forwardPort({ kubeConfig, namespace, service, port, onProblem, signal });
  const [storeForward, historyForward] = await Promise.all([
    forward(STORE_NAME, STORE_PORT),
    forward(HISTORY_SERVER_NAME, HISTORY_SERVER_PORT),
  ]);
  const store = createObjectStore({ endpoint: storeForward.url, bucket: BUCKET, ...credentials });
  return {
    store,
    historyServerUrl: historyForward.url,
    onProblem,
    async close() {
      await Promise.all([storeForward.close(), historyForward.close()]);
    },
  };
}

async function readCredentials(
  kubeConfig: KubeConfig,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly accessKey: string; readonly secretKey: string }> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const read = () => api.readNamespacedSecret({ name: STORE_NAME, namespace });
  const secret = await askKubernetes("read the credentials of the object store", read, { signal, nullOn: [404] });
  const decode = (key: string) => Buffer.from(secret?.data?.[key] ?? "", "base64").toString("utf8");
  const credentials = { accessKey: decode("accessKey"), secretKey: decode("secretKey") };
  if (credentials.accessKey !== "" && credentials.secretKey !== "") return credentials;
  throw new InfrastructureError(`The namespace ${namespace} has no object store of spark-loadtest.`, {
    hint: "Install it first: spark-loadtest install",
  });
}
