import type { Cluster, OnClusterStep } from "../../cluster/cluster.ts";
import { getChart } from "../../cluster/helm/chart.ts";
import { type HelmContext, type HelmTool, uninstall } from "../../cluster/helm/helm.ts";
import { deleteManagedNamespaces, notGone } from "../../cluster/namespaces/namespaces.ts";
import { ensureTool } from "../../cluster/tools/tools.ts";
import { once } from "../../lib/once.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import { compareVersions } from "../../lib/versions.ts";
import type { Execution } from "../../plan/execution.ts";
import type { ClusterRunSpec } from "../../spec/spec.ts";
import { allOrAbort } from "../shared/all-or-abort.ts";
import { cleanUpRuns } from "./cleanup/cleanup.ts";
import { checkPolicyInForce } from "./install/admission.ts";
import { ARGO_CHART, ARGO_NAMESPACE, ARGO_RELEASE } from "./install/argo-chart.ts";
import { beginInstall } from "./install/begin-install.ts";
import { checkValues, OWN_RELEASE, readValues } from "./install/charts.ts";
import { install } from "./install/install.ts";
import { MadeParts } from "./install/made.ts";
import {
  needsOperator,
  OPERATOR_CHART,
  OPERATOR_NAMESPACE,
  OPERATOR_RELEASE,
  provideOperator,
  removeOperatorDefinitions,
} from "./install/operator.ts";
import { checkCaseRights, checkSubmitterRights } from "./install/rights.ts";
import { verifyInstall } from "./install/verify.ts";
import { STORE_NAME } from "./objects/names.ts";
import { type ImageTemplates, imageOf, imagesOf } from "./submit/manifests.ts";

/** What is still coming up when the workflow can be submitted. */
export interface PreparedCluster {
  /** Resolves when the object store and the History Server serve; rejects with an InfrastructureError where they cannot start. */
  readonly storeUp: Promise<void>;
}

/** The cluster of one run, and what the run has made of it and on it. */
export class RunCluster {
  readonly #spec: ClusterRunSpec;
  readonly #cluster: Cluster;
  /** Where it is unreached, it is not there, or half made. */
  #state: "unreached" | "found" | "created" = "unreached";
  readonly #made = new MadeParts();

  constructor(spec: ClusterRunSpec, cluster: Cluster) {
    this.#spec = spec;
    this.#cluster = cluster;
  }

  /**
   * Has a cluster with everything that a run needs to be submitted: the cluster, the images and the chart at the same time; then the
   * install, while the images are still being loaded; then the rights. No pod needs the store before it has written something.
   *
   * @throws InfrastructureError
   */
  async prepare(
    executions: readonly Execution[],
    onStep: OnClusterStep,
    signal: AbortSignal,
  ): Promise<PreparedCluster> {
    const spec = this.#spec;
    const cluster = this.#cluster;
    const { onCluster, assetsDirectory, environment } = spec;
    const { namespace, keepCluster: withServer } = onCluster;
    // One step that fails ends the others.
    const failed = new AbortController();
    const ended = AbortSignal.any([signal, failed.signal]);
    const findHelm = once(() => ensureTool("helm", { ...spec, onStep, signal: ended }));
    const readHelm = async () => ({ helm: await findHelm(), environment, signal: ended });
    const readArgoChart = once(async () =>
      getChart(ARGO_CHART, onCluster.argoChart, { ...(await readHelm()), cacheDirectory: spec.cacheDirectory }),
    );
    const values = checkValues(onCluster.valuesFile, assetsDirectory, readHelm).then(() =>
      readValues(onCluster.valuesFile),
    );
    const begun = beginInstall(cluster, onCluster, {
      ...{ values, readArgoChart, assetsDirectory, withServer, force: false, onStep, signal: ended },
      sparkImages: newestFirst(executions, imagesOf(spec)),
    });
    const { plan, loading } = begun;
    const created = begun.created.then((result) => {
      this.#state = result.created ? "created" : "found";
    });
    const installed = (async () => {
      await created;
      const kubeConfig = cluster.kubeConfig();
      const { argoNamespace, controllerName } = await install(onCluster, {
        ...{ plan: await plan, ...(await values), kubeConfig, assetsDirectory, withServer },
        helm: async () => this.#helmContext(await findHelm(), ended),
        readArgoChart,
        caseCount: executions.length,
        imagesLoaded: loading,
        made: this.#made,
        ...{ onStep, signal: ended },
      });
      const sweep = cleanUpRuns(kubeConfig, namespace, { kind: "expired", nowMs: Date.now() }, { signal: ended });
      await Promise.all([
        sweep,
        checkSubmitterRights(kubeConfig, namespace, ended),
        checkCaseRights(kubeConfig, namespace, ended),
        checkPolicyInForce(kubeConfig, namespace, onStep, ended),
      ]);
      const storeUp = verifyInstall(kubeConfig, [{ kind: "Deployment", namespace, name: STORE_NAME }], onStep, ended);
      storeUp.catch(() => undefined);
      const controller = { kind: "Deployment", namespace: argoNamespace, name: controllerName } as const;
      await verifyInstall(kubeConfig, [controller], onStep, ended);
      return { storeUp };
    })();
    const operator = needsOperator(executions.map((execution) => execution.case))
      ? this.#provideOperator(created, readHelm, onStep, ended)
      : Promise.resolve();
    const cli = onCluster.installCli ? this.#installCli(created, onStep, ended) : Promise.resolve();
    // The tool goes on for some seconds when its API server is up: not waited for, but heard if it fails.
    const completed = created.then(() => cluster.completion());
    await allOrAbort([created, loading.all, installed, operator, cli], failed, completed);
    return installed;
  }

  /** Removes what the run made: its workflow and namespaces, then what it installed, or the whole cluster where it made that. */
  async remove(onStep: OnClusterStep, signal: AbortSignal): Promise<void> {
    const spec = this.#spec;
    const cluster = this.#cluster;
    const { namespace } = spec.onCluster;
    const step = "Cleanup";
    onStep({ step, state: "running" });
    // A cluster of our own takes everything with it, and one that is half made has no API server to ask.
    if (this.#state !== "found") {
      await cluster.delete();
      const detail =
        this.#state === "created" ? `the cluster ${cluster.name} is deleted` : "nothing of the run is left";
      onStep({ step, state: "done", detail });
      return;
    }
    const kubeConfig = cluster.kubeConfig();
    const runId = spec.run.id;
    const { left } = await cleanUpRuns(kubeConfig, namespace, { kind: "run", runId }, { signal });
    const uninstallRelease = async (release: string, from: string) =>
      uninstall(release, from, this.#helmContext(await ensureTool("helm", { ...spec, signal }), signal));
    const namespaces: string[] = [];
    for (const part of this.#made.takeAll()) {
      if (part === "release") await uninstallRelease(OWN_RELEASE, namespace);
      if (part === "argo") await uninstallRelease(ARGO_RELEASE, ARGO_NAMESPACE);
      if (part === "operator") await uninstallRelease(OPERATOR_RELEASE, OPERATOR_NAMESPACE);
      if (part === "operator-definitions") await removeOperatorDefinitions(kubeConfig, signal);
      if (part === "operator-namespace") namespaces.push(OPERATOR_NAMESPACE);
      if (part === "namespace") namespaces.push(namespace);
      if (part === "argo-namespace") namespaces.push(ARGO_NAMESPACE);
    }
    // What a part says is what this run was about to make: the label says whether it is ours.
    if (namespaces.length > 0) await deleteManagedNamespaces(kubeConfig, namespaces, signal);
    if (left.length > 0) throw notGone(left, `Try again later: spark-loadtest cleanup ${runId}`);
    onStep({ step, state: "done", detail: "nothing of the run is left on the cluster" });
  }

  /** Has the Spark Operator, beside all else. */
  async #provideOperator(
    created: Promise<void>,
    readHelm: () => Promise<HelmTool>,
    onStep: OnClusterStep,
    signal: AbortSignal,
  ): Promise<void> {
    await created;
    const spec = this.#spec;
    const { cacheDirectory } = spec;
    await provideOperator({
      cluster: this.#cluster,
      helm: async () => this.#helmContext((await readHelm()).helm, signal),
      readChart: async () =>
        getChart(OPERATOR_CHART, spec.onCluster.operatorChart, { ...(await readHelm()), cacheDirectory }),
      made: this.#made,
      onStep,
      signal,
    });
  }

  /** Has the Argo CLI, and says how to look at the run with it. */
  async #installCli(created: Promise<void>, onStep: OnClusterStep, signal: AbortSignal): Promise<void> {
    const cluster = this.#cluster;
    const [argo] = await Promise.all([ensureTool("argo", { ...this.#spec, onStep, signal }), created]);
    const { namespace } = this.#spec.onCluster;
    const call = [`KUBECONFIG=${cluster.kubeconfigPath}`, argo, "--context", cluster.context, "-n", namespace, "list"];
    onStep({ step: "Argo CLI", state: "done", detail: quoteCommand(call) });
  }

  #helmContext(helm: string, signal: AbortSignal): HelmContext {
    const cluster = this.#cluster;
    const kubeContext = cluster.kubeConfig().getCurrentContext();
    return {
      helm,
      environment: this.#spec.environment,
      kubeconfigPath: cluster.kubeconfigPath,
      kubeContext,
      signal,
    };
  }
}

/** Images of the cases, those of the newest Spark first, which reads the event logs of all the others. */
function newestFirst(executions: readonly Execution[], images: ImageTemplates): string[] {
  const versionOf = (execution: Execution) => execution.case.dimensions.sparkVersion;
  const sorted = executions.toSorted((a, b) => compareVersions(versionOf(b), versionOf(a)));
  return [...new Set(sorted.map((execution) => imageOf(execution, images)))];
}
