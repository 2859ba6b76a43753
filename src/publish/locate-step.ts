import { join } from "node:path";
import { readRegularFileSync } from "../lib/files/regular-file.ts";
import type { AnnotationProperties } from "./github/runner.ts";

/** An input as the workflow gives it. */
export interface GivenInput {
  readonly name: string;
  readonly value: string;
}

/**
 * Where annotations belong: the workflow's file at the step that uses this action, or at the line of one of its inputs. Only a file
 * that is checked out can be pointed into.
 *
 * @param actionRepository "org/spark-loadtest"; null where the action is used by its path
 */
export function locateStep(
  workspace: string,
  workflowFile: string | null,
  { actionRepository, input }: { readonly actionRepository: string | null; readonly input?: GivenInput | undefined },
): AnnotationProperties {
  if (workflowFile === null) return {};
  const lines = readLines(workspace, workflowFile);
  if (lines === null) return { file: workflowFile };
  const steps = findSteps(lines, actionRepository);
  const named = input === undefined ? [] : steps.flatMap((step) => findInput(lines, step, input.name));
  // Several steps may use the action: the one that gives this value is the one that was refused.
  const line = named.find((index) => lines[index]!.includes(input!.value)) ?? named[0] ?? steps[0];
  return line === undefined ? { file: workflowFile } : { file: workflowFile, startLine: line + 1 };
}

/** How many steps of a workflow's file use this action, or jobs its workflow; 0 where the file is not checked out. */
export function countSteps(workspace: string, workflowFile: string | null, actionRepository: string | null): number {
  const lines = workflowFile === null ? null : readLines(workspace, workflowFile);
  return lines === null ? 0 : findSteps(lines, actionRepository).length;
}

function readLines(workspace: string, workflowFile: string): string[] | null {
  try {
    return readRegularFileSync(join(workspace, workflowFile)).toString("utf8").split("\n");
  } catch {
    return null;
  }
}

/** Indexes of the lines that name this action, or a workflow of its repository. */
function findSteps(lines: readonly string[], actionRepository: string | null): number[] {
  const prefixes = actionRepository === null ? ["./"] : [`${actionRepository}@`, `${actionRepository}/`];
  const isStep = (line: string) => {
    const [, used = ""] = /^[\s-]*uses:\s*["']?([^\s"'#]+)/.exec(line) ?? [];
    return prefixes.some((prefix) => used.startsWith(prefix));
  };
  return lines.flatMap((line, index) => (isStep(line) ? [index] : []));
}

/** The line of an input of a step; none where it is not given. */
function findInput(lines: readonly string[], step: number, name: string): number[] {
  const begins = (line: string) => /^\s*-\s/.test(line);
  const first = lines.findLastIndex((line, index) => index <= step && begins(line));
  const next = lines.findIndex((line, index) => index > step && begins(line));
  const isNamed = new RegExp(`^[\\s{]*["']?${name}["']?\\s*:`);
  return lines.flatMap((line, index) =>
    index > first && (next === -1 || index < next) && isNamed.test(line) ? [index] : [],
  );
}
