import type { Cluster, OnClusterStep } from "../../../cluster/cluster.ts";
import { PINS } from "../../../lib/pins.ts";
import { installImages } from "./argo-chart.ts";
import type { NamedImages } from "./charts.ts";
import type { InstallPlan } from "./plan-install.ts";

type LoadResult = ReturnType<Cluster["loadImages"]>;

/** Images by the part of our chart. */
export interface StoreImages {
  readonly historyServer: string;
  readonly objectStore: string;
}

/** When the images of each part are loaded, as far as they are on this machine. Each may fail with an InfrastructureError. */
export interface LoadingImages {
  readonly argo: Promise<unknown>;
  /** Gives the images of the pod that keeps the artifacts and serves the event logs, as the cluster is to be told of them. */
  readonly store: Promise<StoreImages>;
  readonly all: Promise<unknown>;
}

/**
 * Loads the images of Spark, and beside them the small ones of the install in the order in which they are needed. Spark's take as long
 * as all the rest, and most is waiting for them: until the API server is up, they have what it leaves of the machine to themselves.
 *
 * @param coming the plan and the user's values, which name the small images, and the API server's coming up
 * @param images of the cases, the one that is to serve event logs first; the next one does where that is not on this machine
 */
export function loadRunImages(
  cluster: Cluster,
  coming: {
    readonly plan: Promise<Pick<InstallPlan, "argoVersion" | "installsArgo">>;
    readonly namedImages: Promise<NamedImages>;
    readonly created: Promise<unknown>;
  },
  images: { readonly spark: readonly string[]; readonly withServer: boolean },
  onStep: OnClusterStep,
  signal: AbortSignal,
): LoadingImages {
  const parts = Promise.all([coming.plan, coming.namedImages]).then(([plan, namedImages]) => {
    const { store, ...others } = installImages(plan, images.withServer);
    return { ...others, store: [...store, ...Object.values(namedImages)] };
  });
  const load = (list: readonly string[]) => cluster.loadImages(list, onStep, signal);
  const historyServer = loadFirst(images.spark, load);
  // What cannot be had is heard of at once.
  const argo = Promise.all([parts, Promise.race([coming.created, historyServer])]).then(([part]) => load(part.argo));
  const objectStore = argo.then(async () => load((await parts).store));
  const executor = objectStore.then(async () => load((await parts).executor));
  const store = Promise.all([historyServer, objectStore]).then(([image, { missing }]) => ({
    historyServer: image,
    objectStore: storeImage(missing),
  }));
  const spark = historyServer.then((loaded) => load(images.spark.filter((image) => image !== loaded)));
  const all = Promise.all([executor, spark]);
  // A part that is awaited rejects there; one that is not awaited any more must not end the process as an unhandled rejection.
  for (const part of [argo, store, all]) part.catch(() => undefined);
  return { argo, store, all };
}

/** What is loaded is known to the nodes by its name only; what they pull is to be the one that was tested. */
function storeImage(missing: readonly string[]): string {
  const { name, digest } = PINS.images.objectStore;
  return missing.includes(name) ? `${name}@${digest}` : name;
}

/** Loads the first image that is on this machine, and gives it; the first of all where none is. */
async function loadFirst(images: readonly string[], load: (list: string[]) => LoadResult): Promise<string> {
  for (const image of images) {
    const { missing } = await load([image]);
    if (missing.length === 0) return image;
  }
  return images[0]!;
}
