import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { findMissingRights, type Right } from "../../../cluster/namespaces/rights.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { NodeHttpKubeConfig } from "../../../kube/config.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { EXIT_SERVICE_ACCOUNT, STORE_NAME } from "../objects/names.ts";

const ARGO = "argoproj.io";
const RBAC = "rbac.authorization.k8s.io";

/** What the person or the job that submits, watches and collects has to be allowed. */
const SUBMITTER: readonly Right[] = [
  { verbs: ["create", "get", "list", "watch", "patch", "delete"], group: ARGO, resource: "workflows" },
  { verbs: ["get"], group: ARGO, resource: "workflowtemplates" },
  { verbs: ["create", "patch", "delete"], resource: "configmaps" },
  // Made, never read: what --conf gives that is secret.
  { verbs: ["create", "patch", "delete"], resource: "secrets" },
  { verbs: ["get", "list", "watch", "patch"], resource: "pods" },
  // Ask images what they have.
  { verbs: ["create", "delete"], group: "batch", resource: "jobs" },
  // Ends a pod that has no node and never will.
  { verbs: ["patch"], resource: "pods/status" },
  { verbs: ["get"], resource: "pods/log" },
  { verbs: ["create"], resource: "pods/portforward" },
  { verbs: ["get"], resource: "secrets", name: STORE_NAME },
  { verbs: ["get"], resource: "services" },
  // Whether a claim with data of the user's can be mounted.
  { verbs: ["get"], resource: "persistentvolumeclaims" },
  // Of each run, by which the cluster knows which run asks.
  { verbs: ["create", "get", "patch", "delete"], resource: "serviceaccounts" },
  { verbs: ["list", "watch", "delete"], resource: "namespaces", clusterWide: true },
];

/**
 * What the accounts of the namespace, those of runs among them, have to be allowed. Without the first, Argo's nodes hang (argo-workflows
 * issues 15203, 12351).
 */
const ACCOUNTS: readonly Right[] = [
  { verbs: ["create", "patch"], group: ARGO, resource: "workflowtaskresults" },
  { verbs: ["create"], resource: "namespaces", clusterWide: true },
  { verbs: ["create"], resource: "resourcequotas", clusterWide: true },
  { verbs: ["create"], group: "networking.k8s.io", resource: "networkpolicies", clusterWide: true },
  { verbs: ["create"], group: RBAC, resource: "rolebindings", clusterWide: true },
];
/** What the exit handler has to be allowed beside that. */
const EXIT_HANDLER: readonly Right[] = [{ verbs: ["list", "delete"], resource: "namespaces", clusterWide: true }];

const TOKEN_SECONDS = 600;

/**
 * Asks the API server by SelfSubjectAccessReview whether everything is allowed that a run needs.
 *
 * @throws InfrastructureError that names each right that is missing
 */
export async function checkSubmitterRights(
  kubeConfig: KubeConfig,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const missing = await findMissingRights(kubeConfig, SUBMITTER, namespace, { signal });
  if (missing.length === 0) return;
  throw new InfrastructureError(`The kubeconfig context lacks rights that a run needs: ${missing.join("; ")}`, {
    hint: `Have the Role spark-loadtest-submitter of the chart bound to you in ${namespace}, or check with: kubectl auth can-i ${missing[0]}`,
  });
}

/**
 * The same for the accounts of the workflow's pods, whose rights are one group's: asked with a token of the exit handler's that lives ten
 * minutes. Whoever may have no such token, as most who only submit, relies on the install.
 */
export async function checkCaseRights(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<void> {
  const asPod = await actAsExitHandler(kubeConfig, namespace, signal);
  if (asPod === null) return;
  const missing = await findMissingRights(asPod, [...ACCOUNTS, ...EXIT_HANDLER], namespace, { signal });
  if (missing.length === 0) return;
  throw new InfrastructureError(
    `The service account ${namespace}/${EXIT_SERVICE_ACCOUNT} lacks rights that the workflow's pods need: ${missing.join("; ")}`,
    { hint: "Install the chart again: spark-loadtest install" },
  );
}

/** A kubeconfig with a token of the exit handler's account; null where this user may not have one. */
export async function actAsExitHandler(
  kubeConfig: KubeConfig,
  namespace: string,
  signal: AbortSignal,
): Promise<KubeConfig | null> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const answer = await askKubernetes(
    `have a token of the service account ${EXIT_SERVICE_ACCOUNT}`,
    () =>
      api.createNamespacedServiceAccountToken({
        name: EXIT_SERVICE_ACCOUNT,
        namespace,
        body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
      }),
    { signal, nullOn: [403] },
  );
  if (answer === null) return null;
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null || answer.status?.token === undefined)
    throw new InfrastructureError("The kubeconfig context has no cluster.");
  const asPod = new NodeHttpKubeConfig();
  asPod.loadFromClusterAndUser(cluster, { name: EXIT_SERVICE_ACCOUNT, token: answer.status.token });
  return asPod;
}
