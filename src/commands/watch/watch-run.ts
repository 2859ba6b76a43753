import { followWorkflow } from "../../engine/argo/follow/workflow.ts";
import { knownRepetitions } from "../../engine/shared/workload.ts";
import { ExitCode } from "../../lib/errors.ts";
import { plural } from "../../lib/text/format.ts";
import type { CaseStatus } from "../../model/documents.ts";
import { describeExecution, type Execution, planExecutions } from "../../plan/execution.ts";
import type { UseCaseContext } from "../shared/context.ts";
import { openCluster, readRun } from "../shared/open-cluster.ts";
import type { WatchConfig } from "./options.ts";

/** Shows a workflow until it ends. Gives the exit code of what its cases came to; throws LoadtestError. */
export async function watchRun(
  config: WatchConfig,
  context: Pick<UseCaseContext, "environment" | "progress" | "signal">,
): Promise<ExitCode> {
  const { progress, signal } = context;
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  const record = await readRun(kubeConfig, namespace, config.runId, null, signal);
  const { partner } = record.settings;
  const executions = planExecutions(record.plan.cases, partner);
  const nameOf = (execution: Execution) => describeExecution(execution, partner);
  progress.begin(executions.length, 0, executions.map(nameOf));
  const statuses: CaseStatus[] = [];
  let finished = 0;
  let timedOutAfterSeconds: number | null = null;
  const events = followWorkflow({
    kubeConfig,
    namespace,
    name: config.runId,
    executions,
    ...knownRepetitions(record),
    logDirectory: null,
    signal,
  });
  for await (const event of events) {
    switch (event.type) {
      case "finished":
        finished += 1;
        // What the other side of an A/B run comes to fails nothing.
        if (event.execution.side === "current") statuses.push(event.outcome.status);
        progress.show({ ...event, name: nameOf(event.execution) });
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
        timedOutAfterSeconds = event.timedOutAfterSeconds;
        break;
      default:
        progress.show({ ...event, name: nameOf(event.execution) });
    }
  }
  if (timedOutAfterSeconds !== null) {
    progress.note(
      `The limit of ${timedOutAfterSeconds} s ended the workflow before ${plural(executions.length - finished, "case")} had ended.`,
    );
    return ExitCode.timeout;
  }
  if (statuses.includes("failed")) return ExitCode.casesFailed;
  return statuses.includes("infrastructure") ? ExitCode.infrastructure : ExitCode.pass;
}
