import { IMAGE, median, overheadMs, ROUNDS, run, runTier, seconds, VERSION } from "./setting.ts";

/** An image that has Connect's client and Iceberg. */
const FULL_IMAGE = process.env.E2E_FULL_IMAGE;
const IMAGES = { stock: IMAGE, full: FULL_IMAGE ?? "" };
/** A machine is not as fast in one minute as in the next: cases of either image are neighbours. */
const MATRIX = {
  ...{ orchestrator: "connect", extensions: "iceberg" },
  ...{ operation: ["read", "aggregate", "join", "window"], parts: Object.keys(IMAGES) },
};

/** What a case waits for the parts that its image lacks, against an image that has them. */
export function benchParts(): void {
  if (FULL_IMAGE === undefined) {
    console.log("parts: left out; E2E_FULL_IMAGE names an image that has all of them");
    return;
  }
  for (const [parts, image] of Object.entries(IMAGES)) {
    run("docker", ["tag", image.replace("{sparkVersion}", VERSION), `spark-loadtest-bench/${parts}:${VERSION}`]);
  }
  const longerMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const image = "spark-loadtest-bench/{parts}:{sparkVersion}";
    // The first case of a run may meet a node without its image.
    const [, , ...later] = runTier(MATRIX, ["--image", image]).map(overheadMs);
    for (let at = 0; at < later.length; at += 2) {
      longerMs.push(later[at]! - later[at + 1]!);
      console.log(
        `  connect with iceberg: ${seconds(later[at]!)} with its parts from the store, ${seconds(later[at + 1]!)} with all in its image`,
      );
    }
  }
  console.log(`  the parts cost ${seconds(median(longerMs))} a case (at most 2)`);
}
