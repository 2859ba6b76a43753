import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import { execute } from "../commands/dispatch/execute.ts";
import { readArguments } from "../commands/dispatch/read-arguments.ts";
import { guardOutput } from "../commands/shared/closed-pipe.ts";
import { writeText } from "../lib/process/output.ts";
import { describeError } from "../lib/text/describe-error.ts";

// Help is written before there is a command.
guardOutput();
try {
  const command = readArguments(process.argv.slice(2), process.env, packageJson.version);
  const assetsDirectory = dirname(fileURLToPath(import.meta.url));
  if (command !== null) {
    process.exitCode = await execute(command, { assetsDirectory, toolVersion: packageJson.version });
  }
} catch (error) {
  const { text, exitCode } = describeError(error);
  writeText(process.stderr, text);
  process.exitCode = exitCode;
}
