import { expect, test } from "vitest";
import { isPlumbing, isWrapper } from "../../src/model/plan-nodes.ts";

test.each([
  ["WholeStageCodegen (12)", "wrapper"],
  ["InputAdapter", "wrapper"],
  ["Project", "plumbing"],
  ["ColumnarToRow", "plumbing"],
  ["AQEShuffleRead", "plumbing"],
  ["AQEShuffleRead coalesced", "plumbing"],
  ["CustomShuffleReader", "plumbing"],
  ["ShuffleQueryStage", "plumbing"],
  ["Exchange", "work"],
  ["SortMergeJoin", "work"],
  ["GpuColumnarToRow", "work"],
  ["Scan parquet", "work"],
])("the node %s is %s", (node, kind) => {
  expect(isWrapper(node) ? "wrapper" : isPlumbing(node) ? "plumbing" : "work").toBe(kind);
});
