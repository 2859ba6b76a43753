/**
 * Writes what a release consists of as a CycloneDX document: the npm packages that dist/ bundles, of package-lock.json, and the files
 * that the tool downloads when it runs. Asks nobody. `node scripts/make-sbom.ts FILE`
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { archiveUrl } from "../src/cluster/helm/chart.ts";
import { TOOL_RELEASES, TOOLS } from "../src/cluster/tools/releases.ts";
import LOCKED from "../src/engine/local/install/locked-packages.json" with { type: "json" };
import { PINS } from "../src/lib/pins.ts";
import type { Jar } from "../src/plan/jars.ts";

/** https://cyclonedx.org/docs/1.5/json/ */
interface Component {
  readonly "bom-ref": string;
  readonly type: string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: "required" | "optional";
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
}

interface Document {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const [out = "spark-loadtest.cdx.json"] = process.argv.slice(2);
const own = JSON.parse(readFileSync("package.json", "utf8")) as { name: string; version: string };
// Not without the development's: npm leaves out what both need.
const npmArgs = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
const npm = JSON.parse(execFileSync("npm", npmArgs, { encoding: "utf8", maxBuffer: 1e8 })) as Document;

/** ncc writes a paragraph of each package that it bundles: name, licence, text. */
const licenses = `\n\n${readFileSync("dist/cli/licenses.txt", "utf8")}`;
const isBundled = ({ name }: Component) => licenses.includes(`\n\n${name}\n`);
const bundled = npm.components.filter(isBundled);
const refs = new Set([npm.metadata.component["bom-ref"], ...bundled.map((component) => component["bom-ref"])]);

/** A file that is downloaded where a machine lacks it. */
function toFile(name: string, version: string, file: string, url: string, sha256: string | undefined): Component {
  return {
    "bom-ref": `${name}@${version}#${file}`,
    type: "application",
    name,
    version,
    scope: "optional",
    ...(sha256 === undefined ? {} : { hashes: [{ alg: "SHA-256", content: sha256 }] }),
    externalReferences: [{ type: "distribution", url }],
  };
}

function toPythonPackage(name: string, version: string, checksums: readonly string[]): Component {
  return {
    "bom-ref": `pypi:${name}@${version}`,
    type: "library",
    name,
    version,
    scope: "optional",
    purl: `pkg:pypi/${name}@${version}`,
    hashes: checksums.map((content) => ({ alg: "SHA-256", content })),
  };
}

function toJar({ group, artifact, version, sha256 }: Omit<Jar, "sha256"> & { readonly sha256: string }): Component {
  return {
    type: "library",
    "bom-ref": `maven:${group}:${artifact}@${version}`,
    group,
    name: artifact,
    version,
    scope: "optional",
    purl: `pkg:maven/${group}/${artifact}@${version}`,
    hashes: [{ alg: "SHA-256", content: sha256 }],
  };
}

const tools = TOOLS.flatMap((tool) => {
  const { version, baseUrl, file, sha256 } = TOOL_RELEASES[tool];
  return (["linux", "darwin"] as const).flatMap((os) =>
    (["amd64", "arm64"] as const).map((arch) => {
      const path = file(version, { os, arch });
      return toFile(tool, version, `${os}-${arch}`, `${baseUrl}/${path}`, sha256[`${os}-${arch}`]);
    }),
  );
});
const charts = Object.entries(PINS.charts).map(([name, { version, releases, sha256 }]) =>
  toFile(name, version, "chart", archiveUrl({ name, version, releases }), sha256),
);
const { jre, uv } = PINS;
const jres = Object.entries(jre.archives).map(([platform, { file, sha256 }]) =>
  toFile("temurin-jre", jre.version, platform, `${jre.baseUrl}/${file}`, sha256),
);
const { iceberg, icebergBesideRapids, rapids, connect, s3a } = PINS.jars;
// One jar serves several lines of Spark.
const plugins = new Map(Object.values(rapids).map((jar) => [jar.sha256, jar]));
const jars = [
  ...Object.values(iceberg),
  ...Object.values(icebergBesideRapids),
  ...plugins.values(),
  ...Object.values(s3a).flat(),
  ...Object.entries(connect).map(([version, sha256]) => ({
    group: "org.apache.spark",
    artifact: "spark-connect_2.12",
    version,
    sha256,
  })),
].map(toJar);
const python = [
  toPythonPackage(
    "uv",
    uv.version,
    Object.values(uv.wheels).map(({ sha256 }) => sha256),
  ),
  toPythonPackage("setuptools", LOCKED.setuptools.version, LOCKED.setuptools.sha256),
  ...Object.entries(LOCKED.py4j).map(([version, checksums]) => toPythonPackage("py4j", version, checksums)),
  ...Object.entries(LOCKED.pyspark).map(([version, { sha256 }]) => toPythonPackage("pyspark", version, sha256)),
];
const document = {
  ...npm,
  // npm calls it by the folder that it is in.
  metadata: { ...npm.metadata, component: { ...npm.metadata.component, type: "application", name: own.name } },
  components: [...bundled, ...tools, ...charts, ...jres, ...jars, ...python],
  dependencies: npm.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => refs.has(name)) })),
};
writeFileSync(out, `${JSON.stringify(document, null, 2)}\n`);
