import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BadInputError, errorMessage, InfrastructureError, type LoadtestError } from "../../lib/errors.ts";
import { pathExists } from "../../lib/files/path-exists.ts";
import type { Environment } from "../../lib/process/environment.ts";

/**
 * Variable that names the folder of files that would be downloaded otherwise. It is part of the environment that every download
 * has, as the proxy is.
 */
export const ARTIFACTS_VARIABLE = "SPARK_LOADTEST_ARTIFACTS";

/** A file that is neither in the folder of artifacts nor can be downloaded. */
export interface MissingFile {
  /** As it is published; `*` stands for what depends on how it was built. */
  readonly name: string;
  /** The address that it was asked at, and what came back where that is known. */
  readonly source: string;
}

/** Ends what needs files that are missing, because the network brings none. */
export class MissingFilesError extends InfrastructureError {
  readonly files: readonly MissingFile[];

  constructor(message: string, files: readonly MissingFile[], options: { hint?: string; cause?: unknown } = {}) {
    super(message, options);
    this.files = files;
  }
}

/** The files that are missing by an error or what caused it; empty where it is another failure. */
export function missingFilesOf(error: unknown): readonly MissingFile[] {
  if (error instanceof MissingFilesError) return error.files;
  return error instanceof Error ? missingFilesOf(error.cause) : [];
}

/** One error that names all files that several parts of a run lack; where it is one file, with the words of the part that lacks it. */
export function joinMissing(errors: readonly unknown[]): LoadtestError {
  const files = new Map(errors.flatMap(missingFilesOf).map((file) => [`${file.name} ${file.source}`, file] as const));
  const [only, ...others] = files.values();
  if (only !== undefined && others.length === 0) {
    const [error] = errors as readonly [LoadtestError];
    if (error.message.includes(only.name)) return error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return new MissingFilesError(`${error.message} (${only.name})`, [only], { ...hint, cause: error });
  }
  const list = [...files.values()].map(({ name, source }) => `\n  ${name}  ${source}`).join("");
  // How it went with the first says why; the others went alike, or were ended by it.
  const [why] = errorMessage(errors[0]).split("\n", 1);
  return new MissingFilesError(`${why}\n${files.size} files could not be downloaded:${list}`, [...files.values()], {
    hint:
      "Check the network; behind a proxy set HTTPS_PROXY, for mirrors UV_DEFAULT_INDEX and DEFAULT_ARTIFACT_REPOSITORY. Without a " +
      "network, put these files into a folder and name it with --artifacts, or copy the cache folder of a machine that has run once. " +
      "What needs a file that is nowhere can be left out with --exclude.",
    cause: errors[0],
  });
}

/**
 * The environment with which what a run downloads is looked for in a folder first; uv is told of it by a variable of its own.
 *
 * @param directory absolute; null for none
 */
export function withArtifacts(environment: Environment, directory: string | null): Environment {
  if (directory === null) return environment;
  // As an address, since uv separates places by commas.
  const place = pathToFileURL(directory).href.replaceAll(",", "%2C");
  const places = [place, environment.UV_FIND_LINKS ?? ""].filter((each) => each !== "");
  return { ...environment, [ARTIFACTS_VARIABLE]: directory, UV_FIND_LINKS: places.join(",") };
}

/** The folder that an option or the variable names; null for none. Throws BadInputError where it is no folder. */
export function readArtifactsDirectory(option: string | undefined, environment: Environment): string | null {
  const text = option ?? (environment[ARTIFACTS_VARIABLE] || undefined);
  if (text === undefined) return null;
  const path = resolve(text);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new BadInputError(`--artifacts ${text} is no folder that is there.`, {
    hint: "Give the folder with the files that a run would download, by the names that they are published under.",
  });
}

/** The path of a file in the folder of artifacts, by the last part of an address; null where it is not there. */
export async function findArtifact(url: string, environment: Environment): Promise<string | null> {
  const folder = environment[ARTIFACTS_VARIABLE];
  if (!folder) return null;
  const path = join(folder, nameIn(url));
  return (await pathExists(path)) ? path : null;
}

/** The name of the file at an address. */
export function nameIn(url: string): string {
  return basename(decodeURIComponent(new URL(url).pathname));
}
