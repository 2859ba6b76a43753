import { describe, expect, it } from "vitest";
import { mergePairs } from "../../src/collect/merge-pairs.ts";
import type { CaseResult, Plan } from "../../src/model/documents.ts";
import { buildCase, buildEvidence, buildSample } from "../analyse/builders.ts";

const { name, dimensions } = buildCase();
const plan: Plan = { schema: "spark-loadtest/plan/v1", tier: "quick", cases: [{ name, dimensions }] };
const execution = (prefix: string, changes: Partial<CaseResult> = {}): CaseResult => ({
  ...buildCase("window", { samples: [buildSample()], ...changes }),
  name: `${prefix}${name}`,
});

describe("mergePairs", () => {
  it("makes a case of each side's executions, whatever order they ended in", () => {
    const executed = [
      execution("baseline/pair-2/", { finishedAt: "2026-11-23T07:00:00.000Z", samples: [buildSample({ cpuMs: 4 })] }),
      execution("", { samples: [buildSample({ cpuMs: 1 })] }),
      execution("baseline/", { samples: [buildSample({ cpuMs: 2 }), buildSample({ cpuMs: 3 })] }),
    ];
    const [baseline] = mergePairs(plan, executed, "baseline");
    expect(baseline).toMatchObject({ name, status: "passed", attempts: 2, finishedAt: "2026-11-23T07:00:00.000Z" });
    expect(baseline!.samples.map(({ pair, metrics }) => [pair, metrics.cpuMs])).toEqual([
      [1, 2],
      [1, 3],
      [2, 4],
    ]);
    expect(mergePairs(plan, executed, "current")).toHaveLength(1);
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
    const executed = changes.map((change, index) => execution(index === 0 ? "" : "pair-2/", change));
    expect(mergePairs(plan, executed, "current")).toEqual([expect.objectContaining({ status, reason })]);
  });

  it("has what went wrong in any of them in its evidence", () => {
    const lost = { executorId: "1", atMs: 0, reason: "killed", memoryKill: true };
    const executed = [
      execution(""),
      execution("pair-2/", { evidence: buildEvidence({ partial: true }) }),
      execution("pair-3/", { evidence: buildEvidence({ lostExecutors: [lost] }) }),
    ];
    expect(mergePairs(plan, executed, "current")[0]!.evidence).toMatchObject({ partial: true, lostExecutors: [lost] });
  });

  it("has no checksum where the executions disagree, and no case where there is none", () => {
    const executed = [execution("", { checksum: "a" }), execution("pair-2/", { checksum: "b" })];
    expect(mergePairs(plan, executed, "current")[0]!.checksum).toBeNull();
    expect(mergePairs(plan, executed, "baseline")).toEqual([]);
  });
});
