import { median } from "simple-statistics";
import { encodeRemoteWrite } from "../src/publish/push/remote-write.ts";
import { renderExposition } from "../src/report/metrics/exposition.ts";
import { toMetricFamilies } from "../src/report/metrics/families.ts";
import { fullTier } from "../test/report/runs.ts";

const ROUNDS = 5;
const MAX_BYTES = 20_000_000;
const MAX_SERIES = 60_000;
const MAX_RATIO = 8;

/**
 * What the metrics of 1,280 cases take, in time and bytes: as a file, and as requests of remote write. The time is held against that of
 * the text of the same run's results.json, made in turn; medians of 5.
 */
export function benchMetrics(): boolean {
  const { results, verdict } = fullTier();
  const times = { file: [] as number[], push: [] as number[], json: [] as number[] };
  let families = toMetricFamilies(results, verdict);
  let text = "";
  let bodies: Uint8Array[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.file.push(
      measureMs(() => {
        families = toMetricFamilies(results, verdict);
        text = renderExposition(families);
      }),
    );
    times.push.push(
      measureMs(() => {
        bodies = encodeRemoteWrite(families, Date.now());
      }),
    );
    times.json.push(measureMs(() => JSON.stringify(results, null, 2)));
  }
  const [fileMs, pushMs, jsonMs] = [times.file, times.push, times.json].map((all) => median(all)) as [
    number,
    number,
    number,
  ];
  const series = families.reduce((sum, { points }) => sum + points.length, 0);
  const bytes = Buffer.byteLength(text);
  const pushed = bodies.reduce((sum, { length }) => sum + length, 0);
  const ratio = (fileMs + pushMs) / jsonMs;
  const passed = bytes < MAX_BYTES && series < MAX_SERIES && ratio < MAX_RATIO;
  console.log(
    `metrics of ${results.cases.length} cases: ${series} series (under ${MAX_SERIES}), a file of ${megabytes(bytes)} MB (under ` +
      `${megabytes(MAX_BYTES)}) in ${fileMs.toFixed(0)} ms, remote write of ${megabytes(pushed)} MB in ${pushMs.toFixed(0)} ms, ` +
      `results.json in ${jsonMs.toFixed(0)} ms, ratio ${ratio.toFixed(2)} (under ${MAX_RATIO}): ${passed ? "passed" : "FAILED"}`,
  );
  return passed;
}

function measureMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

if (import.meta.main) process.exitCode = benchMetrics() ? 0 : 1;
