// Writes docs/support-matrix.md from the built-in tiers and from docs/support-matrix.json, the record of what was seen in real runs.
// With `--add DIR...` it first adds the cases of runs that passed, or were explained, to the record: see CONTRIBUTING.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { isAlias, isMap, isSeq, parseDocument } from "yaml";
import { z } from "zod";
import { readResults } from "../src/documents/read-results.ts";
import type { Case, Results } from "../src/model/documents.ts";
import { BUILTIN_DIMENSIONS, valuesOf } from "../src/plan/matrix/dimensions.ts";
import { expandMatrix, matcherOf, type Rule, toCase } from "../src/plan/matrix/matrix.ts";
import type { Tier } from "../src/plan/matrix/tier.ts";
import { type Place, whyNotRunnable } from "../src/plan/runnable.ts";
import { parseTiersFile } from "../src/plan/tiers/tiers-file.ts";

const DIMENSIONS = BUILTIN_DIMENSIONS.map(({ name }) => name);
const PLACES: readonly { readonly place: Place; readonly title: string }[] = [
  { place: "machine", title: "one machine" },
  { place: "cluster", title: "cluster" },
];

/** A combination that passed in a run, or was explained in it: without a GPU. */
const seenSchema = z.strictObject({
  /** One value a dimension, as tier files write them. */
  values: z.record(z.enum(DIMENSIONS as [string, ...string[]]), z.string()),
  outcome: z.enum(["passed", "explained"]),
  place: z.enum(["machine", "cluster"]),
  /** "one machine", "kind", "Minikube"; of a combination each has one record. */
  where: z.string().min(1),
  /** What it ran on: of a cluster the versions of Kubernetes, Argo Workflows and the operator, and whose images. */
  on: z.string().min(1),
  /** Of the run's beginning. */
  date: z.iso.date(),
  toolVersion: z.string(),
  run: z.string(),
  attempts: z.int().min(1),
});
export type Seen = z.infer<typeof seenSchema>;
const recordSchema = z.array(seenSchema);

/** A rule of a tier that leaves cases out, with its reason: the comment above it. */
interface Exclude {
  readonly tier: string;
  readonly rule: Rule;
  readonly reason: string;
}

/** The excludes of a tier file. Throws where one has no comment above it that says why. */
export function readExcludes(text: string, tiers: readonly Tier[]): Exclude[] {
  const document = parseDocument(text);
  return tiers.flatMap((tier) => {
    const rules = document.getIn(["tiers", tier.name, "exclude"]);
    if (!isSeq(rules)) return [];
    return tier.exclude.map((rule, index) => {
      const item = rules.items[index];
      // The comment above the first item of a list is the list's.
      const comment =
        isMap(item) || isAlias(item) ? (item.commentBefore ?? (index === 0 ? rules.commentBefore : null)) : null;
      if (!comment)
        throw new Error(`exclude ${index + 1} of the tier ${tier.name} has no comment above it that says why`);
      return {
        tier: tier.name,
        rule,
        reason: comment
          .split("\n")
          .map((line) => line.trim())
          .join(" "),
      };
    });
  });
}

/**
 * The record with the cases of a run that passed or were explained. A newer record of a combination takes the place of an older one of
 * the same place and outcome.
 *
 * @param place `on` may be left out of a run on one machine, which says it itself
 * @throws Error for a run that says nothing of the built-in workload, or a cluster's without `place`
 */
export function addRun(
  record: readonly Seen[],
  { run, cases }: Results,
  place: { readonly where: string | undefined; readonly on: string | undefined },
): Seen[] {
  if (run.workload === undefined || run.workload.script !== null) {
    throw new Error(`the run ${run.id} is not of the built-in workload`);
  }
  const { host } = run;
  const isLocal = run.engine === "local";
  const where = place.where ?? (isLocal ? "one machine" : undefined);
  const on = place.on ?? (isLocal ? `${host.os.split(" ")[0]}, ${host.cpus} CPUs, PySpark of PyPI` : undefined);
  if (where === undefined || on === undefined) {
    throw new Error(`the run ${run.id} was on a cluster: say on which with --where and --on`);
  }
  const added = cases.flatMap((each): Seen[] => {
    const { status: outcome, attempts } = each;
    if (outcome !== "passed" && outcome !== "explained") return [];
    const values = Object.fromEntries(Object.entries(valuesOf(each)).filter(([name]) => DIMENSIONS.includes(name)));
    const date = run.startedAt.slice(0, 10);
    const place = isLocal ? "machine" : "cluster";
    return [{ values, outcome, place, where, on, date, toolVersion: run.toolVersion, run: run.id, attempts }];
  });
  const byKey = new Map<string, Seen>();
  for (const seen of [...record, ...added]) {
    const known = byKey.get(keyOf(seen));
    if (known === undefined || known.date <= seen.date) byKey.set(keyOf(seen), seen);
  }
  return [...byKey.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, seen]) => seen);
}

function keyOf({ place, where, outcome, values }: Seen): string {
  return JSON.stringify([place, where, ...DIMENSIONS.map((name) => values[name]), outcome]);
}

/** The record as its file holds it: a line each. */
export function formatRecord(record: readonly Seen[]): string {
  return `[\n${record.map((seen) => JSON.stringify(seen)).join(",\n")}\n]\n`;
}

/** Throws where it is no record. */
export function parseRecord(text: string): Seen[] {
  return recordSchema.parse(JSON.parse(text));
}

/** Texts that cells refer to by a number. */
class Notes {
  readonly #numbers = new Map<string, number>();

  refer(text: string): string {
    if (!this.#numbers.has(text)) this.#numbers.set(text, this.#numbers.size + 1);
    return `[${this.#numbers.get(text)}]`;
  }

  lines(): string[] {
    return [...this.#numbers].map(([text, number]) => `${number}. ${text}`);
  }
}

type Values = Readonly<Record<string, string>>;

/**
 * The page of what runs and was seen to run.
 *
 * @param text of the built-in tiers' file
 */
export function renderSupportMatrix(text: string, path: string, record: readonly Seen[]): string {
  const tiers = parseTiersFile(text, path);
  const excludes = readExcludes(text, tiers);
  const cases = tiers.map((tier) => ({
    tier,
    kept: expandMatrix(tier).map((row) => toCase(tier, row)),
    all: expandMatrix({ ...tier, exclude: [] }).map((row) => toCase(tier, row)),
  }));
  const notes = new Notes();
  const cell = (wanted: Values, place: Place) => {
    const there = record.filter((each) => each.place === place && has(each.values, wanted));
    const passed = there.filter(({ outcome }) => outcome === "passed");
    const seen = passed.length > 0 ? passed : there;
    const newest = seen.toSorted((a, b) => (a.date < b.date ? 1 : -1))[0];
    if (newest === undefined) return describeUnseen(wanted, place);
    const places = new Set(seen.map(({ where }) => where)).size;
    const others = places > 1 ? ` and ${places - 1} more` : "";
    const how = newest.outcome === "passed" ? "seen" : "explained";
    return `${how} ${newest.date}, ${newest.where}${others} ${notes.refer(describe(newest))}`;
  };
  const describeUnseen = (wanted: Values, place: Place) => {
    const matching = cases.flatMap(({ tier, kept, all }) => {
      const matches = (each: Case) => has(valuesOf(each), wanted);
      return all.some(matches) ? [{ tier, kept: kept.filter(matches), first: all.find(matches)! }] : [];
    });
    if (matching.length === 0) return "not in a tier";
    const left = matching.flatMap(({ tier, kept }) => kept.map((each) => ({ tier, each })));
    if (left.length === 0) {
      const [{ first }] = matching as [(typeof matching)[number]];
      return `excluded ${[...reasonsOf(first, wanted)].map((reason) => notes.refer(reason)).join(" ")}`;
    }
    const refusals = left.map(({ tier, each }) => whyNotRunnable(each, tier, place));
    if (refusals.includes(null)) return "not seen";
    // A case may have several reasons, of which the engine gives one: that about the values that are asked for tells most.
    const telling = refusals.find((reason) => Object.values(wanted).some((value) => reason?.includes(` ${value} `)));
    return `cannot run ${notes.refer((telling ?? refusals[0])!)}`;
  };
  /** Of the rules that leave a case out: those about the values that are asked for alone, else all. */
  const reasonsOf = (testCase: Case, wanted: Values) => {
    const values = valuesOf(testCase);
    const names = Object.keys(values);
    const meeting = excludes.filter(({ rule }) => matcherOf(rule, names)(Object.values(values)));
    const exact = meeting.filter(({ rule }) => Object.keys(rule).every((name) => name in wanted));
    return new Set((exact.length > 0 ? exact : meeting).map(({ reason }) => reason));
  };
  const valuesIn = (dimension: string) => {
    const { known } = BUILTIN_DIMENSIONS.find(({ name }) => name === dimension)!;
    const ofTiers = new Set(tiers.flatMap((tier) => tier.dimensions[dimension] ?? []));
    return [
      ...new Set([
        ...known.filter((value) => ofTiers.has(value)),
        ...ofTiers,
        ...record.map(({ values }) => values[dimension]!),
      ]),
    ];
  };
  const cells = (wanted: Values) => PLACES.map(({ place }) => cell(wanted, place));
  const placeTitles = PLACES.map(({ title }) => title);
  const valueRows = DIMENSIONS.flatMap((dimension) =>
    valuesIn(dimension).map((value) => [dimension, code(value), ...cells({ [dimension]: value })]),
  );
  const pairs = DIMENSIONS.flatMap((a, index) => DIMENSIONS.slice(index + 1).map((b) => [a, b] as const));
  const pairParts = pairs.flatMap(([a, b]) => {
    const rows = valuesIn(a).flatMap((first) =>
      valuesIn(b).map((second) => [code(first), code(second), ...cells({ [a]: first, [b]: second })]),
    );
    const met = rows.filter((row) => row.slice(2).some((text) => text !== "not in a tier"));
    return [`### ${a} and ${b}`, "", table([a, b, ...placeTitles], met), ""];
  });
  const runs = new Set(record.map(({ run }) => run));
  const passedCount = record.filter(({ outcome }) => outcome === "passed").length;
  return [
    "# What runs, and was seen to run",
    "",
    "<!-- Generated from workflows/tiers/tiers.yaml and docs/support-matrix.json: node scripts/support-matrix.ts -->",
    "",
    "The values of the built-in tiers and of the record, and every two of them. *Seen*: a case with them passed in a real run, the newest of",
    "which is named. *Explained*: none passed, but without a GPU the RAPIDS Accelerator said of one what would not run on a GPU. *Not seen*:",
    "the engine runs such cases, and none is in the record. *Excluded*: the tiers leave them out. *Cannot run*: the engine skips them. The",
    "record is [support-matrix.json](support-matrix.json), a line a combination and place.",
    "",
    `${passedCount} combinations were seen to pass, ${record.length - passedCount} were explained, in ${runs.size} runs.`,
    "",
    "## Values",
    "",
    table(["dimension", "value", ...placeTitles], valueRows),
    "",
    "## Pairs",
    "",
    ...pairParts,
    "## Notes",
    "",
    ...notes.lines(),
    "",
  ].join("\n");
}

function describe({ where, on, toolVersion }: Seen): string {
  return `Seen on ${where}: ${on}; spark-loadtest ${toolVersion}.`;
}

function has(values: Values, wanted: Values): boolean {
  return Object.entries(wanted).every(([dimension, value]) => values[dimension] === value);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable([head, ...rows], { alignDelimiters: false });
}

function code(value: string): string {
  return `\`${value}\``;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const tiersFile = join(root, "workflows", "tiers", "tiers.yaml");
  const recordFile = join(root, "docs", "support-matrix.json");
  const options = { add: { type: "boolean" }, where: { type: "string" }, on: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (positionals.length > 0 !== (values.add === true)) throw new Error("folders of runs follow after --add");
  let record = parseRecord(readFileSync(recordFile, "utf8"));
  for (const folder of positionals)
    record = addRun(record, await readResults(folder), { where: values.where, on: values.on });
  writeFileSync(recordFile, formatRecord(record));
  const page = join(root, "docs", "support-matrix.md");
  writeFileSync(page, renderSupportMatrix(readFileSync(tiersFile, "utf8"), tiersFile, record));
  console.log(page);
}
