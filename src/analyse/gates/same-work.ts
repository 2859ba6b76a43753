import { plural } from "../../lib/text/format.ts";
import type { MetricName } from "../../model/metrics.ts";
import { findMetric } from "../../model/metrics.ts";
import { instead } from "../causes/comparison.ts";
import { medianOrNull } from "../statistics/statistics.ts";
import type { CasePair } from "./hard-gate.ts";
import type { Limit } from "./limit.ts";

/** What a case reads and writes, each with the bytes that stand for it where Spark counted no records. */
const DATA: readonly (readonly [records: MetricName, bytes: MetricName])[] = [
  ["inputRecords", "inputBytes"],
  ["outputRecords", "outputBytes"],
];
/** No work is done without these. */
const ALWAYS: readonly MetricName[] = ["stages", "tasks", "cpuMs"];
/** Another plan may do without these, such as a join of a small table: they say something only where the data are not counted. */
const SHUFFLES: readonly MetricName[] = ["shuffleWriteRecords", "shuffleReadRecords"];

/**
 * The cases that did less than in the baseline and whose result nothing proves: fewer records read or written, or none at all of what
 * was there before. A case that did less work is no faster.
 */
export function noteLostWork(pairs: readonly CasePair[]): Limit[] {
  const lost = pairs.flatMap((pair) => describeLostWork(pair) ?? []);
  if (lost.length === 0) return [];
  const more = lost.length === 1 ? "" : ` (and ${plural(lost.length - 1, "more case")})`;
  const note = `the work is not the same: ${lost[0]}${more}, and no checksum proves that the result is`;
  return [{ note, blocking: true }];
}

/**
 * The cases of which less is known than in the baseline: the records that they read or write with the bytes that stand for them, or the
 * checksum of their result. What is not known may be other work.
 */
export function noteUnknownWork(pairs: readonly CasePair[]): Limit[] {
  const unknown = pairs.flatMap((pair) => describeUnknown(pair) ?? []);
  if (unknown.length === 0) return [];
  const more = unknown.length === 1 ? "" : ` (and ${plural(unknown.length - 1, "more case")})`;
  return [{ note: `whether the work is the same is not known: ${unknown[0]}${more}`, blocking: true }];
}

/** "t_join: Input records are not known any more"; null for a case of which as much is known, or whose result is proved. */
function describeUnknown(pair: CasePair): string | null {
  if (isResultProved(pair)) return null;
  const lost = DATA.find(([records, bytes]) => isForgotten(pair, records) && !isCounted(pair, bytes));
  if (lost !== undefined) return `${pair.name}: ${findMetric(lost[0])?.title} are not known any more`;
  const hadChecksum = pair.baseline.at(-1)!.checksum !== null;
  return hadChecksum && pair.current.checksum === null ? `${pair.name}: its result has no checksum any more` : null;
}

/** Whether a sample does not tell what every sample of the baseline tells. Where there was nothing, nothing can be missing. */
function isForgotten({ current, baseline }: CasePair, metric: MetricName): boolean {
  return isCountedIn(baseline, metric) && current.samples.some(({ metrics }) => metrics[metric] === null);
}

/** Whether both sides tell of a metric, and the baseline has some of it. */
function isCounted({ current, baseline }: CasePair, metric: MetricName): boolean {
  return isCountedIn(baseline, metric) && current.samples.every(({ metrics }) => metrics[metric] !== null);
}

function isCountedIn(results: readonly CasePair["current"][], metric: MetricName): boolean {
  return results.every(({ samples }) => samples.every(({ metrics }) => (metrics[metric] ?? 0) > 0));
}

/** "t_join: Input records 0 instead of 200,000 (-100 %)"; null for a case that did as much, or whose result is proved. */
function describeLostWork(pair: CasePair): string | null {
  const metric = isResultProved(pair) ? null : findLostWork(pair);
  if (metric === null) return null;
  const [now, before] = [valuesOf([pair.current], metric), valuesOf(pair.baseline, metric)];
  return `${pair.name}: ${findMetric(metric)?.title} ${instead(metric, medianOrNull(before), Math.min(...now))}`;
}

function isResultProved({ current, baseline }: CasePair): boolean {
  return current.checksum !== null && current.checksum === baseline.at(-1)!.checksum;
}

function findLostWork(pair: CasePair): MetricName | null {
  for (const [records, bytes] of DATA) {
    if (hasShrunk(pair, records)) return records;
    if (!isKnown(pair, records) && hasVanished(pair, bytes)) return bytes;
  }
  const readsAsMuch = isKnown(pair, "inputRecords") && Math.max(...valuesOf([pair.current], "inputRecords")) > 0;
  return [...ALWAYS, ...(readsAsMuch ? [] : SHUFFLES)].find((metric) => hasVanished(pair, metric)) ?? null;
}

/** Whether a sample has less than all of the baseline, by more than those differ among each other. */
function hasShrunk(pair: CasePair, metric: MetricName): boolean {
  if (!isKnown(pair, metric)) return false;
  const before = valuesOf(pair.baseline, metric);
  const [low, high] = [Math.min(...before), Math.max(...before)];
  return hasVanished(pair, metric) || Math.min(...valuesOf([pair.current], metric)) < low - (high - low);
}

/** Whether a sample has nothing of what every sample of the baseline has. */
function hasVanished(pair: CasePair, metric: MetricName): boolean {
  return (
    isKnown(pair, metric) &&
    Math.min(...valuesOf(pair.baseline, metric)) > 0 &&
    Math.min(...valuesOf([pair.current], metric)) === 0
  );
}

function isKnown({ current, baseline }: CasePair, metric: MetricName): boolean {
  return valuesOf([current], metric).length > 0 && valuesOf(baseline, metric).length > 0;
}

function valuesOf(results: readonly CasePair["current"][], metric: MetricName): number[] {
  return results
    .flatMap(({ samples }) => samples.map(({ metrics }) => metrics[metric]))
    .filter((value) => value !== null);
}
