import { followWorkflow } from "../../engine/argo/follow/workflow.ts";
import { ExitCode } from "../../lib/errors.ts";
import type { Case, CaseStatus } from "../../model/documents.ts";
import { describeArm, readArm, toArms } from "../../plan/pairs.ts";
import type { RunContext } from "../run/run.ts";
import type { WatchConfig } from "../shared/config.ts";
import { openCluster, readRun } from "../shared/open-cluster.ts";

/** Shows a workflow until it ends. Gives the exit code of what its cases came to; throws LoadtestError. */
export async function watchRun(
  config: WatchConfig,
  context: Pick<RunContext, "environment" | "progress" | "signal">,
): Promise<ExitCode> {
  const { progress, signal } = context;
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  const { state, plan } = await readRun(kubeConfig, namespace, config.runId, signal);
  const { tier, settings } = state;
  const arms = toArms(plan.cases, settings.partner);
  const show = (testCase: Case): Case => ({ ...testCase, name: describeArm(testCase.name, settings.partner) });
  progress.begin(arms.length, 0, arms.map(show));
  const statuses: CaseStatus[] = [];
  const events = followWorkflow({
    kubeConfig,
    namespace,
    name: config.runId,
    cases: arms,
    warmups: tier.workload === null ? settings.warmups : 0,
    samples: tier.workload === null ? settings.samples : 0,
    logDirectory: null,
    signal,
  });
  for await (const event of events) {
    switch (event.type) {
      case "finished":
        // What the other side of an A/B run comes to fails nothing.
        if (readArm(event.case.name).side === "current") statuses.push(event.execution.status);
        progress.case({
          ...event,
          case: show(event.case),
          execution: { ...event.execution, applicationId: event.execution.namespace, eventLogDirectory: "" },
        });
        break;
      case "phase":
        progress.note(`Workflow ${config.runId}: ${event.phase}${event.message === null ? "" : `: ${event.message}`}`);
        break;
      case "waiting":
        if (event.reason !== null) progress.note(`Workflow ${config.runId} waits: ${event.reason}`);
        break;
      case "step":
        progress.prepare({
          step: event.step,
          state: event.state === "running" ? "running" : "done",
          detail: event.reason ?? (event.state === "failed" ? "failed" : ""),
        });
        break;
      case "stuck":
        progress.note(`! No pod can start: ${event.reason}`);
        break;
      case "disturbance":
        progress.note(event.message);
        break;
      case "ended":
        break;
      default:
        progress.case({ ...event, case: show(event.case) });
    }
  }
  if (statuses.includes("failed")) return ExitCode.casesFailed;
  return statuses.includes("infrastructure") ? ExitCode.infrastructure : ExitCode.pass;
}
