import { z } from "zod";
import { parseJson } from "../lib/text/parse-json.ts";
import { redactCommand, redactConf } from "../lib/text/redact.ts";
import { newTrace } from "../lib/trace-context.ts";
import { runSchema } from "../model/documents.ts";
import type { Tier } from "../plan/matrix/tier.ts";
import { ownRulesOf } from "./own-rules.ts";
import type { RunState } from "./spec.ts";

/** Of `run.json`, which is written before the first case and removed by nothing; the Workflow has the same without `schema`. */
export const stateSchema = z.object({
  schema: z.literal("spark-loadtest/run/v1"),
  run: runSchema,
  tier: z
    .custom<Tier>((value) => typeof value === "object" && value !== null)
    // A run that was begun by an earlier version, whose cases had one each.
    .transform((tier) => ({ ...tier, executors: tier.executors ?? 1 })),
  settings: z.object({
    samples: z.number(),
    warmups: z.number(),
    dataDirectory: z.string().nullable(),
    conf: z.record(z.string(), z.string()),
    workloadArgs: z.array(z.string()),
    partner: z.object({ image: z.string(), pairs: z.number() }).nullable().default(null),
  }),
  trace: z
    .object({ traceId: z.string(), parentId: z.string().nullable(), sampled: z.boolean() })
    // A run that was begun by an earlier version.
    .default(newTrace),
});

/** The state that JSON text holds; null where it is none. */
export function parseRunState(text: string): RunState | null {
  const parsed = stateSchema.omit({ schema: true }).safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** A run's state as it may be kept in a file or on a cluster: what is secret in it is there by name only. */
export function toState({ run, tier, settings, trace }: RunState): RunState {
  const { all, byDimension } = tier.sparkConf;
  const own = ownRulesOf(tier, settings);
  const byValue = Object.entries(byDimension).map(([dimension, confs]) => [
    dimension,
    Object.fromEntries(Object.entries(confs).map(([value, conf]) => [value, redactConf(conf, own)])),
  ]);
  return {
    run,
    tier: {
      ...tier,
      sparkConf: { all: redactConf(all, own), byDimension: Object.fromEntries(byValue) },
      workload: tier.workload === null ? null : { ...tier.workload, args: redactCommand(tier.workload.args, own) },
    },
    settings: {
      ...settings,
      conf: redactConf(settings.conf, own),
      workloadArgs: redactCommand(settings.workloadArgs, own),
    },
    trace,
  };
}
