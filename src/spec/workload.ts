import { createHash } from "node:crypto";
import { dirname, join, relative, sep } from "node:path";
import { BadInputError, errorMessage } from "../lib/errors.ts";
import { pathExists } from "../lib/files/path-exists.ts";
import { readRegularFile } from "../lib/files/regular-file.ts";
import { redactCommand, redactConf } from "../lib/text/redact.ts";
import type { Workload } from "../model/documents.ts";
import type { Tier } from "../plan/matrix/tier.ts";
import { findModules, findNamedFiles } from "./modules.ts";
import { ownRulesOf } from "./own-rules.ts";
import type { RunSettings } from "./spec.ts";

/** Enough to tell apart all workloads that there will ever be, and short in a document. */
const DIGEST_DIGITS = 16;

/**
 * What a run works on: its tier file and script by their paths in the repository, which are the same on every machine, and a digest of
 * each part.
 *
 * @param given tiersFile: an absolute path, null for the built-in tiers
 * @throws BadInputError for a script that cannot be read
 */
export async function identifyWorkload(
  { workload, sparkConf, executors, cores, memoryMb }: Tier,
  given: Pick<RunSettings, "conf" | "workloadArgs" | "dataDirectory"> & { readonly tiersFile: string | null },
  assetsDirectory: string,
): Promise<Workload> {
  const own = ownRulesOf({ sparkConf }, given);
  const byValue = Object.entries(sparkConf.byDimension).map(([dimension, confs]) => [
    dimension,
    Object.entries(confs).map(([value, conf]) => [value, redactConf(conf, own)]),
  ]);
  const { conf, workloadArgs, dataDirectory, tiersFile } = given;
  return {
    tiersFile: tiersFile === null ? null : await pathInRepository(tiersFile),
    script: workload === null ? null : await pathInRepository(workload.script),
    digests: {
      modules: digestOf([
        workload === null ? [] : await findModules(workload.script),
        await findNamedFiles([sparkConf.all, ...Object.values(sparkConf.byDimension).flatMap(Object.values), conf]),
      ]),
      script: digest(await readScript(workload?.script ?? join(assetsDirectory, "workloads", "builtin.py"))),
      arguments: digestOf([redactCommand(workload?.args ?? [], own), redactCommand(workloadArgs, own)]),
      data: digestOf(
        dataDirectory === null || isUri(dataDirectory) ? dataDirectory : await pathInRepository(dataDirectory),
      ),
      settings: digestOf([redactConf(sparkConf.all, own), byValue, redactConf(conf, own)]),
    },
    resources: { executors, cores, memoryMb },
  };
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

async function readScript(path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path);
  } catch (error) {
    throw new BadInputError(`The workload's script ${path} cannot be read: ${errorMessage(error)}`, {
      hint: "Check the path and its permissions.",
      cause: error,
    });
  }
}

function digest(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, DIGEST_DIGITS);
}

/** Of what JSON makes of a value; the order of keys says nothing. */
function digestOf(value: unknown): string {
  const ordered = (_: string, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  return digest(JSON.stringify(value, ordered));
}

/** A path from the root of the Git repository that it is in, with slashes; from the working directory where it is in none. */
async function pathInRepository(path: string): Promise<string> {
  const root = (await findRepository(dirname(path))) ?? process.cwd();
  return relative(root, path).split(sep).join("/");
}

/** The nearest folder, from this one up, that Git has for a repository; null for none. */
async function findRepository(folder: string): Promise<string | null> {
  if (await pathExists(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? null : findRepository(dirname(folder));
}
