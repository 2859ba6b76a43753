import { createReadStream } from "node:fs";
import { access, constants, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage } from "../../lib/errors.ts";
import { isArtifactPath, isLostName } from "../../lib/files/file-name.ts";
import { plural } from "../../lib/text/format.ts";

/** Size of an artifact, since storage is billed; a whole run of p0_smoke is a tenth of that. */
const MOST_BYTES = 512 * 1024 * 1024;

export interface Selection {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** What is left out and why, for people. */
  readonly notes: readonly string[];
}

export interface SelectOptions {
  /** Texts that must not leave the runner. */
  readonly secrets: readonly string[];
  /** Paths to choose among; all unless given. */
  readonly only?: readonly string[] | undefined;
  readonly mostBytes?: number;
}

interface Found {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** Where files come in the order of what matters: what people and programs read, logs, event logs. */
const ORDER = [/^[^/]+$/, /^baseline\//, /^logs\//, /^cluster\//, /^eventlogs\//];
/** Scratch folders of cases. */
const NOT_KEPT = /^scratch(\/|$)/;

/**
 * The files of a run's folder that go into its artifact, those that matter most first, as many as fit. Links are left out, because
 * they lead out of the folder, and so is every file that holds a secret or has a name that artifacts refuse.
 */
export async function selectFiles(
  directory: string,
  { secrets, only, mostBytes = MOST_BYTES }: SelectOptions,
): Promise<Selection> {
  const notes: string[] = [];
  const found = (await findFiles(directory, "", notes)).filter(({ path }) => only === undefined || only.includes(path));
  found.sort((a, b) => rank(a.path) - rank(b.path) || a.bytes - b.bytes || a.path.localeCompare(b.path));
  const files: string[] = [];
  let bytes = 0;
  let left = 0;
  let leftBytes = 0;
  for (const file of found) {
    const path = join(directory, file.path);
    if (!isArtifactPath(file.path)) {
      notes.push(
        `${JSON.stringify(file.path)} is left out of the artifact, which takes none of " : < > | * ? \\ in names`,
      );
    } else if (bytes + file.bytes > mostBytes) {
      left += 1;
      leftBytes += file.bytes;
    } else {
      const reason = await findObstacle(path, secrets);
      if (reason === null) {
        files.push(path);
        bytes += file.bytes;
      } else {
        notes.push(`${file.path} is left out of the artifact: ${reason}`);
      }
    }
  }
  if (left > 0) {
    notes.push(
      `${plural(left, "file")} (${formatMegabytes(leftBytes)}) ${left === 1 ? "is" : "are"} left out of the artifact: it holds ${formatMegabytes(mostBytes)} at most`,
    );
  }
  return { files, bytes, notes };
}

export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function rank(path: string): number {
  const index = ORDER.findIndex((pattern) => pattern.test(path));
  return index === -1 ? ORDER.length : index;
}

/** Files in and below a folder. What cannot be looked at is a note: one folder must not cost the whole artifact. */
async function findFiles(directory: string, below: string, notes: string[]): Promise<Found[]> {
  const found: Found[] = [];
  const leaveOut = (path: string, reason: string) =>
    notes.push(`${JSON.stringify(path)} is left out of the artifact: ${reason}`);
  const entries = await readdir(join(directory, below), { withFileTypes: true }).catch((error: unknown) => {
    if (below === "") throw error;
    leaveOut(below, errorMessage(error));
    return [];
  });
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (NOT_KEPT.test(path)) continue;
    if (await isLostName(join(directory, path))) leaveOut(path, "its name is not UTF-8");
    else if (entry.isDirectory()) found.push(...(await findFiles(directory, path, notes)));
    else if (entry.isFile()) {
      const stats = await lstat(join(directory, path)).catch((error: unknown) => leaveOut(path, errorMessage(error)));
      if (typeof stats === "object") found.push({ path, bytes: stats.size });
    }
  }
  return found;
}

/** Why a file is not uploaded: it holds one of the texts, or cannot be read; null where nothing stands against it. */
async function findObstacle(path: string, secrets: readonly string[]): Promise<string | null> {
  try {
    await access(path, constants.R_OK);
    return (await holdsAny(path, secrets)) ? "it holds a secret of this job" : null;
  } catch (error) {
    return errorMessage(error);
  }
}

/** Whether the bytes of one of the texts are in a file. */
async function holdsAny(path: string, texts: readonly string[]): Promise<boolean> {
  const wanted = texts.filter((text) => text !== "").map((text) => Buffer.from(text));
  if (wanted.length === 0) return false;
  const overlap = Math.max(...wanted.map(({ length }) => length)) - 1;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    if (wanted.some((text) => bytes.includes(text))) return true;
    rest = bytes.subarray(Math.max(0, bytes.length - overlap));
  }
  return false;
}
