import { generateByHand, prepareByHand, submitByHand } from "./by-hand.ts";
import { IMAGE, median, overheadMs, ROUNDS, runTier, seconds } from "./setting.ts";

const MATRIX = { orchestrator: ["submit", "connect", "operator"], mode: ["kubernetes", "standalone", "local"] };
const EXCLUDE = [{ orchestrator: "operator", mode: ["standalone", "local"] }];

/** A case by each orchestrator and mode against the same job by plain spark-submit in cluster mode, both without the operation's own time. */
export function benchOrchestrators(): void {
  prepareByHand();
  generateByHand("tiny");
  const hand: number[] = [];
  const ours = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    hand.push(submitByHand(2 * round));
    for (const one of runTier(MATRIX, ["--image", IMAGE], { exclude: EXCLUDE })) {
      ours.set(one.name, [...(ours.get(one.name) ?? []), overheadMs(one)]);
      console.log(
        `  ${one.name}: ${seconds(overheadMs(one) + one.ownMs)}, ${seconds(one.ownMs)} of it the operation's`,
      );
    }
    hand.push(submitByHand(2 * round + 1));
  }
  console.log(`spark-submit in cluster mode, without the operation: ${hand.map(seconds).join(", ")}`);
  for (const [name, times] of ours) {
    console.log(
      `${name}: ${times.map(seconds).join(", ")}: median ${(median(times) / median(hand)).toFixed(2)} x (at most 1.15)`,
    );
  }
}
