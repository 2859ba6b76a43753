import { join } from "node:path";
import { withArtifacts } from "../../cluster/tools/artifacts.ts";
import { checkPolicyInForce } from "../../engine/argo/install/admission.ts";
import { checkOperatorThere, needsOperator } from "../../engine/argo/install/operator.ts";
import { checkCaseRights, checkSubmitterRights } from "../../engine/argo/install/rights.ts";
import { checkDataClaim } from "../../engine/argo/objects/data-claim.ts";
import { checkInstalled } from "../../engine/argo/objects/workflow-client.ts";
import { placeParts } from "../../engine/argo/parts/place-parts.ts";
import { type Connections, connect } from "../../engine/argo/store/connections.ts";
import { describeNodes } from "../../engine/argo/submit/capacity.ts";
import { checkInputs, createManifests, submit } from "../../engine/argo/submit/submit.ts";
import { describeMachine } from "../../engine/describe-machine.ts";
import { listNodes } from "../../kube/nodes.ts";
import { BadInputError } from "../../lib/errors.ts";
import { once } from "../../lib/once.ts";
import { plural } from "../../lib/text/format.ts";
import type { Run } from "../../model/documents.ts";
import { planExecutions } from "../../plan/execution.ts";
import { createPlan } from "../../plan/plan.ts";
import { whyNotRunnable } from "../../plan/runnable.ts";
import { loadTier } from "../../plan/tiers/load-tiers.ts";
import { ownRulesOf } from "../../spec/own-rules.ts";
import { identifyWorkload } from "../../spec/workload.ts";
import { NOTHING_RUNS } from "../run/begin.ts";
import { buildSpec, recordRun } from "../run/build-spec.ts";
import type { UseCaseContext } from "../shared/context.ts";
import { defaultDirectory, nameRun } from "../shared/name-run.ts";
import { openCluster } from "../shared/open-cluster.ts";
import type { SubmitConfig } from "./options.ts";

/** Cases at a time of a dry run, which asks no node what fits on it. */
const DRY_RUN_PARALLEL = 4;

/**
 * Submits the workflow of a tier to a cluster where everything is installed, and leaves it there; with `dryRun` it only gives the
 * manifests.
 *
 * @throws BadInputError, InfrastructureError
 */
export async function submitTier(
  config: SubmitConfig,
  given: UseCaseContext,
): Promise<{ readonly runId: string; readonly manifests: readonly object[] | null }> {
  const context = { ...given, environment: withArtifacts(given.environment, config.artifactsDirectory) };
  const { signal, assetsDirectory, progress, toolVersion } = context;
  const tier = await loadTier(config.tier, {
    tiersFile: config.tiersFile,
    builtinTiersFile: join(assetsDirectory, "tiers.json"),
  });
  const plan = createPlan(tier, config);
  const cases = plan.cases.filter((testCase) => whyNotRunnable(testCase, tier, "cluster") === null);
  if (cases.length === 0) {
    const reason = whyNotRunnable(plan.cases[0]!, tier, "cluster");
    throw new BadInputError(`No case of the plan can run on a cluster. ${reason}`, { hint: NOTHING_RUNS.cluster });
  }
  for (const problem of ownRulesOf(tier, config).problems) progress.note(`! ${problem}.`);
  const executions = planExecutions(cases, null);
  const files = await checkInputs(executions, tier, assetsDirectory, {
    current: config.onCluster.image,
    baseline: null,
  });
  const id = nameRun(tier.name, new Date());
  const onCluster = { ...config.onCluster, namespace: config.cluster.namespace };
  const workload = await identifyWorkload(tier, config, assetsDirectory);
  const specOn = (host: Run["host"]) => {
    // Where `collect` writes it, unless told otherwise.
    const directory = defaultDirectory(id);
    return {
      ...buildSpec(config, recordRun(config, plan, tier, { id, workload, host, directory, toolVersion }), 1, context),
      onCluster,
    };
  };
  if (config.dryRun) {
    const spec = specOn(describeMachine());
    // Of the images nobody is asked: they have to have everything. Nor of the nodes, of which none has a GPU then.
    const { account, secret, configMap, workflow } = createManifests(
      executions,
      { ...spec, parts: new Map(), hasGpu: false },
      config.maxParallel ?? DRY_RUN_PARALLEL,
      files,
    );
    const manifests = [account, ...(secret === null ? [] : [secret]), configMap, workflow];
    return { runId: id, manifests };
  }
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  await checkInstalled(kubeConfig, namespace, signal);
  await Promise.all([
    checkSubmitterRights(kubeConfig, namespace, signal),
    checkCaseRights(kubeConfig, namespace, signal),
    checkPolicyInForce(kubeConfig, namespace, progress.prepare, signal),
    needsOperator(cases) ? checkOperatorThere(kubeConfig, signal) : undefined,
    checkDataClaim(config.dataDirectory, namespace, kubeConfig, signal),
  ]);
  const spec = specOn(describeNodes(await listNodes(kubeConfig, signal)));
  const opened: Connections[] = [];
  const openStore = once(async () => {
    const connections = await connect(kubeConfig, namespace, progress.note, signal);
    opened.push(connections);
    return connections.store;
  });
  try {
    const onEvent = progress.prepare;
    const parts = await placeParts(executions, spec, { kubeConfig, openStore, onEvent, signal });
    await submit(executions, spec, files, parts, kubeConfig, signal);
  } finally {
    for (const connections of opened) await connections.close();
  }
  const left = plan.cases.length - cases.length;
  progress.note(`Submitted ${plural(cases.length, "case")}${left > 0 ? `; ${left} cannot run on a cluster` : ""}.`);
  return { runId: id, manifests: null };
}
