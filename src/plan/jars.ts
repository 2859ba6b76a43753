import { ownValue } from "../lib/own-value.ts";
import { PINS } from "../lib/pins.ts";
import { compareVersions, isAtLeast, lineOf } from "../lib/versions.ts";
import type { Case } from "../model/documents.ts";
import { valuesOf } from "./matrix/dimensions.ts";
import type { Tier } from "./matrix/tier.ts";

/** A jar by its coordinates in a Maven repository. */
export interface Jar {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** In hexadecimal; null where it is not known here. */
  readonly sha256: string | null;
}

type Extended = Pick<Tier, "sparkConf">;

/** What a case needs beside its Spark. Of a case that can run; `whyNoJars` says why one cannot. */
export function jarsOf(testCase: Case, tier: Extended): Jar[] {
  const { sparkVersion, orchestrator } = testCase.dimensions;
  const connect = orchestrator === "connect" ? connectServer(sparkVersion) : null;
  const iceberg = bringsIceberg(testCase, tier) ? icebergRuntime(testCase, tier) : null;
  const rapids = bringsRapids(testCase, tier) ? rapidsPlugin(sparkVersion) : null;
  return [connect, iceberg, rapids].filter((jar) => jar !== null);
}

/** Why there is no jar that a case needs, in a sentence; null where there are all, or none is needed. */
export function whyNoJars(testCase: Case, tier: Extended): string | null {
  const line = lineOf(testCase.dimensions.sparkVersion);
  if (bringsIceberg(testCase, tier) && !Object.hasOwn(PINS.jars.iceberg, line))
    return `Iceberg has no runtime for Spark ${line}; there are some for ${Object.keys(PINS.jars.iceberg).join(", ")}.`;
  if (bringsRapids(testCase, tier) && !Object.hasOwn(PINS.jars.rapids, line))
    return `No release of the RAPIDS Accelerator that this tool knows has a build for Spark ${line}; there are some for ${Object.keys(PINS.jars.rapids).join(", ")}.`;
  return null;
}

/** Whether the engine gives a case Iceberg and a catalog for it. A tier that has Spark properties for its extensions brings them itself. */
export function bringsIceberg(testCase: Case, tier: Extended): boolean {
  return testCase.dimensions.extensions.includes("iceberg") && !bringsItself(testCase, tier);
}

/** The same of RAPIDS. */
export function bringsRapids(testCase: Case, tier: Extended): boolean {
  return testCase.dimensions.extensions.includes("rapids") && !bringsItself(testCase, tier);
}

/** Whether a case runs on a GPU where its place has one: in pods that Spark makes, which alone ask Kubernetes for one. */
export function asksForGpu(testCase: Case, tier: Extended): boolean {
  return bringsRapids(testCase, tier) && testCase.dimensions.mode === "kubernetes";
}

/**
 * The Spark version whose build of the RAPIDS Accelerator a case gets: its own, else the newest before it in its line, else the first of
 * the line. Of a line that there is a release for.
 */
export function rapidsBuildOf(sparkVersion: string): string {
  const { sparkVersions } = ownValue<RapidsRelease>(PINS.jars.rapids, lineOf(sparkVersion))!;
  return sparkVersions.findLast((version) => compareVersions(version, sparkVersion) <= 0) ?? sparkVersions[0]!;
}

/** Whether a tier has Spark properties for the extensions of a case. */
export function bringsItself(testCase: Case, { sparkConf }: Extended): boolean {
  const conf = ownValue(sparkConf.byDimension.extensions ?? {}, valuesOf(testCase).extensions!) ?? {};
  return Object.keys(conf).length > 0;
}

/** Spark 4 has the server among its own jars. */
function connectServer(sparkVersion: string): Jar | null {
  if (isAtLeast(sparkVersion, "4")) return null;
  const sha256 = ownValue<string>(PINS.jars.connect, sparkVersion) ?? null;
  return { group: "org.apache.spark", artifact: "spark-connect_2.12", version: sparkVersion, sha256 };
}

interface RapidsRelease extends Jar {
  readonly sparkVersions: readonly string[];
}

function rapidsPlugin(sparkVersion: string): Jar | null {
  return ownValue<RapidsRelease>(PINS.jars.rapids, lineOf(sparkVersion)) ?? null;
}

function icebergRuntime(testCase: Case, tier: Extended): Jar | null {
  const line = lineOf(testCase.dimensions.sparkVersion);
  const besideRapids = bringsRapids(testCase, tier) ? ownValue<Jar>(PINS.jars.icebergBesideRapids, line) : undefined;
  return besideRapids ?? ownValue<Jar>(PINS.jars.iceberg, line) ?? null;
}
