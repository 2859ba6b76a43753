import { type AnnotationProperties, error, warning } from "@actions/core";
import { writeLines } from "../../lib/process/output.ts";
import { toLogText } from "../../lib/text/printable.ts";
import { redactText } from "../../lib/text/redact.ts";

/** The only file that uses @actions/core, whose `info` writes what it is given: a line of it could be a command to the runner. */
export { type AnnotationProperties, getInput, getState, saveState, setOutput, setSecret, summary } from "@actions/core";

/** A line in the log of the step. */
export function note(text: string): void {
  writeLines(process.stdout, [text]);
}

/** A message that GitHub shows on the page of the run, and at the place in a file that the properties name. */
export function annotate(level: "error" | "warning", message: string, properties: AnnotationProperties = {}): void {
  const command = level === "error" ? error : warning;
  command(toLogText(redactText(message)), properties);
}

export function warn(message: string): void {
  annotate("warning", message);
}
