import { groupBy } from "../lib/group-by.ts";
import { formatCount, plural } from "../lib/text/format.ts";
import { joinLines } from "../lib/text/printable.ts";
import type { Case, Plan } from "../model/documents.ts";
import { valuesOf } from "./matrix/dimensions.ts";
import { executorsOf } from "./matrix/executors.ts";
import { countCombinations, expandMatrix } from "./matrix/matrix.ts";
import { sparkConfOf } from "./matrix/spark-conf.ts";
import type { Tier } from "./matrix/tier.ts";
import { type Place, whyExplained, whyNotRunnable } from "./runnable.ts";

const SHOWN_CASES = 10;
/** The dimensions by which a case can run in a place or not. */
const DECISIVE = ["orchestrator", "mode", "extensions"];

/** What `--cluster` says of each place, and how people say it. */
const PLACES: readonly { readonly place: Place; readonly where: string; readonly options: string }[] = [
  { place: "machine", where: "on this machine", options: "" },
  { place: "cluster", where: "on a cluster", options: " --cluster kind" },
];

/**
 * The plan for people: how many cases and why so many, how they spread over the dimensions, the first of them, where they can run and
 * what to do next.
 *
 * @param place the only one that is wanted; null for all
 */
export function describePlan(plan: Plan, tier: Tier, place: Place | null): string {
  const combinations = countCombinations(tier.dimensions);
  const allowed = expandMatrix(tier).length;
  const { length: planned } = plan.cases;
  const lines = [
    `Tier ${tier.name}: ${plural(planned, "case")}`,
    ...(tier.description === "" ? [] : [tier.description]),
    "",
    `${plural(combinations, "combination")}, ${formatCount(combinations - allowed)} excluded by the tier's rules, ` +
      `${formatCount(allowed)} left${planned < allowed ? `; ${formatCount(planned)} of them in this plan` : ""}`,
    `Each: ${plural(tier.warmups, "warm-up")} and ${plural(tier.samples, "sample")} on ${describeSize(plan, tier)}, at most ${formatCount(tier.caseTimeoutSeconds)} s; the run at most ${formatCount(tier.timeoutSeconds)} s`,
    "",
    ...describeDimensions(plan, tier),
    "",
    planned > SHOWN_CASES ? `The first ${SHOWN_CASES} cases:` : "The cases:",
    ...plan.cases.slice(0, SHOWN_CASES).map((testCase) => `  ${testCase.name}${markForetold(testCase, tier, place)}`),
    ...(planned > SHOWN_CASES ? [`  ... and ${formatCount(planned - SHOWN_CASES)} more (all of them: --json)`] : []),
    "",
    ...PLACES.filter((each) => place === null || each.place === place).flatMap((each) =>
      describePlace(plan, tier, each, place !== null),
    ),
  ];
  return `${joinLines(lines)}\n`;
}

/** "2 cores and 1,024 MB", "4 executors of 2 cores and 1,024 MB each", "1 to 4 executors ..." */
function describeSize({ cases }: Plan, tier: Tier): string {
  const one = `${plural(tier.cores, "core")} and ${formatCount(tier.memoryMb)} MB`;
  const counts = cases.map((testCase) => executorsOf(testCase, tier, sparkConfOf(tier, testCase)));
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return one;
  return `${fewest === most ? "" : `${formatCount(fewest)} to `}${plural(most, "executor")} of ${one} each`;
}

function markForetold(testCase: Case, tier: Tier, place: Place | null): string {
  if (place === null) return "";
  if (whyNotRunnable(testCase, tier, place) !== null) return "  (skipped)";
  return whyExplained(testCase, tier, place) === null ? "" : "  (explained only)";
}

/** How many cases can run in a place, the command for them, and, where the place was asked for, why the others cannot. */
function describePlace(
  { cases }: Plan,
  tier: Tier,
  { place, where, options }: (typeof PLACES)[number],
  withReasons: boolean,
): string[] {
  const reasons = cases.map((testCase) => whyNotRunnable(testCase, tier, place));
  const runnable = cases.filter((_, index) => reasons[index] === null);
  const explained = runnable.map((testCase) => whyExplained(testCase, tier, place));
  const why = withReasons ? [...countReasons(explained, "explained only"), ...countReasons(reasons, "skipped")] : [];
  const all = runnable.length === cases.length;
  if (runnable.length === 0) return [`None of them can run ${where}.`, ...why];
  const condition = all ? "" : ` ${findCondition(cases, runnable)}`.trimEnd();
  return [
    `${all ? "All" : `${formatCount(runnable.length)} of ${formatCount(cases.length)}`} can run ${where}: ` +
      `the same command with "run" in place of "plan"${options !== "" || condition !== "" ? ` and${options}${condition}` : ""}`,
    ...why,
  ];
}

/** "  12 skipped: why", the reasons in their order. */
function countReasons(reasons: readonly (string | null)[], what: string): string[] {
  const given = groupBy(
    reasons.filter((reason) => reason !== null),
    (reason) => reason,
  );
  return [...given].map(([reason, { length }]) => `  ${formatCount(length)} ${what}: ${reason}`);
}

/** The `--only` that leaves the cases that can run, where one says it; else nothing. */
function findCondition(cases: readonly Case[], runnable: readonly Case[]): string {
  const of = (some: readonly Case[], dimension: string) => new Set(some.map((each) => valuesOf(each)[dimension]!));
  const dimensions = DECISIVE.filter((dimension) => of(runnable, dimension).size < of(cases, dimension).size);
  const kept = cases.filter((each) =>
    dimensions.every((dimension) => of(runnable, dimension).has(valuesOf(each)[dimension]!)),
  );
  if (kept.length !== runnable.length) return "";
  return `--only ${dimensions.map((dimension) => `${dimension}=${[...of(runnable, dimension)].join(",")}`).join(",")}`;
}

function describeDimensions(plan: Plan, tier: Tier): string[] {
  const values = plan.cases.map(valuesOf);
  const width = Math.max(...Object.keys(tier.dimensions).map((name) => name.length));
  return Object.entries(tier.dimensions).map(([name, known]) => {
    const counts = known.map((value) => [value, values.filter((of) => of[name] === value).length] as const);
    const shown = counts.map(([value, cases]) => `${value} (${formatCount(cases)})`).join("  ");
    return `  ${name.padEnd(width)}  ${shown}`;
  });
}
