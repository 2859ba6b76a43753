import { ESCAPE_SEQUENCE, UNPRINTABLE } from "../../lib/text/printable.ts";
import { redactText } from "../../lib/text/redact.ts";

const LONGEST_LINE = 300;
/** What is far behind what is shown is not searched. */
const LOOKED_THROUGH = 8 * LONGEST_LINE;

/** Text without what drives a terminal, and without the passwords of URLs. */
export function redact(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCE, "")
    .replace(UNPRINTABLE, "")
    .replace(/(:\/\/)[^\s/@]+@/g, "$1***@");
}

/** One line for people: without secrets, trimmed and cut off. */
export function toReason(line: string): string {
  const text = redactText(redact(line.slice(0, LOOKED_THROUGH)))
    .replace(/\s+/g, " ")
    .trim();
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 3)}...` : text;
}

/** The last lines of a tool's output that say something: those that name an error, else the last ones. */
export function tellingLines(output: string, count: number): string[] {
  const lines = output
    .split(/[\r\n]+/)
    .map(toReason)
    .filter((line) => line !== "");
  const errors = lines.filter((line) => /^(?:error|fatal|cause|caused by|\S+Error)\b/i.test(line));
  return (errors.length > 0 ? errors : lines).slice(-count);
}
