import { appendFile, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { type ExecOptions, type ExecResult, exec } from "../../lib/process/exec.ts";
import { redactCommand } from "../../lib/text/redact.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import { readOwnRules } from "../../lib/text/spark-redaction.ts";
import { guardCommand } from "./install/guard.ts";
import { type SparkInstallation, sparkEnvironment, submitCommand } from "./spark-command.ts";

/** On a time-out Spark gets the time to close its event log. */
const TIMEOUT_GRACE_MS = 5_000;
const ABORT_GRACE_MS = 2_000;

export interface Submission {
  readonly spark: SparkInstallation;
  readonly name: string;
  readonly master: string;
  readonly conf: Readonly<Record<string, string>>;
  /** A Python script. */
  readonly script: string;
  readonly args: readonly string[];
  /** A folder for everything temporary; it is made, and removed by the caller. */
  readonly scratch: string;
  readonly environment: Environment;
  readonly logFile: string;
  /** First line of this attempt in the log. */
  readonly logHeader: string;
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
  readonly traceparent?: string;
  readonly signal: AbortSignal;
}

/** Runs one Spark application with spark-submit to its end. Rejects with an ExecError. */
export async function submit(submission: Submission): Promise<ExecResult> {
  const home = await prepareHome(submission);
  return runLogged(submission, submitCommand(home, { ...submission, main: { script: submission.script } }), home);
}

/** Folders of an application below its scratch folder. Gives the Spark home that it runs with. */
export async function prepareHome({ spark, master, scratch }: Submission): Promise<string> {
  for (const folder of ["tmp", "conf", "local"]) await makeDirectory(join(scratch, folder));
  return master.startsWith("local-cluster") ? await linkHome(spark.home, scratch) : spark.home;
}

/**
 * Runs a command of an application, which does not outlive this process, to its end, and shows it in the application's log.
 *
 * @param more variables beside those of every Spark process, and what else differs from command to command
 */
export async function runLogged(
  submission: Submission,
  command: readonly string[],
  home: string,
  more: Pick<ExecOptions, "signal" | "abortGraceMs"> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ExecResult> {
  const { spark, scratch, logFile } = submission;
  await appendFile(
    logFile,
    `=== ${submission.logHeader}\n=== ${quoteCommand(redactCommand(command, readOwnRules(Object.entries(submission.conf))))}\n`,
  );
  const [program, ...args] = guardCommand(spark.python.path, command);
  return exec(program, args, {
    cwd: scratch,
    logFile,
    signal: submission.signal,
    graceMs: TIMEOUT_GRACE_MS,
    abortGraceMs: ABORT_GRACE_MS,
    ...(submission.onLine === undefined ? {} : { onLine: submission.onLine }),
    ...(submission.timeoutMs === undefined ? {} : { timeoutMs: submission.timeoutMs }),
    ...more,
    env: {
      ...sparkEnvironment(spark, home, scratch, submission.environment),
      ...(submission.traceparent === undefined ? {} : { TRACEPARENT: submission.traceparent }),
      ...more.env,
    },
  });
}

/** A Spark home of links, because the workers of a local cluster write into `work` of their home, which is in the cache. */
async function linkHome(home: string, scratch: string): Promise<string> {
  const linked = join(scratch, "spark");
  await mkdir(linked);
  for (const name of await readdir(home)) {
    if (name !== "work") await symlink(join(home, name), join(linked, name));
  }
  return linked;
}

/** Removes a scratch folder, whatever is in it. */
export async function removeScratch(scratch: string): Promise<void> {
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
}
