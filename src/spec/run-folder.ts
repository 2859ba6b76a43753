import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeDocument } from "../documents/write.ts";
import { BadInputError, errorMessage } from "../lib/errors.ts";
import { parseJson, readJsonLines } from "../lib/files/json-lines.ts";
import { pathExists } from "../lib/files/path-exists.ts";
import { REDACTED, redactCommand, redactConf } from "../lib/text/redact.ts";
import { newTrace } from "../lib/trace-context.ts";
import { type CaseResult, caseResultSchema, type Plan, planSchema, runSchema } from "../model/documents.ts";
import type { Tier } from "../plan/matrix/tier.ts";

/**
 * What a run needs to be continued: written before its first case, removed by nothing. The tier is in it as it was read, so
 * that a tier file that changes in the meantime does not change half a run.
 */
const stateSchema = z.object({
  schema: z.literal("spark-loadtest/run/v1"),
  run: runSchema,
  tier: z.custom<Tier>((value) => typeof value === "object" && value !== null),
  settings: z.object({
    samples: z.number(),
    warmups: z.number(),
    dataDirectory: z.string().nullable(),
    conf: z.record(z.string(), z.string()),
    workloadArgs: z.array(z.string()),
    partner: z.object({ image: z.string(), pairs: z.number() }).nullable().default(null),
  }),
  trace: z
    .object({ traceId: z.string(), parentId: z.string().nullable(), sampled: z.boolean() })
    // A run that was begun by an earlier version.
    .default(newTrace),
});
export type RunState = Omit<z.infer<typeof stateSchema>, "schema">;

/** The state that JSON text holds; null where it is none. */
export function parseRunState(text: string): RunState | null {
  const parsed = stateSchema.omit({ schema: true }).safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** A state as it may be kept in a file or on a cluster: what is secret in it is there by name only. */
function withoutSecrets(state: RunState): RunState {
  const { tier, settings } = state;
  const { all, byDimension } = tier.sparkConf;
  const byValue = Object.entries(byDimension).map(([dimension, confs]) => [
    dimension,
    Object.fromEntries(Object.entries(confs).map(([value, conf]) => [value, redactConf(conf)])),
  ]);
  return {
    ...state,
    tier: {
      ...tier,
      sparkConf: { all: redactConf(all), byDimension: Object.fromEntries(byValue) },
      workload: tier.workload === null ? null : { ...tier.workload, args: redactCommand(tier.workload.args) },
    },
    settings: {
      ...settings,
      conf: redactConf(settings.conf),
      workloadArgs: redactCommand(settings.workloadArgs),
    },
  };
}

/** A state as JSON text, without what is secret. */
export function serialiseState(state: RunState): string {
  return JSON.stringify(withoutSecrets(state));
}

const STATE_FILE = "run.json";

/**
 * The state of a run that is continued, with its secrets, which its folder does not hold.
 *
 * @param given what `--conf` and `--workload-arg` give this time
 * @throws BadInputError for a secret that is missing, or anything else, which was settled when the run began
 */
export function restoreSecrets(state: RunState, given: Pick<RunState["settings"], "conf" | "workloadArgs">): RunState {
  const { conf, workloadArgs } = state.settings;
  const { sparkConf, workload } = state.tier;
  const ofTier = [sparkConf.all, ...Object.values(sparkConf.byDimension).flatMap((confs) => Object.values(confs))];
  const hidden = new Set(
    [...ofTier, conf].flatMap((each) => Object.keys(each).filter((name) => each[name]!.includes(REDACTED))),
  );
  const other = Object.keys(given.conf).find((name) => !hidden.has(name));
  if (other !== undefined) refuseSettled(`--conf cannot set ${other}`);
  const left = groupArgs(given.workloadArgs);
  const restored = [...workloadArgs];
  const missingArgs: ShownArg[] = [];
  for (const secret of groupArgs(workloadArgs).filter(isSecret)) {
    const index = left.findIndex(({ shown }) => shown.join(" ") === secret.shown.join(" "));
    if (index === -1) missingArgs.push(secret);
    else restored[secret.at] = given.workloadArgs[left.splice(index, 1)[0]!.at]!;
  }
  if (left.length > 0) refuseSettled(`--workload-arg cannot be ${left[0]!.shown.join(" ")}`);
  const missing = [...hidden].filter((name) => given.conf[name] === undefined);
  const lost = groupArgs(workload?.args ?? []).filter(isSecret);
  if (missing.length + missingArgs.length + lost.length > 0) {
    const again = [
      ...missing.map((name) => `--conf ${name}=...`),
      ...missingArgs.flatMap(({ shown }) => shown).map((word) => `--workload-arg=${word.replace(REDACTED, "...")}`),
    ];
    const ofArgs = [...missingArgs, ...lost].map(({ shown }) => shown[0]!);
    const names = [...missing, ...ofArgs].map((text) => text.replace(`=${REDACTED}`, ""));
    throw new BadInputError(`The run's folder does not hold what is secret: ${names.join(", ")}.`, {
      hint:
        lost.length === 0
          ? `Give it again: ${again.join(" ")}`
          : "Arguments in a tiers file cannot be given again: start a new run, with them as --workload-arg.",
    });
  }
  return { ...state, settings: { ...state.settings, conf: { ...conf, ...given.conf }, workloadArgs: restored } };
}

/** An argument as it may be shown, after the option that makes it a secret where one does, and its place among all. */
interface ShownArg {
  readonly shown: readonly string[];
  readonly at: number;
}

function groupArgs(args: readonly string[]): ShownArg[] {
  const shown = redactCommand(args);
  const isValue = (at: number) => at > 0 && shown[at] === REDACTED;
  return shown.flatMap((word, at) => {
    if (isValue(at + 1)) return [];
    return [{ at, shown: isValue(at) ? [shown[at - 1]!, word] : [word] }];
  });
}

function isSecret({ shown }: ShownArg): boolean {
  return shown.some((word) => word.includes(REDACTED));
}

function refuseSettled(what: string): never {
  throw new BadInputError(`--resume continues a run as it was begun, so ${what}.`, {
    hint: "Leave it out, or start a new run without --resume.",
  });
}

const PLAN_FILE = "plan.json";
const JOURNAL_FILE = "cases.jsonl";

/** The folder of one run and what is kept in it while it runs. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a new run's folder. Throws BadInputError when it holds a run already or cannot be written. */
  static async create(path: string, state: RunState, plan: Plan): Promise<RunFolder> {
    if (await pathExists(join(path, STATE_FILE))) {
      throw new BadInputError(`${path} holds a run already.`, {
        hint: `Continue it with --resume ${path}, or choose another folder with --out.`,
      });
    }
    await writeDocument(join(path, PLAN_FILE), plan);
    await writeDocument(join(path, STATE_FILE), { schema: "spark-loadtest/run/v1", ...withoutSecrets(state) });
    return new RunFolder(path);
  }

  /** Opens the folder of a run that was ended. Throws BadInputError when there is none in it. */
  static async open(path: string): Promise<{ folder: RunFolder; state: RunState; plan: Plan; finished: CaseResult[] }> {
    const state = await readDocument(join(path, STATE_FILE), stateSchema);
    const plan = await readDocument(join(path, PLAN_FILE), planSchema);
    return { folder: new RunFolder(path), state, plan, finished: await readJournal(join(path, JOURNAL_FILE)) };
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
    text = await readFile(path, "utf8");
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
