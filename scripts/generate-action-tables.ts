// Writes the tables of inputs and outputs in README.md from action.yml.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { parse } from "yaml";
import { replacePart } from "./replace-part.ts";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** The README with its generated parts as action.yml wants them. */
export function renderReadme(readme: string, actionYaml: string): string {
  const { inputs, outputs } = parse(actionYaml) as Action;
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const inputTable = markdownTable(
    [
      ["input", "default", "what it does"],
      ...Object.entries(inputs).map(([name, { description, default: standard = "" }]) => [
        `\`${name}\``,
        standard === "" ? "" : `\`${cell(standard)}\``,
        cell(description),
      ]),
    ],
    { alignDelimiters: false },
  );
  const outputTable = markdownTable(
    [
      ["output", "what it is"],
      ...Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, cell(description)]),
    ],
    { alignDelimiters: false },
  );
  const source = "action.yml";
  return replacePart(
    replacePart(readme, { name: "inputs", source }, inputTable),
    { name: "outputs", source },
    outputTable,
  );
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const path = join(root, "README.md");
  writeFileSync(path, renderReadme(readFileSync(path, "utf8"), readFileSync(join(root, "action.yml"), "utf8")));
  console.log(path);
}
