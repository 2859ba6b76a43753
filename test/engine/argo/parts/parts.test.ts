import { describe, expect, it } from "vitest";
import { type ImageFacts, mayNeedParts, partsOf } from "../../../../src/engine/argo/parts/parts.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";
import type { Dimensions } from "../../../../src/model/documents.ts";
import { planExecutions } from "../../../../src/plan/execution.ts";
import { makeCase } from "../../../plan/make-case.ts";
import { makeTier } from "../../../plan/make-tier.ts";
import { makeSettings } from "../../../spec/make-spec.ts";

/** What apache/spark:3.5.7 answered, but for its Python. */
const STOCK: ImageFacts = {
  python: "3.11",
  machine: "x86_64",
  libc: "glibc",
  libcVersion: "2.36",
  hadoop: "3.3.4",
  missingModules: ["grpc", "grpc_status", "google.protobuf", "pandas", "pyarrow"],
  jars: [],
};
const spec = { tier: makeTier(), settings: makeSettings() };
const executionOf = (dimensions: Partial<Dimensions>) =>
  planExecutions([makeCase({ mode: "kubernetes", ...dimensions })], null)[0]!;
const namesOf = (dimensions: Partial<Dimensions>, facts: Partial<ImageFacts> = {}, of = spec) => {
  const { client, jars } = partsOf(executionOf(dimensions), of, "spark", { ...STOCK, ...facts });
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
  ])("%s", (_, dimensions, expected) => expect(mayNeedParts(executionOf(dimensions), spec)).toBe(expected));

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

  describe("S3A", () => {
    const settings = makeSettings({ dataDirectory: "s3a://bucket/trips" });
    const of = { ...spec, settings };
    const submit = { orchestrator: "submit", sparkVersion: "3.5.7" } as const;

    it.each<[string, typeof spec]>([
      ["data in a bucket", of],
      [
        "a property of S3A",
        { ...spec, settings: makeSettings({ conf: { "spark.hadoop.fs.s3a.endpoint": "http://x" } }) },
      ],
      ["an argument", { ...spec, settings: makeSettings({ workloadArgs: ["--in=s3a://bucket/x"] }) }],
      [
        "a property with an address",
        { ...spec, settings: makeSettings({ conf: { "spark.my.in": "s3a://bucket/x" } }) },
      ],
    ])("for %s, with the SDK of the image's Hadoop", (_, given) => {
      expect(mayNeedParts(executionOf(submit), given)).toBe(true);
      expect(namesOf(submit, {}, given)).toEqual([null, ["hadoop-aws", "aws-java-sdk-bundle"]]);
      expect(namesOf(submit, { hadoop: "3.4.2" }, given)).toEqual([
        null,
        ["hadoop-aws", "bundle", "analyticsaccelerator-s3"],
      ]);
    });

    it("not where the image has it, or the user brings it", () => {
      expect(namesOf(submit, { jars: ["hadoop-aws-3.3.4.jar"] }, of)).toEqual([null, []]);
      const conf = { "spark.jars.packages": "org.apache.hadoop:hadoop-aws:3.3.4" };
      const brought = { ...spec, settings: makeSettings({ ...settings, conf }) };
      expect(mayNeedParts(executionOf(submit), brought)).toBe(false);
    });

    it("of a Hadoop for which none is known is refused", () => {
      expect(() => namesOf(submit, { hadoop: "3.3.6" }, of)).toThrow(
        "The image spark has Hadoop 3.3.6 and no S3A, whose jars are known for Hadoop 3.3.4, 3.4.1, 3.4.2, 3.5.0.",
      );
      expect(() => namesOf(submit, { hadoop: "" }, of)).toThrow(InfrastructureError);
    });
  });
});
