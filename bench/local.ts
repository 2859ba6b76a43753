// How much of a warm `run` is our own time: everything during which none of Spark's processes was there, and our CPU time.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const POLL_MS = 10;
const TICKS_PER_SECOND = 100;
const MAX_OWN_SHARE = 0.05;

/** Fields of /proc/<pid>/stat after the command's name, or undefined when the process is gone. */
function readStat(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function hasChild(pid: string): boolean {
  return readdirSync(`/proc/${pid}/task`).some(
    (task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8") !== "",
  );
}

/** Runs the tier `quick` twice and measures the second run. Linux only: it reads /proc. */
export async function benchLocal(): Promise<boolean> {
  const out = mkdtempSync(join(tmpdir(), "bench-local-"));
  try {
    await runOnce(join(out, "cold"));
    const { wallMs, withoutChildMs, ownCpuMs, exitCode } = await runOnce(join(out, "warm"));
    if (exitCode !== 0) throw new Error(`run ended with exit code ${exitCode}`);
    const passed = withoutChildMs < MAX_OWN_SHARE * wallMs;
    const percent = (ms: number) => `${((100 * ms) / wallMs).toFixed(2)} %`;
    console.log(
      `local engine, warm run of ${(wallMs / 1000).toFixed(1)} s: without any process of Spark ${percent(withoutChildMs)} ` +
        `(under ${100 * MAX_OWN_SHARE} %), our own CPU time ${percent(ownCpuMs)}: ${passed ? "passed" : "FAILED"}`,
    );
    return passed;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function runOnce(out: string) {
  const started = performance.now();
  const child = spawn(process.execPath, ["dist/cli/index.js", "run", "--out", out], { stdio: "ignore" });
  const pid = String(child.pid);
  let withoutChildMs = 0;
  let ownCpuMs = 0;
  let last = started;
  const poll = setInterval(() => {
    const now = performance.now();
    const stat = readStat(pid);
    if (stat === undefined || stat[0] === "Z") return;
    ownCpuMs = ((Number(stat[11]) + Number(stat[12])) * 1000) / TICKS_PER_SECOND;
    try {
      if (!hasChild(pid)) withoutChildMs += now - last;
    } catch {
      // The process ended between two reads.
    }
    last = now;
  }, POLL_MS);
  const exitCode = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearInterval(poll);
  const ended = performance.now();
  return { wallMs: ended - started, withoutChildMs: withoutChildMs + (ended - last), ownCpuMs, exitCode };
}

if (import.meta.main) process.exitCode = (await benchLocal()) ? 0 : 1;
