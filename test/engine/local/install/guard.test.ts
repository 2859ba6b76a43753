import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning, until } from "../../../wait.ts";

const folder = mkdtempSync(join(tmpdir(), "guard-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout?.trim();

describe("guardCommand", () => {
  // The kernel's part is Linux's alone, and the guard is Python's.
  it.skipIf(!python || !existsSync("/proc/self"))("ends the command when we are killed outright", async () => {
    const pidFile = join(folder, "pid");
    const program = `
      import { exec } from ${JSON.stringify(resolve("src/lib/process/exec.ts"))};
      import { guardCommand } from ${JSON.stringify(resolve("src/engine/local/install/guard.ts"))};
      const script = 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 600';
      const [command, ...args] = guardCommand(${JSON.stringify(python)}, ["/bin/bash", "-c", script, ${JSON.stringify(pidFile)}]);
      await exec(command, args, { env: { PATH: "/usr/bin:/bin" } });`;
    const us = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], { stdio: "inherit" });
    await until(() => existsSync(pidFile));
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(isRunning(pid)).toBe(true);
    us.kill("SIGKILL");
    await until(() => !isRunning(pid));
  });
});
