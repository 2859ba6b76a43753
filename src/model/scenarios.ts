import { z } from "zod";
import { caseStatusSchema, runSchema } from "./documents.ts";

/** The document of a run of scenarios. Scenarios pass or fail; nothing in them is measured or compared. */

export const scenarioResultSchema = z.object({
  name: z.string().describe("file name of the script without .sh; differs from those of the other scenarios"),
  script: z.string().describe("path of the script below the folder of scenarios"),
  status: caseStatusSchema.exclude(["explained"]),
  reason: z.string().nullable().describe("why the scenario did not pass, or not at once, for people; null for passed"),
  exitCode: z
    .number()
    .int()
    .nullable()
    .describe("of the script in the last attempt; 124 after a time-out, null where the script did not run"),
  attempts: z.number().int().describe("0 for a skipped scenario"),
  namespace: z.string().nullable().describe("of the last attempt; null where none could be made"),
  release: z.string().nullable().describe("name of the Helm release that the script was given in the last attempt"),
  startedAt: z.string().nullable().describe("ISO 8601, of the first attempt; null for a skipped scenario"),
  finishedAt: z.string().nullable().describe("ISO 8601, of the last attempt; null for a skipped scenario"),
  scriptMs: z.number().nullable().describe("how long the script ran in the last attempt; null where it did not run"),
  log: z.string().nullable().describe("path in the run's folder of what the script printed; null for none"),
});
export type ScenarioResult = z.infer<typeof scenarioResultSchema>;

/** How a run of scenarios ended: `interrupted` by a signal, `crashed` by an error of this tool or of its machine. */
export const SCENARIO_ENDINGS = ["complete", "interrupted", "crashed"] as const;

export const scenariosSchema = z.object({
  schema: z.literal("spark-loadtest/scenarios/v1"),
  run: z.object({
    id: z.string(),
    startedAt: z.string(),
    finishedAt: z.string().nullable().describe("null where the run was ended before all its scenarios"),
    ending: z.enum(SCENARIO_ENDINGS),
    planned: z.number().int().describe("scenarios that were to run; fewer results where the run was ended before all"),
    cutOff: z
      .array(z.string())
      .optional()
      .describe("names of the scenarios that had begun and not ended; documents of earlier versions lack it"),
    cluster: z.string().describe("name of the cluster or of its kubeconfig context"),
    commit: z.string().nullable(),
    ref: z.string().nullable(),
    toolVersion: z.string(),
    host: runSchema.shape.host.describe("the machine that ran the scripts"),
  }),
  scenarios: z.array(scenarioResultSchema).describe("those that have ended, in the order of their paths"),
});
export type ScenariosDocument = z.infer<typeof scenariosSchema>;
