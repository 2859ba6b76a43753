import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addAdvice, failWithoutGpu, GpuAdviceReader, judgeGpu, readGpuAdvice } from "../../src/collect/not-on-gpu.ts";
import type { CaseResult } from "../../src/model/documents.ts";
import { dimensions, notPassed, passed } from "../report/fixtures.ts";

/** Lines of a real driver's log: Spark 4.0.5, the plugin 26.08.1 in its explain-only mode. */
const LOG = join(import.meta.dirname, "../fixtures/rapids/explained-4.0.5.txt");
const explained: CaseResult = { ...notPassed("t", dimensions(), "explained", "no GPU"), attempts: 1 };
const NO_ADVICE = { version: null, build: null, notOnGpu: [] };

describe("what the plugin said in a log", () => {
  it("is each operator with its reason, counted over all plans", async () => {
    const advice = await readGpuAdvice(LOG);
    expect(advice).toEqual({
      version: "26.08.1",
      build: "4.0.4",
      notOnGpu: [
        {
          operator: "ShuffleExchangeExec",
          reason: "Columnar exchange without columnar children is inefficient",
          count: 3,
        },
        { operator: "ObjectHashAggregateExec", reason: "not all expressions can be replaced", count: 3 },
        {
          operator: "ApproximatePercentile",
          reason: "ANSI mode not supported for percentile_approx(id, 0.5, 10000, 0, 0) with LongType result type",
          count: 3,
        },
        {
          operator: "AQEShuffleReadExec",
          reason: "Unable to replace CustomShuffleReader due to child not being columnar",
          count: 2,
        },
      ],
    });
  });

  it("is told of what the plugin does not know at all, too", async () => {
    const { version, build, notOnGpu } = await readGpuAdvice(LOG.replace("4.0.5", "3.5.7"));
    expect([version, build]).toEqual(["25.04.0", "3.5.5"]);
    expect(notOnGpu).toContainEqual({
      operator: "BitXorAgg",
      reason:
        "GPU does not currently support the operator class org.apache.spark.sql.catalyst.expressions.aggregate.BitXorAgg",
      count: 2,
    });
  });

  it("is that of the last attempt", () => {
    const reader = new GpuAdviceReader();
    const said = "!Exec <SortExec> cannot run on GPU because it is small";
    for (const line of ["=== attempt 1, Spark", said, said, "=== attempt 2, Spark", said, "=== attempt 2, Spark", said])
      reader.add(line);
    expect(reader.advice().notOnGpu).toEqual([{ operator: "SortExec", reason: "it is small", count: 2 }]);
  });

  it("is bounded", () => {
    const reader = new GpuAdviceReader();
    for (let index = 0; index < 1000; index++)
      reader.add(`  !Exec <Exec${index}> cannot run on GPU because ${"x".repeat(1000)}`);
    const { notOnGpu } = reader.advice();
    expect(notOnGpu).toHaveLength(50);
    expect(notOnGpu[0]!.reason).toHaveLength(200);
  });

  it("is nothing where there is no log", async () => {
    expect(await readGpuAdvice(`${LOG}.none`)).toEqual(NO_ADVICE);
  });
});

describe("an explained case", () => {
  it("says what would not run on a GPU, and by which build it is said", async () => {
    const { status, reason, notOnGpu } = await judgeGpu(explained, LOG);
    expect(status).toBe("explained");
    expect(notOnGpu).toHaveLength(4);
    expect(reason).toBe(
      "No GPU: ran on the CPU, explained by the RAPIDS Accelerator 26.08.1, whose build for Spark 4.0.4 was used. Not on a GPU: ShuffleExchangeExec (Columnar exchange without columnar children is inefficient); ObjectHashAggregateExec (not all expressions can be replaced); ApproximatePercentile (ANSI mode not supported for percentile_approx(id, 0.5, 10000, 0, 0) with LongType result type); 1 more in results.json.",
    );
  });

  it("of which all would run on one, says so", () => {
    const { reason, notOnGpu } = addAdvice(explained, { version: "26.08.1", build: null, notOnGpu: [] });
    expect(notOnGpu).toEqual([]);
    expect(reason).toBe(
      "No GPU: ran on the CPU, explained by the RAPIDS Accelerator 26.08.1. It names nothing that would not run on a GPU.",
    );
  });

  it("has failed where the plugin left no word", async () => {
    const { status, reason } = await judgeGpu(explained, `${LOG}.none`);
    expect(status).toBe("failed");
    expect(reason).toContain("left no word in the driver's log");
  });

  it("that failed stays so", async () => {
    const failed = { ...explained, status: "failed" as const, reason: "wrong" };
    expect(await judgeGpu(failed, LOG)).toBe(failed);
  });
});

describe("a case that was to run on a GPU", () => {
  const withNodes = (...nodesOfSamples: string[][]): CaseResult => {
    const result = passed("t", dimensions());
    const [first] = result.samples;
    return {
      ...result,
      samples: nodesOfSamples.map((planNodes) => ({
        ...first!,
        stages: [
          { ...first!.stages[0]!, planNodes: ["Scan parquet"] },
          { ...first!.stages[0]!, planNodes },
        ],
      })),
    };
  };

  it("has passed where every sample has run a node of the plugin", () => {
    const result = withNodes(["GpuHashAggregate"], ["GpuScan parquet", "GpuColumnarToRow"]);
    expect(failWithoutGpu(result)).toBe(result);
  });

  it.each([
    ["a sample ran on the CPU", withNodes(["GpuHashAggregate"], ["HashAggregate"]), "1 of 2 samples"],
    ["all did", withNodes(["HashAggregate"]), "1 of 1 samples"],
    ["nothing was measured", withNodes(), "0 of 0 samples"],
  ])("has failed where %s", (_, result, words) => {
    expect(failWithoutGpu(result)).toMatchObject({
      status: "failed",
      reason: `${words} ran nothing on a GPU: no stage has a node of the RAPIDS Accelerator (Gpu...). The log says why, in lines with "cannot run on GPU".`,
    });
  });
});
