import type { Case } from "../../model/documents.ts";
import { valuesOf } from "../../plan/matrix/dimensions.ts";
import type { Tier } from "../../plan/matrix/tier.ts";

const MODES = ["local", "standalone"];

/** Why one machine without a cluster cannot serve a case, in one sentence; null where it can. */
export function findUnservable(testCase: Case, tier: Tier): string | null {
  const { orchestrator, mode, extensions } = testCase.dimensions;
  if (orchestrator !== "submit") {
    return `The orchestrator ${orchestrator} needs a cluster; the local engine has submit only.`;
  }
  if (mode === "kubernetes") return "The mode kubernetes needs a cluster; the local engine has local and standalone.";
  if (!MODES.includes(mode)) return `The local engine does not know the mode ${mode}; it has ${MODES.join(" and ")}.`;
  if (extensions.includes("rapids")) return "The extension rapids needs a GPU, which the local engine does not use.";
  if (extensions.length === 0) return null;
  const name = valuesOf(testCase).extensions!;
  const conf = tier.sparkConf.byDimension.extensions?.[name] ?? {};
  if (Object.keys(conf).length > 0) return null;
  return `The tier has no Spark properties for the extensions ${name}; the local engine adds none of its own.`;
}
