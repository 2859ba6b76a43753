import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A Kubernetes object of any kind. */
// biome-ignore lint/suspicious/noExplicitAny: the schemas say what it is
export type Manifest = any;

const PACKAGES: Readonly<Record<string, string>> = {
  "argoproj.io": "@kubernetes-models/argo-workflows",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};

/** Where kubernetes-models keeps an apiVersion: "apps/v1" is itself, "v1" its own folder; other groups are packages. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  return `${PACKAGES[apiVersion.split("/")[0]] ?? "kubernetes-models"}/${apiVersion}/${kind}`;
}

/** The package takes Argo's Go types for its JSON: a list of steps is an object there, and a container needs a name. */
function toPackageForm(manifest: Manifest): Manifest {
  if (!manifest.apiVersion.startsWith("argoproj.io/")) return manifest;
  const copy = structuredClone(manifest);
  for (const template of copy.spec.templates ?? []) {
    if (template.steps !== undefined) template.steps = template.steps.map((steps: unknown) => ({ steps }));
    if (template.container !== undefined) template.container.name ??= "main";
  }
  return copy;
}

/** Mistakes in values, by the packages' validators: "Kind/name: data/spec/... must be string". */
export async function findSchemaErrors(manifests: readonly Manifest[]): Promise<string[]> {
  const errors: string[] = [];
  for (const manifest of manifests) {
    const { [manifest.kind]: Model } = await import(moduleOf(manifest));
    try {
      new Model(toPackageForm(manifest)).validate();
    } catch (error) {
      errors.push(`${manifest.kind}/${manifest.metadata.name}: ${(error as Error).message}`);
    }
  }
  return errors;
}

/** Fields that no schema knows, which an API server drops without a word: the compiler's excess property checks find them. */
export function findUnknownFields(manifests: readonly Manifest[]): string[] {
  // Within the repository, where the packages are found, and where nothing else looks.
  mkdirSync("build", { recursive: true });
  const directory = mkdtempSync(join("build", "types-"));
  try {
    const lines = manifests.flatMap((manifest, index) => {
      const { kind } = manifest;
      return [
        `import type { I${kind} as Kind${index} } from ${JSON.stringify(moduleOf(manifest))};`,
        `export const manifest${index}: Kind${index} = ${JSON.stringify(toPackageForm(manifest), null, 1)};`,
      ];
    });
    const file = join(directory, "manifests.ts");
    writeFileSync(file, lines.join("\n"));
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "esnext"];
    const { stdout } = spawnSync("node_modules/.bin/tsc", ["--ignoreConfig", ...options, "--pretty", "false", file], {
      encoding: "utf8",
    });
    return stdout.split("\n").filter((line) => /error TS|^ .*does not exist/.test(line));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
