import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { askKubernetes } from "../../../kube/client.ts";
import { BadInputError } from "../../../lib/errors.ts";

/** Parquet files of the user's in a PersistentVolumeClaim of the namespace of runs. */
export interface DataClaim {
  readonly name: string;
  /** Of the folder in its volume; empty for the whole. */
  readonly path: string;
}

const SCHEME = "pvc://";
const CLAIM_NAME = /^[a-z0-9][-.a-z0-9]*$/;

/**
 * The claim that `--data pvc://CLAIM/PATH` names; null for other data.
 *
 * @throws BadInputError where it names none, or a path that leads out of its volume
 */
export function readDataClaim(data: string | null): DataClaim | null {
  if (data === null || !data.startsWith(SCHEME)) return null;
  const [name = "", ...path] = data.slice(SCHEME.length).split("/");
  if (CLAIM_NAME.test(name) && !path.includes("..")) return { name, path: path.filter(Boolean).join("/") };
  throw new BadInputError(`--data ${data} names no PersistentVolumeClaim, or a path that leads out of it.`, {
    hint: "Give a claim of the namespace of the runs, and the folder of Parquet files in it: pvc://trips/2024",
  });
}

/**
 * Looks whether pods can mount the claim that `--data` names, if it names one.
 *
 * @throws BadInputError where it is not there, not bound, or for one pod alone; InfrastructureError where the API server refuses
 */
export async function checkDataClaim(
  data: string | null,
  namespace: string,
  kubeConfig: KubeConfig,
  signal: AbortSignal,
): Promise<void> {
  const named = readDataClaim(data);
  if (named === null) return;
  const { name } = named;
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const read = () => api.readNamespacedPersistentVolumeClaim({ name, namespace });
  const claim = await askKubernetes(`read the PersistentVolumeClaim ${name}`, read, { signal, nullOn: [404] });
  if (claim === null) {
    throw new BadInputError(`The namespace ${namespace} has no PersistentVolumeClaim ${name}.`, {
      hint: `The pods of a run mount it, so that it has to be in their namespace. Look at: kubectl -n ${namespace} get persistentvolumeclaims`,
    });
  }
  const phase = claim.status?.phase ?? "Pending";
  if (phase !== "Bound") {
    throw new BadInputError(`The PersistentVolumeClaim ${name} is not bound but ${phase}: there are no data in it.`, {
      hint: `Look at: kubectl -n ${namespace} describe persistentvolumeclaim ${name}`,
    });
  }
  if (claim.spec?.accessModes?.every((mode) => mode === "ReadWriteOncePod") === true) {
    throw new BadInputError(`The PersistentVolumeClaim ${name} is ReadWriteOncePod: one pod at a time can mount it.`, {
      hint: "Each case has a pod. Take a claim that is ReadOnlyMany or ReadWriteMany, or ReadWriteOnce on a cluster of one node.",
    });
  }
}
