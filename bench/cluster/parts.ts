import { IMAGE, overheadMs, ROUNDS, runTier, seconds } from "./setting.ts";

/** An image that has Connect's client and Iceberg. */
const FULL_IMAGE = process.env.E2E_FULL_IMAGE;
const MATRIX = { orchestrator: "connect", extensions: "iceberg" };

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a case waits for the parts that its image lacks, against an image that has them. */
export function benchParts(): void {
  if (FULL_IMAGE === undefined) {
    console.log("parts: left out; E2E_FULL_IMAGE names an image that has all of them");
    return;
  }
  const times: Record<"stock" | "full", number[]> = { stock: [], full: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const turns = [
      ["stock", IMAGE],
      ["full", FULL_IMAGE],
    ] as const;
    for (const [kind, image] of round % 2 === 0 ? turns : turns.toReversed()) {
      // The first case of a run may meet a node without its image.
      const [, ...later] = runTier({ ...MATRIX, operation: ["read", "aggregate", "window"] }, ["--image", image]);
      times[kind].push(...later.map(overheadMs));
    }
  }
  const longerMs = mean(times.stock) - mean(times.full);
  console.log(`connect with iceberg, with its parts from the store: ${times.stock.map(seconds).join(", ")}`);
  console.log(`connect with iceberg, with all in its image: ${times.full.map(seconds).join(", ")}`);
  console.log(`  the parts cost ${seconds(longerMs)} a case (at most 2)`);
}
