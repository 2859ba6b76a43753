import type { Command as Commander } from "commander";
import type { ChartSource } from "../../cluster/helm/chart.ts";
import { BadInputError } from "../../lib/errors.ts";
import { PINS } from "../../lib/pins.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { type AttachConfig, addAttachOptions, readAttachConfig, readChartSource } from "../shared/cluster-options.ts";

export interface UiConfig extends AttachConfig {
  /** Installs Prometheus and Grafana where the cluster has none. */
  readonly withMonitoring: boolean;
  /** The upstream chart of both; null for the version that was tested. */
  readonly monitoringChart: ChartSource | null;
}

/** Adds `ui`; gives what it was asked for to `choose`. */
export function addUiCommand(program: Commander, env: Environment, choose: (config: UiConfig) => void): void {
  const command = addAttachOptions(
    program
      .command("ui")
      .description("open ways to Argo's Web UI, Spark's History Server, and Grafana and Prometheus where they are"),
  );
  command
    .option("--with-monitoring", "install Prometheus and Grafana if need be, and show them the dashboard", false)
    .option(
      "--monitoring-chart <chart>",
      `chart kube-prometheus-stack: a folder, a .tgz, or a version (default: ${PINS.charts["kube-prometheus-stack"].version})`,
    )
    .action((options) => choose({ ...readAttachConfig(command, options, env), ...readMonitoring(options) }));
}

function readMonitoring(
  options: Readonly<Record<string, unknown>>,
): Pick<UiConfig, "withMonitoring" | "monitoringChart"> {
  const chart = options.monitoringChart as string | undefined;
  const withMonitoring = options.withMonitoring === true;
  if (chart !== undefined && !withMonitoring) {
    throw new BadInputError("--monitoring-chart says what --with-monitoring installs.", {
      hint: "Give --with-monitoring too, or leave --monitoring-chart out.",
    });
  }
  const monitoringChart = readChartSource(chart, "--monitoring-chart", "kube-prometheus-stack");
  return { withMonitoring, monitoringChart };
}
