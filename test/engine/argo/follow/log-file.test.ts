import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AttemptLog } from "../../../../src/engine/argo/follow/log-file.ts";

it("the log of an attempt ends where it has more than it may, and says so once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "attempt-"));
  const log = new AttemptLog(join(folder, "logs", "a.log"), 1, "pod-a", 25);
  for (const line of ["0123456789", "0123456789", "the one too many", "left out", "left out"]) await log.append([line]);
  expect(readFileSync(join(folder, "logs", "a.log"), "utf8").split("\n")).toEqual([
    "=== attempt 1, pod pod-a",
    "0123456789",
    "0123456789",
    "the one too many",
    "=== spark-loadtest: this log has more than 25 B; the rest is left out",
    "",
  ]);
  rmSync(folder, { recursive: true });
});
