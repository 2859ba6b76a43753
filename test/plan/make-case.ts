import type { Case, Dimensions } from "../../src/model/documents.ts";

/** A case on this machine; what a test is about is given, also dimensions of a tier's own. */
export function makeCase(given: Partial<Dimensions> = {}, tier = "t"): Case {
  const dimensions = {
    sparkVersion: "4.1.4",
    orchestrator: "submit",
    mode: "local",
    extensions: [],
    operation: "join",
    dataSize: "tiny",
    ...given,
  } as Dimensions;
  return { name: nameOf(tier, dimensions), dimensions };
}

export function nameOf(tier: string, dimensions: Dimensions): string {
  const { sparkVersion, orchestrator, mode, extensions, operation, dataSize } = dimensions;
  const named = extensions.length === 0 ? "none" : extensions.join("-");
  return [tier, sparkVersion, orchestrator, mode, named, operation, dataSize].join("_");
}
