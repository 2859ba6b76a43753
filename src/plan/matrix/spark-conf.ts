import { ownValue } from "../../lib/own-value.ts";
import type { Case } from "../../model/documents.ts";
import { valuesOf } from "./dimensions.ts";
import type { Tier } from "./tier.ts";

/** Spark properties that the tier gives a case: those for all, then those of its values in the order of the dimensions; the later win. */
export function sparkConfOf(tier: Tier, testCase: Pick<Case, "dimensions">): Record<string, string> {
  const conf: Record<string, string> = { ...tier.sparkConf.all };
  for (const [dimension, value] of Object.entries(valuesOf(testCase))) {
    const byValue = ownValue(tier.sparkConf.byDimension, dimension);
    if (byValue !== undefined) Object.assign(conf, ownValue(byValue, value));
  }
  return conf;
}

/** Spark properties that tier and user give a case; what engines set beside them is theirs. */
export function givenConfOf(
  testCase: Pick<Case, "dimensions">,
  { tier, settings }: { readonly tier: Tier; readonly settings: { readonly conf: Readonly<Record<string, string>> } },
): Record<string, string> {
  return { ...sparkConfOf(tier, testCase), ...settings.conf };
}
