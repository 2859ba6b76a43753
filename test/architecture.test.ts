import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** A folder may import from itself and from those before it. */
const ORDER = [
  "lib",
  "model",
  "config",
  "plan",
  "cluster",
  "engine",
  "monitoring",
  "scenarios",
  "collect",
  "analyse",
  "report",
  "progress",
  "trace",
  "publish",
];
const ENTRIES = new Set([".", "commands"]);

/** Folder of a file below src/: "engine" for engine/local/java.ts, "." for run.ts. */
function stageOf(path: string): string {
  return path.includes("/") ? path.split("/")[0]! : ".";
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));

function importsOf(file: string): string[] {
  const text = readFileSync(join("src", file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
    relative("src", join("src", dirname(file), path!)),
  );
}

describe("the order of the stages", () => {
  it("knows every folder", () => {
    const folders = new Set(files.map(stageOf).filter((stage) => !ENTRIES.has(stage)));
    expect([...folders].sort()).toEqual([...ORDER].sort());
  });

  it.each(files.filter((file) => !ENTRIES.has(stageOf(file))))(
    "%s imports from its own and earlier stages only",
    (file) => {
      const own = ORDER.indexOf(stageOf(file));
      const later = importsOf(file).filter((path) => {
        const index = ORDER.indexOf(stageOf(path));
        // lib and model format and name things for each other; neither knows a stage.
        return index > Math.max(own, 1) || ENTRIES.has(stageOf(path));
      });
      expect(later).toEqual([]);
    },
  );

  it("talks to GitHub Actions in its configuration, where it publishes, and in the entries only", () => {
    const users = files.filter((file) => /from "@actions\//.test(readFileSync(join("src", file), "utf8")));
    expect(users.filter((file) => ![...ENTRIES, "config", "publish"].includes(stageOf(file)))).toEqual([]);
  });

  it("reads the environment and the arguments in the entries only", () => {
    const readers = files.filter((file) => /process\.(env|argv)\b/.test(readFileSync(join("src", file), "utf8")));
    expect(readers.filter((file) => !ENTRIES.has(stageOf(file)))).toEqual([]);
  });
});
