// Writes the tables of inputs and outputs in README.md from action.yml.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { parse } from "yaml";

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
  return replacePart(replacePart(readme, "inputs", inputTable), "outputs", outputTable);
}

function replacePart(readme: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: from action.yml, by npm run generate -->`, `<!-- end of ${name} -->`];
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`README.md has no part ${begin}`);
  return `${readme.slice(0, from + begin.length)}\n\n${text}\n\n${readme.slice(to)}`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const path = join(root, "README.md");
  writeFileSync(path, renderReadme(readFileSync(path, "utf8"), readFileSync(join(root, "action.yml"), "utf8")));
  console.log(path);
}
