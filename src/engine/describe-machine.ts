import { cpus, type as osType, release, totalmem } from "node:os";
import type { Run } from "../model/documents.ts";

/** The machine that this process runs on. */
export function describeMachine(): Run["host"] {
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    os: `${osType()} ${release()}`,
    cpuModel: cpus()[0]?.model ?? "unknown",
  };
}
