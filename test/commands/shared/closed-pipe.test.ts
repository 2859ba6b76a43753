import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { untilReaderGone } from "../../../src/commands/shared/closed-pipe.ts";

/** A command whose stdout, or stderr, nobody reads any more when it begins to write. */
function runUnread(args: string, unread: 1 | 2): Promise<{ code: number; stderr: string }> {
  const command = `set -o pipefail; "$0" src/entries/cli.ts ${args} ${unread === 2 ? "2>&1 >&-" : ""} | true`;
  return new Promise((done) => {
    execFile("bash", ["-c", command, process.execPath], (error, _, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

describe("a reader that goes away", () => {
  it("is told to what would go on for nobody", () => {
    const gone = untilReaderGone();
    expect(gone.aborted).toBe(false);
    process.stdout.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(gone.aborted).toBe(true);
  });

  it.each([
    ["--help", 1, 0],
    ["run --help", 1, 0],
    ["--version", 1, 0],
    ["plan --tiers-file test/e2e/tiers.yaml", 1, 0],
    ["events test/fixtures/eventlogs/4.3.0-window --json", 1, 0],
    ["run --samples none", 2, 2],
  ] as const)("is no error of `%s`", async (args, unread, code) => {
    expect(await runUnread(args, unread)).toEqual({ code, stderr: "" });
  });
});

describe("a result that cannot be written", () => {
  const run = (shell: string): Promise<{ code: number; stderr: string }> =>
    new Promise((done) => {
      execFile("bash", ["-c", shell, process.execPath], (error, _, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stderr });
      });
    });
  const LOGS = "test/fixtures/eventlogs";

  it.each([
    ["events test/fixtures/eventlogs/4.3.0-window --json", "ENOSPC"],
    ["events test/fixtures/eventlogs/4.3.0-window", "ENOSPC"],
    [`explain --current ${LOGS}/4.3.0-window --baseline ${LOGS}/4.3.0-skew --json`, "ENOSPC"],
    ["plan --tiers-file test/e2e/tiers.yaml --json", "ENOSPC"],
    ["--help", "ENOSPC"],
  ])("ends `%s` with 6 on a full disk", async (args, reason) => {
    const { code, stderr } = await run(`"$0" src/entries/cli.ts ${args} >/dev/full`);
    expect(stderr).toContain(`spark-loadtest: The result cannot be written to stdout: ${reason}`);
    expect(stderr).not.toContain("internal error");
    expect(code).toBe(6);
  });

  it("is not taken for written where a part of it was", async () => {
    const folder = mkdtempSync(join(tmpdir(), "output-"));
    // In kilobytes: of a larger write the system takes as much as fits, and says so.
    const { code, stderr } = await run(
      `ulimit -f 40; "$0" src/entries/cli.ts events ${LOGS} --json >${folder}/events.json`,
    );
    expect(statSync(join(folder, "events.json")).size).toBe(40 * 1024);
    expect(stderr).toContain("The result cannot be written to stdout: EFBIG");
    expect(code).toBe(6);
    rmSync(folder, { recursive: true });
  });

  it("does not hide that the input is bad, and a full stderr says nothing against a result", async () => {
    expect((await run(`"$0" src/entries/cli.ts events nowhere --json >/dev/full`)).code).toBe(2);
    expect((await run(`"$0" src/entries/cli.ts plan --tiers-file test/e2e/tiers.yaml 2>/dev/full`)).code).toBe(0);
    expect((await run(`"$0" src/entries/cli.ts events nowhere 2>/dev/full`)).code).toBe(2);
  });
});
