import type { KubeConfig } from "@kubernetes/client-node";
import type { HelmStorage } from "../cluster/helm/releases.ts";
import { findMissingRights, type Right } from "../cluster/namespaces/rights.ts";
import type { KubeRetryOptions } from "../kube/client.ts";
import { InfrastructureError } from "../lib/errors.ts";

/** What a run of scenarios does that not every run does. */
export interface RightsUsed {
  readonly helmStorage: HelmStorage;
  readonly quota: boolean;
  readonly keepOnFailure: boolean;
}

/**
 * Asks the API server by SelfSubjectAccessReview whether everything is allowed that the run itself needs; what the scripts need is
 * theirs to say.
 *
 * @throws InfrastructureError that names each right that is missing
 */
export async function checkScenarioRights(
  kubeConfig: KubeConfig,
  used: RightsUsed,
  options: KubeRetryOptions,
): Promise<void> {
  const rights: readonly Right[] = [
    {
      verbs: ["create", "list", "watch", "delete", ...(used.keepOnFailure ? ["patch"] : [])],
      resource: "namespaces",
      clusterWide: true,
    },
    { verbs: ["list"], resource: used.helmStorage, clusterWide: true },
    ...(used.quota ? [{ verbs: ["create"], resource: "resourcequotas", clusterWide: true }] : []),
  ];
  const missing = await findMissingRights(kubeConfig, rights, "", options);
  if (missing.length === 0) return;
  throw new InfrastructureError(`The kubeconfig context lacks rights that scenarios need: ${missing.join("; ")}`, {
    hint: `Ask for them, or use another context (--context). Check with: kubectl auth can-i ${missing[0]}`,
  });
}
