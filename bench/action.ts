import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";

const ROUNDS = 15;
const MOST_MAIN_MS = 300;
const MOST_POST_MS = 150;
const MOST_BYTES = 12_000_000;

/**
 * What the action takes before it does anything: from the start of its main step until its inputs are read and the tier is looked for
 * (one that there is not, which ends it there), and of a post step that finds nothing to do; each against a Node.js that does nothing,
 * in turn, medians of 15. And the size of dist/.
 */
export function benchAction(): boolean {
  const temp = mkdtempSync(join(tmpdir(), "bench-action-"));
  const inputs = {
    "INPUT_FAIL-ON": "hard,soft",
    "INPUT_ARTIFACT-NAME": "a",
    INPUT_CLUSTER: "local",
    INPUT_COVERAGE: "full",
  };
  const env = {
    ...{ PATH: process.env.PATH, HOME: temp, RUNNER_TEMP: temp, GITHUB_REPOSITORY: "octo/spark", GITHUB_RUN_ID: "1" },
    ...{
      "INPUT_KEEP-CLUSTER": "false",
      INPUT_COMMENT: "false",
      INPUT_BASELINE: "none",
      INPUT_TIER: "none-of-this-name",
    },
    ...inputs,
  };
  const measureMs = (...args: string[]) => {
    const start = performance.now();
    const { stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    if (args[0] === "dist/main/index.js" && !stdout.includes('unknown tier "none-of-this-name"')) {
      throw new Error(`The main step did not get to its plan:\n${stdout}`);
    }
    return performance.now() - start;
  };
  const times = { node: [] as number[], main: [] as number[], post: [] as number[] };
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const [node, main, post] = [
        measureMs("-e", "0"),
        measureMs("dist/main/index.js"),
        measureMs("dist/post/index.js"),
      ];
      // The first reads its files from disk.
      if (round === 0) continue;
      times.node.push(node);
      times.main.push(main);
      times.post.push(post);
    }
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
  const nodeMs = median(times.node);
  const [mainMs, postMs] = [median(times.main) - nodeMs, median(times.post) - nodeMs];
  const bytes = readdirSync("dist", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  const passed = mainMs < MOST_MAIN_MS && postMs < MOST_POST_MS && bytes < MOST_BYTES;
  console.log(
    `action: main reaches its plan ${mainMs.toFixed(0)} ms after node -e 0 (under ${MOST_MAIN_MS}), an idle post ends ` +
      `${postMs.toFixed(0)} ms after it (under ${MOST_POST_MS}), dist/ ${(bytes / 1e6).toFixed(1)} MB ` +
      `(under ${MOST_BYTES / 1e6}): ${passed ? "passed" : "FAILED"}`,
  );
  return passed;
}

if (import.meta.main) process.exitCode = benchAction() ? 0 : 1;
