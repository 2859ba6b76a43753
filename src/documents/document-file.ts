import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { z } from "zod";
import { BadInputError, errorCode, errorMessage } from "../lib/errors.ts";
import { readRegularFile } from "../lib/files/regular-file.ts";
import { formatCount } from "../lib/text/format.ts";
import { type Results, resultsSchema } from "../model/documents.ts";
import { type ScenariosDocument, scenariosSchema } from "../model/scenarios.ts";
import { type StoredVerdict, storedVerdictSchema } from "./verdict.ts";

/** A document that a run writes: its name in the schema, its file in the run's folder, and its shape. */
interface DocumentKind<T> {
  readonly kind: string;
  readonly fileName: string;
  readonly schema: z.ZodType<T>;
}
export const RESULTS: DocumentKind<Results> = { kind: "results", fileName: "results.json", schema: resultsSchema };
export const VERDICT: DocumentKind<StoredVerdict> = {
  kind: "verdict",
  fileName: "verdict.json",
  schema: storedVerdictSchema,
};
export const SCENARIOS: DocumentKind<ScenariosDocument> = {
  kind: "scenarios",
  fileName: "scenarios.json",
  schema: scenariosSchema,
};

/** Parts of a document that are read, by the names of their lists: no run of this tool has more. */
const MOST: Readonly<Record<string, number>> = { cases: 10_000, scenarios: 10_000 };
const MOST_DIMENSIONS = 100;

const ISSUES_SHOWN = 3;
/** Newest major version of the schemas that this code reads. */
const READS_VERSION = 1;

/**
 * Reads and checks a document.
 * @param path the file, or the folder of a run that holds it
 * @throws BadInputError naming the file, what is wrong with it, and what to do
 */
export async function readDocument<T>(path: string, kind: DocumentKind<T>): Promise<T> {
  const file = (await isFolder(path)) ? join(path, kind.fileName) : path;
  return parseDocument(await readText(file, path), file, kind);
}

/**
 * Checks the text of a document.
 * @param file its name, for the message
 * @throws BadInputError
 */
export function parseDocument<T>(text: string, file: string, expected: DocumentKind<T>): T {
  const { kind, fileName, schema } = expected;
  // Editors on Windows put a byte order mark before a file, which JSON does not allow.
  const document = parseJson(text.replace(/^\uFEFF/, ""), file, fileName);
  checkSchemaName(document, file, kind, fileName);
  checkCounts(document as object, file);
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new BadInputError(`${file} is not a valid ${kind} document: ${describeIssues(parsed.error)}`, {
    hint: `Give the ${fileName} that spark-loadtest wrote, unchanged, or run the tier again.`,
    cause: parsed.error,
  });
}

/** Whether the path is a folder.
 * @throws BadInputError where there is nothing, or nothing that can be looked at */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Names in a folder.
 * @throws BadInputError */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function readText(file: string, given: string): Promise<string> {
  try {
    return (await readRegularFile(file)).toString("utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" && file !== given) {
      throw new BadInputError(`${given} holds no ${basename(file)}: it is not the folder of a run`, {
        hint: "Give the folder that `spark-loadtest run` printed at its end, or the file itself.",
      });
    }
    throw cannotRead(file, error);
  }
}

function cannotRead(path: string, error: unknown): BadInputError {
  if (errorCode(error) === "ENOENT") {
    return new BadInputError(`${path} does not exist`, {
      hint: "Give a results.json, the folder of a run, or a folder of such folders.",
      cause: error,
    });
  }
  return new BadInputError(`${path} cannot be read: ${errorMessage(error)}`, {
    hint: "Check the path and its permissions.",
    cause: error,
  });
}

function parseJson(text: string, file: string, fileName: string): unknown {
  if (text.trim() === "") {
    throw new BadInputError(`${file} is empty`, {
      hint: "The run that should have written it did not; run the tier again.",
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut = /unexpected end|unterminated/i.test(errorMessage(error));
    throw new BadInputError(
      cut
        ? `${file} ends in the middle of its JSON (${errorMessage(error)})`
        : `${file} is not JSON (${errorMessage(error)})`,
      {
        hint: cut ? "It was not copied or written to its end; copy it again." : `Give the ${fileName} of a run.`,
        cause: error,
      },
    );
  }
}

/** Refuses more than what a run can have, before each of it is looked at. */
function checkCounts(document: object, file: string): void {
  const refuse = (count: number, what: string, most: number) => {
    throw new BadInputError(
      `${file} has ${formatCount(count)} ${what}, and ${formatCount(most)} are the most that are read`,
      {
        hint: "Give a document that spark-loadtest wrote, unchanged.",
      },
    );
  };
  for (const [name, most] of Object.entries(MOST)) {
    const list: unknown = (document as Record<string, unknown>)[name];
    if (Array.isArray(list) && list.length > most) refuse(list.length, name, most);
  }
  const { cases } = document as { readonly cases?: unknown };
  for (const each of Array.isArray(cases) ? cases : []) {
    const count = Object.keys(Object(each?.dimensions)).length;
    if (count > MOST_DIMENSIONS) refuse(count, "dimensions in a case", MOST_DIMENSIONS);
  }
}

/** Tells another document, and one of a newer major schema, from a broken one. */
function checkSchemaName(document: unknown, file: string, kind: string, fileName: string): void {
  const name =
    typeof document === "object" && document !== null && "schema" in document && typeof document.schema === "string"
      ? document.schema
      : null;
  const match = name === null ? null : /^spark-loadtest\/([a-z-]+)\/v(\d+)$/.exec(name);
  if (match === null) {
    const found = name === null ? 'it has no "schema"' : `its "schema" is ${JSON.stringify(name)}`;
    throw new BadInputError(`${file} is not a ${kind} document of spark-loadtest: ${found}`, {
      hint: `Give the ${fileName} of a run.`,
    });
  }
  const [, found, version] = match;
  if (found !== kind) {
    throw new BadInputError(`${file} is a ${found} document, not ${kind}`, {
      hint: `Give the ${fileName} that lies beside it.`,
    });
  }
  if (Number(version) > READS_VERSION) {
    throw new BadInputError(
      `${file} has schema ${name}, which is newer than this spark-loadtest: it reads up to spark-loadtest/${kind}/v${READS_VERSION}`,
      { hint: "Update spark-loadtest, or give a file that this version wrote." },
    );
  }
}

/** The first few problems with where they are: `cases[3].status: Invalid option ...`. */
function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, ISSUES_SHOWN).map((issue) => {
    const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return `${path.replace(/^\./, "") || "the document"}: ${issue.message}`;
  });
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
