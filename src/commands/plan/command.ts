import { join } from "node:path";
import { ExitCode } from "../../lib/errors.ts";
import type { Case, Plan } from "../../model/documents.ts";
import { describePlan } from "../../plan/describe-plan.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import { createPlan } from "../../plan/plan.ts";
import { type Place, whyExplained, whyNotRunnable } from "../../plan/runnable.ts";
import { loadTier } from "../../plan/tiers/load-tiers.ts";
import type { CommandContext } from "../shared/context.ts";
import { print } from "../shared/print.ts";
import type { PlanConfig } from "./options.ts";

export async function executePlan(config: PlanConfig, { assetsDirectory }: CommandContext): Promise<ExitCode> {
  const { tiersFile } = config;
  const tier = await loadTier(config.tier, { tiersFile, builtinTiersFile: join(assetsDirectory, "tiers.json") });
  const plan = createPlan(tier, config);
  const { place, json } = config;
  if (!json) print(describePlan(plan, tier, place));
  else if (place === null) print(plan);
  else print({ ...plan, cases: plan.cases.map((each) => ({ ...each, ...foretell(each, tier, place) })) });
  return ExitCode.pass;
}

/** What will come of a case in a place, as far as that is known before. */
function foretell(testCase: Case, tier: Tier, place: Place): Pick<Plan["cases"][number], "skipped" | "explained"> {
  const skipped = whyNotRunnable(testCase, tier, place);
  return { skipped, explained: skipped === null ? whyExplained(testCase, tier, place) : null };
}
