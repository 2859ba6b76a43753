import { getChart } from "../../cluster/helm/chart.ts";
import { createCluster } from "../../cluster/providers/create-cluster.ts";
import { withArtifacts } from "../../cluster/tools/artifacts.ts";
import { ensureTool } from "../../cluster/tools/tools.ts";
import { checkPolicyInForce } from "../../engine/argo/install/admission.ts";
import { ARGO_CHART } from "../../engine/argo/install/argo-chart.ts";
import { beginInstall } from "../../engine/argo/install/begin-install.ts";
import { checkValues, readValues } from "../../engine/argo/install/charts.ts";
import { install } from "../../engine/argo/install/install.ts";
import { MadeParts } from "../../engine/argo/install/made.ts";
import { OPERATOR_CHART, provideOperator } from "../../engine/argo/install/operator.ts";
import { checkCaseRights, checkSubmitterRights } from "../../engine/argo/install/rights.ts";
import { verifyInstall } from "../../engine/argo/install/verify.ts";
import { STORE_NAME } from "../../engine/argo/objects/names.ts";
import { BUILTIN_DIMENSIONS } from "../../plan/matrix/dimensions.ts";
import { expandArgs } from "../../plan/matrix/expand-args.ts";
import type { UseCaseContext } from "../shared/context.ts";
import type { InstallConfig } from "./options.ts";

/** Of a workflow, where nobody knows yet which ones will come. */
const TYPICAL_CASES = 100;

/** Has a cluster on which `submit` works: Argo Workflows with its Web UI, the chart, and the Argo CLI. Throws LoadtestError. */
export async function installCluster(
  config: InstallConfig,
  { assetsDirectory, environment: given, progress, signal }: UseCaseContext,
): Promise<{ readonly kubeconfigPath: string; readonly argoCli: string; readonly namespace: string }> {
  const { namespace } = config.cluster;
  const environment = withArtifacts(given, config.artifactsDirectory);
  // Any Spark serves the logs of those before it; the newest serves all.
  const newest = Object.fromEntries(BUILTIN_DIMENSIONS.map(({ name, standard }) => [name, standard[0]!]));
  const [historyServerImage] = expandArgs([config.image], newest) as [string];
  const onStep = progress.prepare;
  const cluster = createCluster({
    ...config,
    provider: config.cluster.provider ?? "current",
    name: config.cluster.name,
    context: config.cluster.context,
    keep: true,
    runId: null,
    environment,
  });
  await cluster.preflight(onStep, signal);
  const { cacheDirectory, valuesFile, argoChart, operatorChart } = config;
  const tools = { environment, cacheDirectory, signal };
  const helm = await ensureTool("helm", tools);
  const settings = { namespace, argoChart, operatorChart, valuesFile };
  const helmTool = { helm, environment, signal };
  await checkValues(valuesFile, assetsDirectory, async () => helmTool);
  const values = readValues(valuesFile);
  const argo = await getChart(ARGO_CHART, argoChart, { ...helmTool, cacheDirectory });
  const readArgoChart = async () => argo;
  const { created, plan, loading } = beginInstall(cluster, settings, {
    ...{ values, readArgoChart, assetsDirectory, withServer: true, force: true, onStep, signal },
    sparkImages: [historyServerImage],
  });
  const [argoCli] = await Promise.all([ensureTool("argo", tools), created]);
  const kubeConfig = cluster.kubeConfig();
  const { kubeconfigPath } = cluster;
  const helmContext = { ...helmTool, kubeconfigPath, kubeContext: kubeConfig.getCurrentContext() };
  const made = new MadeParts();
  const installed = await install(settings, {
    ...{ plan: await plan, ...(await values), kubeConfig, assetsDirectory, withServer: true },
    helm: async () => helmContext,
    readArgoChart,
    caseCount: TYPICAL_CASES,
    imagesLoaded: loading,
    ...{ made, onStep, signal },
  });
  // Only some plans need it, so that it is there for who asks for it.
  if (operatorChart !== null) {
    await provideOperator({
      ...{ cluster, helm: async () => helmContext, made, onStep, signal },
      readChart: () => getChart(OPERATOR_CHART, operatorChart, { ...helmTool, cacheDirectory }),
    });
  }
  const needed = [
    { kind: "Deployment", namespace: installed.argoNamespace, name: installed.controllerName },
    { kind: "Deployment", namespace, name: STORE_NAME },
  ] as const;
  await Promise.all([
    verifyInstall(kubeConfig, needed, onStep, signal),
    checkSubmitterRights(kubeConfig, namespace, signal),
    checkCaseRights(kubeConfig, namespace, signal),
    checkPolicyInForce(kubeConfig, namespace, onStep, signal),
    loading.all,
    cluster.completion(),
  ]);
  return { kubeconfigPath, argoCli, namespace };
}
