import type { Command as Commander } from "commander";
import { readArtifactsDirectory } from "../../cluster/tools/artifacts.ts";
import type { Environment } from "../../lib/process/environment.ts";
import {
  type AttachConfig,
  addClusterOptions,
  addInstallOptions,
  CLUSTERS,
  type ClusterRunConfig,
  readAttachConfig,
  readClusterRunConfig,
} from "../shared/cluster-options.ts";
import { addArtifactsOption, addCacheOption } from "../shared/result-options.ts";

/** A cluster, and what is or gets installed there. */
export interface InstallConfig extends AttachConfig, ClusterRunConfig {
  /** Files that would be downloaded are looked for here first; null for none. */
  readonly artifactsDirectory: string | null;
}

/** Adds `install`; gives what it was asked for to `choose`. */
export function addInstallCommand(program: Commander, env: Environment, choose: (config: InstallConfig) => void): void {
  const command = program
    .command("install")
    .description(
      "install Argo Workflows, the chart and the Argo CLI; brings up the kind or Minikube cluster if need be",
    );
  addClusterOptions(command, CLUSTERS, "current", "where to install");
  addArtifactsOption(addCacheOption(addInstallOptions(command))).action((options) =>
    choose({
      ...readAttachConfig(command, options, env),
      ...readClusterRunConfig(options, env),
      artifactsDirectory: readArtifactsDirectory(options.artifacts, env),
      keepCluster: true,
      installCli: true,
    }),
  );
}
