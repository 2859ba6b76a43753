import { vi } from "vitest";
import { execute } from "../../src/commands/dispatch/execute.ts";
import { readArguments } from "../../src/commands/dispatch/read-arguments.ts";
import { describeError } from "../../src/lib/text/describe-error.ts";

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as they were written. */
  readonly output: string;
}

/** A command in this process, as the entry calls it; its environment is this process's own. */
export async function call(argv: readonly string[], assetsDirectory: string): Promise<Called> {
  const written = { stdout: "", stderr: "", output: "" };
  const listen = (name: "stdout" | "stderr") =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += text;
      written.output += text;
      return true;
    });
  const spies = [listen("stdout"), listen("stderr")];
  try {
    const command = readArguments(argv, process.env, "1.2.3");
    return { code: await execute(command!, { assetsDirectory, toolVersion: "1.2.3" }), ...written };
  } catch (error) {
    const { text, exitCode } = describeError(error);
    process.stderr.write(text);
    return { code: exitCode, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
