import type { OnClusterStep } from "../../cluster/cluster.ts";
import { type HelmContext, uninstall } from "../../cluster/helm/helm.ts";
import { deleteManagedNamespaces } from "../../cluster/namespaces/namespaces.ts";
import { ensureTool } from "../../cluster/tools/tools.ts";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";
import type { Case } from "../../model/documents.ts";
import { cleanUpRuns } from "./cleanup/cleanup.ts";
import { ARGO_RELEASE } from "./install/argo-chart.ts";
import { ARGO_NAMESPACE, install, type MadePart, OWN_RELEASE, readCharts } from "./install/install.ts";
import { loadRunImages } from "./install/load-images.ts";
import { checkCaseRights, checkSubmitterRights } from "./install/rights.ts";
import { verifyInstall } from "./install/verify.ts";
import { STORE_NAME } from "./objects/names.ts";
import type { ArgoEngineOptions, ImageTemplates, Installation, RunSubmission } from "./options.ts";
import { imageOf } from "./submit/manifests.ts";

/** What a run has made so far, and so has to remove. Filled as it goes, so that an interrupt finds what there is. */
export interface Made {
  /** Where it is unreached, it is not there, or half made. */
  cluster: "unreached" | "found" | "created";
  readonly parts: MadePart[];
}

/** What is still coming up when the workflow can be submitted. */
export interface Prepared {
  /** Resolves when the object store and the History Server serve; rejects with an InfrastructureError where they cannot start. */
  readonly storeUp: Promise<void>;
}

/**
 * Has a cluster with everything that a run needs to be submitted: the cluster, the images and the chart at the same time; then
 * the install, while the images are still being loaded; then the rights. No pod needs the store before it has written something.
 *
 * @throws InfrastructureError
 */
export async function prepareCluster(
  cases: readonly Case[],
  options: Pick<ArgoEngineOptions, "cluster" | "namespace">,
  submission: Pick<RunSubmission, "installation" | "images" | "assetsDirectory" | "keepCluster">,
  made: Made,
  onStep: OnClusterStep,
  signal: AbortSignal,
): Promise<Prepared> {
  const { cluster, namespace } = options;
  const { installation } = submission;
  // One step that fails ends the others.
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const withServer = submission.keepCluster;
  const helm = ensureTool("helm", { ...installation, signal: ended });
  const charts = helm.then((path) =>
    readCharts(
      { ...installation, assetsDirectory: submission.assetsDirectory },
      { ...installation, helm: path, signal: ended },
    ),
  );
  const created = cluster.create(onStep, ended).then((result) => {
    made.cluster = result.created ? "created" : "found";
  });
  const images = { spark: newestFirst(cases, submission.images), withServer };
  const loading = loadRunImages(cluster, { charts, created }, images, onStep, ended);
  const installed = (async () => {
    await created;
    const kubeConfig = cluster.kubeConfig();
    const { argoNamespace, controllerName } = await install({
      ...toHelmContext(options, installation, await helm, ended),
      kubeConfig,
      namespace,
      argoChart: installation.argoChart,
      charts: await charts,
      assetsDirectory: submission.assetsDirectory,
      valuesFile: installation.valuesFile,
      withServer,
      caseCount: cases.length,
      imagesLoaded: loading,
      made: made.parts,
      force: false,
      onStep,
    });
    const sweep = cleanUpRuns(kubeConfig, namespace, { kind: "expired", nowMs: Date.now() }, { signal: ended });
    await Promise.all([
      sweep,
      checkSubmitterRights(kubeConfig, namespace, ended),
      checkCaseRights(kubeConfig, namespace, ended),
    ]);
    const storeUp = verifyInstall(kubeConfig, [{ kind: "Deployment", namespace, name: STORE_NAME }], onStep, ended);
    storeUp.catch(() => undefined);
    const controller = { kind: "Deployment", namespace: argoNamespace, name: controllerName } as const;
    await verifyInstall(kubeConfig, [controller], onStep, ended);
    return { storeUp };
  })();
  const cli = installation.installCli ? installCli(options, installation, created, onStep, ended) : Promise.resolve();
  // The tool goes on for some seconds when its API server is up: not waited for, but heard if it fails.
  const completed = created.then(() => cluster.completion());
  await allOrAbort([created, loading.all, installed, cli], completed, failed);
  return installed;
}

/** Has the Argo CLI, and says how to look at the run with it. */
async function installCli(
  { cluster, namespace }: Pick<ArgoEngineOptions, "cluster" | "namespace">,
  { cacheDirectory, environment }: Installation,
  created: Promise<void>,
  onStep: OnClusterStep,
  signal: AbortSignal,
): Promise<void> {
  const [argo] = await Promise.all([ensureTool("argo", { cacheDirectory, environment, onStep, signal }), created]);
  const call = `KUBECONFIG=${cluster.kubeconfigPath} ${argo} --context ${cluster.context} -n ${namespace} list`;
  onStep({ step: "Argo CLI", state: "done", detail: call });
}

/** Removes what a run made: its workflow and namespaces, then what it installed, or the whole cluster where it made that. */
export async function removeMade(
  options: Pick<ArgoEngineOptions, "cluster" | "namespace" | "runId">,
  { installation }: Pick<RunSubmission, "installation">,
  made: Made,
  onStep: OnClusterStep,
  signal: AbortSignal,
): Promise<void> {
  const { cluster, namespace, runId } = options;
  const step = "Cleanup";
  onStep({ step, state: "running" });
  // A cluster of our own takes everything with it, and one that is half made has no API server to ask.
  if (made.cluster !== "found") {
    await cluster.delete();
    const detail = made.cluster === "created" ? `the cluster ${cluster.name} is deleted` : "nothing of the run is left";
    onStep({ step, state: "done", detail });
    return;
  }
  const kubeConfig = cluster.kubeConfig();
  const { left } = await cleanUpRuns(kubeConfig, namespace, { kind: "run", runId }, { signal });
  const uninstallRelease = async (release: string, from: string) => {
    const helm = await ensureTool("helm", { ...installation, signal });
    await uninstall(release, from, toHelmContext(options, installation, helm, signal));
  };
  for (const part of made.parts.splice(0).reverse()) {
    if (part === "release") await uninstallRelease(OWN_RELEASE, namespace);
    if (part === "argo") await uninstallRelease(ARGO_RELEASE, ARGO_NAMESPACE);
    // What a part says is what this run was about to make: the label says whether it is ours.
    if (part === "namespace") await deleteManagedNamespaces(kubeConfig, [namespace], signal);
    if (part === "argo-namespace") await deleteManagedNamespaces(kubeConfig, [ARGO_NAMESPACE], signal);
  }
  if (left.length > 0) {
    throw new InfrastructureError(
      `Not everything could be removed: ${left.map(({ name, blocker }) => `${name} (${blocker})`).join("; ")}`,
      { hint: `Try again later: spark-loadtest cleanup ${runId}` },
    );
  }
  onStep({ step, state: "done", detail: "nothing of the run is left on the cluster" });
}

function toHelmContext(
  { cluster }: Pick<ArgoEngineOptions, "cluster">,
  { environment }: Installation,
  helm: string,
  signal: AbortSignal,
): HelmContext {
  const kubeContext = cluster.kubeConfig().getCurrentContext();
  return { helm, environment, kubeconfigPath: cluster.kubeconfigPath, kubeContext, signal };
}

/** Images of the cases, those of the newest Spark first, which reads the event logs of all the others. */
function newestFirst(cases: readonly Case[], images: ImageTemplates): string[] {
  const collator = new Intl.Collator("en", { numeric: true });
  const sorted = [...cases].sort((a, b) => collator.compare(b.dimensions.sparkVersion, a.dimensions.sparkVersion));
  return [...new Set(sorted.map((testCase) => imageOf(testCase, images)))];
}

/** Waits for the work; the first failure, also of what is only heard, ends the rest and is the one that is thrown. */
async function allOrAbort(
  work: readonly Promise<unknown>[],
  heard: Promise<unknown>,
  failed: AbortController,
): Promise<void> {
  let first: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    first ??= { error };
    failed.abort(new InfrastructureError(errorMessage(error), { cause: error }));
  };
  heard.catch(fail);
  await Promise.all(work.map((promise) => promise.catch(fail)));
  if (first !== undefined) throw first.error;
}
