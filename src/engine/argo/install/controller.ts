import { AppsV1Api, type KubeConfig, type V1Deployment } from "@kubernetes/client-node";
import { askKubernetes } from "../../../kube/client.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { findVersion, isAtLeast } from "../../../lib/versions.ts";

/** Older controllers lack the fix of CVE-2026-42297, and before 4.0 `synchronization.mutexes`. */
const OLDEST_ARGO = "4.0.5";

export interface Controller {
  readonly namespace: string;
  /** Of the deployment. */
  readonly name: string;
  readonly version: string;
  /** "namespace/name" of its Helm release; null where it was not installed by Helm. */
  readonly release: string | null;
  readonly chart: string | null;
  /** Name of the Web UI's Service; null where it is not installed. */
  readonly server: string | null;
}

/** The controller of Argo Workflows that runs on the cluster, however it was installed. */
export async function findController(kubeConfig: KubeConfig, signal: AbortSignal): Promise<Controller | null> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const { items } = await askKubernetes("list the deployments", () => api.listDeploymentForAllNamespaces(), { signal });
  const controller = items.find((deployment) => imageNamed(deployment, "workflow-controller") !== undefined);
  if (controller === undefined) return null;
  const { annotations = {}, labels = {}, namespace = "" } = controller.metadata ?? {};
  const releaseName = annotations["meta.helm.sh/release-name"];
  const server = items.find(
    (deployment) => deployment.metadata?.namespace === namespace && imageNamed(deployment, "argocli") !== undefined,
  );
  return {
    namespace,
    name: controller.metadata?.name ?? "",
    version: imageNamed(controller, "workflow-controller")!.replace(/^.*:/, ""),
    release: releaseName === undefined ? null : `${annotations["meta.helm.sh/release-namespace"]}/${releaseName}`,
    chart: labels["helm.sh/chart"] ?? null,
    // The upstream chart and the upstream manifests both call the Service as the deployment.
    server: server?.metadata?.name ?? null,
  };
}

function imageNamed({ spec }: V1Deployment, name: string): string | undefined {
  const images = spec?.template.spec?.containers.map(({ image }) => image ?? "") ?? [];
  return images.find((image) => image.split(/[:@]/, 1)[0]!.endsWith(`/${name}`));
}

/** Refuses a controller that is known to be too old. One whose image has no version in its tag is taken as it is. */
export function checkArgoVersion({ namespace, version }: Controller): void {
  const numbers = findVersion(version);
  if (numbers === null || isAtLeast(numbers, OLDEST_ARGO)) return;
  throw new InfrastructureError(`The cluster has Argo Workflows ${version} in the namespace ${namespace}.`, {
    hint: `It has to be v${OLDEST_ARGO} or later; upgrade it, or use a cluster without one, such as --cluster kind.`,
  });
}
