import { rm } from "node:fs/promises";
import { join } from "node:path";
import { InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { retryInfrastructure } from "../../lib/http/retry.ts";
import { isCommandFailure } from "../../lib/process/exec.ts";
import type { Case, CaseStatus } from "../../model/documents.ts";
import { valuesOf } from "../../plan/matrix/dimensions.ts";
import { expandArgs } from "../../plan/matrix/expand-args.ts";
import type { AttemptTime, CaseEvent, CaseExecution } from "../engine.ts";
import { describeStep, expectedRepetitions, findWrongResult, readRepetitions } from "../shared/result-file.ts";
import { explainFailure } from "./failure.ts";
import type { LocalEngineOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { caseConf, masterOf } from "./spark-command.ts";
import { removeScratch, submit } from "./submit.ts";

/** How often a case's result file is looked at for news. */
const WATCH_MS = 500;

export interface CaseContext {
  readonly options: LocalEngineOptions;
  readonly prepared: Prepared;
  readonly scratchDirectory: string;
  readonly emit: (event: CaseEvent) => void;
  readonly signal: AbortSignal;
}

/** What one attempt came to. */
interface Outcome {
  readonly status: CaseStatus;
  readonly reason: string | null;
  readonly checksum: string | null;
}

/** Runs a case to its end, again after infrastructure failures, and tells what happens. Nothing is told after an abort. */
export async function runCase(testCase: Case, context: CaseContext): Promise<void> {
  const { options, emit, signal } = context;
  const eventLogDirectory = join(options.runDirectory, "eventlogs", testCase.name);
  const startedAt = new Date().toISOString();
  const attemptTimes: AttemptTime[] = [];
  let outcome: Outcome;
  try {
    outcome = await retryInfrastructure(
      async (attempt) => {
        emit({ type: "started", case: testCase, attempt });
        const attemptStartedAt = new Date().toISOString();
        try {
          return await runAttempt(testCase, attempt, eventLogDirectory, context);
        } finally {
          attemptTimes.push({ startedAt: attemptStartedAt, finishedAt: new Date().toISOString() });
        }
      },
      {
        retries: options.retries,
        signal,
        ...(options.firstRetryDelayMs === undefined ? {} : { firstDelayMs: options.firstRetryDelayMs }),
        onRetry: ({ attempt, delayMs, error }) =>
          emit({ type: "retrying", case: testCase, attempt, reason: error.message, delayMs }),
      },
    );
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof InfrastructureError)) throw error;
    outcome = { status: "infrastructure", reason: error.message, checksum: null };
  }
  const execution: CaseExecution = {
    ...outcome,
    attempts: attemptTimes.length,
    namespace: null,
    startedAt,
    finishedAt: new Date().toISOString(),
    attemptTimes,
    eventLogDirectory,
    applicationId: null,
  };
  emit({ type: "finished", case: testCase, execution });
}

/** Runs a case once. Throws InfrastructureError where the machine failed, an ExecError when aborted. */
async function runAttempt(
  testCase: Case,
  attempt: number,
  eventLogDirectory: string,
  context: CaseContext,
): Promise<Outcome> {
  const { options, prepared, signal } = context;
  const { tier, conf, samples, warmups } = options;
  const spark = prepared.sparks.get(testCase.dimensions.sparkVersion);
  if (spark === undefined) throw new Error(`Spark ${testCase.dimensions.sparkVersion} was not prepared`);
  const scratch = join(context.scratchDirectory, `${testCase.name}-${attempt}`);
  const result = join(scratch, "result.jsonl");
  const logFile = join(options.runDirectory, "logs", `${testCase.name}.log`);
  const watch = watchRepetitions(result, (finished) => {
    if (tier.workload !== null && finished === 0) return;
    const step = describeStep(finished, warmups, samples);
    context.emit({ type: "progress", case: testCase, step });
  });
  try {
    // What an earlier attempt, or a run that was killed, left is not this attempt's.
    for (const folder of [eventLogDirectory, scratch]) {
      await rm(folder, { recursive: true, force: true });
      await makeDirectory(folder);
    }
    const sparkConf = caseConf(testCase, { tier, conf, scratch, eventLogDirectory });
    await submit({
      spark,
      name: testCase.name,
      master: masterOf(testCase, tier, sparkConf),
      conf: sparkConf,
      script: prepared.script,
      args: workloadArgs(testCase, { output: join(scratch, "output"), result }, context),
      scratch,
      environment: options.environment,
      logFile,
      logHeader: `attempt ${attempt}, Spark ${spark.version}, ${new Date().toISOString()}`,
      timeoutMs: options.caseTimeoutMs,
      traceparent: options.traceparentOf(testCase.name, attempt),
      signal,
    });
    return checkResult(await readRepetitions(result), options);
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    const { reason, infrastructure } = explainFailure(error.failure, error.tail);
    if (infrastructure) throw new InfrastructureError(reason, { cause: error });
    return { status: "failed", reason, checksum: null };
  } finally {
    watch.stop();
    await removeScratch(scratch);
  }
}

function checkResult(repetitions: Awaited<ReturnType<typeof readRepetitions>>, options: LocalEngineOptions): Outcome {
  const { tier, warmups, samples } = options;
  // A workload of the user's need not write a result.
  const expected = tier.workload === null ? expectedRepetitions(warmups, samples) : [];
  const wrong = findWrongResult(repetitions, expected);
  const checksum = repetitions.find(({ checksum }) => typeof checksum === "string")?.checksum ?? null;
  return wrong === null
    ? { status: "passed", reason: null, checksum }
    : { status: "failed", reason: wrong, checksum: null };
}

function workloadArgs(
  testCase: Case,
  files: { readonly output: string; readonly result: string },
  { options, prepared }: CaseContext,
): string[] {
  const { tier, samples, warmups } = options;
  const data = prepared.data.get(testCase.dimensions.dataSize) ?? "";
  const values = { ...valuesOf(testCase), ...files, data, samples: String(samples), warmups: String(warmups) };
  const args = tier.workload?.args ?? [
    ...["--operation", "{operation}", "--data", "{data}", "--output", "{output}"],
    ...["--samples", "{samples}", "--warmups", "{warmups}", "--result", "{result}"],
  ];
  return [...expandArgs(args, values), ...options.workloadArgs];
}

/** Calls back with the number of finished repetitions, at first and whenever it has grown. */
function watchRepetitions(path: string, onChange: (finished: number) => void): { stop(): void } {
  let known = 0;
  let stopped = false;
  onChange(0);
  const look = async () => {
    const { length } = await readRepetitions(path).catch(() => []);
    if (stopped || length <= known) return;
    known = length;
    onChange(length);
  };
  const timer = setInterval(() => void look(), WATCH_MS);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
