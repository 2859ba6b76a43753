import { describe, expect, it } from "vitest";
import { failWrongResults } from "../../src/collect/checksums.ts";
import type { CaseResult } from "../../src/model/documents.ts";

function caseOf(
  sparkVersion: string,
  checksum: string | null,
  more: Partial<CaseResult> & { dataSize?: string } = {},
): CaseResult {
  const { dataSize = "tiny", ...rest } = more;
  return {
    name: `t_${sparkVersion}_join_${dataSize}`,
    dimensions: { sparkVersion, orchestrator: "submit", mode: "local", extensions: [], operation: "join", dataSize },
    status: "passed",
    reason: null,
    attempts: 1,
    namespace: null,
    startedAt: null,
    finishedAt: null,
    checksum,
    samples: [],
    evidence: null,
    ...rest,
  };
}
const unknown = () => undefined;
const verdicts = (
  cases: readonly CaseResult[],
  known: (operation: string, size: string) => string | undefined = unknown,
) => failWrongResults(cases, known).map(({ status, reason }) => (reason === null ? status : `${status}: ${reason}`));

describe("failWrongResults", () => {
  it("passes what agrees, and what has no checksum", () => {
    expect(verdicts([caseOf("3.5", "a"), caseOf("4.0", "a"), caseOf("4.1", null)])).toEqual([
      "passed",
      "passed",
      "passed",
    ]);
  });

  it("fails the minority", () => {
    expect(verdicts([caseOf("3.5", "a"), caseOf("4.0", "b"), caseOf("4.1", "a")])).toEqual([
      "passed",
      "failed: Wrong result: the checksum of join on tiny is b, not a in t_3.5_join_tiny.",
      "passed",
    ]);
  });

  it("fails all where nobody can tell which is right", () => {
    expect(verdicts([caseOf("3.5", "a"), caseOf("4.1", "b")])).toEqual([
      "failed: Wrong result: the checksum of join on tiny is a, and it is b in t_4.1_join_tiny.",
      "failed: Wrong result: the checksum of join on tiny is b, and it is a in t_3.5_join_tiny.",
    ]);
  });

  it("takes the recorded checksum over any majority, also for one case alone", () => {
    const known = (operation: string, size: string) => (operation === "join" && size === "tiny" ? "a" : undefined);
    expect(
      verdicts([caseOf("3.5", "b"), caseOf("4.0", "b"), caseOf("4.1", "a")], known).map((text) => text.slice(0, 6)),
    ).toEqual(["failed", "failed", "passed"]);
    expect(verdicts([caseOf("4.1", "b")], known)).toEqual([
      "failed: Wrong result: the checksum of join on tiny is b, not a.",
    ]);
  });

  it("compares the same data and the same own dimensions only, and leaves failed cases as they are", () => {
    const own = (value: string, checksum: string) => {
      const result = caseOf("4.1", checksum);
      return { ...result, name: value, dimensions: { ...result.dimensions, format: value } };
    };
    expect(verdicts([caseOf("3.5", "a"), caseOf("3.5", "b", { dataSize: "1gb" })])).toEqual(["passed", "passed"]);
    expect(verdicts([own("orc", "a"), own("csv", "b")])).toEqual(["passed", "passed"]);
    expect(verdicts([caseOf("3.5", "a"), caseOf("4.1", "b", { status: "failed", reason: "boom" })])).toEqual([
      "passed",
      "failed: boom",
    ]);
  });
});
