import { ExitCode } from "../../lib/errors.ts";
import { writeLines } from "../../lib/process/output.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import type { CommandContext } from "../shared/context.ts";
import { untilSignal } from "../shared/until-signal.ts";
import { installCluster } from "./install-cluster.ts";
import type { InstallConfig } from "./options.ts";

export async function executeInstall(
  config: InstallConfig,
  { assetsDirectory, toolVersion }: CommandContext,
): Promise<ExitCode> {
  const progress = createCommandProgress();
  const { kubeconfigPath, argoCli, namespace } = await untilSignal(progress, "Ending.", (signal) =>
    installCluster(config, { assetsDirectory, toolVersion, environment: process.env, progress, signal }),
  );
  writeLines(process.stdout, [
    "Installed. What to do next:",
    "  spark-loadtest submit --tier p0_smoke --only orchestrator=submit,extensions=none",
    "  spark-loadtest ui",
    `  ${quoteCommand([`KUBECONFIG=${kubeconfigPath}`, argoCli, "list", "-n", namespace])}`,
  ]);
  return ExitCode.pass;
}
