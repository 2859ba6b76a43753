import { access, constants, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BadInputError, errorCode, errorMessage, InfrastructureError, type LoadtestError } from "../lib/errors.ts";
import { makeDirectory } from "../lib/files/make-directory.ts";
import { describeOddFile } from "../lib/files/regular-file.ts";
import { type FileContent, replaceFile } from "../lib/files/replace-file.ts";
import { toJsonPieces } from "../lib/text/json-pieces.ts";

/** Every report of ours has this in its first kilobyte; a file that has not is somebody else's. */
const OWN_MARK = "spark-loadtest";
const HEAD_BYTES = 1024;

/**
 * Makes a folder and makes sure that the reports of these names can be written there, so that a run does not find out at its end.
 * Throws BadInputError.
 */
export async function prepareDirectory(directory: string, reports: readonly string[]): Promise<void> {
  try {
    await makeDirectory(directory);
    if (!(await stat(directory)).isDirectory()) throw Object.assign(new Error("it is a file"), { code: "ENOTDIR" });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw outError(directory, error);
  }
  for (const name of reports) await refuseForeignFile(join(directory, name), outError);
}

/**
 * Writes one report, in pieces if it comes so, and returns its path.
 *
 * @throws InfrastructureError; BadInputError for a file of that name that is not ours, which is left alone
 */
export async function writeOwnFile(
  directory: string,
  name: string,
  content: string | AsyncIterable<string>,
): Promise<string> {
  const path = join(directory, name);
  await makeOutDirectory(directory);
  await refuseForeignFile(path, writeError);
  await replaceOutFile(path, content);
  return path;
}

/** Writes a document (results.json, verdict.json, plan.json) as JSON, whole or not at all. Throws InfrastructureError. */
export async function writeDocument(path: string, value: unknown): Promise<void> {
  await makeOutDirectory(dirname(path));
  await replaceOutFile(path, toJsonFile(value));
}

function* toJsonFile(value: unknown): Generator<string> {
  yield* toJsonPieces(value);
  yield "\n";
}

async function makeOutDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory);
  } catch (error) {
    throw writeError(directory, error);
  }
}

async function replaceOutFile(path: string, content: FileContent): Promise<void> {
  try {
    await replaceFile(path, content);
  } catch (error) {
    throw writeError(path, error);
  }
}

async function refuseForeignFile(
  path: string,
  toError: (path: string, error: unknown) => LoadtestError,
): Promise<void> {
  let head: string;
  try {
    const odd = describeOddFile(await stat(path));
    if (odd !== null) throw new Error(`it is ${odd}`);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      head = buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw toError(path, error);
  }
  if (head !== "" && !head.includes(OWN_MARK)) {
    throw new BadInputError(`${path} exists and was not written by spark-loadtest, so it is not replaced`, {
      hint: "Choose another folder with --out, or move the file away.",
    });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOTDIR: "A part of the path is a file. Choose another folder with --out.",
  EEXIST: "A part of the path is a file. Choose another folder with --out.",
  EISDIR: "There is a folder of that name. Choose another folder with --out, or move it away.",
  EACCES: "The folder may not be written. Choose another one with --out, or change its permissions.",
  EPERM: "The folder may not be written. Choose another one with --out, or change its permissions.",
  EROFS: "The file system is read-only. Choose another folder with --out.",
  ENOSPC: "The disk is full. Free some space, or choose a folder on another disk with --out.",
  EDQUOT: "The disk quota is used up. Free some space, or choose another folder with --out.",
  ENAMETOOLONG: "The path is too long. Choose a shorter one with --out.",
};

/** Before anything has run: the user has named a folder that cannot be written. */
function outError(path: string, error: unknown): BadInputError {
  return new BadInputError(...describeWriteFailure(path, error));
}

/** What was to be written is there, and the place for it no more, or not yet. */
function writeError(path: string, error: unknown): InfrastructureError {
  return new InfrastructureError(...describeWriteFailure(path, error));
}

function describeWriteFailure(path: string, error: unknown): [message: string, { hint: string; cause: unknown }] {
  const hint = HINTS[errorCode(error) ?? ""] ?? "Choose another folder with --out.";
  return [`Cannot write ${path}: ${errorMessage(error)}`, { hint, cause: error }];
}
