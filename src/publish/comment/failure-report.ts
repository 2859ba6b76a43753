import { ExitCode, errorMessage, LoadtestError } from "../../lib/errors.ts";
import { toPrintable } from "../../lib/text/printable.ts";
import { redactText } from "../../lib/text/redact.ts";

const MOST_CHARACTERS = 8_000;

const TITLES: Readonly<Partial<Record<ExitCode, string>>> = {
  [ExitCode.badInput]: "bad input",
  [ExitCode.infrastructure]: "infrastructure failed",
  [ExitCode.timeout]: "timeout",
};

/** The report of a run that came to no verdict, as GitHub Markdown: why, and what to do. */
export function renderFailure(error: unknown): string {
  const [exitCode, hint] =
    error instanceof LoadtestError ? [error.exitCode, error.hint] : [ExitCode.internal, undefined];
  const text = `${errorMessage(error)}${hint === undefined ? "" : `\n\n${hint}`}`;
  return `## ! No verdict: ${TITLES[exitCode] ?? "internal error"}\n\n${codeBlock(text)}\n`;
}

/** Text of any kind that nothing in Markdown or HTML acts on: a fence longer than any run of backticks in it. */
function codeBlock(text: string): string {
  const shown = redactText(toPrintable(text)).slice(0, MOST_CHARACTERS);
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}
