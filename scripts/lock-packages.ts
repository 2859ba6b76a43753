/**
 * Writes the checksums of the Python packages that are installed: PySpark with what it needs, for the local engine, and what the images
 * in images/ have beside Spark. Asks the package index that uv asks; downloads none of the packages.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listVersions } from "../src/engine/local/install/package-index.ts";
import { ensureUv } from "../src/engine/local/install/uv.ts";
import { compareVersions, isAtLeast } from "../src/lib/versions.ts";

/** The oldest Spark line that is supported. */
const OLDEST_SPARK = "3.3.0";
/** What the metadata of each line asks for; the first line that is not newer counts. PyPI does not say it of an sdist. */
const PY4J = [
  { spark: "4.0", py4j: "0.10.9.9" },
  { spark: "3.4", py4j: "0.10.9.7" },
  { spark: "0", py4j: "0.10.9.5" },
] as const;
/** Builds the sdists; the last release that runs on Python 3.9, too. */
const SETUPTOOLS = "82.0.1";
/** The Python of the images of each Spark line. */
const IMAGES = { 3: "3.8", 4: "3.10" } as const;

const folder = mkdtempSync(join(tmpdir(), "lock-"));
const signal = new AbortController().signal;
const environment = process.env;
const [uv = "uv", ...uvOptions] = await ensureUv(environment, folder, signal);
// With metadata given, uv asks for none of the sdist, which has 400 MB.
writeFileSync(join(folder, "uv.toml"), 'dependency-metadata = [{ name = "pyspark" }]\n');

function compile(requirements: string, options: readonly string[]): string {
  writeFileSync(join(folder, "in.txt"), requirements);
  const shared = ["--generate-hashes", "--no-header", "--no-annotate", "--quiet"];
  const args = [...uvOptions, "pip", "compile", ...shared, ...options, join(folder, "in.txt")];
  return execFileSync(uv, args, { encoding: "utf8" });
}

function listChecksums(requirement: string): string[] {
  const locked = compile(requirement, ["--no-deps", "--config-file", join(folder, "uv.toml")]);
  return [...locked.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map(([, sha256]) => sha256!).sort();
}

try {
  const offered = await listVersions("pyspark", { environment, signal });
  const versions = offered
    .filter((version) => /^\d+\.\d+\.\d+$/.test(version) && isAtLeast(version, OLDEST_SPARK))
    .sort(compareVersions);
  const py4jOf = (spark: string) => PY4J.find((line) => isAtLeast(spark, line.spark))!.py4j;
  const lock = {
    setuptools: { version: SETUPTOOLS, sha256: listChecksums(`setuptools==${SETUPTOOLS}`) },
    py4j: Object.fromEntries(
      [...new Set(versions.map(py4jOf))].map((version) => [version, listChecksums(`py4j==${version}`)]),
    ),
    pyspark: Object.fromEntries(
      versions.map((version) => [version, { py4j: py4jOf(version), sha256: listChecksums(`pyspark==${version}`) }]),
    ),
  };
  writeFileSync("src/engine/local/install/locked-packages.json", `${JSON.stringify(lock, null, 2)}\n`);
  for (const [line, python] of Object.entries(IMAGES)) {
    const requirements = readFileSync(`images/requirements-${line}.in`, "utf8");
    const locked = compile(requirements, ["--universal", "--python-version", python]);
    const header = `# Made by npm run lock of requirements-${line}.in.\n`;
    writeFileSync(`images/requirements-${line}.txt`, header + locked);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
