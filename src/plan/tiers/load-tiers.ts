import { statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { BadInputError, errorCode, errorMessage } from "../../lib/errors.ts";
import { refuseOddFile } from "../../lib/files/regular-file.ts";
import { suggest } from "../matrix/nearest.ts";
import type { Tier } from "../matrix/tier.ts";

const DEFAULT_TIER = "quick";
/** Beyond any tier file written by people: the user has named a log or a data file. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export interface TierFiles {
  /** The user's own file, which then takes the place of the built-in tiers. */
  readonly tiersFile?: string | null | undefined;
  /** workflows/tiers/tiers.yaml, or what compileTiers made of it. */
  readonly builtinTiersFile: string;
}

/**
 * Reads a tier.
 *
 * @param name none for the only tier of the user's file, or for the built-in `quick`
 * @throws BadInputError for a file that cannot be read or has mistakes, and for an unknown tier
 */
export async function loadTier(name: string | null | undefined, files: TierFiles): Promise<Tier> {
  const path = resolve(files.tiersFile ?? files.builtinTiersFile);
  const isCompiled = files.tiersFile == null && extname(path) === ".json";
  const tiers = isCompiled ? (JSON.parse(await readFile(path, "utf8")) as Tier[]) : await readTiers(path);
  const names = tiers.map((tier) => tier.name);
  const wanted = name ?? (files.tiersFile == null ? DEFAULT_TIER : names.length === 1 ? names[0] : undefined);
  if (wanted === undefined) {
    throw new BadInputError(`${path} holds ${names.length} tiers: ${names.join(", ")}`, {
      hint: `name one of them: --tier ${names[0]}`,
    });
  }
  const tier = tiers.find((candidate) => candidate.name === wanted);
  if (tier !== undefined) return tier;
  throw new BadInputError(`unknown tier "${wanted}"${suggest(wanted, names)}`, {
    hint:
      files.tiersFile == null
        ? "a tier of your own goes into a file: --tiers-file FILE"
        : `only the tiers of ${path} can be named; leave out --tiers-file for the built-in ones`,
  });
}

async function readTiers(path: string): Promise<Tier[]> {
  // Loading the YAML parser and the schema takes as long as starting Node.js: not for the built-in tiers.
  const { parseTiersFile } = await import("./tiers-file.ts");
  return parseTiersFile(await readText(path), path, isFile);
}

async function readText(path: string): Promise<string> {
  try {
    const stats = await stat(path);
    refuseOddFile(stats);
    const { size } = stats;
    if (size > MAX_FILE_BYTES) {
      throw new BadInputError(`${path} is no tier file: it has ${size} bytes, and ${MAX_FILE_BYTES} are the most`);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    throw new BadInputError(`the tier file ${path} cannot be read: ${explain(error)}`, {
      hint: "give the path of a YAML file that you may read: --tiers-file FILE",
      cause: error,
    });
  }
}

function explain(error: unknown): string {
  const code = errorCode(error) ?? "";
  const known: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder",
    EACCES: "permission denied",
    ERR_ENCODING_INVALID_ENCODED_DATA: "it is not UTF-8 text",
  };
  return known[code] ?? errorMessage(error);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Nothing is there, or the path is none: too long, with a NUL in it, below a file.
    return false;
  }
}
