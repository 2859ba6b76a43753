import { availableParallelism, freemem, tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import type { Execution } from "../../plan/execution.ts";
import type { RunSpec } from "../../spec/spec.ts";
import type { Engine, ExecutionEvent } from "../engine.ts";
import { streamEvents } from "../shared/event-stream.ts";
import { type Prepared, prepareMachine } from "./prepare.ts";
import { runExecution } from "./run-execution.ts";
import { maxParallelOf } from "./spark-command.ts";
import { removeScratch } from "./submit.ts";

/** Runs the cases with Spark on this machine: local mode, or a standalone cluster of processes for the mode `standalone`. */
export function createLocalEngine(spec: RunSpec): Engine {
  // Spark separates local folders by commas.
  const scratchDirectory = spec.directory.includes(",")
    ? join(tmpdir(), `spark-loadtest-${process.pid}`)
    : join(spec.directory, "scratch");

  return {
    prepare(executions, onEvent, signal) {
      const prepared = prepareMachine(executions, spec, onEvent, signal);
      const ready = prepared.then(() => undefined);
      // execute() hears of a failure, too, where nobody waits for this.
      ready.catch(() => undefined);
      return {
        ready,
        execute: (ended) =>
          streamEvents(ended, async (emit, signal) =>
            executeAll(executions, { spec, prepared: await prepared, scratchDirectory, emit, signal }),
          ),
        exportLogs: async () => undefined,
        cleanup: () => removeScratch(scratchDirectory),
      };
    },
  };
}

async function executeAll(
  executions: readonly Execution[],
  context: {
    readonly spec: RunSpec;
    readonly prepared: Prepared;
    readonly scratchDirectory: string;
    readonly emit: (event: ExecutionEvent) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { spec, scratchDirectory } = context;
  // A bug in one execution ends the others.
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const machine = { cores: availableParallelism(), freeBytes: availableMemory() };
  const limit = pLimit(spec.limits.maxParallel ?? maxParallelOf(executions, spec, machine));
  const runOne = async (execution: Execution) => {
    if (signal.aborted) return;
    await makeDirectory(scratchDirectory);
    await runExecution(execution, { ...context, signal }).catch((error) => {
      failed.abort();
      throw error;
    });
  };
  const results = await Promise.allSettled(executions.map((execution) => limit(() => runOne(execution))));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Bytes that new processes may take, a container's limit included where Node tells it (from 20.13 on). */
function availableMemory(): number {
  return typeof process.availableMemory === "function" ? process.availableMemory() : freemem();
}
