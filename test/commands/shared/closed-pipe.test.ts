import { execFile } from "node:child_process";
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
