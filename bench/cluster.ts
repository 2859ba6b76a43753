// What a run on a cluster costs beside the same steps done by hand, as ratios in one run: npm run bench:cluster [-- PART...].
// Needs what test/e2e needs (Docker, kind, helm, kubectl), the Argo CLI, and the same E2E_* variables.
import { rmSync } from "node:fs";
import { benchData } from "./cluster/data.ts";
import { benchFirstPod } from "./cluster/first-pod.ts";
import { benchFollow } from "./cluster/follow.ts";
import { benchOrchestrators } from "./cluster/orchestrators.ts";
import { benchParts } from "./cluster/parts.ts";
import { BENCH, CACHE, CLI, CLUSTER_ARGS, PLACE, run, SPARK_IMAGE } from "./cluster/setting.ts";

/** Each on one cluster that stays, but for the first. */
const PARTS = {
  "first-pod": benchFirstPod,
  follow: benchFollow,
  orchestrators: benchOrchestrators,
  parts: benchParts,
  data: benchData,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) throw new Error(`${unknown} is no part; there are ${Object.keys(PARTS).join(", ")}`);

try {
  let isInstalled = false;
  for (const [name, bench] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (name !== "first-pod" && !isInstalled) {
      run("node", [CLI, "install", ...CLUSTER_ARGS, ...BENCH, "--image", SPARK_IMAGE]);
      isInstalled = true;
    }
    console.log(`\n${name}`);
    await bench();
  }
} finally {
  try {
    run("node", [CLI, "cleanup", "--all", ...BENCH, "--cache-dir", CACHE]);
  } finally {
    rmSync(PLACE, { recursive: true, force: true });
  }
}
