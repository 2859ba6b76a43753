import { parse } from "yaml";
import { BadInputError, InfrastructureError } from "../../lib/errors.ts";
import { exec, isCommandFailure } from "../../lib/process/exec.ts";
import { HELM_TIMEOUT_MS, type HelmTool, lastLine } from "./helm.ts";

/** Where a Helm chart comes from. */
export type ChartSource =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "version"; readonly version: string };

/** A chart of others that this tool installs. */
export interface UpstreamChart {
  readonly name: string;
  /** Of the charts, for `helm --repo`. */
  readonly repository: string;
  /** The version that was tested. */
  readonly version: string;
  /** What it installs, for people. */
  readonly title: string;
  /** Option that says where it comes from. */
  readonly option: string;
}

/** What a chart says about itself. */
export interface ChartInfo {
  readonly version: string;
  /** Version of what it installs, "v4.0.6". */
  readonly appVersion: string;
}

/** Arguments that name a chart to helm: the version that was tested unless another source is given. */
export function chartArgs(chart: UpstreamChart, source: ChartSource | null): string[] {
  if (source?.kind === "path") return [source.path];
  return [chart.name, "--repo", chart.repository, "--version", source?.version ?? chart.version];
}

/** Reads what a chart says about itself. Throws BadInputError for one that is none, InfrastructureError where it cannot be had. */
export async function readChart(
  chart: UpstreamChart,
  source: ChartSource | null,
  context: HelmTool,
): Promise<ChartInfo> {
  const { helm, environment, signal } = context;
  const hint = `${chart.option} takes the upstream chart ${chart.name}: a folder, a .tgz, or a version.`;
  try {
    const { stdout } = await exec(helm, ["show", "chart", ...chartArgs(chart, source)], {
      env: environment,
      signal,
      timeoutMs: HELM_TIMEOUT_MS,
    });
    const { name, version, appVersion } = parse(stdout) as Record<string, unknown>;
    if (name === chart.name && typeof version === "string" && typeof appVersion === "string") {
      return { version, appVersion };
    }
    throw new BadInputError(`The chart is called ${String(name)}, not ${chart.name}.`, { hint });
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    if (source?.kind === "path") {
      throw new BadInputError(`${source.path} is no Helm chart: ${lastLine(error)}`, { hint, cause: error });
    }
    throw new InfrastructureError(`The chart of ${chart.title} could not be had: ${lastLine(error)}`, {
      hint: `Without a network, give it as a folder or a .tgz: ${chart.option} PATH`,
      cause: error,
    });
  }
}
