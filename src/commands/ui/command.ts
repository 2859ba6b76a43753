import { ExitCode } from "../../lib/errors.ts";
import type { CommandContext } from "../execute.ts";
import { createCommandProgress } from "../run/command.ts";
import type { UiConfig } from "../shared/config.ts";
import { untilSignal } from "../shared/until-signal.ts";
import { openUi } from "./open-ui.ts";

/** Keeps the ways open until it is interrupted, which is how one leaves it. */
export async function executeUi(config: UiConfig, { assetsDirectory }: CommandContext): Promise<ExitCode> {
  const progress = createCommandProgress();
  await untilSignal(progress, "Closing.", async (signal) => {
    const { pages, close } = await openUi(config, { assetsDirectory, environment: process.env, progress, signal });
    for (const { name, url, note } of pages)
      process.stdout.write(`${name}: ${url}\n${note === null ? "" : `  ${note}\n`}`);
    process.stderr.write("Press Ctrl-C to close.\n");
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await close();
  });
  return ExitCode.pass;
}
