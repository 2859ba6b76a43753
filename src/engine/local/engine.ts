import { availableParallelism, freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { ReadableStream } from "node:stream/web";
import pLimit from "p-limit";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import type { Case } from "../../model/documents.ts";
import { describeMachine } from "../describe-machine.ts";
import type { CaseEvent, Engine } from "../engine.ts";
import type { LocalEngineOptions } from "./options.ts";
import { checkInputs, type Prepared, prepareMachine } from "./prepare.ts";
import { runCase } from "./run-case.ts";
import { maxParallelOf } from "./spark-command.ts";
import { removeScratch } from "./submit.ts";
import { findUnservable } from "./unservable.ts";

/** Runs the cases with Spark on this machine: local mode, or a standalone cluster of processes for the mode `standalone`. */
export function createLocalEngine(options: LocalEngineOptions): Engine {
  let prepared: Prepared | undefined;
  // Spark separates local folders by commas.
  const scratchDirectory = options.runDirectory.includes(",")
    ? join(tmpdir(), `spark-loadtest-${process.pid}`)
    : join(options.runDirectory, "scratch");

  return {
    name: "local",

    unservable: (testCase) => findUnservable(testCase, options.tier),

    check: (cases) => checkInputs(cases, options),

    describeHost: async () => describeMachine(),

    async prepare(cases, onEvent, signal) {
      prepared = await prepareMachine(cases, options, onEvent, signal);
    },

    execute(cases, signal) {
      if (prepared === undefined) throw new Error("execute() before prepare()");
      return executeCases(cases, signal, { options, prepared, scratchDirectory });
    },

    historyServerUrl: null,

    exportLogs: async () => undefined,

    cleanup: () => removeScratch(scratchDirectory),
  };
}

function executeCases(
  cases: readonly Case[],
  signal: AbortSignal,
  context: {
    readonly options: LocalEngineOptions;
    readonly prepared: Prepared;
    readonly scratchDirectory: string;
  },
): AsyncIterable<CaseEvent> {
  const { options, scratchDirectory } = context;
  // A consumer that leaves the loop, and a bug in one case, end the other cases too.
  const own = new AbortController();
  const ended = AbortSignal.any([signal, own.signal]);
  const machine = { cores: availableParallelism(), freeBytes: availableMemory() };
  const limit = pLimit(options.maxParallel ?? maxParallelOf(options.tier, cases, machine));
  let work: Promise<unknown> = Promise.resolve();
  return new ReadableStream<CaseEvent>({
    start(controller) {
      const emit = (event: CaseEvent) => {
        if (!own.signal.aborted) controller.enqueue(event);
      };
      const runOne = async (testCase: Case) => {
        if (ended.aborted) return;
        await makeDirectory(scratchDirectory);
        await runCase(testCase, { ...context, emit, signal: ended }).catch((error) => {
          own.abort();
          throw error;
        });
      };
      work = Promise.allSettled(cases.map((testCase) => limit(() => runOne(testCase)))).then((results) => {
        const failure = results.find((result) => result.status === "rejected");
        if (failure !== undefined) controller.error(failure.reason);
        else if (!own.signal.aborted) controller.close();
      });
    },
    async cancel() {
      own.abort();
      await work;
    },
  });
}

/** Bytes that new processes may take, a container's limit included where Node tells it (from 20.13 on). */
function availableMemory(): number {
  return typeof process.availableMemory === "function" ? process.availableMemory() : freemem();
}
