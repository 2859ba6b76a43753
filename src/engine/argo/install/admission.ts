import { setTimeout as sleep } from "node:timers/promises";
import { AdmissionregistrationV1Api, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import { askKubernetes, kubeMessage } from "../../../kube/client.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { EXIT_SERVICE_ACCOUNT } from "../objects/names.ts";
import { actAsExitHandler } from "./rights.ts";

/** "off" on the chart's service account where its values say that there is to be no policy. */
const POLICY_ANNOTATION = "spark-loadtest/admission-policy";
/** A namespace as no case may make one: it has no label at all. It is asked for as a dry run. */
const PROBE = "spark-loadtest-probe";
/** How long an API server may take to heed a new policy. */
const IN_FORCE_TIMEOUT_MS = 20_000;
const LOOK_AGAIN_MS = 500;

const HINT =
  "Use a cluster of Kubernetes 1.30 or later. On one of your own, values with admissionPolicy: {enabled: false} do without (--values FILE).";

/**
 * Refuses a cluster whose API server has no ValidatingAdmissionPolicy, unless the user has said to do without.
 *
 * @param enabled the chart's value; null where it is that of the install before
 * @throws InfrastructureError
 */
export async function checkPolicySupport(
  kubeConfig: KubeConfig,
  namespace: string,
  enabled: boolean | null,
  signal: AbortSignal,
): Promise<void> {
  if (enabled === false || (enabled === null && (await isSwitchedOff(kubeConfig, namespace, signal)))) return;
  const api = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const { resources } = await askKubernetes("ask for the kinds of policies", () => api.getAPIResources(), { signal });
  if (resources.some(({ name }) => name === "validatingadmissionpolicies")) return;
  throw new InfrastructureError(
    "The cluster has no ValidatingAdmissionPolicy, and without one the account of a case reaches every namespace.",
    { hint: HINT },
  );
}

/**
 * Makes sure that the cluster keeps the accounts of cases to their namespaces, by asking for what none of them may do. Where the chart's
 * values switched that off, it is said; whoever may have no token of the account, as most who only submit, relies on the install.
 *
 * @throws InfrastructureError
 */
export async function checkPolicyInForce(
  kubeConfig: KubeConfig,
  namespace: string,
  onStep: OnClusterStep,
  signal: AbortSignal,
): Promise<void> {
  const step = "Admission policy";
  if (await isSwitchedOff(kubeConfig, namespace, signal)) {
    onStep({ step, state: "done", detail: "switched off: the account of a case reaches every namespace" });
    return;
  }
  const asAccount = await actAsExitHandler(kubeConfig, namespace, signal);
  if (asAccount === null) return;
  const api = asAccount.makeApiClient(CoreV1Api);
  const deadline = performance.now() + IN_FORCE_TIMEOUT_MS;
  for (;;) {
    try {
      await api.createNamespace({ body: { metadata: { name: PROBE } }, dryRun: "All" });
    } catch (error) {
      if (kubeMessage(error).includes("ValidatingAdmissionPolicy")) return;
      if (performance.now() > deadline) await askKubernetes("try the policy", () => Promise.reject(error), { signal });
    }
    if (performance.now() > deadline) {
      throw new InfrastructureError(
        "The cluster does not heed the ValidatingAdmissionPolicies of the chart: the account of a case reaches every namespace.",
        { hint: `Install it again: spark-loadtest install. ${HINT}` },
      );
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

async function isSwitchedOff(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<boolean> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const read = () => api.readNamespacedServiceAccount({ name: EXIT_SERVICE_ACCOUNT, namespace });
  const account = await askKubernetes("read the chart's service account", read, { signal, nullOn: [404] });
  return account?.metadata?.annotations?.[POLICY_ANNOTATION] === "off";
}
