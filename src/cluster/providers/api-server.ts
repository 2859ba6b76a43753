import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { kubeMessage, kubeStatus } from "../../kube/client.ts";
import { requestApiServer, serverOf } from "../../kube/request.ts";
import { InfrastructureError, LoadtestError } from "../../lib/errors.ts";
import { discard } from "../../lib/http/request.ts";
import { abortedError } from "../tools/run-tool.ts";

const POLL_MS = 150;
/** One request; an API server that starts up accepts connections before it answers. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * null once the API server is ready and lets this kubeconfig's user in, else why not. Of a new cluster both come one after the
 * other: kubeadm gives its administrator rights only when the server is ready.
 */
export async function probeApiServer(config: KubeConfig, signal: AbortSignal): Promise<string | null> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  try {
    if (!(await isReady(config, limit))) return "it is not ready";
    await config.makeApiClient(CoreV1Api).readNamespace({ name: "default" });
    return null;
  } catch (error) {
    if (signal.aborted) throw abortedError("ask the API server");
    if (error instanceof LoadtestError) throw error;
    return kubeStatus(error) === 403 ? `its user has no rights: ${kubeMessage(error)}` : kubeMessage(error);
  }
}

async function isReady(config: KubeConfig, signal: AbortSignal): Promise<boolean> {
  const answer = await requestApiServer(config, new URL(`${serverOf(config)}/readyz`), { headers: {}, signal });
  discard(answer);
  return answer.statusCode === 200;
}

/**
 * Waits until the API server of a kubeconfig answers.
 *
 * @param readConfig asked before each attempt; null while there is no kubeconfig yet
 * @throws InfrastructureError after `timeoutMs`, an aborted ExecError once `signal` aborts
 */
export async function waitForApiServer(
  name: string,
  readConfig: () => Promise<KubeConfig | null>,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly hint: string },
): Promise<void> {
  const { signal, timeoutMs, hint } = options;
  const deadline = Date.now() + timeoutMs;
  let reason: string | null = "there is no kubeconfig";
  while (Date.now() < deadline) {
    if (signal.aborted) throw abortedError("wait for the API server");
    const config = await readConfig();
    if (config !== null) reason = await probeApiServer(config, signal);
    if (reason === null) return;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  if (signal.aborted) throw abortedError("wait for the API server");
  throw new InfrastructureError(`The API server of ${name} does not answer: ${reason}`, { hint });
}
