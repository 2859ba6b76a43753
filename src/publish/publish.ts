import type { Environment } from "../lib/process/environment.ts";
import { plural } from "../lib/text/format.ts";
import { formatMegabytes, selectFiles } from "./artifacts/select-files.ts";
import { isNameTaken, uploadArtifact } from "./artifacts/upload.ts";
import { type Links, type RunMark, renderComment, renderSummary } from "./comment/body.ts";
import { type Target, upsertComment } from "./comment/upsert.ts";
import { adviseOn } from "./github/advice.ts";
import { createGithubClient, describeFailure } from "./github/client.ts";
import type { RunKey } from "./github/run-key.ts";
import { summary } from "./github/runner.ts";

/** Where publishing reports what it did, and what failed. A failure is a warning and does not fail the job. */
export interface PublishLog {
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface FolderUpload {
  readonly name: string;
  /** Names of the files to take; all unless given. */
  readonly only?: readonly string[];
  readonly retentionDays: number | null;
  /** Of the workflow run, from 1. */
  readonly attempt: number;
  /** Texts that must not leave the runner. */
  readonly secrets: readonly string[];
  /** The runner's: for the proxy, and the address of its artifact service. */
  readonly environment: Environment;
}

/** Uploads a run's folder, or some files of it, as one artifact. Gives its id; null, with a warning, where that did not work. */
export async function publishFolder(
  directory: string,
  { name, only, retentionDays, attempt, secrets, environment }: FolderUpload,
  { note, warn }: PublishLog,
): Promise<number | null> {
  try {
    const { files, bytes, notes } = await selectFiles(directory, { secrets, only });
    for (const each of notes) warn(each);
    if (files.length === 0) return null;
    const uploaded = await uploadArtifact({ name, files, directory, retentionDays, replace: attempt > 1, environment });
    note(
      `✓ artifact ${name}: ${plural(files.length, "file")}, ${formatMegabytes(bytes)}, zipped ${formatMegabytes(uploaded.bytes)}`,
    );
    return uploaded.id;
  } catch (error) {
    warn(
      `The artifact ${name} could not be uploaded: ${describeFailure(error)}.` +
        (isNameTaken(error) ? ` ${adviseOnTakenName(attempt)}` : ""),
    );
    return null;
  }
}

function adviseOnTakenName(attempt: number): string {
  return attempt > 1
    ? "An earlier attempt of this run left one of that name, and it could not be replaced: start a new run."
    : "Another job or step of this run has one of that name: give each its own artifact-name.";
}

/** Writes the report into the job's summary. */
export async function publishSummary(report: string, links: Links, { warn }: PublishLog): Promise<void> {
  try {
    await summary.addRaw(renderSummary(report, links)).write();
  } catch (error) {
    warn(`The job's summary could not be written: ${describeFailure(error)}.`);
  }
}

export interface CommentJob {
  readonly target: Target;
  readonly key: RunKey;
  readonly mark: RunMark;
  readonly links: Links;
  readonly token: string;
  readonly fromFork: boolean;
  /** For the proxy. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Keeps the pull request's comment up to date. */
export async function publishComment(report: string, job: CommentJob, { note, warn }: PublishLog): Promise<void> {
  const { key, mark, links, token, target, fromFork, environment, signal } = job;
  try {
    const client = createGithubClient({ token, environment, signal, onWait: note });
    const body = renderComment(report, key, mark, links);
    const { kind, url } = await upsertComment(client, target, { key, body, mark });
    note(kind === "outdated" ? `– a later run has commented already: ${url}` : `✓ comment ${kind}: ${url}`);
  } catch (error) {
    const right = fromFork
      ? "The token of a pull request from a fork is read-only; examples/comment.yml comments on those."
      : "Give the job the permission pull-requests: write.";
    const advice = adviseOn(error, right);
    warn(
      [
        `The comment on #${target.number} could not be written: ${describeFailure(error)}.`,
        ...(advice === null ? [] : [advice]),
        "The job's summary has the same.",
      ].join(" "),
    );
  }
}
