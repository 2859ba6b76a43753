import { ownValue } from "../lib/own-value.ts";
import { PINS } from "../lib/pins.ts";
import { isAtLeast, lineOf } from "../lib/versions.ts";
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
  const iceberg = bringsIceberg(testCase, tier) ? icebergRuntime(sparkVersion) : null;
  return [connect, iceberg].filter((jar) => jar !== null);
}

/** Why there is no jar that a case needs, in a sentence; null where there are all, or none is needed. */
export function whyNoJars(testCase: Case, tier: Extended): string | null {
  const { sparkVersion } = testCase.dimensions;
  if (!bringsIceberg(testCase, tier) || icebergRuntime(sparkVersion) !== null) return null;
  return `Iceberg has no runtime for Spark ${lineOf(sparkVersion)}; there are some for ${Object.keys(PINS.jars.iceberg).join(", ")}.`;
}

/** Whether the engine gives a case Iceberg and a catalog for it. A tier that has Spark properties for its extensions brings them itself. */
export function bringsIceberg(testCase: Case, tier: Extended): boolean {
  return testCase.dimensions.extensions.includes("iceberg") && !bringsItself(testCase, tier);
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

function icebergRuntime(sparkVersion: string): Jar | null {
  return ownValue<Jar>(PINS.jars.iceberg, lineOf(sparkVersion)) ?? null;
}
