import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { renderSchemas } from "../../scripts/generate-schemas.ts";

it.each([...renderSchemas()])("%s is up to date (else: node scripts/generate-schemas.ts)", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});
