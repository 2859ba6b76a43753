import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, errorMessage } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { ExecError, type ExecFailure } from "../../lib/process/exec.ts";

const GRACE_MS = 2_000;
const TAIL_BYTES = 16 * 1024;

type Command = readonly [string, ...string[]];

/**
 * Runs two commands, the output of the first being the input of the second, without a shell and without the bytes passing
 * through this process. Ends when both have ended. Rejects with the ExecError of the second where both fail: the first then
 * fails of having no reader.
 */
export async function pipeCommands(
  source: Command,
  sink: Command,
  options: { readonly env: Environment; readonly signal: AbortSignal },
): Promise<void> {
  const { env, signal } = options;
  if (signal.aborted) throw new ExecError(source, { kind: "aborted" }, "");
  // In groups of their own, so that Ctrl-C in a terminal reaches them through the signal only.
  const first = spawn(source[0], source.slice(1), { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const firstEnd = waitForEnd(first, source);
  // Without an output the first could not be started, and the second has no input then.
  const second = spawn(sink[0], sink.slice(1), {
    env,
    detached: true,
    stdio: [first.stdout ?? "ignore", "pipe", "pipe"],
  });
  const secondEnd = waitForEnd(second, sink);
  // The second has it as its own now; held here, too, the first would never learn that its reader is gone.
  first.stdout?.destroy();
  let cut = false;
  const ending = new AbortController();
  const onAbort = () => {
    cut = true;
    for (const child of [first, second]) void end(child, ending.signal);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const [sourceError, sinkError] = await Promise.all([firstEnd, secondEnd]);
    if (cut) throw new ExecError(source, { kind: "aborted" }, "");
    const error = sinkError ?? sourceError;
    if (error !== null) throw error;
  } finally {
    ending.abort();
    signal.removeEventListener("abort", onAbort);
  }
}

function waitForEnd(child: ChildProcess, command: Command): Promise<ExecError | null> {
  let tail = "";
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-TAIL_BYTES);
  };
  child.stderr?.on("data", keep);
  if (child.stdin === null && child.stdout !== null) child.stdout?.on("error", () => undefined);
  return new Promise((resolve) => {
    const fail = (failure: ExecFailure, cause?: unknown) => resolve(new ExecError(command, failure, tail, cause));
    child.once("error", (error) => fail({ kind: "spawn", code: errorCode(error) ?? errorMessage(error) }, error));
    child.once("close", (code, killedBy) => {
      if (killedBy !== null) fail({ kind: "signal", signal: killedBy });
      else if (code === 0) resolve(null);
      else fail({ kind: "exit", code: code ?? 1 });
    });
  });
}

async function end(child: ChildProcess, ended: AbortSignal): Promise<void> {
  child.kill("SIGTERM");
  await sleep(GRACE_MS, undefined, { signal: ended, ref: false }).catch(() => undefined);
  if (!ended.aborted) child.kill("SIGKILL");
}
