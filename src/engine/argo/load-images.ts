import type { Cluster, OnClusterStep } from "../../cluster/cluster.ts";
import type { ChartInfo } from "../../cluster/helm-chart.ts";
import { installImages } from "./argo-chart.ts";

/** When the images of each part are loaded, as far as they are on this machine. Each may fail with an InfrastructureError. */
export interface LoadingImages {
  readonly argo: Promise<unknown>;
  /** Gives the Spark image that is to serve the event logs. */
  readonly store: Promise<string>;
  readonly all: Promise<unknown>;
}

/**
 * Loads images one after the other, in the order in which they are needed; the cluster may still be coming up.
 *
 * @param images of the cases, the one that is to serve event logs first; the next one does where that is not on this machine
 */
export function loadRunImages(
  cluster: Cluster,
  chart: Promise<ChartInfo>,
  images: { readonly spark: readonly string[]; readonly withServer: boolean },
  onStep: OnClusterStep,
  signal: AbortSignal,
): LoadingImages {
  const parts = chart.then((info) => installImages(info, images.withServer));
  const load = (list: readonly string[]) => cluster.loadImages(list, onStep, signal);
  const argo = parts.then((part) => load(part.argo));
  const store = argo.then(async () => {
    await load((await parts).store);
    for (const image of images.spark) {
      const { missing } = await load([image]);
      if (missing.length === 0) return image;
    }
    return images.spark[0]!;
  });
  const all = store.then(async (loaded) =>
    load([...(await parts).executor, ...images.spark.filter((image) => image !== loaded)]),
  );
  // Whoever waits hears of a failure; those that nobody waits for any more must not end the process.
  for (const part of [argo, store, all]) part.catch(() => undefined);
  return { argo, store, all };
}
