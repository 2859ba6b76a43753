import { constants } from "node:os";
import { errorMessage } from "../lib/errors.ts";
import { ExecError, type ExecFailure, exec } from "../lib/process/exec.ts";
import { formatMs } from "../lib/text/format.ts";
import { toPrintable } from "../lib/text/printable.ts";

/** Between SIGTERM and SIGKILL: time for a script to clean up. */
const GRACE_MS = 5_000;
/** The exit code of timeout(1) when the time is over. */
const TIMEOUT_EXIT_CODE = 124;
const LAST_LINE_LENGTH = 200;

export interface ScriptRun {
  readonly path: string;
  readonly namespace: string;
  readonly release: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** How a script ended; `exitCode` is null where it could not be started. */
export interface ScriptOutcome {
  readonly status: "passed" | "failed" | "infrastructure";
  readonly exitCode: number | null;
  readonly reason: string | null;
}

/** Runs a script and ends every process that it started. null where `signal` ended it. */
export async function runScript(run: ScriptRun): Promise<ScriptOutcome | null> {
  try {
    await exec(run.path, [run.namespace, run.release], {
      env: run.environment,
      logFile: run.logFile,
      onLine: run.onLine,
      signal: run.signal,
      hurry: run.hurry,
      timeoutMs: run.timeoutMs,
      graceMs: GRACE_MS,
    });
    return { status: "passed", exitCode: 0, reason: null };
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    return describeEnd(error.failure, error);
  }
}

function describeEnd(failure: ExecFailure, error: ExecError): ScriptOutcome | null {
  const lastLine = findLastLine(error.tail);
  const printed = lastLine === "" ? "It printed nothing." : `It printed last: ${lastLine}`;
  switch (failure.kind) {
    case "aborted":
      return null;
    case "exit":
      return { status: "failed", exitCode: failure.code, reason: `Exit code ${failure.code}. ${printed}` };
    case "signal":
      return {
        status: "failed",
        exitCode: 128 + constants.signals[failure.signal],
        reason: `Killed by ${failure.signal}. ${printed}`,
      };
    case "timeout":
      return {
        status: "failed",
        exitCode: TIMEOUT_EXIT_CODE,
        reason: `No end after ${formatMs(failure.timeoutMs)} (--timeout); all its processes were ended. ${printed}`,
      };
    case "spawn":
      return {
        status: "infrastructure",
        exitCode: null,
        reason: `The script could not be started: ${errorMessage(error.cause ?? error)}`,
      };
  }
}

function findLastLine(output: string): string {
  const lines = toPrintable(output).split("\n");
  return (lines.findLast((line) => line.trim() !== "") ?? "").trim().slice(0, LAST_LINE_LENGTH);
}
