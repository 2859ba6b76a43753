import { ownValue } from "../../lib/own-value.ts";
import { plural } from "../../lib/text/format.ts";
import { withoutAddresses, withoutRunIds } from "../../lib/text/run-ids.ts";
import type { Cause, Evidence } from "../../model/documents.ts";
import { defaultOf, listChangedDefaults } from "./spark-defaults.ts";

/** A setting whose value differs, as people read it: "true (default)", "unset" where the default is not known. */
export interface SettingChange {
  readonly name: string;
  readonly baseline: string;
  readonly current: string;
}

/** A sentence of a cause is at most this long; settings that no longer fit are counted. */
export const LONGEST_SENTENCE = 300;
const LONGEST_VALUE = 60;

/** Settings that differ from run to run by nature, or do not change what Spark does: names, ids, hosts, folders, logs. */
const VOLATILE =
  /^spark\.(app\.|driver\.(host|port|bindAddress|appUIAddress)|executor\.id|eventLog\.|history\.|ui\.|log\.|local\.dir|sql\.warehouse\.dir|submit\.|jars|files|archives|repl\.|pyspark\.|job|kubernetes\.|yarn\.|sql\.execution\.id|callstack|hadoop\.|home|databricks\.clusterUsageTags\.(?!(clusterNodeType|driverNodeType|cluster(Target|Min|Max)?Workers|sparkVersion)$))/;
/** Of those, what a cluster manager gives to an application, and how output is committed. */
const EFFECTIVE =
  /^spark\.(kubernetes\.(memoryOverheadFactor|(driver|executor)\.(memoryOverheadFactor|(limit|request)\.cores)|allocation\.)|yarn\.(am|driver|executor)\.(memory|cores)|hadoop\.(mapreduce\.fileoutputcommitter\.|fs\.s3a\.committer\.name|parquet\.))/;
/** Set by Spark itself, differently by version. */
const BY_VERSION = /extraJavaOptions$|^spark\.sql\.artifact\./;
/** Last words of names whose values name a run, a person or a machine. */
const NAMING_WORDS: ReadonlySet<string> = new Set(
  "id ids uuid owner user username email mail host hosts hostname hostnames address addresses port uri uris url urls endpoint tag tags timestamp".split(
    " ",
  ),
);

/** By what a setting does to a run, the most first; those of one weight by their names. */
const BY_WEIGHT: readonly RegExp[] = [
  /^spark\.(master|cores\.max|default\.parallelism|dynamicAllocation\.enabled|memory\.\w+|(executor|driver)\.(memory\w*|cores|instances))$/,
  /^spark\.sql\.(shuffle\.partitions|adaptive\.enabled|autoBroadcastJoinThreshold|adaptive\.autoBroadcastJoinThreshold)$|NodeType$|Workers$/,
  /^spark\.sql\.(adaptive|join|cbo|optimizer|files|codegen|sources|parquet|orc|extensions|ansi|inMemoryColumnarStorage)\b/,
  /^spark\.(shuffle|serializer|io|speculation|dynamicAllocation|plugins|rapids|task|locality|storage|rdd|reducer|broadcast|memory)\b/,
  /^spark\.sql\./,
  /^spark\./,
];

function weightOf(name: string): number {
  const at = BY_WEIGHT.findIndex((pattern) => pattern.test(name));
  return at === -1 ? BY_WEIGHT.length : at;
}

/**
 * The settings that differ in what Spark makes of them, by weight. A setting that is not set has its version's default; one that a log
 * without its environment does not tell is not compared.
 */
export function compareSettings(current: Evidence | null, baseline: Evidence | null): SettingChange[] {
  if (current === null || baseline === null) return [];
  const sameVersion = current.sparkVersion === baseline.sparkVersion;
  const names = new Set([...Object.keys(current.properties), ...Object.keys(baseline.properties)]);
  return [...names]
    .filter((name) => isTold(name) && (sameVersion || !BY_VERSION.test(name)))
    .flatMap((name): SettingChange[] => {
      const [before, now] = [findValue(name, baseline), findValue(name, current)];
      if (before === null || now === null) return [];
      const said = { baseline: describeValue(before), current: describeValue(now) };
      if (isSameValue(before.value, now.value) || said.baseline === said.current) return [];
      return [{ name: withoutRunIds(name), ...showDifference(said.baseline, said.current) }];
    })
    .sort(byWeight);
}

/** What another Spark version changes by its defaults alone, by weight. */
export function compareDefaults(current: Evidence | null, baseline: Evidence | null): SettingChange[] {
  const [before, now] = [baseline?.sparkVersion ?? null, current?.sparkVersion ?? null];
  if (before === null || now === null || !hasEnvironment(baseline!) || !hasEnvironment(current!)) return [];
  return listChangedDefaults(before, now)
    .filter(({ name }) => current!.properties[name] === undefined && baseline!.properties[name] === undefined)
    .sort(byWeight);
}

function byWeight(a: SettingChange, b: SettingChange): number {
  return weightOf(a.name) - weightOf(b.name) || (a.name < b.name ? -1 : 1);
}

function isTold(name: string): boolean {
  return EFFECTIVE.test(name) || !(VOLATILE.test(name) || isNaming(name));
}

function isNaming(name: string): boolean {
  const last = name.split(/[._-]|(?<=[a-z])(?=[A-Z])/).at(-1) ?? "";
  return NAMING_WORDS.has(last.toLowerCase());
}

interface Value {
  /** null where it is not set and its default is not known */
  readonly value: string | null;
  readonly isDefault: boolean;
}

/** Whether the log holds the event that tells all settings: it alone has the version of Java and the master. */
export function hasEnvironment({ javaVersion, properties }: Evidence): boolean {
  return javaVersion !== null || Object.hasOwn(properties, "spark.master");
}

/** null where nobody knows whether it was set. */
function findValue(name: string, evidence: Evidence): Value | null {
  const set = ownValue(evidence.properties, name);
  if (set !== undefined) return { value: set, isDefault: false };
  return hasEnvironment(evidence) ? { value: defaultOf(name, evidence.sparkVersion), isDefault: true } : null;
}

function describeValue({ value, isDefault }: Value): string {
  if (value === null) return "unset";
  return isDefault ? `${value} (default)` : cleanValue(value);
}

/** A number is never an id here: thresholds have many digits. */
const NUMBER = /^-?\d+(\.\d+)?\s?[a-z]{0,3}$/i;

function cleanValue(value: string): string {
  return NUMBER.test(value) ? value : withoutAddresses(value).replace(/\s+/g, " ");
}

const LONGEST_CONTEXT = 30;

/** Two values that differ, each at most 60 characters long, from the word on in which a long one begins to differ. */
function showDifference(baseline: string, current: string): { readonly baseline: string; readonly current: string } {
  if (Math.max(baseline.length, current.length) <= LONGEST_VALUE) return { baseline, current };
  let same = 0;
  while (same < baseline.length && baseline[same] === current[same]) same += 1;
  const [context = ""] = baseline
    .slice(Math.max(0, same - LONGEST_CONTEXT), same)
    .split(/[\s,;:=/.]/)
    .slice(-1);
  const from = same <= LONGEST_CONTEXT ? 0 : same - context.length;
  const show = (value: string): string => {
    const rest = from === 0 ? value : `…${value.slice(from)}`;
    return rest.length > LONGEST_VALUE ? `${rest.slice(0, LONGEST_VALUE - 1)}…` : rest;
  };
  return { baseline: show(baseline), current: show(current) };
}

function isSameValue(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.trim() === b.trim()) return true;
  if (/^\s*(true|false)\s*$/i.test(a)) return a.trim().toLowerCase() === b.trim().toLowerCase();
  // Two numbers without a unit are of one unit, whatever it is.
  if (BARE.test(a) && BARE.test(b)) return Number(a) === Number(b);
  return shareOne(sizesOf(a), sizesOf(b)) || shareOne(timesOf(a), timesOf(b));
}

const BARE = /^\s*-?\d+(?:\.\d+)?\s*$/;
const MILLISECONDS: Readonly<Record<string, number>> = {
  ...{ us: 1e-3, ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3600e3, d: 86400e3 },
};

function shareOne(some: readonly number[], others: readonly number[]): boolean {
  return some.some((each) => others.includes(each));
}

/** Bytes. "10m" and "10MB" are one size; a number without a unit is of bytes, KiB or MiB, as the setting has it. */
function sizesOf(value: string): number[] {
  if (BARE.test(value)) return [0, 1, 2].map((power) => Number(value) * 1024 ** power);
  const [, number, unit] = /^\s*(-?\d+(?:\.\d+)?)\s*([kmgtp]?)i?b?\s*$/i.exec(value) ?? [];
  return number === undefined ? [] : [Number(number) * 1024 ** " kmgtp".indexOf(unit!.toLowerCase() || " ")];
}

/** A size in bytes, where a number without a unit counts bytes; null for what is no size. */
export function sizeOf(value: string): number | null {
  return sizesOf(value)[0] ?? null;
}

/** Milliseconds. "2min" and "120s" are one time; a number without a unit is of milliseconds or seconds, as the setting has it. */
function timesOf(value: string): number[] {
  if (BARE.test(value)) return [Number(value), Number(value) * 1e3];
  const [, number, unit] = /^\s*(\d+)\s*([a-z]+)\s*$/i.exec(value) ?? [];
  const milliseconds = MILLISECONDS[unit?.toLowerCase() ?? ""];
  return milliseconds === undefined ? [] : [Number(number) * milliseconds];
}

function describeChange({ name, baseline, current }: SettingChange): string {
  return `${name} ${baseline} -> ${current}`;
}

/** As many of the changes as fit, the weightiest first, and how many more there are; empty where not even one fits. */
function listChanges(changes: readonly SettingChange[], room: number): string {
  let text = "";
  for (const [index, change] of changes.entries()) {
    const longer = `${text}${index === 0 ? "" : ", "}${describeChange(change)}`;
    const left = changes.length - index - 1;
    const rest = left === 0 ? "" : `, and ${left} more`;
    if (longer.length + rest.length > room) return index === 0 ? "" : `${text}, and ${left + 1} more`;
    text = longer;
  }
  return text;
}

/** A sentence with the settings that go with it: "... (spark.sql.shuffle.partitions 8 -> 1)". */
export function withSettings(sentence: string, changes: readonly SettingChange[]): string {
  const listed = listChanges(changes, LONGEST_SENTENCE - sentence.length - " ()".length);
  return listed === "" ? sentence : `${sentence} (${listed})`;
}

/** "2 settings changed: a 1 -> 2, b unset -> 3" */
export function describeChanges(changes: readonly SettingChange[]): string {
  const count = `${plural(changes.length, "setting")} changed`;
  const listed = listChanges(changes, LONGEST_SENTENCE - count.length - ": ".length);
  return listed === "" ? count : `${count}: ${listed}`;
}

export function settingEvidence(changes: readonly SettingChange[]): Cause["evidence"] {
  return changes.map(({ name, baseline, current }) => ({ what: name, baseline, current }));
}
