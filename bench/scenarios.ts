// What `scenarios` takes beside the scripts that it follows (GNU parallel, kubectl), on one API server: npm run bench:scenarios.
// Needs kubectl, GNU parallel and a kubeconfig context whose cluster may be used: KUBECONFIG, or a kind cluster that it makes.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { Agent, type RequestOptions, request as requestHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

const CLI = resolve("dist/cli/index.js");
const LEAST_RATIO = 10;
const MOST_REQUESTS = 1;
const SIDE_BY_SIDE = { scenarios: 24, parallel: 4 };
const MANY = { scenarios: 200, parallel: 32 };
const SCENARIO = '#!/bin/bash\nkubectl -n "$1" create configmap scenario --from-literal=release="$2" >/dev/null\n';

/** The three scripts, as documented for this contract; what stops the first one, `export -f` of a function that is none, left out. */
const RUN_PARALLEL = `#!/bin/bash
set -euo pipefail
TIMESTAMP=$(date +%s)
mkdir -p "\${RESULTS_DIR}"
cleanup() { local exit_code=$?; ./cleanup.sh; exit \${exit_code}; }
trap cleanup EXIT INT TERM
scenarios=($(find "\${SCENARIOS_DIR}" -name "*.sh" -type f | sort))
export RESULTS_DIR TIMESTAMP
printf "%s\\n" "\${scenarios[@]}" | parallel -j "\${MAX_PARALLEL}" --timeout 3600 \\
    ./run_scenario.sh {} "\${RESULTS_DIR}" "\${TIMESTAMP}"
`;
const RUN_SCENARIO = `#!/bin/bash
set -euo pipefail
SCENARIO_NAME=$(basename "$1" .sh)
NAMESPACE="spark-test-\${SCENARIO_NAME}-$3-\${RANDOM}"
RESULT_FILE="$2/\${SCENARIO_NAME}.json"
kubectl create namespace "\${NAMESPACE}" || { echo '{"status": "failed"}' > "\${RESULT_FILE}"; exit 1; }
exit_code=0
if "$1" "\${NAMESPACE}" "spark-\${SCENARIO_NAME}-\${RANDOM}"; then
    echo '{"status": "passed", "exit_code": 0}' > "\${RESULT_FILE}"
else
    exit_code=$?
    echo "{\\"status\\": \\"failed\\", \\"exit_code\\": \${exit_code}}" > "\${RESULT_FILE}"
fi
echo "\${NAMESPACE}" >> "$2/namespaces.txt"
exit \${exit_code}
`;
const CLEANUP = `#!/bin/bash
set -euo pipefail
while IFS= read -r namespace; do
    kubectl delete namespace "\${namespace}" --ignore-not-found=true --wait=true || true
done < "\${RESULTS_DIR}/namespaces.txt"
`;

const place = mkdtempSync(join(tmpdir(), "bench-scenarios-"));
const kubeconfig = process.env.KUBECONFIG ?? join(place, "kubeconfig");
const made = process.env.KUBECONFIG === undefined;

interface Timed {
  readonly ms: number;
  readonly code: number | null;
  readonly output: string;
}

function time(command: string, args: readonly string[], env: Record<string, string>, cwd = place): Promise<Timed> {
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd, env: { ...process.env, KUBECONFIG: kubeconfig, ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((done) => {
    child.once("close", (code) => done({ ms: performance.now() - startedAt, code, output }));
  });
}

function writeScript(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function makeScenarios(name: string, count: number): string {
  const folder = join(place, name);
  mkdirSync(folder);
  for (let index = 1; index <= count; index++) {
    writeScript(join(folder, `config-map-${String(index).padStart(3, "0")}.sh`), SCENARIO);
  }
  return folder;
}

function runOurs(scenarios: string, parallel: number, name: string, env: Record<string, string> = {}): Promise<Timed> {
  const args = ["scenarios", "--dir", scenarios, "--max-parallel", String(parallel), "--out", join(place, name)];
  return time("node", [CLI, ...args], env);
}

/** How many scenarios passed; 0 where the run is not complete. */
function countPassed(folder: string, planned: number): number {
  const path = join(folder, "scenarios.json");
  if (!existsSync(path)) return 0;
  const { scenarios } = JSON.parse(readFileSync(path, "utf8"));
  return scenarios.length === planned
    ? scenarios.filter(({ status }: { status: string }) => status === "passed").length
    : 0;
}

function listOrphans(): string[] {
  const args = ["--kubeconfig", kubeconfig, "get", "namespaces", "-o", "name"];
  return execFileSync("kubectl", args, { encoding: "utf8" })
    .split("\n")
    .filter((name) => name.includes("spark-test-"));
}

/** Passes requests on to the API server with the kubeconfig's credentials, and counts them by who sends them. */
async function startCounter(): Promise<{
  path: string;
  counts: { ours: number; scripts: number };
  close: () => void;
}> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const target = new URL(config.getCurrentCluster()!.server);
  const send = target.protocol === "https:" ? requestHttps : requestHttp;
  const { ca, cert, key } = options;
  const agent = target.protocol === "https:" ? new Agent({ keepAlive: true, ca, cert, key } as object) : undefined;
  const counts = { ours: 0, scripts: 0 };
  const pass = (incoming: IncomingMessage, answer: ServerResponse) => {
    counts[incoming.headers["user-agent"]?.startsWith("kubectl") ? "scripts" : "ours"] += 1;
    const { host: _, ...headers } = incoming.headers;
    const onward = send(
      {
        ...options,
        agent,
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers,
      },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const path = join(place, "counted.kubeconfig");
  const named = (key: string, value: object) => [{ name: "counted", [key]: value }];
  writeFileSync(
    path,
    JSON.stringify({
      // The client refuses plain HTTP otherwise; this one does not leave the machine.
      clusters: named("cluster", {
        server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        "insecure-skip-tls-verify": true,
      }),
      users: named("user", {}),
      contexts: named("context", { cluster: "counted", user: "counted" }),
      "current-context": "counted",
    }),
  );
  const close = () => {
    server.close();
    server.closeAllConnections();
    agent?.destroy();
  };
  return { path, counts, close };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const judge = (passed: boolean) => (passed ? "passed" : "FAILED");

async function benchSideBySide(): Promise<boolean> {
  const { scenarios, parallel } = SIDE_BY_SIDE;
  const folder = makeScenarios("side-by-side", scenarios);
  writeScript(join(place, "run_parallel.sh"), RUN_PARALLEL);
  writeScript(join(place, "run_scenario.sh"), RUN_SCENARIO);
  writeScript(join(place, "cleanup.sh"), CLEANUP);
  // Ours before and after, so that what else the machine does meets both.
  const before = await runOurs(folder, parallel, "before");
  const env = { MAX_PARALLEL: String(parallel), SCENARIOS_DIR: folder, RESULTS_DIR: join(place, "scripts") };
  const scripts = await time("./run_parallel.sh", [], env);
  const after = await runOurs(folder, parallel, "after");
  const oursMs = (before.ms + after.ms) / 2;
  const ratio = scripts.ms / oursMs;
  const whole = [before, scripts, after].every(({ code }) => code === 0) && listOrphans().length === 0;
  console.log(
    `${scenarios} scenarios, ${parallel} at a time: scripts ${seconds(scripts.ms)}, scenarios ${seconds(before.ms)} and ` +
      `${seconds(after.ms)}: ${ratio.toFixed(1)} times as fast (at least ${LEAST_RATIO}): ${judge(whole && ratio >= LEAST_RATIO)}`,
  );
  if (!whole)
    console.log([before, scripts, after].map(({ code, output }) => `exit code ${code}\n${output}`).join("\n"));
  return whole && ratio >= LEAST_RATIO;
}

async function benchMany(): Promise<boolean> {
  const { scenarios, parallel } = MANY;
  const folder = makeScenarios("many", scenarios);
  const counter = await startCounter();
  const run = await runOurs(folder, parallel, "many-out", { KUBECONFIG: counter.path });
  counter.close();
  const passed = countPassed(join(place, "many-out"), scenarios);
  const orphans = listOrphans().length;
  const each = counter.counts.ours / scenarios;
  const perSecond = each / (run.ms / 1000);
  const good = run.code === 0 && passed === scenarios && orphans === 0 && perSecond <= MOST_REQUESTS;
  console.log(
    `${scenarios} scenarios, ${parallel} at a time: ${seconds(run.ms)}, ${passed} passed, ${orphans} namespaces left; ` +
      `${counter.counts.ours} requests (and ${counter.counts.scripts} of the scripts' own kubectl): ${each.toFixed(2)} a scenario, ` +
      `${perSecond.toFixed(3)} a scenario and second (at most ${MOST_REQUESTS}): ${judge(good)}`,
  );
  if (!good) console.log(run.output);
  return good;
}

try {
  if (made) execFileSync("kind", ["create", "cluster", "--name", "bench-scenarios", "--kubeconfig", kubeconfig]);
  const passed = [await benchSideBySide(), await benchMany()];
  process.exitCode = passed.every(Boolean) ? 0 : 1;
} finally {
  if (made) execFileSync("kind", ["delete", "cluster", "--name", "bench-scenarios", "--kubeconfig", kubeconfig]);
  rmSync(place, { recursive: true, force: true });
}
