import { rm } from "node:fs/promises";
import { join } from "node:path";
import { InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { retryInfrastructure } from "../../lib/http/retry.ts";
import { isCommandFailure } from "../../lib/process/exec.ts";
import { attemptSpanId, formatTraceparent } from "../../lib/trace-context.ts";
import type { CaseStatus } from "../../model/documents.ts";
import type { Execution } from "../../plan/execution.ts";
import { bringsRapids, jarsOf } from "../../plan/jars.ts";
import type { RunSpec } from "../../spec/spec.ts";
import type { AttemptTime, ExecutionEvent } from "../engine.ts";
import { jarFile } from "../shared/fetch-jar.ts";
import { EXPLAINED_REASON, isExplained } from "../shared/rapids.ts";
import { describeStep, expectedRepetitions, findWrongResult, readRepetitions } from "../shared/result-file.ts";
import { knownRepetitions, workloadArgs } from "../shared/workload.ts";
import { explainFailure } from "./failure.ts";
import type { Prepared } from "./prepare.ts";
import { caseConf, masterOf } from "./spark-command.ts";
import { removeScratch, submit } from "./submit.ts";
import { submitConnect } from "./submit-connect.ts";

/** How often a case's result file is looked at for news. */
const WATCH_MS = 500;

export interface ExecutionContext {
  readonly spec: RunSpec;
  readonly prepared: Prepared;
  readonly scratchDirectory: string;
  readonly emit: (event: ExecutionEvent) => void;
  readonly signal: AbortSignal;
}

/** What one attempt came to. */
interface Outcome {
  readonly status: CaseStatus;
  readonly reason: string | null;
  readonly checksum: string | null;
}

/** Runs an execution to its end, again after infrastructure failures, and tells what happens. Nothing is told after an abort. */
export async function runExecution(execution: Execution, context: ExecutionContext): Promise<void> {
  const { spec, emit, signal } = context;
  const eventLogDirectory = join(spec.directory, "eventlogs", execution.id);
  const startedAt = new Date().toISOString();
  const attemptTimes: AttemptTime[] = [];
  let outcome: Outcome;
  try {
    outcome = await retryInfrastructure(
      async (attempt) => {
        emit({ type: "started", execution, attempt });
        const attemptStartedAt = new Date().toISOString();
        try {
          return await runAttempt(execution, attempt, eventLogDirectory, context);
        } finally {
          attemptTimes.push({ startedAt: attemptStartedAt, finishedAt: new Date().toISOString() });
        }
      },
      {
        retries: spec.limits.retries,
        signal,
        onRetry: ({ attempt, delayMs, error }) =>
          emit({ type: "retrying", execution, attempt, reason: error.message, delayMs }),
      },
    );
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof InfrastructureError)) throw error;
    outcome = { status: "infrastructure", reason: error.message, checksum: null };
  }
  emit({
    type: "finished",
    execution,
    outcome: {
      ...outcome,
      attempts: attemptTimes.length,
      namespace: null,
      startedAt,
      finishedAt: new Date().toISOString(),
      attemptTimes,
      eventLogDirectory,
      applicationId: null,
      historyServerUrl: null,
    },
  });
}

/** One attempt. Throws InfrastructureError where the machine failed, an ExecError when aborted. */
async function runAttempt(
  execution: Execution,
  attempt: number,
  eventLogDirectory: string,
  { spec, prepared, scratchDirectory, emit, signal }: ExecutionContext,
): Promise<Outcome> {
  const { tier, settings, runTrace } = spec;
  const { sparkVersion, orchestrator, dataSize } = execution.case.dimensions;
  const spark = prepared.sparks.get(sparkVersion);
  if (spark === undefined) throw new Error(`Spark ${sparkVersion} was not prepared`);
  const scratch = join(scratchDirectory, `${execution.id}-${attempt}`);
  const result = join(scratch, "result.jsonl");
  const logFile = join(spec.directory, "logs", `${execution.id}.log`);
  const watch = watchRepetitions(result, (finished) => {
    if (tier.workload !== null && finished === 0) return;
    const step = describeStep(finished, settings.warmups, settings.samples);
    emit({ type: "progress", execution, step });
  });
  try {
    // What an earlier attempt, or a run that was killed, left is not this attempt's.
    for (const folder of [eventLogDirectory, scratch]) {
      await rm(folder, { recursive: true, force: true });
      await makeDirectory(folder);
    }
    const needed = jarsOf(execution.case, tier).map((jar) => prepared.jars.get(jarFile(jar))!);
    const [jars, classPath] = bringsRapids(execution.case, tier) ? [[], needed] : [needed, []];
    const sparkConf = caseConf(execution.case, spec, { scratch, eventLogDirectory, jars, classPath });
    const data = prepared.data.get(dataSize) ?? "";
    const submission = {
      spark,
      name: execution.id,
      master: masterOf(execution.case, tier, sparkConf),
      conf: sparkConf,
      script: prepared.script,
      args: workloadArgs(execution.case, spec, { data, output: join(scratch, "output"), result }),
      scratch,
      environment: spec.environment,
      logFile,
      logHeader: `attempt ${attempt}, Spark ${spark.version}, ${new Date().toISOString()}`,
      timeoutMs: spec.limits.caseTimeoutSeconds * 1000,
      traceparent: formatTraceparent(runTrace, attemptSpanId(runTrace, execution.id, attempt)),
      signal,
    };
    if (orchestrator === "connect") {
      const launcher = join(spec.assetsDirectory, "workflows", "connect_client.py");
      await submitConnect(submission, { folder: prepared.connectClients.get(sparkVersion)!, launcher });
    } else await submit(submission);
    const checked = checkResult(await readRepetitions(result), spec);
    return checked.status === "passed" && isExplained(execution.case, tier, sparkConf)
      ? { ...checked, status: "explained", reason: EXPLAINED_REASON }
      : checked;
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

function checkResult(repetitions: Awaited<ReturnType<typeof readRepetitions>>, spec: RunSpec): Outcome {
  const { warmups, samples } = knownRepetitions(spec);
  const wrong = findWrongResult(repetitions, expectedRepetitions(warmups, samples));
  const checksum = repetitions.find(({ checksum }) => typeof checksum === "string")?.checksum ?? null;
  return wrong === null
    ? { status: "passed", reason: null, checksum }
    : { status: "failed", reason: wrong, checksum: null };
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
