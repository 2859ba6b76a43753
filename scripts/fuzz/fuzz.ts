// Feeds the product with what an attacker or a broken disk may give it, and holds it to what it promises of any input.
//
//   npm run fuzz -- [--seed N] [--count N] [--from N] [--only NAME] [--keep DIR]
//
// Of each fuzzer as many inputs as --count says (default 10,000), from the one numbered --from on. Those that fail are kept in DIR
// (default: build/fuzz), with what makes them again.
import { fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "./random.ts";
import type { Target } from "./target.ts";
import { findTarget, TARGETS } from "./targets/targets.ts";
import { writeInput } from "./try-input.ts";
import type { Message } from "./worker.ts";

/** A worker that says nothing hangs when it has computed for so long, or has neither said nor computed anything. */
const HANG_CPU_MS = 20_000;
const HANG_WALL_MS = 300_000;
const LOOK_MS = 2_000;
const MOST_HEAP_MB = 1024;
/** A fault that every input shows need not be shown ten thousand times. */
const MOST_KEPT = 50;

interface Options {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly keep: string;
}

type Fail = (index: number, reason: string) => void;

/** Tries inputs until all are done, or the process ends or hangs. Gives the number to go on with. */
function tryInputs(target: Target, { seed, to }: Options, from: number, fail: Fail): Promise<number> {
  return new Promise((resolve) => {
    const worker = fork(join(import.meta.dirname, "worker.ts"), [target.name, `${seed}`, `${from}`, `${to}`], {
      execArgv: [
        "--import",
        join(import.meta.dirname, "../../test/load-tsx.ts"),
        `--max-old-space-size=${MOST_HEAP_MB}`,
      ],
    });
    let at = from;
    let isDone = false;
    let heard = { atMs: performance.now(), cpuMs: 0 };
    const timer = setInterval(() => {
      const cpuMs = cpuMsOf(worker.pid) - heard.cpuMs;
      if (cpuMs > HANG_CPU_MS || performance.now() - heard.atMs > HANG_WALL_MS) worker.kill("SIGKILL");
    }, LOOK_MS);
    worker.on("message", (message: Message) => {
      heard = { atMs: performance.now(), cpuMs: cpuMsOf(worker.pid) };
      if ("began" in message) at = message.began;
      else if ("failed" in message) fail(message.failed, message.reason);
      else {
        isDone = true;
        console.log(`  at most ${Math.round(message.mostMemoryBytes / 2 ** 20)} MB of memory`);
      }
    });
    worker.on("close", (code, signal) => {
      clearInterval(timer);
      if (!isDone) fail(at, signal === "SIGKILL" ? "it hangs" : `the process ended with ${code ?? signal}`);
      resolve(isDone ? to : at + 1);
    });
  });
}

/** CPU time of a process, where there is /proc; 0 elsewhere, and the other limit holds. */
function cpuMsOf(pid: number | undefined): number {
  try {
    // Fields 14 and 15, in hundredths of a second; the second is a name that may hold anything: proc_pid_stat(5).
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** How many inputs failed. */
async function fuzz(target: Target, options: Options): Promise<number> {
  const { seed, from, to, keep } = options;
  const startedAt = performance.now();
  let failed = 0;
  const fail: Fail = (index, reason) => {
    failed += 1;
    if (failed > MOST_KEPT) return;
    const folder = join(keep, `${target.name}-${seed}-${index}`);
    const again = `npm run fuzz -- --only ${target.name} --seed ${seed} --from ${index} --count 1`;
    mkdirSync(folder, { recursive: true });
    writeInput(target.make(Random.of(seed, target.name, index)), folder);
    writeFileSync(join(folder, "FAULT.txt"), `${reason}\n\n${again}\n`);
    console.log(`  ${index}: ${reason.split("\n").slice(0, 3).join("\n    ")}\n    ${folder}\n    ${again}`);
  };
  console.log(`${target.name}, seed ${seed}, inputs ${from} to ${to - 1}`);
  for (let next = from; next < to; ) next = await tryInputs(target, options, next, fail);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`  ${to - from} inputs, ${failed} failed, ${seconds.toFixed(0)} s`);
  return failed;
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "10000" },
    from: { type: "string", default: "0" },
    only: { type: "string" },
    keep: { type: "string", default: "build/fuzz" },
  },
});
const [seed, count, from] = [values.seed, values.count, values.from].map(Number) as [number, number, number];
const options = { seed, from, to: from + count, keep: resolve(values.keep) };
let failed = 0;
for (const target of values.only === undefined ? TARGETS : [findTarget(values.only)])
  failed += await fuzz(target, options);
process.exitCode = failed > 0 ? 1 : 0;
