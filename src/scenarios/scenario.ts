import type { Case } from "../model/documents.ts";

/** One script of the folder. */
export interface Scenario {
  /** Of the file, without `.sh`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** A scenario as the case that progress and reports know: its name is all that tells it from others. */
export function toCase({ name }: Pick<Scenario, "name">): Case {
  const dimensions = { sparkVersion: "", orchestrator: "", mode: "", extensions: [], operation: name, dataSize: "" };
  return { name, dimensions };
}
