import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { groupBy } from "../src/lib/group-by.ts";

const MOST_FILES = 13;
const GUIDE = "docs/architecture.md";
/** Of src/, as the guide has them: a folder may import from itself and from those before it. */
const [, listed] = /<!-- folders:begin -->\s*```text\n(.*?)```\s*<!-- folders:end -->/s.exec(
  readFileSync(GUIDE, "utf8"),
)!;
const ORDER = listed!.trim().split(/\s+/);

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
const texts = new Map(files.map((file) => [file, readFileSync(join("src", file), "utf8")]));
/** Of each file those of src/ that it imports, types and imports at run time among them. */
const imports = new Map(
  files.map((file) => {
    const paths = [...texts.get(file)!.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
      relative("src", join("src", dirname(file), path!)),
    );
    return [file, paths.filter((path) => texts.has(path))];
  }),
);

function isIn(file: string, ...folders: string[]): boolean {
  return folders.some((folder) => file.startsWith(`${folder}/`));
}

/** Files that import each other, the first one once more at the end; null where there are none. */
function findCircle(): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const imported of imports.get(file)!) {
      const circle = visit(imported, [...path, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const circle = visit(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** The files that are loaded together with a file: those that it imports for more than their types, and what these import. */
function reach(file: string, reached = new Set<string>()): Set<string> {
  reached.add(file);
  const loaded = [...texts.get(file)!.matchAll(/^(?:import|export) (?!type\b)[^;]*?from "(\.[^"]+)"/gm)].map(
    ([, path]) => relative("src", join("src", dirname(file), path!)),
  );
  for (const next of loaded) if (texts.has(next) && !reached.has(next)) reach(next, reached);
  return reached;
}

describe("the folders of src/", () => {
  const filesOf = groupBy(files, dirname);

  it(`are those of ${GUIDE}, each once`, () => {
    expect([...filesOf.keys()].sort()).toEqual([...ORDER].sort());
  });

  it.each(ORDER)("%s imports from itself and from those before it only", (folder) => {
    const earlier = new Set(ORDER.slice(0, ORDER.indexOf(folder) + 1));
    const later = (filesOf.get(folder) ?? []).flatMap((file) =>
      imports
        .get(file)!
        .filter((path) => !earlier.has(dirname(path)))
        .map((path) => `${file} -> ${path}`),
    );
    expect(later).toEqual([]);
  });

  it(`have ${MOST_FILES} files at most`, () => {
    const large = [...filesOf].filter(([, { length }]) => length > MOST_FILES).map(([folder]) => folder);
    expect(large).toEqual([]);
  });
});

describe("the files of src/", () => {
  it("import each other in no circle", () => {
    expect(findCircle()).toBeNull();
  });

  it("talk to GitHub Actions where it is published, in the commands and in the entries only", () => {
    const users = files.filter((file) => /from "@actions\//.test(texts.get(file)!));
    expect(users.filter((file) => !isIn(file, "entries", "commands", "publish"))).toEqual([]);
  });

  // @actions/core writes what it is given: a line end in a name would begin a command to the runner.
  it("write to the terminal and to the log of a step in one place only", () => {
    const writes =
      /\b(stdout|stderr|stream)\??\.write\(|\{[^}]*\bwrite\b[^}]*\} = process\.|\bwriteSync\(\s*[12]\b|\bconsole\b\s*\.|"\/dev\/std(out|err)"/;
    expect(files.filter((file) => writes.test(texts.get(file)!))).toEqual(["lib/process/output.ts"]);
    const speaksToRunner = files.filter((file) =>
      /from "@actions\/core"|import\("@actions\/core"/.test(texts.get(file)!),
    );
    expect(speaksToRunner).toEqual(["publish/github/runner.ts"]);
    expect(texts.get("publish/github/runner.ts")).not.toMatch(/\binfo\b[^`]*from "@actions/);
  });

  it("reach for the standard streams in the commands, the entries and the runner's log only", () => {
    const users = files.filter((file) => /process\.(stdout|stderr)\b(?!`)/.test(texts.get(file)!));
    expect(users.filter((file) => !isIn(file, "entries", "commands"))).toEqual(["publish/github/runner.ts"]);
  });

  // In undici, a server that closes behind an unread answer ends the process: https://github.com/nodejs/undici/issues/5360
  it("speak by undici nowhere: neither by Node.js' fetch, nor by the parts of the Kubernetes client that do", () => {
    const spoken =
      /(?<![.\w])fetch\([^)]|from "undici"|new KubeConfig\(|\b(Watch|Log|Health|Metrics)\b[^;]*from "@kubernetes/;
    expect(files.filter((file) => spoken.test(texts.get(file)!))).toEqual([]);
  });

  it("read the environment and the arguments in the commands and in the entries only", () => {
    const readers = files.filter((file) => /process\.(env|argv)\b/.test(texts.get(file)!));
    expect(readers.filter((file) => !isIn(file, "entries", "commands"))).toEqual([]);
  });

  // A log is read in less time than zod takes to start. What is needed seldom is imported where it is needed.
  it("load no schemas and no archives for the command that reads event logs", () => {
    const loaded = [...reach("commands/events/command.ts")];
    const heavy = loaded.filter((file) => /^import (?!type\b)[^;]*from "(zod|yauzl|yaml)"/m.test(texts.get(file)!));
    expect(loaded).toContain("collect/log-files/unzip.ts");
    expect(heavy).toEqual([]);
  });
});
