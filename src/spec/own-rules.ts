import { type OwnRules, readOwnRules } from "../lib/text/spark-redaction.ts";
import type { Tier } from "../plan/matrix/tier.ts";
import type { RunSettings } from "./spec.ts";

/** What the Spark of any case of a run is told to redact, in all that is kept and shown of the run. */
export function ownRulesOf({ sparkConf }: Pick<Tier, "sparkConf">, { conf }: Pick<RunSettings, "conf">): OwnRules {
  const byValue = Object.values(sparkConf.byDimension).flatMap((confs) => Object.values(confs));
  return readOwnRules([sparkConf.all, ...byValue, conf].flatMap((each) => Object.entries(each)));
}
