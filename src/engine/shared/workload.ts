import type { Case } from "../../model/documents.ts";
import { valuesOf } from "../../plan/matrix/dimensions.ts";
import { expandArgs, placeholdersOf } from "../../plan/matrix/expand-args.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import type { RunSpec } from "../../spec/spec.ts";

/** How the built-in workload is called. */
export const BUILTIN_ARGS = [
  ...["--operation", "{operation}", "--data", "{data}", "--output", "{output}"],
  ...["--samples", "{samples}", "--warmups", "{warmups}", "--result", "{result}"],
];

/** Whether the workload of a tier asks for the data set at all. */
export function needsData({ workload }: Pick<Tier, "workload">): boolean {
  return workload === null || workload.args.some((argument) => placeholdersOf(argument).includes("data"));
}

/**
 * Arguments of a case's workload.
 *
 * @param places where data, output and result are; a placeholder again where only the pod knows
 */
export function workloadArgs(
  testCase: Case,
  { tier, settings }: Pick<RunSpec, "tier" | "settings">,
  places: { readonly data: string; readonly output: string; readonly result: string },
): string[] {
  const { samples, warmups } = settings;
  const values = { ...valuesOf(testCase), samples: String(samples), warmups: String(warmups), ...places };
  return [...expandArgs(tier.workload?.args ?? BUILTIN_ARGS, values), ...settings.workloadArgs];
}

/** The repetitions that an attempt is known to do: none of a workload of the user's, which need not write a result. */
export function knownRepetitions({ tier, settings }: Pick<RunSpec, "tier" | "settings">): {
  readonly warmups: number;
  readonly samples: number;
} {
  return tier.workload === null ? settings : { warmups: 0, samples: 0 };
}
