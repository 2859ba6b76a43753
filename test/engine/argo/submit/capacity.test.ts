import type { V1Node } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import {
  describeNodes,
  hasGpu,
  maxParallelOnNodes,
  parseQuantity,
} from "../../../../src/engine/argo/submit/capacity.ts";
import type { Execution } from "../../../../src/plan/execution.ts";
import type { Tier } from "../../../../src/plan/matrix/tier.ts";
import { makeCase } from "../../../plan/make-case.ts";
import { makeTier } from "../../../plan/make-tier.ts";
import { makeSettings } from "../../../spec/make-spec.ts";

it.each([
  ["4", 4],
  ["3920m", 3.92],
  ["16Gi", 16 * 2 ** 30],
  ["24576000Ki", 24_576_000 * 1024],
  ["128M", 128e6],
  ["1.5", 1.5],
])("parseQuantity(%s)", (text, expected) => {
  expect(parseQuantity(text)).toBeCloseTo(expected, 6);
});

it.each(["", "four", "1 Gi", "-1"])("parseQuantity(%j) is none", (text) => {
  expect(parseQuantity(text)).toBeNaN();
});

const node = (cpu: string, memory: string, more: Partial<V1Node["spec"]> = {}): V1Node => ({
  metadata: { labels: { "node.kubernetes.io/instance-type": "m5.large" } },
  spec: { ...more },
  status: { allocatable: { cpu, memory }, nodeInfo: { osImage: "Debian", kernelVersion: "6.1" } as never },
});
const tier = (cores: number, memoryMb: number, executors = 1) => makeTier({ cores, memoryMb, executors });
const specOf = (ofTier: Tier, conf = {}) => ({ tier: ofTier, settings: makeSettings({ conf }) });
const execution = (mode: string) => ({ case: makeCase({ mode }) }) as Execution;
const TAINT = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };

describe("maxParallelOnNodes", () => {
  it.each([
    ["a runner's one node, by cores", [node("4", "16Gi")], tier(2, 1024), 2],
    ["by memory", [node("16", "8Gi")], tier(2, 1024), 2],
    ["a node that is too small gets one all the same", [node("1", "1Gi")], tier(2, 1024), 1],
    ["a case does not stretch over two nodes", [node("3", "64Gi"), node("3", "64Gi")], tier(2, 1024), 2],
    ["never more than 16", [node("256", "1Ti")], tier(2, 1024), 16],
    ["control planes are not counted", [node("64", "64Gi", { taints: [TAINT] }), node("4", "64Gi")], tier(2, 1024), 2],
    ["nor cordoned nodes", [node("64", "64Gi", { unschedulable: true }), node("4", "64Gi")], tier(2, 1024), 2],
    ["no node at all", [], tier(2, 1024), 1],
    ["several executors, by cores", [node("12", "64Gi")], tier(2, 1024, 3), 2],
    // Of 8 GiB two executors of 1.5 GiB and a driver of 2 GiB leave 3 GiB.
    ["several executors, by memory", [node("64", "8Gi")], tier(2, 1024, 2), 1],
    ["a second driver that has no room", [node("64", "9.9Gi")], tier(2, 1024, 2), 1],
    ["and one that has", [node("64", "10Gi")], tier(2, 1024, 2), 2],
    ["several executors over two nodes", [node("2", "8Gi"), node("6", "8Gi")], tier(2, 1024, 4), 1],
    ["executors for which there is no room together", [node("2", "8Gi")], tier(2, 1024, 4), 1],
  ])("%s", (_, nodes, ofTier, expected) => {
    expect(maxParallelOnNodes(nodes, [execution("kubernetes")], specOf(ofTier))).toBe(expected);
  });

  it("leaves room for the master and the worker of a case in the mode standalone", () => {
    const nodes = [node("16", "8Gi")];
    expect(maxParallelOnNodes(nodes, ["kubernetes", "standalone"].map(execution), specOf(tier(2, 1024)))).toBe(1);
  });

  it("counts the executors that a case's own Spark properties ask for, and none where the driver is alone", () => {
    const nodes = [node("12", "64Gi")];
    const conf = { "spark.executor.instances": "6" };
    expect(maxParallelOnNodes(nodes, [execution("kubernetes")], specOf(tier(2, 1024), conf))).toBe(1);
    expect(maxParallelOnNodes(nodes, [execution("local")], specOf(tier(2, 1024, 6), conf))).toBe(6);
    const byOperation = { operation: { read: { "spark.executor.instances": "3" } } };
    const ofRead = { ...tier(2, 1024), sparkConf: { all: {}, byDimension: byOperation } };
    const cases = ["join", "read"].map(
      (operation) => ({ case: makeCase({ mode: "kubernetes", operation }) }) as Execution,
    );
    expect(maxParallelOnNodes(nodes, cases, specOf(ofRead))).toBe(2);
  });
});

it("describes the nodes as the machine of the results", () => {
  expect(describeNodes([node("3920m", "8Gi"), node("3920m", "8Gi")])).toEqual({
    cpus: 7,
    memoryBytes: 16 * 2 ** 30,
    os: "Debian 6.1",
    cpuModel: "m5.large",
  });
});

describe("hasGpu", () => {
  const withGpus = (count: string, spec: V1Node["spec"] = {}): V1Node => ({
    spec,
    status: { allocatable: { cpu: "4", "nvidia.com/gpu": count } },
  });
  it.each([
    ["no node", [], false],
    ["no device plugin", [node("4", "16Gi")], false],
    ["none that is free for pods", [withGpus("0")], false],
    ["one", [node("4", "16Gi"), withGpus("1")], true],
    [
      "behind the taint of its own",
      [withGpus("2", { taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }] })],
      true,
    ],
    ["on a cordoned node", [withGpus("2", { unschedulable: true })], false],
  ])("%s", (_, nodes, expected) => expect(hasGpu(nodes)).toBe(expected));
});
