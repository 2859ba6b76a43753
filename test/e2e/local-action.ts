import { execFile, spawn } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inputsOf } from "../commands/action/inputs.ts";

/** Folder with the commands `prism` and `local-action`: too large to be installed with everything else. */
const BIN = process.env.E2E_NPM_BIN ?? resolve("node_modules/.bin");

/** Why these cannot be used here, in one sentence; null where they can. */
export function findMissingTools(): string | null {
  const missing = ["prism", "local-action"].filter((name) => !existsSync(join(BIN, name)));
  if (missing.length === 0) return null;
  return `${missing.join(" and ")} are missing: npm install --no-save @stoplight/prism-cli@5.16.0 @github/local-action@7.0.1.`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Prism between the action and what answers: whatever GitHub's description does not allow gets an error in place of the answer. */
export async function startPrism(upstream: string): Promise<{ url: string; output: () => string; stop: () => void }> {
  const port = await freePort();
  const description = resolve("test/fixtures/github/openapi.json");
  const child = spawn(
    process.execPath,
    [join(BIN, "prism"), "proxy", description, upstream, "--errors", "--host", "127.0.0.1", "--port", String(port)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  while (!output.includes("Prism is listening")) {
    if (child.exitCode !== null) throw new Error(`prism ended:\n${output}`);
    await sleep(100);
  }
  return { url: `http://127.0.0.1:${port}`, output: () => output, stop: () => void child.kill() };
}

/** Runs the bundle of a folder under local-action, which takes the inputs from a file and calls what its entry exports. */
export function runLocalAction(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  writeFileSync(join(folder, "entry.mjs"), 'export const run = () => import("./dist/main/index.js");\n');
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  // It starts a tool of its own by npm, which looks for it here.
  symlinkSync(dirname(BIN), join(folder, "node_modules"));
  const names = [
    "cluster",
    "coverage",
    "fail-on",
    "keep-cluster",
    "comment",
    "artifact-name",
    "baseline",
    "github-token",
  ];
  const all = { ...Object.fromEntries(names.map((name) => [name, inputsOf()(name)])), ...inputs };
  const lines = [
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...Object.entries(all).map(([name, value]) => `INPUT_${name.toUpperCase()}=${value}`),
  ];
  writeFileSync(join(folder, ".env"), `${lines.join("\n")}\n`);
  const path = [BIN, dirname(process.execPath), process.env.PATH].join(delimiter);
  return new Promise((done) => {
    execFile(
      "local-action",
      ["run", ".", "entry.mjs", ".env"],
      { cwd: folder, env: { ...process.env, PATH: path, GITHUB_ACTIONS: "" }, maxBuffer: 64e6 },
      (_, stdout, stderr) => done(stdout + stderr),
    );
  });
}
