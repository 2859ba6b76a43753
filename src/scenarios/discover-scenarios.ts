import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import pLimit from "p-limit";
import { BadInputError, errorMessage } from "../lib/errors.ts";
import { groupBy } from "../lib/group-by.ts";
import { formatCount } from "../lib/text/format.ts";
import type { Scenario } from "./scenario.ts";
import { findScriptProblem } from "./script-problem.ts";

const SUFFIX = ".sh";
/** A process may have 256 files open on some systems. */
const FILES_AT_ONCE = 32;
const PROBLEMS_SHOWN = 20;

export interface ScenarioSelection {
  /** Parts of paths below the folder; a scenario with one of them is kept. Empty for all. */
  readonly filters: readonly string[];
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** Folders in which interpreters are looked for. */
  readonly searchPath: string;
}

/**
 * The scenarios below a folder, in the order of their paths, and of those the shard's. Empty only for a shard that none falls to.
 *
 * @throws BadInputError where there is none, two have one name, or a script cannot be run; it names all of them
 */
export async function discoverScenarios(directory: string, selection: ScenarioSelection): Promise<Scenario[]> {
  const { filters, shard, searchPath } = selection;
  const paths = (await findScripts(directory)).sort((a, b) => (a < b ? -1 : 1));
  const scenarios = paths
    .map((path) => ({ name: basename(path, SUFFIX), path, script: relative(directory, path) }))
    .filter(({ script }) => filters.length === 0 || filters.some((part) => script.includes(part)));
  if (scenarios.length === 0) throw noScenario(directory, paths.length, filters);
  refuseSharedNames(scenarios);
  const found = await pLimit(FILES_AT_ONCE).map(scenarios, async ({ path, script }) => {
    const problem = await findScriptProblem(path, searchPath);
    return problem === null ? [] : [`${script} ${problem}`];
  });
  const problems = found.flat();
  if (problems.length > 0) {
    const more = problems.length - PROBLEMS_SHOWN;
    const shown = [...problems.slice(0, PROBLEMS_SHOWN), ...(more > 0 ? [`and ${formatCount(more)} more`] : [])];
    throw new BadInputError(`Not every scenario can be run: ${shown.join("; ")}`, {
      hint: "A scenario is a script with a run bit (chmod +x) and a first line such as #!/bin/bash.",
    });
  }
  return shard === null ? scenarios : scenarios.filter((_, index) => index % shard.count === shard.index - 1);
}

/** Files, and links to files, with the suffix; links to folders are not followed, since they may lead in a circle. */
async function findScripts(directory: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    throw new BadInputError(`The folder of scenarios ${directory} cannot be read: ${errorMessage(error)}`, {
      hint: "Name another one with --dir.",
      cause: error,
    });
  }
  const found = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith("."))
      .map(async (entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) return findScripts(path);
        if (!entry.name.endsWith(SUFFIX)) return [];
        return entry.isFile() || (entry.isSymbolicLink() && (await isFile(path))) ? [path] : [];
      }),
  );
  return found.flat();
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function noScenario(directory: string, found: number, filters: readonly string[]): BadInputError {
  if (found === 0) {
    return new BadInputError(`There is no scenario in ${directory}.`, {
      hint: `Scenarios are files *${SUFFIX} in the folder and below it.`,
    });
  }
  return new BadInputError(
    `None of the ${found} scenarios in ${directory} is left by --filter ${filters.join(", ")}.`,
    {
      hint: "--filter takes a part of the path below the folder.",
    },
  );
}

function refuseSharedNames(scenarios: readonly Scenario[]): void {
  const shared = [...groupBy(scenarios, ({ name }) => name).values()].filter(({ length }) => length > 1);
  if (shared.length === 0) return;
  const lists = shared.map((group) => group.map(({ script }) => script).join(" and "));
  throw new BadInputError(`Scenarios share a name, by which their results are kept: ${lists.join("; ")}`, {
    hint: "Rename them, or choose one of them with --filter.",
  });
}
