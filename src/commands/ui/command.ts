import { ExitCode } from "../../lib/errors.ts";
import { writeCredential, writeLines } from "../../lib/process/output.ts";
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
      writeCredential(process.stdout, [`${name}: ${url}`, ...(note === null ? [] : [`  ${note}`])]);
    writeLines(process.stderr, ["Press Ctrl-C to close."]);
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await close();
  });
  return ExitCode.pass;
}
