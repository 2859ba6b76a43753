import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explainFailure } from "../../src/engine/local/failure.ts";

const EXPLAIN = `
import json, sys
sys.path.insert(0, "workflows")
from failure import explain
problems = [explain(code, text.split("\\n"), kills) for code, text, kills in json.load(sys.stdin)]
print(json.dumps([[problem.reason, problem.exit_code] for problem in problems]))
`;

/** Exit code, end of the log, processes killed for memory. */
type Question = readonly [number, string, number?];

/** The same question to failure.py. */
function explain(questions: readonly Question[]): [string, number][] {
  const input = JSON.stringify(questions.map(([code, text, kills = 0]) => [code, text, kills]));
  const { stdout, stderr, status } = spawnSync("python3", ["-B", "-c", EXPLAIN], { input, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe("failure.py", () => {
  it("says of real logs what the engine of this machine says", () => {
    const folder = "test/engine/fixtures";
    const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const own = logs.map((log) => explainFailure({ kind: "exit", code: 1 }, log));
    expect(own.length).toBeGreaterThan(4);
    expect(explain(logs.map((log) => [1, log] as const))).toEqual(
      own.map(({ reason, infrastructure }) => [reason, infrastructure ? 75 : 3]),
    );
  });

  it.each([
    [[-9, "", 1], "the driver's pod ran out of memory", 3],
    [[137, "", 1], "the driver's pod ran out of memory", 3],
    [[-9, ""], "killed by SIGKILL from outside (the node may be out of memory)", 75],
    [[-11, ""], "crashed with SIGSEGV", 3],
    [
      [
        1,
        'Traceback (most recent call last):\n  File "x", line 1\npyspark.errors.exceptions.base.PySparkImportError: [PACKAGE_NOT_INSTALLED] zstandard >= 0.25.0 must be installed; however, it was not found.',
      ],
      "the image lacks a Python package: zstandard >= 0.25.0 must be installed; however, it was not found.",
      6,
    ],
    [
      [1, "Unrecognized VM option 'Nope'\nError occurred during initialization of VM"],
      "Error occurred during initialization of VM",
      3,
    ],
    [
      [
        1,
        'Traceback (most recent call last):\n  File "x", line 1\npyspark.errors.exceptions.connect.SparkConnectGrpcException: (org.apache.spark.SparkException) Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure: Lost task 0.3 in stage 3.0 (TID 9) (10.1.2.3 executor 1): java.lang.RuntimeException: asked for',
      ],
      "RuntimeException: asked for",
      3,
    ],
  ] as const)("%j", (question, reason, exitCode) => {
    expect(explain([question])).toEqual([[reason, exitCode]]);
  });
});
