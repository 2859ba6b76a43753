import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "../errors.ts";
import { parseJson } from "../text/parse-json.ts";

/** A process so that others can tell whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  /** Boot and PID namespace, which tell machines and containers of one name apart; empty where there is no /proc. */
  readonly machine: string;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, against a number that is used again; empty where there is no /proc. */
  readonly started: string;
}

/** This process. */
export function identifyProcess(): ProcessIdentity {
  const { pid } = process;
  return { host: hostname(), machine: describeMachine(), pid, started: readStart(pid) ?? "" };
}

/** An identity from JSON text; null where it is none. Without a schema library, which would be loaded for every log that is read. */
export function parseProcessIdentity(text: string | undefined): ProcessIdentity | null {
  const value = parseJson(text ?? "");
  if (typeof value !== "object" || value === null) return null;
  const { host, machine, pid, started } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  if (typeof host !== "string" || typeof machine !== "string" || typeof started !== "string") return null;
  return Number.isSafeInteger(pid) && (pid as number) > 0 ? { host, machine, pid: pid as number, started } : null;
}

/** Whether a process is known to have ended. One on another machine cannot be asked, so that is false for it. */
export function hasEnded({ host, machine, pid, started }: ProcessIdentity): boolean {
  if (host !== hostname() || machine !== describeMachine()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== "EPERM";
  }
  return started !== "" && readStart(pid) !== started;
}

function describeMachine(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `${boot}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

/** null where there is no such process, or one that has ended and waits for its parent. */
function readStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // "pid (name) state ppid ...", where the name may hold anything; the start time is the 22nd field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
