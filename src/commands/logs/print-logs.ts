import { CoreV1Api } from "@kubernetes/client-node";
import { followWorkflow } from "../../engine/argo/follow/workflow.ts";
import { createStatusReader } from "../../engine/argo/objects/node-status.ts";
import { readWorkflow } from "../../engine/argo/objects/workflow-client.ts";
import { connect } from "../../engine/argo/store/connections.ts";
import { askKubernetes } from "../../kube/client.ts";
import { BadInputError } from "../../lib/errors.ts";
import { describeExecution, planExecutions } from "../../plan/execution.ts";
import type { UseCaseContext } from "../shared/context.ts";
import { openCluster, readRun } from "../shared/open-cluster.ts";
import type { LogsConfig } from "./options.ts";

/**
 * Prints the logs of a workflow's cases: from the pods while they are there, else as Argo archived them; with `follow` also what
 * comes, until the workflow has ended. Throws LoadtestError.
 *
 * @param write gets each line, with its case's name before it
 */
export async function printLogs(
  config: LogsConfig,
  context: Pick<UseCaseContext, "environment" | "signal">,
  write: (line: string) => void,
): Promise<void> {
  const { signal } = context;
  const { runId } = config;
  const { cluster, namespace } = await openCluster(config, context);
  const kubeConfig = cluster.kubeConfig();
  const { plan, settings } = await readRun(kubeConfig, namespace, runId, null, signal);
  const { partner } = settings;
  const executions = planExecutions(plan.cases, partner);
  const wanted = executions.filter(({ id }) => config.cases.every((part) => id.includes(part)));
  if (wanted.length === 0) {
    throw new BadInputError(`No case of ${runId} has ${config.cases.join(" and ")} in its name.`, {
      hint: `Its cases: ${plan.cases
        .slice(0, 5)
        .map(({ name }) => name)
        .join(", ")}${plan.cases.length > 5 ? ", ..." : ""}`,
    });
  }
  if (config.follow) {
    const ids = new Set(wanted.map(({ id }) => id));
    const events = followWorkflow({
      kubeConfig,
      namespace,
      name: runId,
      executions,
      warmups: 0,
      samples: 0,
      logDirectory: null,
      signal,
    });
    for await (const event of events) {
      if (event.type === "log" && ids.has(event.execution.id))
        write(`${describeExecution(event.execution, partner)} | ${event.line}`);
    }
    return;
  }
  const status = createStatusReader()(await readWorkflow(kubeConfig, namespace, runId, signal));
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const connections = await connect(kubeConfig, namespace, () => undefined, signal);
  try {
    for (const execution of wanted) {
      for (const { podName } of status.cases.get(execution.id)?.attempts ?? []) {
        const text =
          (await readPodLog(podName)) ??
          (await connections.store.readObject(`logs/${runId}/${podName}/main.log`, { signal }));
        for (const line of text.replace(/\n$/, "").split("\n"))
          write(`${describeExecution(execution, partner)} | ${line}`);
      }
    }
  } finally {
    await connections.close();
  }

  function readPodLog(pod: string): Promise<string | null> {
    const read = () => api.readNamespacedPodLog({ name: pod, namespace, container: "main" });
    return askKubernetes(`read the log of ${pod}`, read, { signal, nullOn: [404] });
  }
}
