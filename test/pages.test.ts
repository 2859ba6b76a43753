import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { marked, type Token, type Tokens } from "marked";
import parseArgv from "string-argv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readActionConfig } from "../src/commands/action/action-config.ts";
import { readArguments } from "../src/commands/dispatch/read-arguments.ts";
import { createPlan } from "../src/plan/plan.ts";
import { whyNotRunnable } from "../src/plan/runnable.ts";
import { loadTier } from "../src/plan/tiers/load-tiers.ts";
import { ENVIRONMENT, inputsOf } from "./commands/action/inputs.ts";

/** The pages that people read, and the texts of GitHub's forms. */
const pages = [".", ".github", ".github/ISSUE_TEMPLATE", "docs", "docs/decisions"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(md|yml)$/.test(name))
    .map((name) => join(folder, name)),
);
const markdown = pages.filter((page) => page.endsWith(".md"));

/** Pages that GitHub itself has, seen from a file of the default branch. */
const GITHUB_PAGES = ["../../security/advisories/new", "../../../issues/new/choose"];
const OWN_ADDRESS = "https://github.com/org/spark-loadtest/blob/main/";

function tokensOf(page: string): Token[] {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(readFileSync(page, "utf8")), (token) => {
    tokens.push(token);
  });
  return tokens;
}

/** Everything that a page leads to or shows. */
function targetsOf(page: string): string[] {
  const inMarkdown = page.endsWith(".md")
    ? tokensOf(page).flatMap((token) => {
        if (token.type === "link" || token.type === "image") return [token.href as string];
        if (token.type !== "html") return [];
        return [...token.raw.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, target]) => target!);
      })
    : [];
  const own = [
    ...readFileSync(page, "utf8").matchAll(/https:\/\/github\.com\/org\/spark-loadtest\/blob\/main\/([^\s)"]+)/g),
  ];
  return [
    ...inMarkdown.filter((target) => !/^[a-z]+:/.test(target)),
    ...own.map(([address]) => relative(dirname(page), address.slice(OWN_ADDRESS.length))),
  ];
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return tokensOf(page).flatMap((token) => {
    if (token.type !== "heading") return [];
    const slug = (token.text as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return [count === 0 ? slug : `${slug}-${count}`];
  });
}

describe("links", () => {
  it.each(pages)("of %s lead somewhere", (page) => {
    const broken = targetsOf(page).filter((target) => {
      if (GITHUB_PAGES.includes(target)) return false;
      const [path, anchor] = decodeURI(target).split("#");
      const file = path === "" ? page : join(dirname(page), path!);
      if (relative(".", file).startsWith("..") || !existsSync(file)) return true;
      return anchor !== undefined && !(statSync(file).isFile() && anchorsOf(file).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it.each(["docs", "docs/decisions"])("of %s/README.md name every page beside it", (folder) => {
    const index = join(folder, "README.md");
    const files = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== basename(index));
    const linked = targetsOf(index).map((target) => target.split("#")[0]);
    expect(files.filter((name) => !linked.includes(name))).toEqual([]);
  });
});

/** Each command line in the shell blocks of the pages and in the help texts, with where it stands. */
const commandLines: [where: string, line: string][] = [
  ...markdown.flatMap((page) => {
    const blocks = tokensOf(page).filter((token) => token.type === "code" && token.lang === "sh");
    return findCommands(page, blocks.map(({ raw }) => raw).join("\n"));
  }),
  ...readdirSync("src/commands", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const examples = readFileSync(join("src/commands", name), "utf8").match(/^ {2}\$ (.*\\\\\n)*.*$/gm) ?? [];
      return findCommands(name, examples.join("\n").replaceAll("\\\\", "\\"));
    }),
];

/** Those of a shell's text, with the variables set for them, and without what is said behind them. */
function findCommands(where: string, text: string): [string, string][] {
  const lines = text.replace(/\\\n\s*/g, "").split("\n");
  return lines.flatMap((line) => {
    const [found] = /(\w+=\S+ )*\bspark-loadtest( [^\s)`#]+)+/.exec(line) ?? [];
    return found === undefined ? [] : [[where, found.replace("id=$(", "")]];
  });
}

describe("commands in the pages and the help", () => {
  it("are there to be looked at", () => {
    expect(commandLines.length).toBeGreaterThan(30);
  });

  it.each(commandLines)("of %s can be given: %s", async (_, line) => {
    const [variables, given] = line.split(/(?<=^|\s)spark-loadtest /);
    const set = variables!.split(" ").map((variable) => variable.split("="));
    const command = readArguments(parseArgv(given!), { HOME: "/home/spark", ...Object.fromEntries(set) }, "1.2.3");
    expect(command).not.toBeNull();
    if (command?.name === "run") expect(await findSkipped(command.config)).toEqual([]);
    if (command?.name === "submit") expect(await findSkipped({ ...command.config, cluster: {} })).toEqual([]);
  });

  it("have one name", () => {
    const others = pages.filter((page) => page !== join("docs", "decisions", "0028-command-from-a-clone.md"));
    const wrong = others.filter((page) => /node \S*dist\/cli\/index\.js|npx \./.test(readFileSync(page, "utf8")));
    expect(wrong).toEqual([]);
  });
});

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

describe("the steps of examples/", () => {
  const steps = readdirSync("examples").flatMap((file) => {
    const { jobs } = parse(readFileSync(join("examples", file), "utf8")) as { jobs: Record<string, { steps: Step[] }> };
    return Object.values(jobs)
      .flatMap((job) => job.steps)
      .filter(({ uses }) => uses?.startsWith("org/spark-loadtest@"))
      .map((step): [string, Step] => [file, step]);
  });

  it.each(steps)("of %s run every case of what they choose", async (_, step) => {
    // What another step finds out is not known here.
    const given = Object.entries(step.with ?? {}).filter(([, value]) => !value.includes("${{"));
    const { run } = readActionConfig(inputsOf(Object.fromEntries(given)), ENVIRONMENT);
    expect(await findSkipped(run)).toEqual([]);
  });
});

interface Chosen {
  readonly tier: string | null;
  readonly tiersFile: string | null;
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly coverage: "full" | "pairwise";
  readonly cluster: unknown;
}

/** The cases of a built-in tier that would be skipped where the run takes place. */
async function findSkipped({ cluster, ...chosen }: Chosen): Promise<string[]> {
  if (chosen.tiersFile !== null) return [];
  const tier = await loadTier(chosen.tier, { builtinTiersFile: resolve("workflows/tiers/tiers.yaml") });
  const place = cluster === null ? "machine" : "cluster";
  return createPlan(tier, chosen)
    .cases.filter((testCase) => whyNotRunnable(testCase, tier, place) !== null)
    .map(({ name }) => name);
}

describe("docs/troubleshooting.md", () => {
  const source = ["src", "workflows"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
    .filter((name) => /\.(tsx?|py|json)$/.test(name))
    .map((name) => readFileSync(name, "utf8"))
    .join("\n");
  const messages = tokensOf("docs/troubleshooting.md")
    .filter((token): token is Tokens.Table => token.type === "table")
    .flatMap(({ rows }) => rows.flatMap(([first]) => first!.tokens))
    .filter((token): token is Tokens.Codespan => token.type === "codespan")
    .map(({ text }) => text)
    // Files and folders stand in such a column, too.
    .filter((text) => !/^[\w./<>-]+\/$|\.json$/.test(text));

  it.each(messages)("has a message that there is: %s", (message) => {
    expect(message.split("…").filter((part) => !source.includes(part.trim()))).toEqual([]);
  });
});
