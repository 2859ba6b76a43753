import { readFile } from "node:fs/promises";
import { groupBy } from "../lib/group-by.ts";
import type { CaseResult } from "../model/documents.ts";

/** Dimensions that must not change an operation's result. */
const SAME_RESULT_ACROSS = new Set(["sparkVersion", "orchestrator", "mode", "extensions"]);

/** What cases have in common that must give the same rows. */
function resultGroup({ dimensions }: CaseResult): string {
  return Object.entries(dimensions)
    .filter(([name]) => !SAME_RESULT_ACROSS.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

/**
 * Fails the passed cases whose operation gave another result than it has to: the known one where there is one, else that of
 * most cases of the same operation and data. Where as many say one thing as another, all of them fail: nobody can tell which
 * is right.
 *
 * @param known gives the recorded checksum of an operation on a data size, or undefined
 */
export function failWrongResults(
  cases: readonly CaseResult[],
  known: (operation: string, dataSize: string) => string | undefined,
): CaseResult[] {
  const groups = groupBy(
    cases.filter(({ status, checksum }) => (status === "passed" || status === "explained") && checksum !== null),
    resultGroup,
  );
  const reasons = new Map<string, string>();
  for (const group of groups.values()) {
    const { operation, dataSize } = group[0]!.dimensions;
    const recorded = known(operation, dataSize);
    const votes = [...groupBy(group, ({ checksum }) => checksum).entries()].sort((a, b) => b[1].length - a[1].length);
    const [first, second] = votes;
    const undecided = recorded === undefined && second !== undefined && second[1].length === first![1].length;
    const right = recorded ?? (undecided ? undefined : first![0]);
    for (const each of group) {
      if (each.checksum === right) continue;
      const others = votes
        .filter(([checksum]) => checksum !== each.checksum)
        .map(([checksum, [one]]) => `${checksum} in ${one!.name}`)
        .join(", ");
      const comparison =
        right === undefined ? `and it is ${others}` : recorded === undefined ? `not ${others}` : `not ${right}`;
      reasons.set(
        each.name,
        `Wrong result: the checksum of ${operation} on ${dataSize} is ${each.checksum}, ${comparison}.`,
      );
    }
  }
  return cases.map((each) => {
    const reason = reasons.get(each.name);
    return reason === undefined ? each : { ...each, status: "failed", reason };
  });
}

/** The recorded checksums of the built-in workload on its own data: data size, then operation. */
export async function readKnownChecksums(path: string): Promise<Record<string, Record<string, string>>> {
  return JSON.parse(await readFile(path, "utf8"));
}
