import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PINS } from "../../src/lib/pins.ts";

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
}

describe("the list of what a release consists of", () => {
  let folder: string;
  let components: readonly Component[];
  let document: {
    readonly bomFormat: string;
    readonly specVersion: string;
    readonly metadata: { readonly component: Component };
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sbom-"));
    const out = join(folder, "spark-loadtest.cdx.json");
    execFileSync(process.execPath, ["scripts/make-sbom.ts", out], {
      env: { ...process.env, npm_config_offline: "true" },
    });
    document = JSON.parse(readFileSync(out, "utf8"));
    ({ components } = document as unknown as { components: readonly Component[] });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const named = (name: string) => components.filter((component) => component.name === name);
  const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));

  it("is a CycloneDX document about this version", () => {
    const { name, version } = readJson("package.json");
    expect(document).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5" });
    expect(document.metadata.component).toMatchObject({ name, version });
    const refs = [document.metadata.component, ...components].map((component) => component["bom-ref"]);
    expect(refs.filter((ref, index) => refs.indexOf(ref) !== index)).toEqual([]);
    const named = document.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !refs.includes(ref))).toEqual([]);
  });

  it("names every package that the project depends on, with its version and checksum", () => {
    const { packages } = readJson("package-lock.json");
    const missing = Object.keys(readJson("package.json").dependencies).filter((name) => {
      const { version } = packages[`node_modules/${name}`];
      return !named(name).some(
        (component) => component.version === version && component.hashes?.[0]?.alg === "SHA-512",
      );
    });
    expect(missing).toEqual([]);
  });

  it("names every package whose licence dist/ carries, and none that only builds and tests it", () => {
    const licenses = `\n\n${readFileSync("dist/cli/licenses.txt", "utf8")}`;
    const { packages } = readJson("package-lock.json") as { packages: Record<string, unknown> };
    const paths = Object.keys(packages).filter((path) => path !== "");
    const names = new Set(paths.map((path) => path.replace(/^.*node_modules\//, "")));
    const bundled = [...names].filter((name) => licenses.includes(`\n\n${name}\n`)).sort();
    expect(bundled.length).toBeGreaterThan(100);
    const npm = components.filter(({ purl }) => purl?.startsWith("pkg:npm/")).map(({ name }) => name);
    expect([...new Set(npm)].sort()).toEqual(bundled);
    expect(npm).not.toContain("vitest");
  });

  it("names what is downloaded when it runs, with its address and the checksum that is pinned", () => {
    const [kind] = named("kind");
    expect(named("kind")).toHaveLength(4);
    expect(kind).toMatchObject({
      version: PINS.tools.kind.version,
      hashes: [{ alg: "SHA-256", content: PINS.tools.kind.sha256["linux-amd64"] }],
      externalReferences: [
        {
          type: "distribution",
          url: "https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64",
        },
      ],
    });
    for (const name of ["minikube", "helm", "argo", "temurin-jre"]) expect(named(name)).toHaveLength(4);
    expect(named("pyspark").map(({ version }) => version)).toEqual(expect.arrayContaining(["3.5.9", "4.1.4", "4.3.0"]));
    expect(named("uv")).toHaveLength(1);
    expect(named("argo-workflows")).toMatchObject([
      {
        version: PINS.charts["argo-workflows"].version,
        hashes: [{ alg: "SHA-256", content: PINS.charts["argo-workflows"].sha256 }],
        externalReferences: [
          {
            type: "distribution",
            url: "https://github.com/argoproj/argo-helm/releases/download/argo-workflows-1.0.18/argo-workflows-1.0.18.tgz",
          },
        ],
      },
    ]);
    expect(named("kube-prometheus-stack")).toHaveLength(1);
  });
});
