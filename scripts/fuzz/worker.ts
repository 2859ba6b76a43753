// One fuzzer in a process of its own, which may hang or die: node scripts/fuzz/worker.ts TARGET SEED FROM TO
import { findTarget } from "./targets/targets.ts";
import { tryInput } from "./try-input.ts";

export type Message =
  | { readonly began: number }
  | { readonly failed: number; readonly reason: string }
  | { readonly ended: true; readonly mostMemoryBytes: number };

// Whoever watches it is gone.
process.on("disconnect", () => process.exit());
const [name, seed, from, to] = process.argv.slice(2);
const target = findTarget(name!);
const send = (message: Message) => new Promise<void>((done) => process.send!(message, () => done()));
for (let index = Number(from); index < Number(to); index++) {
  await send({ began: index });
  try {
    await tryInput(target, Number(seed), index);
  } catch (error) {
    await send({ failed: index, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
await send({ ended: true, mostMemoryBytes: process.resourceUsage().maxRSS * 1024 });
process.disconnect();
