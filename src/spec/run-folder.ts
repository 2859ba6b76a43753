import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { prepareDirectory, writeDocument } from "../documents/write.ts";
import { BadInputError, errorMessage } from "../lib/errors.ts";
import { readJsonLines } from "../lib/files/json-lines.ts";
import { pathExists } from "../lib/files/path-exists.ts";
import { readRegularFile } from "../lib/files/regular-file.ts";
import { parseJson } from "../lib/text/parse-json.ts";
import { quoteCommand } from "../lib/text/shell.ts";
import { type CaseResult, caseResultSchema, planSchema } from "../model/documents.ts";
import type { RunRecord } from "./spec.ts";
import { stateSchema, toState } from "./state.ts";

const STATE_FILE = "run.json";
const PLAN_FILE = "plan.json";
const JOURNAL_FILE = "cases.jsonl";

/** The folder of one run and what is kept in it while it runs. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a new run's folder. Throws BadInputError when it holds a run already or cannot be written. */
  static async create({ directory: path, plan, ...state }: RunRecord): Promise<RunFolder> {
    if (await pathExists(join(path, STATE_FILE))) {
      throw new BadInputError(`${path} holds a run already.`, {
        hint: `Continue it with ${quoteCommand(["--resume", path])}, or choose another folder with --out.`,
      });
    }
    await prepareDirectory(path, []);
    await writeDocument(join(path, PLAN_FILE), plan);
    await writeDocument(join(path, STATE_FILE), { schema: "spark-loadtest/run/v1", ...toState(state) });
    return new RunFolder(path);
  }

  /** Opens the folder of a run that was ended. Throws BadInputError when there is none in it. */
  static async open(directory: string): Promise<{ folder: RunFolder; record: RunRecord; finished: CaseResult[] }> {
    const { run, tier, settings, trace } = await readDocument(join(directory, STATE_FILE), stateSchema);
    const plan = await readDocument(join(directory, PLAN_FILE), planSchema);
    const finished = await readJournal(join(directory, JOURNAL_FILE));
    return { folder: new RunFolder(directory), record: { run, tier, plan, settings, trace, directory }, finished };
  }

  /** Keeps a finished case at once, so that a run that is killed loses none. */
  async append(result: CaseResult): Promise<void> {
    // The newline before it ends a line that a kill may have cut short.
    await appendFile(join(this.path, JOURNAL_FILE), `\n${JSON.stringify(result)}\n`);
  }
}

async function readJournal(path: string): Promise<CaseResult[]> {
  try {
    const results = await readJsonLines(path, caseResultSchema);
    // A case that was run again counts as it ended last.
    return [...new Map(results.map((result) => [result.name, result])).values()];
  } catch (error) {
    throw new BadInputError(`${path} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}

async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let text: string;
  try {
    text = (await readRegularFile(path)).toString("utf8");
  } catch (error) {
    throw new BadInputError(`There is no run to continue: ${path} cannot be read: ${errorMessage(error)}`, {
      hint: "--resume takes the folder that `run` named when it began.",
      cause: error,
    });
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new BadInputError(`${path} is not what \`run\` wrote: ${z.prettifyError(parsed.error)}`, {
    hint: "The run cannot be continued; start a new one.",
  });
}
