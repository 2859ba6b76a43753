import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";

export interface Expression {
  /** Where it stands; the first of several. */
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression of src/: what stands there, and what its modules make of parts when they are loaded. Each once. */
export async function collectExpressions(): Promise<Expression[]> {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const all = [...files.flatMap(findLiterals), ...(await findMade(files))];
  return [...new Map(all.reverse().map((each) => [`${each.source}/${each.flags}`, each])).values()].reverse();
}

function findLiterals(file: string): Expression[] {
  const found: Expression[] = [];
  const { program } = parseSync(file, readFileSync(join("src", file), "utf8"));
  new Visitor({
    Literal(node) {
      if ("regex" in node) found.push({ file, source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(program);
  return found;
}

/** Those that a module keeps as `new RegExp(...)` at its top. */
async function findMade(files: readonly string[]): Promise<Expression[]> {
  const made = files.filter((file) =>
    /^(const|export const| {2}pattern:).*new RegExp\(/m.test(readFileSync(join("src", file), "utf8")),
  );
  const found: Expression[] = [];
  const Original = globalThis.RegExp;
  let file = "";
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [source, flags]) {
      const expression = new target(source, flags);
      found.push({ file, source: expression.source, flags: expression.flags });
      return expression;
    },
  });
  try {
    for (file of made) await import(/* @vite-ignore */ `../../src/${file}`);
  } finally {
    globalThis.RegExp = Original;
  }
  return found;
}
