import { resolve } from "node:path";
import type { Command as Commander } from "commander";
import { BadInputError } from "../../lib/errors.ts";
import type { Gate } from "../../model/metrics.ts";
import { readTelemetryConfig } from "../../trace/config.ts";
import {
  addCacheOption,
  addResultOptions,
  addSubmitOptions,
  collect,
  readCacheDirectory,
  readPush,
  readRunConfig,
} from "../run/options.ts";
import {
  addClusterOptions,
  addInstallOptions,
  CLUSTER_THERE,
  readChartSource,
  readClusterConfig,
  readClusterRunConfig,
} from "./cluster-options.ts";
import type { AttachConfig, ClusterConfig, Command, UiConfig } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Options = Readonly<Record<string, unknown>>;

const CLUSTERS = ["kind", "minikube", "current"];

function readMonitoring(options: Options): Pick<UiConfig, "withMonitoring" | "monitoringChart"> {
  const chart = options.monitoringChart as string | undefined;
  const withMonitoring = options.withMonitoring === true;
  if (chart !== undefined && !withMonitoring) {
    throw new BadInputError("--monitoring-chart says what --with-monitoring installs.", {
      hint: "Give --with-monitoring too, or leave --monitoring-chart out.",
    });
  }
  const monitoringChart = readChartSource(chart, "--monitoring-chart", "kube-prometheus-stack", "88.5.3");
  return { withMonitoring, monitoringChart };
}

/** Adds the commands that are about a cluster only; each tells `choose` what it was asked for. */
export function addClusterCommands(
  program: Commander,
  env: Environment,
  givenTo: (command: Commander) => (name: string) => boolean,
  choose: (command: Command) => void,
): void {
  const attach = (command: Commander) => addCacheOption(addClusterOptions(command, CLUSTERS, undefined, CLUSTER_THERE));
  const readAttach = (command: Commander, options: Options): AttachConfig => ({
    cluster: readClusterConfig(options, givenTo(command)) as ClusterConfig,
    cacheDirectory: readCacheDirectory(options, env),
  });

  const install = program
    .command("install")
    .description(
      "install Argo Workflows, the chart and the Argo CLI; brings up the kind or Minikube cluster if need be",
    );
  addClusterOptions(install, CLUSTERS, "current", "where to install");
  addCacheOption(addInstallOptions(install)).action((options) => {
    const config = { ...readAttach(install, options), ...readClusterRunConfig(options, env) };
    choose({ name: "install", config: { ...config, keepCluster: true, installCli: true } });
  });

  const submit = addSubmitOptions(
    program.command("submit").description("submit a tier's workflow and print its name; it goes on without this tool"),
  );
  submit.action((options) => {
    const config = readRunConfig({ ...options, failOn: [] }, givenTo(submit), env);
    const cluster = config.cluster as ClusterConfig;
    choose({ name: "submit", config: { ...config, cluster, dryRun: options.dryRun } });
  });

  const watch = attach(program.command("watch <id>").description("follow a workflow to its end"));
  watch.option("--logs", "show the cases' log lines as they come", false).action((runId: string, options) => {
    choose({ name: "watch", config: { ...readAttach(watch, options), runId, showLogs: options.logs } });
  });

  const logs = attach(program.command("logs <id>").description("print the logs of a workflow's cases"));
  logs
    .option("--case <text>", "only cases with this in their name; may be repeated", collect)
    .option("-f, --follow", "go on until the workflow has ended", false)
    .action((runId: string, options) => {
      const cases = options.case ?? [];
      choose({ name: "logs", config: { ...readAttach(logs, options), runId, cases, follow: options.follow } });
    });

  const collectCommand = attach(
    program
      .command("collect <id>")
      .description("wait for a workflow's end, then write its metrics, verdict and reports"),
  );
  addResultOptions(collectCommand).action((runId: string, options) => {
    choose({
      name: "collect",
      config: {
        ...readAttach(collectCommand, options),
        runId,
        outDirectory: options.out === undefined ? null : resolve(options.out),
        baseline: (options.baseline ?? []).map((path: string) => resolve(path)),
        failOn: options.failOn as Gate[],
        telemetry: readTelemetryConfig(env),
        pushTo: readPush(options, env),
      },
    });
  });

  const ui = attach(
    program
      .command("ui")
      .description("open ways to Argo's Web UI, Spark's History Server, and Grafana and Prometheus where they are"),
  );
  ui.option("--with-monitoring", "install Prometheus and Grafana if need be, and show them the dashboard", false)
    .option(
      "--monitoring-chart <chart>",
      "chart kube-prometheus-stack: a folder, a .tgz, or a version (default: 88.5.3)",
    )
    .action((options) => choose({ name: "ui", config: { ...readAttach(ui, options), ...readMonitoring(options) } }));

  const cleanup = attach(
    program.command("cleanup").description("remove what earlier runs left: namespaces, workflows, clusters"),
  );
  cleanup
    .argument("[id]", "only what this run left, though it may still go on")
    .option("--all", "also runs that still go on, what was kept on purpose, and what `install` made", false)
    .action((runId: string | undefined, options) => {
      const config = { ...readAttach(cleanup, options), runId: runId ?? null, all: options.all };
      choose({ name: "cleanup", config });
    });
}
