import { join } from "node:path";
import { parse } from "yaml";
import { BadInputError, InfrastructureError } from "../../lib/errors.ts";
import { hashFile } from "../../lib/files/hash-file.ts";
import { installFolder } from "../../lib/files/install-folder.ts";
import { exec, isCommandFailure } from "../../lib/process/exec.ts";
import { type DownloadOptions, downloadFile } from "../tools/download.ts";
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
  /** Address below which the releases of its project have their archives. */
  readonly releases: string;
  /** Name of that version's release there; left out where it is the chart's with its version. */
  readonly tag?: string;
  /** SHA-256 of the archive of the version that was tested, in small letters. */
  readonly sha256: string;
  /** The most that this archive may have. */
  readonly maxBytes: number;
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

/** A chart that helm can read, with what it says about itself. */
export interface Chart extends ChartInfo {
  /** Arguments that name it to helm. */
  readonly args: readonly string[];
  /** Said of a chart that was downloaded and not checked; null for one that was checked, and for a folder or a file. */
  readonly note: string | null;
}

/** What a chart is had with. */
export interface ChartContext extends HelmTool, DownloadOptions {
  /** The archives of charts that were tested are kept here. */
  readonly cacheDirectory: string;
}

/**
 * Has a chart: the version that was tested unless another source is given. That version's archive is checked against the checksum that
 * is pinned, also where the cache has it, and is what helm installs; another version is what helm gets from the repository.
 *
 * @throws BadInputError for a folder or a file that is no such chart, InfrastructureError where it cannot be had or is another one
 */
export async function getChart(
  chart: UpstreamChart,
  source: ChartSource | null,
  context: ChartContext,
): Promise<Chart> {
  const { name, repository } = chart;
  if (source?.kind === "path") return { ...(await readChart(chart, source, [source.path], context)), note: null };
  if (source !== null && source.version !== chart.version) {
    const args = [name, "--repo", repository, "--version", source.version];
    const note = `chart ${source.version} not checked: a checksum is pinned for ${chart.version} only`;
    return { ...(await readChart(chart, source, args, context)), note };
  }
  return { ...(await readChart(chart, source, [await getArchive(chart, context)], context)), note: null };
}

/** Where the archive of the version that was tested is downloaded from. */
export function archiveUrl({
  name,
  version,
  releases,
  tag = `${name}-${version}`,
}: Pick<UpstreamChart, "name" | "version" | "releases" | "tag">): string {
  return `${releases}/${tag}/${name}-${version}.tgz`;
}

/** The path of the archive of the version that was tested. */
async function getArchive(chart: UpstreamChart, context: ChartContext): Promise<string> {
  const { name, version, sha256, maxBytes, title, option } = chart;
  const file = `${name}-${version}.tgz`;
  const folder = join(context.cacheDirectory, "charts", `${name}-${version}`);
  const url = archiveUrl(chart);
  const fill = async (partial: string) => {
    const got = await downloadFile(url, join(partial, file), { ...context, maxBytes, gunzip: false }).catch((error) => {
      if (!(error instanceof InfrastructureError)) throw error;
      throw new InfrastructureError(`The chart of ${title} could not be had: ${error.message}`, {
        hint: `${withoutNetwork(option)}\nBehind a proxy, set HTTPS_PROXY.`,
        cause: error,
      });
    });
    if (got.sha256 === sha256) return;
    throw new InfrastructureError(
      `The chart of ${title} is not the one that was tested, and was not installed: ${got.from} has the SHA-256 ${got.sha256}, and ${sha256} is pinned.`,
      {
        hint: `Something on the way, such as a proxy, or somebody at its source replaced it. Have it from elsewhere, check it, and give it as a .tgz: ${option} PATH`,
      },
    );
  };
  await installFolder(folder, fill, async (there) => (await hashFile(join(there, file))) === sha256);
  return join(folder, file);
}

function withoutNetwork(option: string): string {
  return `Without a network, give it as a folder or a .tgz: ${option} PATH`;
}

/** Reads what a chart says about itself. */
async function readChart(
  chart: UpstreamChart,
  source: ChartSource | null,
  args: readonly string[],
  { helm, environment, signal }: ChartContext,
): Promise<Omit<Chart, "note">> {
  const hint = `${chart.option} takes the upstream chart ${chart.name}: a folder, a .tgz, or a version.`;
  try {
    const options = { env: environment, signal, timeoutMs: HELM_TIMEOUT_MS };
    const { stdout } = await exec(helm, ["show", "chart", ...args], options);
    const { name, version, appVersion } = parse(stdout) as Record<string, unknown>;
    if (name === chart.name && typeof version === "string" && typeof appVersion === "string") {
      return { version, appVersion, args };
    }
    throw new BadInputError(`The chart is called ${String(name)}, not ${chart.name}.`, { hint });
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    if (source?.kind === "path") {
      throw new BadInputError(`${source.path} is no Helm chart: ${lastLine(error)}`, { hint, cause: error });
    }
    throw new InfrastructureError(`The chart of ${chart.title} could not be had: ${lastLine(error)}`, {
      hint: withoutNetwork(chart.option),
      cause: error,
    });
  }
}
