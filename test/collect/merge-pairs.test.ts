import { describe, expect, it } from "vitest";
import { mergePairs } from "../../src/collect/merge-pairs.ts";
import type { CaseResult } from "../../src/model/documents.ts";
import { planExecutions } from "../../src/plan/execution.ts";
import { buildCase, buildEvidence, buildSample } from "../analyse/builders.ts";

const { name, dimensions } = buildCase();
const executions = planExecutions([{ name, dimensions }], { image: "spark:old", pairs: 3 });
const resultOf = (prefix: string, changes: Partial<CaseResult> = {}): CaseResult => ({
  ...buildCase("window", { samples: [buildSample()], ...changes }),
  name: `${prefix}${name}`,
});
const byId = (results: readonly CaseResult[]) => new Map(results.map((result) => [result.name, result]));

describe("mergePairs", () => {
  it("makes a case of each side's executions, whatever order they ended in", () => {
    const executed = [
      resultOf("baseline/pair-2/", { finishedAt: "2026-11-23T07:00:00.000Z", samples: [buildSample({ cpuMs: 4 })] }),
      resultOf("", { samples: [buildSample({ cpuMs: 1 })] }),
      resultOf("baseline/", { samples: [buildSample({ cpuMs: 2 }), buildSample({ cpuMs: 3 })] }),
    ];
    const [baseline] = mergePairs(executions, byId(executed), "baseline");
    expect(baseline).toMatchObject({ name, status: "passed", attempts: 2, finishedAt: "2026-11-23T07:00:00.000Z" });
    expect(baseline!.samples.map(({ pair, metrics }) => [pair, metrics.cpuMs])).toEqual([
      [1, 2],
      [1, 3],
      [2, 4],
    ]);
    expect(mergePairs(executions, byId(executed), "current")).toHaveLength(1);
  });

  it.each([
    [
      "failed",
      [
        { status: "infrastructure", reason: "no room" },
        { status: "failed", reason: "why" },
      ],
      "why",
    ],
    ["infrastructure", [{}, { status: "infrastructure", reason: "no room" }], "no room"],
    ["flaky", [{ status: "flaky", reason: "at first" }, {}], "at first"],
    ["passed", [{}, {}], null],
  ] as const)("is %s as its worst execution is", (status, changes, reason) => {
    const executed = changes.map((change, index) => resultOf(index === 0 ? "" : "pair-2/", change));
    expect(mergePairs(executions, byId(executed), "current")).toEqual([expect.objectContaining({ status, reason })]);
  });

  it("has what went wrong in any of them in its evidence", () => {
    const lost = { executorId: "1", atMs: 0, reason: "killed", memoryKill: true };
    const executed = [
      resultOf(""),
      resultOf("pair-2/", { evidence: buildEvidence({ partial: true }) }),
      resultOf("pair-3/", { evidence: buildEvidence({ lostExecutors: [lost] }) }),
    ];
    expect(mergePairs(executions, byId(executed), "current")[0]!.evidence).toMatchObject({
      partial: true,
      lostExecutors: [lost],
    });
  });

  it("has no checksum where the executions disagree, and no case where there is none", () => {
    const executed = [resultOf("", { checksum: "a" }), resultOf("pair-2/", { checksum: "b" })];
    expect(mergePairs(executions, byId(executed), "current")[0]!.checksum).toBeNull();
    expect(mergePairs(executions, byId(executed), "baseline")).toEqual([]);
  });
});
