import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { execute } from "../../src/commands/dispatch/execute.ts";
import { readArguments } from "../../src/commands/dispatch/read-arguments.ts";
import { BadInputError } from "../../src/lib/errors.ts";
import { describeError } from "../../src/lib/text/describe-error.ts";

const ROOT = join(import.meta.dirname, "../..");

/** An input that the product got wrong, in words. */
export class Fault extends Error {
  override name = "Fault";
}

export interface Called {
  readonly code: number;
  readonly stdout: string;
}

/**
 * Runs a command of the product in this process, and holds it to what it promises: one of these ends, and nothing on the terminal that
 * a terminal or GitHub's runner would act on.
 *
 * @param codes that are right, beside that of bad input
 */
export async function callProduct(argv: readonly string[], codes: readonly number[] = [0]): Promise<Called> {
  const { stdout, stderr } = process;
  const written = { stdout: "", stderr: "" };
  const restore = [stdout.write, stderr.write] as const;
  const listen = (name: "stdout" | "stderr") => (text: string | Uint8Array) => {
    written[name] += String(text);
    return true;
  };
  stdout.write = listen("stdout");
  stderr.write = listen("stderr");
  let code: number;
  try {
    const command = readArguments(argv, {}, "0.0.0");
    if (command === null) throw new Fault(`${argv[0]} is no command`);
    code = await execute(command, { assetsDirectory: ROOT, toolVersion: "0.0.0" });
  } catch (error) {
    const described = describeError(error);
    if (described.exitCode === 1) throw error;
    code = described.exitCode;
    stderr.write(described.text);
  } finally {
    [stdout.write, stderr.write] = restore;
  }
  const ran = argv.join(" ");
  if (code !== 2 && !codes.includes(code)) throw new Fault(`\`${ran}\` ended with ${code}: ${written.stderr}`);
  checkTerminal(written.stdout, `the output of \`${ran}\``);
  checkTerminal(written.stderr, `what \`${ran}\` says`);
  return { code, stdout: written.stdout };
}

/** Calls one function of the product, which may refuse its input. */
export async function mayRefuse<T>(
  use: () => T | Promise<T>,
  refusal: abstract new (...args: never) => Error = BadInputError,
): Promise<T | undefined> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof refusal) return undefined;
    throw error;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/** Throws for a text with characters that a terminal, a browser or an XML parser acts on. */
export function checkText(text: string, what: string): void {
  const found = CONTROL.exec(text);
  if (found === null) return;
  const around = JSON.stringify(text.slice(Math.max(0, found.index - 40), found.index + 40));
  throw new Fault(`${what} has U+${found[0].charCodeAt(0).toString(16).padStart(4, "0")} in it: ${around}`);
}

function checkTerminal(text: string, what: string): void {
  checkText(text, what);
  const command = /^[^\S\n]*::.*|.*##\[.*/m.exec(text);
  if (command !== null) throw new Fault(`${what} has a runner's command in it: ${JSON.stringify(command[0])}`);
}

const ajv = new Ajv2020({ allErrors: false });
const schemas = new Map<string, ValidateFunction>();

/** Throws for a text that is no document of this schema in `docs/schemas`. Gives the document. */
export function checkDocument(text: string, schema: string): unknown {
  let validate = schemas.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(JSON.parse(readFileSync(join(ROOT, `docs/schemas/${schema}.schema.json`), "utf8")));
    schemas.set(schema, validate);
  }
  const document: unknown = JSON.parse(text);
  if (!validate(document)) throw new Fault(`no document of docs/schemas/${schema}: ${ajv.errorsText(validate.errors)}`);
  return document;
}
