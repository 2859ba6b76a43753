import { spawnSync } from "node:child_process";
import { median } from "simple-statistics";

const CLI = "dist/cli/index.js";
const ROUNDS = 21;
const MAX_MS = 200;
const MAX_RATIO = 5;

export interface PlanBench {
  readonly nodeMs: number;
  readonly planMs: number;
  /** planMs / nodeMs */
  readonly ratio: number;
  readonly passed: boolean;
}

/**
 * How long a whole `plan` of the largest tier takes, process start included, against a Node.js that does nothing. Both are
 * started in turn, so that a busy moment of the machine meets both; medians of 21.
 */
export function benchPlan(): PlanBench {
  const planArguments = [CLI, "plan", "--tier", "p2_full", "--coverage", "pairwise", "--json"];
  const nodeTimes: number[] = [];
  const planTimes: number[] = [];
  // The first of each reads its files from disk.
  measureMs(["-e", "0"]);
  measureMs(planArguments);
  for (let round = 0; round < ROUNDS; round++) {
    nodeTimes.push(measureMs(["-e", "0"]));
    planTimes.push(measureMs(planArguments));
  }
  const nodeMs = median(nodeTimes);
  const planMs = median(planTimes);
  const ratio = planMs / nodeMs;
  const passed = planMs < MAX_MS && ratio < MAX_RATIO;
  console.log(
    `plan --tier p2_full --coverage pairwise: ${planMs.toFixed(0)} ms (under ${MAX_MS}), node -e 0: ${nodeMs.toFixed(0)} ms, ` +
      `ratio ${ratio.toFixed(2)} (under ${MAX_RATIO}): ${passed ? "passed" : "FAILED"}`,
  );
  return { nodeMs, planMs, ratio, passed };
}

function measureMs(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const elapsedMs = performance.now() - start;
  if (status !== 0) {
    throw new Error(`node ${args.join(" ")} ended with ${status ?? error?.message}; is ${CLI} built?\n${stderr}`);
  }
  return elapsedMs;
}

if (import.meta.main) process.exitCode = benchPlan().passed ? 0 : 1;
