import type { Command as Commander } from "commander";
import type { Environment } from "../../lib/process/environment.ts";
import { addWorkOptions, type RunConfig, readRunConfig } from "../run/options.ts";
import {
  addClusterOptions,
  CLUSTER_THERE,
  CLUSTERS,
  type ClusterConfig,
  DEFAULT_IMAGE,
  givenTo,
} from "../shared/cluster-options.ts";
import { addArtifactsOption, addCacheOption } from "../shared/result-options.ts";

export interface SubmitConfig extends RunConfig {
  readonly cluster: ClusterConfig;
  /** Print the manifests in place of submitting them. */
  readonly dryRun: boolean;
}

/** Adds `submit`; gives what it was asked for to `choose`. */
export function addSubmitCommand(program: Commander, env: Environment, choose: (config: SubmitConfig) => void): void {
  const command = addWorkOptions(
    program.command("submit").description("submit a tier's workflow and print its name; it goes on without this tool"),
  );
  addClusterOptions(command, CLUSTERS, undefined, CLUSTER_THERE);
  command
    .option("--image <template>", "image of the cases; {sparkVersion} stands for the case's", DEFAULT_IMAGE)
    .option("--keep-on-failure", "leave the namespaces of failed cases, to look at them", false)
    .option("--dry-run", "print the manifests for kubectl and argo; no cluster is asked", false);
  addArtifactsOption(addCacheOption(command)).action((options) => {
    const config = readRunConfig(options, givenTo(command), env);
    choose({ ...config, cluster: config.cluster as ClusterConfig, dryRun: options.dryRun });
  });
}
