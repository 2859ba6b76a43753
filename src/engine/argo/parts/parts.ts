import { InfrastructureError } from "../../../lib/errors.ts";
import { isAtLeast, lineOf } from "../../../lib/versions.ts";
import type { Execution } from "../../../plan/execution.ts";
import { type Jar, jarsOf } from "../../../plan/jars.ts";
import type { Tier } from "../../../plan/matrix/tier.ts";
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
  /** Python modules of Spark Connect's client that it lacks. */
  readonly missingModules: readonly string[];
  /** Names of its jars of Connect's server and of Iceberg. */
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

/** Whether an execution needs anything that an image of Spark may lack. */
export function mayNeedParts({ case: testCase }: Execution, tier: Tier): boolean {
  return testCase.dimensions.orchestrator === "connect" || jarsOf(testCase, tier).length > 0;
}

/**
 * What an execution needs beside what its image has.
 *
 * @param image for people
 * @throws InfrastructureError for an image that nobody makes wheels for
 */
export function partsOf({ case: testCase }: Execution, tier: Tier, image: string, facts: ImageFacts): Parts {
  const { sparkVersion, orchestrator } = testCase.dimensions;
  const isThere = ({ artifact }: Jar) => facts.jars.some((name) => name.startsWith(familyOf(artifact)));
  const needsClient = orchestrator === "connect" && facts.missingModules.length > 0;
  return {
    client: needsClient ? { sparkLine: lineOf(sparkVersion, 1), platform: platformOf(image, facts) } : null,
    jars: jarsOf(testCase, tier).filter((jar) => !isThere(jar)),
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
