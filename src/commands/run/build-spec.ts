import { traceOfRun } from "../../lib/trace-context.ts";
import type { Plan, Run } from "../../model/documents.ts";
import { defaultTimeoutSeconds } from "../../plan/execution.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import type { RunLimits, RunRecord, RunSpec } from "../../spec/spec.ts";
import type { UseCaseContext } from "../shared/context.ts";
import type { RunConfig } from "./options.ts";

/** What a new run is, from its options, its tier and the machine that its figures will belong to. */
export function recordRun(
  config: RunConfig,
  plan: Plan,
  tier: Tier,
  known: Pick<Run, "id" | "host" | "toolVersion" | "workload" | "workflowJob"> & { readonly directory: string },
): RunRecord {
  return {
    run: {
      id: known.id,
      tier: tier.name,
      engine: config.cluster === null ? "local" : "argo",
      startedAt: new Date().toISOString(),
      finishedAt: null,
      commit: config.commit,
      ref: config.ref,
      toolVersion: known.toolVersion,
      host: known.host,
      workload: known.workload,
      workflowJob: known.workflowJob,
    },
    tier,
    plan,
    settings: {
      samples: config.samples ?? tier.samples,
      warmups: config.warmups ?? tier.warmups,
      dataDirectory: config.dataDirectory,
      conf: config.conf,
      workloadArgs: config.workloadArgs,
      partner: config.partner,
    },
    trace: config.telemetry.trace,
    directory: known.directory,
  };
}

/**
 * The spec of a run, a new one or one that is continued.
 *
 * @param process which one of the run's processes this is, counted from 1
 */
export function buildSpec(
  config: RunConfig,
  record: RunRecord,
  process: number,
  { assetsDirectory, environment }: Pick<UseCaseContext, "assetsDirectory" | "environment">,
): RunSpec {
  return {
    ...record,
    limits: limitsOf(config, record),
    runTrace: traceOfRun(record.trace, process),
    assetsDirectory,
    cacheDirectory: config.cacheDirectory,
    environment,
  };
}

function limitsOf(config: RunConfig, { tier, settings }: Pick<RunRecord, "tier" | "settings">): RunLimits {
  return {
    maxParallel: config.maxParallel,
    caseTimeoutSeconds: config.caseTimeoutSeconds ?? tier.caseTimeoutSeconds,
    timeoutSeconds: config.timeoutSeconds ?? defaultTimeoutSeconds(tier.timeoutSeconds, settings.partner),
    retries: config.retries,
  };
}
