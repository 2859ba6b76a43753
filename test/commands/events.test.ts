import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { EventsDocument } from "../../src/model/documents.ts";
import { call } from "./call.ts";

const FOLDER = "test/fixtures/hostile/logs";
const fitsSchema = new Ajv2020().compile(JSON.parse(readFileSync("docs/schemas/events.schema.json", "utf8")));

async function readEvents(...paths: string[]): Promise<EventsDocument> {
  const { code, stdout, stderr } = await call(["events", ...paths, "--json"], ".");
  expect(code, stderr).toBe(0);
  const document = JSON.parse(stdout) as EventsDocument;
  expect(fitsSchema(document)).toBe(true);
  return document;
}

describe("a log with a line that is damaged", () => {
  const logs = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isFile());
  it.each(logs.map(({ name }) => name))("has the rest of it read: %s", async (name) => {
    const { applications } = await readEvents(join(FOLDER, name));
    expect(applications).toMatchObject([{ id: "app-1", sparkVersion: "4.1.1", partial: true, stages: [] }]);
    expect(applications[0]!.problems).toContain("1 damaged line left out");
  });

  it("leaves that beside it as it is", async () => {
    const { applications } = await readEvents(join(FOLDER, "beside"));
    const alone = await readEvents(join(FOLDER, "beside/good"));
    expect(applications).toEqual([
      ...alone.applications,
      expect.objectContaining({ problems: expect.arrayContaining(["1 damaged line left out"]) }),
    ]);
  });
});
