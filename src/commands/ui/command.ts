import { ExitCode } from "../../lib/errors.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import type { CommandContext } from "../shared/context.ts";
import { untilSignal } from "../shared/until-signal.ts";
import { openUi } from "./open-ui.ts";
import type { UiConfig } from "./options.ts";

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
