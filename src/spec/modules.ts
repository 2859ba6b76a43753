import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Spark properties whose values are lists of files that a job is run with. */
const FILE_PROPERTIES: ReadonlySet<string> = new Set([
  "spark.submit.pyFiles",
  "spark.files",
  "spark.jars",
  "spark.archives",
]);
/** A script that imports more has its first ones looked at. */
const MOST_MODULES = 100;
/** A longer file is no script that somebody wrote. */
const LARGEST_MODULE_BYTES = 2 ** 20;

/** What a job is made of beside its script: a name, and SHA-256 of the content; null for what is not on this machine. */
export type Module = readonly [name: string, sha256: string | null];

/** The modules that a Python script imports, and those imports in turn, as far as they are files beside it; sorted by name. */
export async function findModules(script: string): Promise<Module[]> {
  if (extname(script) !== ".py") return [];
  const found = new Map<string, string>();
  const open = [script];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const name of importedNames(await readModule(file))) {
      const path = join(dirname(script), `${name}.py`);
      if (path === script || found.has(name) || found.size === MOST_MODULES) continue;
      const sha256 = await hashFile(path);
      if (sha256 === null) continue;
      found.set(name, sha256);
      open.push(path);
    }
  }
  return sortByName([...found]);
}

/** The files that Spark properties name; sorted by name. */
export async function findNamedFiles(confs: readonly Readonly<Record<string, string>>[]): Promise<Module[]> {
  const lists = confs.flatMap((conf) => Object.entries(conf).filter(([name]) => FILE_PROPERTIES.has(name)));
  const names = new Set(lists.flatMap(([, list]) => list.split(",").map((name) => name.trim())));
  names.delete("");
  return sortByName(await Promise.all([...names].map(async (name) => [name, await hashFile(pathOf(name))] as const)));
}

function sortByName(modules: Module[]): Module[] {
  return modules.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of `archive.zip#name` the file, whose other name is Spark's. */
function pathOf(name: string): string {
  return name.replace(/^file:(?:\/\/)?/, "").split("#", 1)[0]!;
}

async function readModule(file: string): Promise<string> {
  const stats = await stat(file).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size > LARGEST_MODULE_BYTES) return "";
  return readFile(file, "utf8");
}

/** First names of what a Python text imports, one statement a line: "a" and "b" of `import a.x, b as c`, "d" of `from .d import e`. */
function importedNames(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === "from") return toName(rest[0] ?? "");
    return word === "import" ? rest.join(" ").split(",").flatMap(toName) : [];
  });
}

function toName(text: string): string[] {
  const name = /^[ .]*(\w+)/.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

/** null for what is no file of this machine. */
async function hashFile(path: string): Promise<string | null> {
  const stats = await stat(path).catch(() => null);
  if (stats === null || !stats.isFile()) return null;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
