import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";

const ROUNDS = 15;
const MOST_MAIN_MS = 300;
const MOST_POST_MS = 150;
const MOST_BYTES = 12_000_000;

/**
 * What the action takes before it does anything: from the start of its main step until it says what it is about to run, and of a post
 * step that finds nothing to do; each against a Node.js that does nothing, in turn, medians of 15. And the size of dist/.
 */
export async function benchAction(): Promise<boolean> {
  const temp = mkdtempSync(join(tmpdir(), "bench-action-"));
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, RUNNER_TEMP: temp },
    ...{ GITHUB_REPOSITORY: "octo/spark", GITHUB_RUN_ID: "1", GITHUB_STATE: "" },
    ...{ "INPUT_FAIL-ON": "hard,soft", "INPUT_ARTIFACT-NAME": "a", INPUT_CLUSTER: "local", INPUT_COVERAGE: "full" },
    ...{ "INPUT_KEEP-CLUSTER": "false", INPUT_COMMENT: "false", INPUT_BASELINE: "none" },
  };
  /** Until the command ends, or prints a line that matches and is ended. */
  const measureMs = (args: readonly string[], until?: RegExp) =>
    new Promise<number>((done, fail) => {
      const start = performance.now();
      let output = "";
      let elapsedMs: number | null = null;
      const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.on("data", (chunk) => {
        output += chunk;
        if (until === undefined || elapsedMs !== null || !until.test(output)) return;
        elapsedMs = performance.now() - start;
        child.kill("SIGKILL");
      });
      child.once("close", () => {
        if (until === undefined) done(performance.now() - start);
        else if (elapsedMs === null) fail(new Error(`${args.join(" ")} did not print ${until}:\n${output}`));
        else done(elapsedMs);
      });
    });
  const times = { node: [] as number[], main: [] as number[], post: [] as number[] };
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const node = await measureMs(["-e", "0"]);
      const main = await measureMs(["dist/main/index.js"], /^Run quick-/m);
      const post = await measureMs(["dist/post/index.js"]);
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
    `action: main says what it runs ${mainMs.toFixed(0)} ms after node -e 0 (under ${MOST_MAIN_MS}), an idle post ends ` +
      `${postMs.toFixed(0)} ms after it (under ${MOST_POST_MS}), dist/ ${(bytes / 1e6).toFixed(1)} MB ` +
      `(under ${MOST_BYTES / 1e6}): ${passed ? "passed" : "FAILED"}`,
  );
  return passed;
}

if (import.meta.main) process.exitCode = (await benchAction()) ? 0 : 1;
