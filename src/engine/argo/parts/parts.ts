import { InfrastructureError } from "../../../lib/errors.ts";
import { ownValue } from "../../../lib/own-value.ts";
import { PINS } from "../../../lib/pins.ts";
import { isAtLeast, lineOf } from "../../../lib/versions.ts";
import type { Case } from "../../../model/documents.ts";
import type { Execution } from "../../../plan/execution.ts";
import { type Jar, jarsOf } from "../../../plan/jars.ts";
import { givenConfOf } from "../../../plan/matrix/spark-conf.ts";
import type { RunSpec } from "../../../spec/spec.ts";
import type { PackagePlatform } from "../../local/install/package-installer.ts";

/** What an image has, as workflows/image_facts.py tells it. */
export interface ImageFacts {
  /** "3.11" */
  readonly python: string;
  /** As the kernel names it: "x86_64". */
  readonly machine: string;
  /** "glibc", and "" where it is another. */
  readonly libc: string;
  /** "2.36" */
  readonly libcVersion: string;
  /** "3.4.2", and "" where none is known. */
  readonly hadoop: string;
  /** Python modules of Spark Connect's client that it lacks. */
  readonly missingModules: readonly string[];
  /** Names of its jars of Connect's server, of Iceberg, of RAPIDS and of S3A. */
  readonly jars: readonly string[];
}

/** What the pod of a case gets beside its image. */
export interface Parts {
  /** Spark Connect's client of this line of Spark: "4"; null where the image has one, or none is needed. */
  readonly client: { readonly sparkLine: string; readonly platform: PackagePlatform } | null;
  readonly jars: readonly Jar[];
}

/** The oldest of glibc that the wheels of today are made for, newest first; https://peps.python.org/pep-0600/ */
const MANYLINUX = ["2.28", "2.17"];

type PartsSpec = Pick<RunSpec, "tier" | "settings">;

/** Whether an execution needs anything that an image of Spark may lack. */
export function mayNeedParts({ case: testCase }: Execution, spec: PartsSpec): boolean {
  return (
    testCase.dimensions.orchestrator === "connect" || jarsOf(testCase, spec.tier).length > 0 || usesS3a(testCase, spec)
  );
}

const S3A = "hadoop-aws";

/** Whether a case names an address of S3A or one of its properties, and no jar for it. */
function usesS3a(testCase: Case, spec: PartsSpec): boolean {
  const { tier, settings } = spec;
  const conf = Object.entries(givenConfOf(testCase, spec));
  const { dataDirectory, workloadArgs } = settings;
  const texts = [
    dataDirectory ?? "",
    ...workloadArgs,
    ...(tier.workload?.args ?? []),
    ...conf.map(([, value]) => value),
  ];
  const names =
    conf.some(([name]) => name.startsWith("spark.hadoop.fs.s3a.")) || texts.some((text) => text.includes("s3a://"));
  return names && !conf.some(([name, value]) => name.startsWith("spark.jars") && value.includes(S3A));
}

/** The jars of S3A for the Hadoop of an image. Throws InfrastructureError for one that none are known for. */
function s3aJars(image: string, { hadoop }: ImageFacts): readonly Jar[] {
  const jars = ownValue<readonly Jar[]>(PINS.jars.s3a, hadoop);
  if (jars !== undefined) return jars;
  throw new InfrastructureError(
    `The image ${image} has Hadoop ${hadoop || "of no version that is known"} and no S3A, whose jars are known for Hadoop ${Object.keys(PINS.jars.s3a).join(", ")}.`,
    {
      hint: "Give an image with hadoop-aws and its AWS SDK, or the jars: --conf spark.jars.packages=org.apache.hadoop:hadoop-aws:VERSION",
    },
  );
}

/**
 * What an execution needs beside what its image has.
 *
 * @param image for people
 * @throws InfrastructureError for an image that nobody makes wheels for, or that lacks S3A and has a Hadoop that none is known for
 */
export function partsOf({ case: testCase }: Execution, spec: PartsSpec, image: string, facts: ImageFacts): Parts {
  const { sparkVersion, orchestrator } = testCase.dimensions;
  const has = (family: string) => facts.jars.some((name) => name.startsWith(family));
  const needsClient = orchestrator === "connect" && facts.missingModules.length > 0;
  const s3a = usesS3a(testCase, spec) && !has(S3A) ? s3aJars(image, facts) : [];
  return {
    client: needsClient ? { sparkLine: lineOf(sparkVersion, 1), platform: platformOf(image, facts) } : null,
    jars: [...jarsOf(testCase, spec.tier).filter(({ artifact }) => !has(familyOf(artifact))), ...s3a],
  };
}

/** Without the line of Scala: "iceberg-spark-runtime-4.1" for "iceberg-spark-runtime-4.1_2.13". */
function familyOf(artifact: string): string {
  return artifact.split("_", 1)[0]!;
}

function platformOf(image: string, { python, machine, libc, libcVersion }: ImageFacts): PackagePlatform {
  const glibc = MANYLINUX.find((version) => isAtLeast(libcVersion, version));
  if (libc === "glibc" && glibc !== undefined) {
    return { python, tag: `${machine}-manylinux_${glibc.replace(".", "_")}` };
  }
  throw new InfrastructureError(
    `There are no wheels of Spark Connect's client for the image ${image}: its C library is ${libc || "none that is known"} ${libcVersion}.`,
    { hint: "Give an image that has the client (docs/images.md), or leave Connect out: --only orchestrator=submit" },
  );
}
