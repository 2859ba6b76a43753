import type { Plan } from "../model/documents.ts";
import { valuesOf } from "./matrix/dimensions.ts";
import { countCombinations, expandMatrix } from "./matrix/matrix.ts";
import type { Tier } from "./matrix/tier.ts";

const SHOWN_CASES = 10;

/** The plan for people: how many cases and why so many, how they spread over the dimensions, the first of them, what to do next. */
export function describePlan(plan: Plan, tier: Tier): string {
  const combinations = countCombinations(tier.dimensions);
  const allowed = expandMatrix(tier).length;
  const lines = [
    `Tier ${tier.name}: ${count(plan.cases.length, "case")}`,
    ...(tier.description === "" ? [] : [tier.description]),
    "",
    `${count(combinations, "combination")}, ${number(combinations - allowed)} excluded by the tier's rules, ${number(allowed)} left` +
      (plan.cases.length < allowed ? `; ${number(plan.cases.length)} of them in this plan` : ""),
    `Each: ${count(tier.warmups, "warm-up")} and ${count(tier.samples, "sample")} on ${count(tier.cores, "core")} ` +
      `and ${number(tier.memoryMb)} MB, at most ${number(tier.caseTimeoutSeconds)} s; the run at most ${number(tier.timeoutSeconds)} s`,
    "",
    ...describeDimensions(plan, tier),
    "",
    plan.cases.length > SHOWN_CASES ? `The first ${SHOWN_CASES} cases:` : "The cases:",
    ...plan.cases.slice(0, SHOWN_CASES).map(({ name }) => `  ${name}`),
    ...(plan.cases.length > SHOWN_CASES
      ? [`  ... and ${number(plan.cases.length - SHOWN_CASES)} more (all of them: --json)`]
      : []),
    "",
    'To run them: the same command with "run" in place of "plan".',
  ];
  return `${lines.join("\n")}\n`;
}

function describeDimensions(plan: Plan, tier: Tier): string[] {
  const values = plan.cases.map(valuesOf);
  const width = Math.max(...Object.keys(tier.dimensions).map((name) => name.length));
  return Object.entries(tier.dimensions).map(([name, known]) => {
    const counts = known.map((value) => [value, values.filter((of) => of[name] === value).length] as const);
    const shown = counts.map(([value, cases]) => `${value} (${number(cases)})`).join("  ");
    return `  ${name.padEnd(width)}  ${shown}`;
  });
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}

// Not toLocaleString: loading the locale data costs more than making the plan.
function number(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ",");
}
