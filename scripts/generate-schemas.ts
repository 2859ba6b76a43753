import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { eventsSchema, explainSchema, planSchema, resultsSchema, verdictSchema } from "../src/model/documents.ts";
import { scenariosSchema } from "../src/model/scenarios.ts";
import { tiersFileSchema } from "../src/plan/tiers/tiers-schema.ts";

/** JSON Schemas of the files that people and other tools read and write, by their path in the repository. */
const SCHEMAS: readonly { readonly path: string; readonly title: string; readonly schema: z.ZodType }[] = [
  { path: "workflows/tiers/tiers.schema.json", title: "Tiers of spark-loadtest", schema: tiersFileSchema },
  { path: "docs/schemas/plan.schema.json", title: "plan.json, plan --json", schema: planSchema },
  { path: "docs/schemas/results.schema.json", title: "results.json", schema: resultsSchema },
  { path: "docs/schemas/verdict.schema.json", title: "verdict.json, compare --json", schema: verdictSchema },
  { path: "docs/schemas/events.schema.json", title: "events --json", schema: eventsSchema },
  { path: "docs/schemas/explain.schema.json", title: "explain --json", schema: explainSchema },
  { path: "docs/schemas/scenarios.schema.json", title: "scenarios.json", schema: scenariosSchema },
];

/** What the schema files have to hold, by path. */
export function renderSchemas(): Map<string, string> {
  return new Map(
    SCHEMAS.map(({ path, title, schema }) => {
      // "input": fields with defaults may be left out, and fields that a later version adds are no mistake.
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
      return [path, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  for (const [path, text] of renderSchemas()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}
