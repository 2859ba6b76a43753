// Checks the project's Python with Ruff's WebAssembly build, by the rules of ruff.toml. `--write` formats it first.
// V8 would optimise the ten megabytes of it for longer than they run: hence --liftoff-only in package.json.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { type Diagnostic, PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { parse } from "smol-toml";

const write = process.argv.includes("--write");
const ruff = new Workspace(parse(readFileSync("ruff.toml", "utf8")), PositionEncoding.Utf16);
const paths = globSync("{bench,examples,images,scripts,test,workflows,workloads}/**/*.py").toSorted();
const findings = paths.flatMap(lint);
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;

/** What is wrong with a file, a line a finding, as `ruff check --output-format concise` and `ruff format --check` say it. */
function lint(path: string): string[] {
  let text = readFileSync(path, "utf8");
  const formatted = format(text);
  if (write && formatted !== text) writeFileSync(path, formatted);
  if (write) text = formatted;
  const found = (ruff.check(text) as Diagnostic[]).map(({ code, message, start_location: { row, column } }) => {
    return `${path}:${row}:${column}: ${code ?? "invalid-syntax"} ${message}`;
  });
  return formatted === text ? found : [...found, `Would reformat: ${path} (npm run format)`];
}

/** The check names the place of what is no Python; the formatter only refuses it. */
function format(text: string): string {
  try {
    return ruff.format(text);
  } catch {
    return text;
  }
}
