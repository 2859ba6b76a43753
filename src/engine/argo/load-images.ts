import type { Cluster, OnClusterStep } from "../../cluster/cluster.ts";
import { type ArgoChartInfo, installImages } from "./argo-chart.ts";

/** When the images of each part are loaded, as far as they are on this machine. Each may fail with an InfrastructureError. */
export interface LoadingImages {
  readonly argo: Promise<unknown>;
  readonly store: Promise<unknown>;
  readonly all: Promise<unknown>;
}

/** Loads images one after the other, in the order in which they are needed; the cluster may still be coming up. */
export function loadRunImages(
  cluster: Cluster,
  chart: Promise<ArgoChartInfo>,
  images: { readonly historyServer: string; readonly cases: readonly string[]; readonly withServer: boolean },
  onStep: OnClusterStep,
  signal: AbortSignal,
): LoadingImages {
  const parts = chart.then((info) => installImages(info, images.withServer));
  const load = async (list: readonly string[]) => cluster.loadImages([...new Set(list)], onStep, signal);
  const argo = parts.then((part) => load(part.argo));
  const store = argo.then(async () => load([...(await parts).store, images.historyServer]));
  const all = store.then(async () => {
    const rest = images.cases.filter((image) => image !== images.historyServer);
    return load([...(await parts).executor, ...rest]);
  });
  // Whoever waits hears of a failure; those that nobody waits for any more must not end the process.
  for (const part of [argo, store, all]) part.catch(() => undefined);
  return { argo, store, all };
}
