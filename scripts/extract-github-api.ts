// Takes out of GitHub's OpenAPI description what the action calls, for the tests:
//   npm pack @octokit/openapi@23.0.2, then: node scripts/extract-github-api.ts package/generated/api.github.com.json
import { readFileSync, writeFileSync } from "node:fs";

const OUT = "test/fixtures/github/openapi.json";

/** Operations that the action uses, by path. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  "/user": ["get"],
  "/repos/{owner}/{repo}": ["get"],
  "/repos/{owner}/{repo}/branches/{branch}": ["get"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["patch", "delete"],
  "/repos/{owner}/{repo}/actions/artifacts": ["get"],
  "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}": ["get"],
  "/repos/{owner}/{repo}/actions/runs/{run_id}": ["get"],
  "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts": ["get"],
  "/repos/{owner}/{repo}/pulls": ["get"],
  "/repos/{owner}/{repo}/releases/latest": ["get"],
  "/repos/{owner}/{repo}/releases/tags/{tag}": ["get"],
  "/repos/{owner}/{repo}/releases/assets/{asset_id}": ["get"],
};

type Json = { [key: string]: unknown };

/** Everything that a part of the description refers to, directly or not, put below the same `components`. */
function addReferences(part: unknown, source: Json, components: Record<string, Json>): void {
  if (typeof part !== "object" || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key !== "$ref" || typeof value !== "string") {
      addReferences(value, source, components);
      continue;
    }
    const [, , kind, name] = value.split("/") as [string, string, string, string];
    components[kind] ??= {};
    if (components[kind][name] !== undefined) continue;
    components[kind][name] = (source.components as Record<string, Json>)[kind]![name];
    addReferences(components[kind][name], source, components);
  }
}

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error("Usage: node scripts/extract-github-api.ts api.github.com.json");
const source = JSON.parse(readFileSync(from, "utf8")) as Json & { paths: Record<string, Json> };
const paths = Object.fromEntries(
  Object.entries(OPERATIONS).map(([path, methods]) => {
    const item = source.paths[path];
    if (item === undefined) throw new Error(`GitHub's description has no ${path}`);
    return [
      path,
      Object.fromEntries(Object.entries(item).filter(([key]) => key === "parameters" || methods.includes(key))),
    ];
  }),
);
const components: Record<string, Json> = {};
addReferences(paths, source, components);
const extract = { openapi: source.openapi, info: source.info, paths, components };
writeFileSync(OUT, `${JSON.stringify(extract)}\n`);
console.log(`${OUT}: ${Object.keys(paths).length} paths`);
