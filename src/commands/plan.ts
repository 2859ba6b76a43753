import { join } from "node:path";
import type { PlanConfig } from "../config/config.ts";
import { ExitCode } from "../lib/errors.ts";
import { describePlan } from "../plan/describe-plan.ts";
import { loadTier } from "../plan/load-tiers.ts";
import { createPlan } from "../plan/plan.ts";
import type { CommandContext } from "./execute.ts";
import { print } from "./print.ts";

export async function executePlan(config: PlanConfig, { assetsDirectory }: CommandContext): Promise<ExitCode> {
  const { tiersFile } = config;
  const tier = await loadTier(config.tier, { tiersFile, builtinTiersFile: join(assetsDirectory, "tiers.json") });
  const plan = createPlan(tier, config);
  print(config.json ? plan : describePlan(plan, tier));
  return ExitCode.pass;
}
