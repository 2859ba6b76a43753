import { AuthorizationV1Api, type KubeConfig, type V1ResourceAttributes } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { askKubernetes, type KubeRetryOptions } from "../../kube/client.ts";

/** One right that is needed, and what for. */
export interface Right {
  readonly verbs: readonly string[];
  readonly group?: string;
  /** `pods/log` is the subresource log of pods. */
  readonly resource: string;
  readonly name?: string;
  /** In every namespace, not only in that of the workflows. */
  readonly clusterWide?: boolean;
}

const CONCURRENCY = 8;

function toAttributes(rights: readonly Right[], namespace: string): V1ResourceAttributes[] {
  return rights.flatMap(({ verbs, group = "", resource, name, clusterWide = false }) => {
    const [kind, subresource] = resource.split("/");
    return verbs.map((verb) => ({
      verb,
      group,
      resource: kind!,
      ...(subresource === undefined ? {} : { subresource }),
      ...(name === undefined ? {} : { name }),
      ...(clusterWide ? {} : { namespace }),
    }));
  });
}

/** A right as `kubectl auth can-i` takes it. */
export function describeRight({ verb, group, resource, subresource, name, namespace }: V1ResourceAttributes): string {
  const kind = `${resource}${group ? `.${group}` : ""}${name === undefined ? "" : `/${name}`}`;
  const part = subresource === undefined ? "" : ` --subresource=${subresource}`;
  return `${verb} ${kind}${part} ${namespace === undefined ? "--all-namespaces" : `-n ${namespace}`}`;
}

/**
 * Asks the API server by SelfSubjectAccessReview which of the rights this account lacks, each as `kubectl auth can-i` takes it.
 *
 * @param namespace of the rights that are not cluster-wide
 */
export async function findMissingRights(
  kubeConfig: KubeConfig,
  rights: readonly Right[],
  namespace: string,
  options: KubeRetryOptions,
): Promise<string[]> {
  const api = kubeConfig.makeApiClient(AuthorizationV1Api);
  const limit = pLimit(CONCURRENCY);
  const denied = await Promise.all(
    toAttributes(rights, namespace).map((resourceAttributes) =>
      limit(async () => {
        const { status } = await askKubernetes(
          "review the rights of this account",
          () => api.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
          options,
        );
        return status?.allowed === true ? null : describeRight(resourceAttributes);
      }),
    ),
  );
  return denied.filter((right) => right !== null);
}
