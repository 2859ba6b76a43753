import type { KubeConfig } from "@kubernetes/client-node";
import type { HelmStorage } from "../cluster/helm/releases.ts";
import { findMissingRights, type Right } from "../cluster/namespaces/rights.ts";
import type { KubeRetryOptions } from "../kube/client.ts";
import { InfrastructureError } from "../lib/errors.ts";

/** What the rights that are needed depend on. */
export interface RightsOptions {
  readonly helmStorage: HelmStorage;
  readonly quota: boolean;
  readonly keepOnFailure: boolean;
}

/**
 * Asks the API server by SelfSubjectAccessReview whether the run may do what it does itself. Rights that the scripts need are not
 * known, and not asked for.
 *
 * @throws InfrastructureError that names each right that is missing
 */
export async function checkScenarioRights(
  kubeConfig: KubeConfig,
  { helmStorage, quota, keepOnFailure }: RightsOptions,
  retry: KubeRetryOptions,
): Promise<void> {
  const rights: readonly Right[] = [
    {
      verbs: ["create", "list", "watch", "delete", ...(keepOnFailure ? ["patch"] : [])],
      resource: "namespaces",
      clusterWide: true,
    },
    { verbs: ["list"], resource: helmStorage, clusterWide: true },
    ...(quota ? [{ verbs: ["create"], resource: "resourcequotas", clusterWide: true }] : []),
  ];
  const missing = await findMissingRights(kubeConfig, rights, "", retry);
  if (missing.length === 0) return;
  throw new InfrastructureError(`The kubeconfig context lacks rights that scenarios need: ${missing.join("; ")}`, {
    hint: `Ask for them, or use another context (--context). Check with: kubectl auth can-i ${missing[0]}`,
  });
}
