import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ExecError, type ExecOptions, exec } from "../../../src/lib/process/exec.ts";
import { sleepThrough, useFakeTime, useRealTime } from "../../fake-time.ts";
import { isRunning, until } from "../../wait.ts";

const env = { PATH: "/usr/bin:/bin" };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exec-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bash = (script: string, options: Partial<ExecOptions> = {}) => exec("bash", ["-c", script], { env, ...options });
const failureOf = async (promise: Promise<unknown>): Promise<ExecError> => {
  const error = await promise.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(ExecError);
  return error;
};
const pidIn = (name: string) => Number(readFileSync(join(folder, name), "utf8"));

describe("exec", () => {
  it("gives both outputs' end and the standard output alone, and appends both to the log", async () => {
    const logFile = join(folder, "log");
    const lines: string[] = [];
    const script = "echo one; echo two >&2; printf 'no end'";
    const first = await bash(script, { logFile, onLine: (line) => lines.push(line) });
    await bash("echo three", { logFile });
    expect(first.stdout).toBe("one\nno end");
    expect(first.tail).toHaveLength("one\ntwo\nno end".length);
    expect(lines.sort()).toEqual(["no end", "one", "two"]);
    expect(readFileSync(logFile, "utf8")).toBe(`${first.tail}three\n`);
  });

  it("is not held by a process that left the session with its output open", async () => {
    const leaver = `echo $$ > ${folder}/pid; mv ${folder}/pid ${folder}/left; exec sleep 600`;
    // It ends once the other one has left: what is still in the session then is ended with it.
    const args = ["-c", `setsid -f bash -c '${leaver}'; until [ -e ${folder}/left ]; do sleep 0.01; done`];
    const source = `import { exec } from "${resolve("src/lib/process/exec.ts")}"; await exec("bash", ${JSON.stringify(args)}, { env: { PATH: "${env.PATH}" } });`;
    const options = { encoding: "utf8", timeout: 300_000 } as const;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], options);
    expect(status, stderr).toBe(0);
    process.kill(pidIn("left"), "SIGKILL");
  });

  it("passes arguments as they are and nothing of our environment", async () => {
    process.env.EXEC_TEST_SECRET = "s3cret";
    const args = ["-c", 'printf "%s\\n" "$@"; env', "-", "$HOME; `id` *", "a b", ""];
    const { stdout } = await exec("bash", args, { env: { PATH: env.PATH, ONLY: "this" } });
    delete process.env.EXEC_TEST_SECRET;
    expect(stdout.split("\n").slice(0, 3)).toEqual(["$HOME; `id` *", "a b", ""]);
    expect(stdout).toContain("ONLY=this");
    expect(stdout).not.toContain("s3cret");
  });

  it.each([
    ["exit 3", { kind: "exit", code: 3 }, "bash ended with exit code 3"],
    ["kill -KILL $$", { kind: "signal", signal: "SIGKILL" }, "bash was killed by SIGKILL"],
  ])("keeps how `%s` ended, and what it said last", async (script, failure, message) => {
    const error = await failureOf(bash(`echo last words; ${script}`));
    expect(error).toMatchObject({
      failure,
      message,
      tail: "last words\n",
      command: ["bash", "-c", expect.any(String)],
    });
  });

  it("says that a command is not there, or its folder", async () => {
    const error = await failureOf(exec("/nowhere/spark-submit", [], { env }));
    expect(error).toMatchObject({
      failure: { kind: "spawn", code: "ENOENT" },
      message: "/nowhere/spark-submit could not be started (ENOENT)",
    });
  });

  it("keeps the end of a long output, within bounds", async () => {
    const { tail, stdout } = await bash("seq 1 200000");
    expect(tail.length).toBe(256 * 1024);
    expect(tail.endsWith("\n200000\n")).toBe(true);
    expect(stdout.length).toBeLessThan(512 * 1024);
  });

  it("ends at a time-out with SIGTERM, so that the command may finish what it has begun", async () => {
    const script = `trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    useFakeTime();
    onTestFinished(useRealTime);
    const onLine = (line: string) => void (line === "ready" && vi.advanceTimersByTime(300));
    const error = await sleepThrough(failureOf(bash(script, { timeoutMs: 300, graceMs: 3_600_000, onLine })));
    expect(error.failure).toEqual({ kind: "timeout", timeoutMs: 300 });
    expect(error.tail).toContain("saved\n");
  });

  it("does not start after an abort", async () => {
    const error = await failureOf(bash(`touch ${folder}/ran`, { signal: AbortSignal.abort() }));
    expect(error.failure).toEqual({ kind: "aborted" });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  // A process tree as Spark's: children that ignore SIGTERM, leave the group, or outlive their parent.
  const tree = `
    trap '' TERM
    (trap '' TERM; echo $BASHPID > stubborn; while :; do sleep 0.05; done) &
    perl -e 'setpgrp(0, 0); $SIG{TERM} = "IGNORE"; open(F, ">daemon"); print F $$; close F; sleep 600' &
    (sleep 600 & echo $! > orphan)
    while [ ! -s daemon ] || [ ! -s stubborn ]; do sleep 0.01; done
    touch ready
  `;
  const hasPerl = spawnSync("perl", ["-v"]).status === 0;

  it.skipIf(!hasPerl || !existsSync("/proc/self"))("leaves no process of the tree after an abort", async () => {
    const abort = new AbortController();
    const run = failureOf(bash(`${tree}\nsleep 600`, { cwd: folder, signal: abort.signal, graceMs: 100 }));
    await until(() => existsSync(join(folder, "ready")));
    const pids = ["stubborn", "daemon", "orphan"].map(pidIn);
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    abort.abort();
    expect((await run).failure).toEqual({ kind: "aborted" });
    expect(pids.map(isRunning)).toEqual([false, false, false]);
  });

  it.skipIf(!hasPerl || !existsSync("/proc/self"))("leaves none after a command that ends well either", async () => {
    await bash(tree, { cwd: folder });
    expect(["stubborn", "daemon", "orphan"].map(pidIn).map(isRunning)).toEqual([false, false, false]);
  });
});
