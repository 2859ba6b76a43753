import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BadInputError, errorMessage } from "../lib/errors.ts";
import { pathExists } from "../lib/files/path-exists.ts";
import { plural } from "../lib/text/format.ts";
import type { Results, RunEnding, Verdict, Workload } from "../model/documents.ts";
import type { ScenariosDocument } from "../model/scenarios.ts";
import type { Baseline } from "./baseline.ts";
import { isFolder, listFolder, RESULTS, readDocument, SCENARIOS, VERDICT } from "./document-file.ts";
import { endingOf } from "./ending.ts";
import { completeVerdict } from "./verdict.ts";
import { describeWorkload, isOtherWorkload } from "./workload.ts";

/** A folder of runs may itself hold folders of runs (one a branch, one a month); deeper ones are something else. */
const FOLDER_LEVELS = 2;
const DEFAULT_LAST = 20;

/**
 * Reads and checks the results of a run.
 * @param path a `results.json` or the folder of a run
 * @throws BadInputError naming the file, what is wrong with it, and what to do
 */
export function readResults(path: string): Promise<Results> {
  return readDocument(path, RESULTS);
}

/**
 * Reads and checks the verdict on a run.
 * @param path a `verdict.json` or the folder of a run
 * @param results those of the same run
 * @throws BadInputError as readResults
 */
export async function readVerdict(path: string, results: Results): Promise<Verdict> {
  return completeVerdict(await readDocument(path, VERDICT), results);
}

/**
 * Reads the verdict that a run wrote beside its results.
 * @param path a `results.json` or the folder of a run
 * @param results what is in it
 * @returns null where there is none
 * @throws BadInputError as readResults
 */
export async function findVerdict(path: string, results: Results): Promise<Verdict | null> {
  const file = join((await isFolder(path)) ? path : dirname(path), VERDICT.fileName);
  return (await pathExists(file)) ? readVerdict(file, results) : null;
}

/**
 * How the run of some results ended: as the verdict beside them says, else as far as they tell it themselves.
 * @param path a `results.json` or the folder of a run
 * @param results what is in it
 * @throws BadInputError as readResults, of a verdict that cannot be read
 */
export async function readEnding(path: string, results: Results): Promise<RunEnding> {
  const known = endingOf(results);
  if (known.ending === "complete") return known;
  const verdict = await findVerdict(path, results);
  return verdict === null || verdict.ending === "complete" ? known : verdict;
}

/**
 * Reads and checks the document of a run of scenarios.
 * @param path a `scenarios.json` or the folder of a run of scenarios
 * @throws BadInputError as readResults
 */
export function readScenarios(path: string): Promise<ScenariosDocument> {
  return readDocument(path, SCENARIOS);
}

/**
 * Reads the runs to compare with.
 * @param paths each a results.json, a run's folder, or a folder of run folders up to two levels deep
 * @param options tier: runs of other tiers are left out; workload: of the current run, runs of other tier files or scripts are left
 *   out where only their folder was named; excludeRunId: the current run; last: newest runs to keep (default 20)
 * @returns the runs, oldest first; none where the folders hold no run of the tier, with a note that says so
 * @throws BadInputError for a path that does not exist or cannot be read, and for a file that is no results document
 */
export async function readBaseline(
  paths: readonly string[],
  options: {
    tier: string;
    workload?: Workload | undefined;
    excludeRunId?: string | undefined;
    last?: number | undefined;
  },
): Promise<Baseline> {
  const notes: string[] = [];
  const last = options.last ?? DEFAULT_LAST;
  let runs: Results[] = [];
  const seen = new Set<string>();
  const otherTiers = new Map<string, number>();
  const otherWorkloads = new Map<string, number>();
  let older = 0;
  for (const path of paths) {
    for (const { file, given } of await findResultsFiles(path, notes)) {
      const results = await readOne(file, given, notes);
      if (results === null) continue;
      const { run } = results;
      if (run.id === options.excludeRunId) {
        notes.push(`${file} is the current run itself: left out of the baseline`);
        continue;
      }
      if (run.tier !== options.tier) {
        otherTiers.set(run.tier, (otherTiers.get(run.tier) ?? 0) + 1);
        continue;
      }
      if (!given && isOtherWorkload(run.workload, options.workload)) {
        const name = describeWorkload(run.workload!);
        otherWorkloads.set(name, (otherWorkloads.get(name) ?? 0) + 1);
        continue;
      }
      if (seen.has(run.id)) continue;
      seen.add(run.id);
      if (run.finishedAt === null) {
        notes.push(`run ${run.id} was ended before all its cases: only its finished cases are used`);
      }
      runs.push(results);
      // Only the newest are kept while reading: a year of nightly runs need not fit into memory.
      runs.sort((a, b) => Date.parse(a.run.startedAt) - Date.parse(b.run.startedAt));
      older += Math.max(0, runs.length - last);
      runs = runs.slice(-last);
    }
  }
  for (const [tier, count] of otherTiers) {
    notes.push(`${plural(count, "run")} of tier ${tier} left out: this run is of tier ${options.tier}`);
  }
  for (const [name, count] of otherWorkloads) {
    notes.push(`${plural(count, "run")} of ${name} left out: this run is of ${describeWorkload(options.workload!)}`);
  }
  if (older > 0) notes.push(`${plural(older, "older run")} left out: the newest ${last} are used`);
  if (paths.length === 0) notes.push("no baseline was given");
  else if (runs.length === 0) notes.push(`no run of tier ${options.tier} found in ${paths.join(", ")}`);
  return { runs, notes };
}

/** A file that the user named must be right; one of many in a folder may be broken. */
async function readOne(file: string, given: boolean, notes: string[]): Promise<Results | null> {
  try {
    return await readDocument(file, RESULTS);
  } catch (error) {
    if (given || !(error instanceof BadInputError)) throw error;
    notes.push(`left out: ${error.message}`);
    return null;
  }
}

async function findResultsFiles(path: string, notes: string[]): Promise<{ file: string; given: boolean }[]> {
  if (!(await isFolder(path))) return [{ file: path, given: true }];
  const names = await listFolder(path);
  if (names.includes(RESULTS.fileName)) return [{ file: join(path, RESULTS.fileName), given: true }];
  return (await findInFolders(path, names, FOLDER_LEVELS, notes)).map((file) => ({ file, given: false }));
}

async function findInFolders(
  path: string,
  names: readonly string[],
  levels: number,
  notes: string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const name of [...names].sort()) {
    const folder = join(path, name);
    if (name.startsWith(".") || !(await stat(folder).catch(() => null))?.isDirectory()) continue;
    try {
      const inner = await listFolder(folder);
      if (inner.includes(RESULTS.fileName)) files.push(join(folder, RESULTS.fileName));
      else if (levels > 1) files.push(...(await findInFolders(folder, inner, levels - 1, notes)));
    } catch (error) {
      notes.push(`left out: ${errorMessage(error)}`);
    }
  }
  return files;
}
