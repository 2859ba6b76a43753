import { join } from "node:path";
import { stringify } from "yaml";
import { checkCaseRights, checkSubmitterRights } from "../../engine/argo/install/rights.ts";
import { checkInstalled } from "../../engine/argo/objects/workflow-client.ts";
import type { Submission } from "../../engine/argo/options.ts";
import { describeNodes, listNodes } from "../../engine/argo/submit/capacity.ts";
import { imageOf } from "../../engine/argo/submit/manifests.ts";
import { createManifests, readInputs, submit } from "../../engine/argo/submit/submit.ts";
import { findUnservable } from "../../engine/argo/unservable.ts";
import { BadInputError } from "../../lib/errors.ts";
import { traceOfRun } from "../../lib/trace-context.ts";
import { timeoutOf } from "../../plan/pairs.ts";
import { createPlan } from "../../plan/plan.ts";
import { loadTier } from "../../plan/tiers/load-tiers.ts";
import { serialiseState } from "../../spec/run-folder.ts";
import { describeRun, type RunContext } from "../run/run.ts";
import type { SubmitConfig } from "../shared/config.ts";
import { nameRun } from "../shared/name-run.ts";
import { openCluster } from "../shared/open-cluster.ts";

/** Cases at a time of a dry run, which asks no node what fits on it. */
const DRY_RUN_PARALLEL = 4;

/**
 * Submits the workflow of a tier to a cluster where everything is installed, and leaves it there; with `dryRun` it only gives the
 * manifests, as YAML.
 *
 * @throws BadInputError, InfrastructureError
 */
export async function submitTier(
  config: SubmitConfig,
  context: RunContext,
): Promise<{ readonly runId: string; readonly manifests: string | null }> {
  const { signal, assetsDirectory, progress } = context;
  const tier = await loadTier(config.tier, {
    tiersFile: config.tiersFile,
    builtinTiersFile: join(assetsDirectory, "tiers.json"),
  });
  const plan = createPlan(tier, config);
  const cases = plan.cases.filter((testCase) => findUnservable(testCase, tier) === null);
  if (cases.length === 0) {
    throw new BadInputError(`No case of the plan can run on a cluster. ${findUnservable(plan.cases[0]!, tier)}`, {
      hint: "Choose other cases with --only (see `spark-loadtest plan`), or a tier for clusters such as p0_smoke.",
    });
  }
  const files = await readInputs(tier, assetsDirectory);
  const images = { current: config.onCluster.image, baseline: null };
  for (const testCase of cases) imageOf(testCase, images);
  const state = describeRun(config, { id: nameRun(tier.name, new Date()), tier }, context);
  const runId = state.run.id;
  const { samples, warmups, dataDirectory, conf, workloadArgs } = state.settings;
  const { owner, keepOnFailure } = config.onCluster;
  const of = { runId, namespace: config.cluster.namespace, tier, samples, warmups };
  const submission: Submission = {
    owner,
    state: () => serialiseState(state),
    assetsDirectory,
    images,
    data: dataDirectory,
    maxParallel: config.maxParallel,
    caseTimeoutSeconds: config.caseTimeoutSeconds ?? tier.caseTimeoutSeconds,
    timeoutSeconds: timeoutOf(config, tier),
    retries: config.retries,
    conf,
    workloadArgs,
    trace: traceOfRun(state.trace, 1),
    keepOnFailure,
  };
  if (config.dryRun) {
    const maxParallel = config.maxParallel ?? DRY_RUN_PARALLEL;
    const { secret, configMap, workflow } = createManifests(cases, of, { ...submission, maxParallel }, files);
    const manifests = [...(secret === null ? [] : [secret]), configMap, workflow];
    return { runId, manifests: manifests.map((manifest) => `---\n${stringify(manifest)}`).join("") };
  }
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  await checkInstalled(kubeConfig, namespace, signal);
  await Promise.all([
    checkSubmitterRights(kubeConfig, namespace, signal),
    checkCaseRights(kubeConfig, namespace, signal),
  ]);
  state.run.host = describeNodes(await listNodes(kubeConfig, signal));
  await submit(cases, { ...of, cluster }, submission, signal);
  const left = plan.cases.length - cases.length;
  progress.note(`Submitted ${cases.length} cases${left > 0 ? `; ${left} cannot run on a cluster` : ""}.`);
  return { runId, manifests: null };
}
