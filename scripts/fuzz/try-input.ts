import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Fault } from "./product.ts";
import { Random } from "./random.ts";
import type { Input, Target } from "./target.ts";

const MOST_CPU_MS = 2_000;
const MOST_MEMORY_BYTES = 2 ** 30;

export function writeInput({ files }: Input, folder: string): void {
  for (const [name, content] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/**
 * Makes one input, and has it checked. Throws for what the product may not do; its own time, that of both processors, counts for a hang,
 * since the machine may be busy with others.
 */
export async function tryInput(target: Target, seed: number, index: number): Promise<void> {
  const input = target.make(Random.of(seed, target.name, index));
  const folder = mkdtempSync(join(tmpdir(), "spark-loadtest-fuzz-"));
  try {
    const inner = join(folder, "input");
    mkdirSync(inner);
    writeInput(input, inner);
    const before = process.cpuUsage();
    await input.check(inner);
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    if (cpuMs > MOST_CPU_MS) throw new Fault(`it took ${Math.round(cpuMs)} ms of CPU time`);
    const { rss } = process.memoryUsage();
    if (rss > MOST_MEMORY_BYTES) throw new Fault(`the process has ${Math.round(rss / 2 ** 20)} MB`);
    const inherited = Object.keys(Object.prototype);
    if (inherited.length > 0) throw new Fault(`every object has ${inherited.join(", ")} now`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
