import packageJson from "../../package.json" with { type: "json" };
import { endAction, executeAction } from "../commands/action/action.ts";
import { readActionConfig } from "../commands/action/action-config.ts";
import { getInput } from "../publish/github/runner.ts";

try {
  const config = readActionConfig(getInput, process.env);
  process.exitCode = await executeAction(config, { toolVersion: packageJson.version });
} catch (error) {
  process.exitCode = endAction(error);
}
