import { spawn } from "node:child_process";
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, errorMessage } from "../errors.ts";
import type { Environment } from "./environment.ts";

/** Bytes of output that a result or an error keeps. */
const TAIL_BYTES = 256 * 1024;
/** After the command has exited, how long its output may still flow before it is given up. */
const DRAIN_MS = 1_000;
const GRACE_MS = 2_000;

export interface ExecOptions {
  /** The whole environment of the process; nothing is inherited. */
  readonly env: Environment;
  readonly cwd?: string;
  /** Standard output and error are appended here. */
  readonly logFile?: string;
  /** Called with each complete line of standard output and error, without its end. */
  readonly onLine?: (line: string) => void;
  /** Ends the process and all its children. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Between SIGTERM and SIGKILL after a time-out, and after an abort where `abortGraceMs` is not given. */
  readonly graceMs?: number;
  readonly abortGraceMs?: number;
  /** Cuts the time between SIGTERM and SIGKILL short; ends nothing by itself. */
  readonly hurry?: AbortSignal;
}

export interface ExecResult {
  /** Standard output, from its beginning, cut off at 256 kB. */
  readonly stdout: string;
  /** The end of standard output and error as they came, at most 256 kB. */
  readonly tail: string;
}

/** How a command ended that did not end well. */
export type ExecFailure =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | { readonly kind: "aborted" }
  | { readonly kind: "spawn"; readonly code: string };

/** A command that did not end with exit code 0; keeps what was run, how it ended and the end of its output. */
export class ExecError extends Error {
  readonly command: readonly string[];
  readonly failure: ExecFailure;
  readonly tail: string;

  constructor(command: readonly string[], failure: ExecFailure, tail: string, cause?: unknown) {
    super(`${command[0]} ${describeFailure(failure)}`, cause === undefined ? undefined : { cause });
    this.name = "ExecError";
    this.command = command;
    this.failure = failure;
    this.tail = tail;
  }
}

/** Whether a command failed; one that was aborted did not. */
export function isCommandFailure(error: unknown): error is ExecError {
  return error instanceof ExecError && error.failure.kind !== "aborted";
}

function describeFailure(failure: ExecFailure): string {
  switch (failure.kind) {
    case "exit":
      return `ended with exit code ${failure.code}`;
    case "signal":
      return `was killed by ${failure.signal}`;
    case "timeout":
      return `had no end after ${Math.round(failure.timeoutMs / 1000)} s`;
    case "aborted":
      return "was interrupted";
    case "spawn":
      return `could not be started (${failure.code})`;
  }
}

/**
 * Runs a command, without a shell and with no standard input, in a session of its own, and waits until every process of that
 * session is gone. Rejects with an ExecError unless the exit code is 0.
 */
export async function exec(command: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  const line = [command, ...args];
  if (options.signal?.aborted) throw new ExecError(line, { kind: "aborted" }, "");
  const output = collectOutput(options);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Where this process may open no more files there are no pipes, whatever the types say, and the reason comes as an event.
  child.stdout?.on("data", (chunk: Buffer) => output.add(chunk, "stdout"));
  child.stderr?.on("data", (chunk: Buffer) => output.add(chunk, "stderr"));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const exited = new Promise<ExecFailure | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal !== null) resolve({ kind: "signal", signal });
      else resolve(code === 0 ? null : { kind: "exit", code: code ?? 1 });
    });
  });

  let cut: ExecFailure | null = null;
  let ending: Promise<void> | null = null;
  const end = (failure: ExecFailure) => {
    cut ??= failure;
    const graceMs = options.graceMs ?? GRACE_MS;
    if (child.pid === undefined) return;
    const grace = failure.kind === "aborted" ? (options.abortGraceMs ?? graceMs) : graceMs;
    ending ??= endSession(child.pid, grace, options.hurry);
  };
  const onAbort = () => end({ kind: "aborted" });
  const timeoutMs = options.timeoutMs;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => end({ kind: "timeout", timeoutMs }), timeoutMs);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const failure = await exited;
    await ending;
    // What the command left behind holds its output open, and must not outlive it either.
    if (child.pid !== undefined) await endSession(child.pid, 0);
    await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
    // What went into a session of its own may hold the output open for ever, and must not hold this process.
    child.stdout.destroy();
    child.stderr.destroy();
    const tail = output.tail();
    const reason = cut ?? failure;
    if (reason !== null) throw new ExecError(line, reason, tail);
    return { stdout: output.stdout(), tail };
  } catch (error) {
    if (error instanceof ExecError) throw error;
    throw new ExecError(line, { kind: "spawn", code: errorCode(error) ?? errorMessage(error) }, output.tail(), error);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", onAbort);
    await output.close();
  }
}

/** Keeps the ends of the output that callers ask for, and passes it on to the log file and the line callback. */
function collectOutput(options: ExecOptions) {
  const log = options.logFile === undefined ? null : createWriteStream(options.logFile, { flags: "a" });
  // A full disk must not end our process; the command that fills it says so itself.
  log?.on("error", () => undefined);
  const chunks: Buffer[] = [];
  let size = 0;
  let stdout = "";
  const streams = {
    stdout: { decoder: new StringDecoder("utf8"), rest: "" },
    stderr: { decoder: new StringDecoder("utf8"), rest: "" },
  };
  return {
    add(chunk: Buffer, name: "stdout" | "stderr") {
      log?.write(chunk);
      chunks.push(chunk);
      size += chunk.length;
      while (size - (chunks[0]?.length ?? 0) >= TAIL_BYTES) size -= chunks.shift()?.length ?? 0;
      const stream = streams[name];
      const text = stream.decoder.write(chunk);
      if (name === "stdout" && stdout.length < TAIL_BYTES) stdout += text;
      if (options.onLine === undefined) return;
      const lines = (stream.rest + text).split("\n");
      // A line without an end must not grow without one.
      stream.rest = (lines.pop() ?? "").slice(0, TAIL_BYTES);
      for (const line of lines) options.onLine(line);
    },
    stdout: () => stdout,
    tail: () => Buffer.concat(chunks).subarray(-TAIL_BYTES).toString("utf8"),
    close() {
      for (const { rest } of Object.values(streams)) if (rest !== "") options.onLine?.(rest);
      return new Promise<void>((resolve) => (log === null ? resolve() : log.end(() => resolve())));
    },
  };
}

/**
 * Processes of a session that are not zombies, the leader included. On systems without /proc only the leader's group can be
 * told, as a negative number.
 */
function listSession(sessionId: number): number[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return isAlive(-sessionId) ? [-sessionId] : [];
  }
  return entries
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
        // "pid (name) state ppid pgrp session ...", where the name may hold anything.
        const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(session) === sessionId && state !== "Z" && state !== "X";
      } catch {
        return false;
      }
    });
}

function isAlive(pid: number): boolean {
  return sendSignal(pid, 0);
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends every process of a session: SIGTERM, and SIGKILL to what is left after `graceMs`. The session and not the group,
 * because Spark's Python daemon leaves the group.
 */
async function endSession(sessionId: number, graceMs: number, hurry?: AbortSignal): Promise<void> {
  let members = listSession(sessionId);
  if (graceMs > 0) {
    for (const pid of members) sendSignal(pid, "SIGTERM");
    const deadline = Date.now() + graceMs;
    while (members.length > 0 && Date.now() < deadline && hurry?.aborted !== true) {
      await sleep(20);
      members = listSession(sessionId);
    }
  }
  // Repeated, because a process may fork between the listing and the signal.
  for (let round = 0; members.length > 0 && round < 100; round++) {
    for (const pid of members) sendSignal(pid, "SIGKILL");
    await sleep(20);
    members = listSession(sessionId);
  }
}
