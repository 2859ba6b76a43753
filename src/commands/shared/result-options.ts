import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Command as Commander, InvalidArgumentError, Option } from "commander";
import type { Environment } from "../../lib/process/environment.ts";
import { DEFAULT_FAIL_ON, DEFAULT_MAX_DETECTABLE_CHANGE, GATES, type Gate } from "../../model/metrics.ts";
import { type PushTarget, readPushTarget } from "../../publish/push/target.ts";
import { readTelemetryConfig, type TelemetryConfig } from "../../trace/config.ts";
import { collect } from "./selection-options.ts";

/** What happens with the results of a run. */
export interface ResultConfig {
  /** null for `spark-loadtest-runs/<run id>`. */
  readonly outDirectory: string | null;
  readonly baseline: readonly string[];
  readonly failOn: readonly Gate[];
  /** Relative: where only a larger change of CPU time would have been seen, nothing is decided on it. */
  readonly maxDetectableChange: number;
  /** Where the metrics go at the end; null for nowhere but the run's folder. */
  readonly pushTo: PushTarget | null;
  readonly telemetry: TelemetryConfig;
}

function parseGates(text: string): Gate[] {
  if (text === "none") return [];
  const gates = text.split(",").map((gate) => gate.trim());
  const unknown = gates.find((gate) => !GATES.includes(gate as Gate));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`It must be none, or gates out of ${GATES.join(", ")}, separated by commas.`);
  }
  return GATES.filter((gate) => gates.includes(gate));
}

export function failOnOption(): Option {
  return gatesOption("gates whose findings make a regression: hard, soft, advisory, or none").default(
    DEFAULT_FAIL_ON,
    DEFAULT_FAIL_ON.join(),
  );
}

/** The same without a default. */
export function gatesOption(description: string): Option {
  return new Option("--fail-on <gates>", description).argParser(parseGates);
}

const MOST_PERCENT = 1_000_000;

function parsePercent(text: string): number {
  const percent = Number(text.endsWith("%") ? text.slice(0, -1) : text);
  if (/^\d/.test(text) && percent > 0 && percent <= MOST_PERCENT) return percent / 100;
  throw new InvalidArgumentError(`It must be a number of percent above 0, at most ${MOST_PERCENT}.`);
}

export function maxDetectableChangeOption(): Option {
  return new Option(
    "--max-detectable-change <percent>",
    "where only a larger change of CPU time would have been seen, the verdict is inconclusive",
  )
    .argParser(parsePercent)
    .default(DEFAULT_MAX_DETECTABLE_CHANGE, String(100 * DEFAULT_MAX_DETECTABLE_CHANGE));
}

/** Options of what happens with a run's results. */
export function addResultOptions(command: Commander): Commander {
  return command
    .option("--out <dir>", "the run's folder (default: spark-loadtest-runs/<run id>)")
    .option("--baseline <path>", "an earlier run, or a folder of them, to compare with; may be repeated", collect)
    .addOption(failOnOption())
    .addOption(maxDetectableChangeOption())
    .option(
      "--push-metrics <url>",
      "send the run's metrics at its end to a Pushgateway, or by remote write where the path ends in /write, /push or /receive",
    );
}

/** What addResultOptions takes. Throws BadInputError. */
export function readResultConfig(options: Readonly<Record<string, unknown>>, env: Environment): ResultConfig {
  const { out, baseline = [], failOn, maxDetectableChange, pushMetrics } = options;
  return {
    outDirectory: out === undefined ? null : resolve(out as string),
    baseline: (baseline as string[]).map((path) => resolve(path)),
    failOn: failOn as Gate[],
    maxDetectableChange: maxDetectableChange as number,
    pushTo: pushMetrics === undefined ? null : readPushTarget(pushMetrics as string, env.SPARK_LOADTEST_PUSH_TOKEN),
    telemetry: readTelemetryConfig(env),
  };
}

export function addCacheOption(command: Commander): Commander {
  return command.option(
    "--cache-dir <dir>",
    "PySpark, Java, data sets, tools and kubeconfigs are kept here (default: ~/.cache/spark-loadtest)",
  );
}

/** The folder that --cache-dir names, or the default one. */
export function readCacheDirectory(options: Readonly<Record<string, unknown>>, env: Environment): string {
  if (options.cacheDir !== undefined) return resolve(options.cacheDir as string);
  return env.SPARK_LOADTEST_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "spark-loadtest");
}

export function addArtifactsOption(command: Commander): Commander {
  return command.option(
    "--artifacts <dir>",
    "files that a run would download are taken from here first, by their published names: jars, packages, Java, tools, charts",
  );
}
