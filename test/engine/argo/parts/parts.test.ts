import { describe, expect, it } from "vitest";
import { type ImageFacts, mayNeedParts, partsOf } from "../../../../src/engine/argo/parts/parts.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";
import type { Dimensions } from "../../../../src/model/documents.ts";
import { planExecutions } from "../../../../src/plan/execution.ts";
import { makeCase } from "../../../plan/make-case.ts";
import { makeTier } from "../../../plan/make-tier.ts";

/** What apache/spark:3.5.7 answered, but for its Python. */
const STOCK: ImageFacts = {
  python: "3.11",
  machine: "x86_64",
  libc: "glibc",
  libcVersion: "2.36",
  missingModules: ["grpc", "grpc_status", "google.protobuf", "pandas", "pyarrow"],
  jars: [],
};
const tier = makeTier();
const executionOf = (dimensions: Partial<Dimensions>) =>
  planExecutions([makeCase({ mode: "kubernetes", ...dimensions })], null)[0]!;
const namesOf = (dimensions: Partial<Dimensions>, facts: Partial<ImageFacts> = {}) => {
  const { client, jars } = partsOf(executionOf(dimensions), tier, "spark", { ...STOCK, ...facts });
  return [
    client === null ? null : `${client.sparkLine} ${client.platform.python} ${client.platform.tag}`,
    jars.map(({ artifact }) => artifact),
  ];
};

describe("a case needs", () => {
  it.each<[string, Partial<Dimensions>, boolean]>([
    ["nothing for spark-submit", { orchestrator: "submit", sparkVersion: "4.1.1" }, false],
    ["a client for Connect", { orchestrator: "connect", sparkVersion: "4.1.1" }, true],
    ["jars for Iceberg", { orchestrator: "submit", sparkVersion: "4.1.1", extensions: ["iceberg"] }, true],
  ])("%s", (_, dimensions, expected) => expect(mayNeedParts(executionOf(dimensions), tier)).toBe(expected));

  it.each<[string, Partial<Dimensions>, Partial<ImageFacts>, unknown]>([
    [
      "Connect on Spark 3.5",
      { orchestrator: "connect", sparkVersion: "3.5.7" },
      {},
      ["3 3.11 x86_64-manylinux_2_28", ["spark-connect_2.12"]],
    ],
    [
      "Connect on Spark 4",
      { orchestrator: "connect", sparkVersion: "4.1.1" },
      {},
      ["4 3.11 x86_64-manylinux_2_28", []],
    ],
    [
      "Connect where the image has its client",
      { orchestrator: "connect", sparkVersion: "4.1.1" },
      { missingModules: [] },
      [null, []],
    ],
    [
      "Connect where the image has its server",
      { orchestrator: "connect", sparkVersion: "3.5.7" },
      { missingModules: [], jars: ["spark-connect_2.12-3.5.7.jar"] },
      [null, []],
    ],
    [
      "Iceberg",
      { orchestrator: "submit", sparkVersion: "4.1.1", extensions: ["iceberg"] },
      {},
      [null, ["iceberg-spark-runtime-4.1_2.13"]],
    ],
    [
      "Iceberg where the image has it in a version of its own",
      { orchestrator: "submit", sparkVersion: "4.1.1", extensions: ["iceberg"] },
      { jars: ["iceberg-spark-runtime-4.1_2.13-9.0.jar"] },
      [null, []],
    ],
    [
      "both on an old image for ARM",
      { orchestrator: "connect", sparkVersion: "3.5.7", extensions: ["iceberg"] },
      { python: "3.8", machine: "aarch64", libcVersion: "2.27" },
      ["3 3.8 aarch64-manylinux_2_17", ["spark-connect_2.12", "iceberg-spark-runtime-3.5_2.12"]],
    ],
  ])("%s", (_, dimensions, facts, expected) => expect(namesOf(dimensions, facts)).toEqual(expected));

  it("wheels that nobody makes, where the image's C library is another", () => {
    const musl = () => namesOf({ orchestrator: "connect", sparkVersion: "4.1.1" }, { libc: "", libcVersion: "" });
    expect(musl).toThrow(InfrastructureError);
    expect(musl).toThrow("There are no wheels of Spark Connect's client for the image spark");
  });
});
