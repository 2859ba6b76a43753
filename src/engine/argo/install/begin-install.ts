import type { Cluster, OnClusterStep } from "../../../cluster/cluster.ts";
import type { ChartInfo } from "../../../cluster/helm/chart.ts";
import type { InstallSettings } from "../../../spec/spec.ts";
import type { ReadValues } from "./charts.ts";
import { type LoadingImages, loadRunImages } from "./load-images.ts";
import { type InstallPlan, planInstall } from "./plan-install.ts";

/** What comes up side by side before anything can be installed. Each part may fail with an InfrastructureError. */
export interface BegunInstall {
  /** The cluster: as Cluster.create() gives it. */
  readonly created: ReturnType<Cluster["create"]>;
  readonly plan: Promise<InstallPlan>;
  readonly loading: LoadingImages;
}

/**
 * Has a cluster, looks at what is on it, and loads the images into it. Nothing is on a cluster that is yet to be made: what it will need is
 * read while it is made.
 */
export function beginInstall(
  cluster: Cluster,
  settings: InstallSettings,
  context: {
    readonly values: Promise<ReadValues>;
    /** See InstallQuestion. */
    readonly readArgoChart: () => Promise<ChartInfo>;
    readonly assetsDirectory: string;
    /** Of the cases, the one that is to serve event logs first. */
    readonly sparkImages: readonly string[];
    readonly withServer: boolean;
    readonly force: boolean;
    readonly onStep: OnClusterStep;
    readonly signal: AbortSignal;
  },
): BegunInstall {
  const { values, readArgoChart, assetsDirectory, sparkImages, withServer, force, onStep, signal } = context;
  const isThere = cluster.exists(signal);
  const created = isThere.then(() => cluster.create(onStep, signal));
  const plan = isThere.then(async (there) => {
    if (there) await created;
    const kubeConfig = there ? cluster.kubeConfig() : null;
    return planInstall(settings, { kubeConfig, readArgoChart, assetsDirectory, withServer, force, signal });
  });
  const namedImages = values.then((read) => read.namedImages);
  const images = { spark: sparkImages, withServer };
  return { created, plan, loading: loadRunImages(cluster, { plan, namedImages, created }, images, onStep, signal) };
}
