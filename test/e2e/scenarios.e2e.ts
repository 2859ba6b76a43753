import { execFile, execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenariosSchema } from "../../src/model/scenarios.ts";
import { findMissing, SETTINGS, Workplace } from "./cli.ts";

const execute = promisify(execFile);
const missing = await findMissing();
if (missing !== null) process.stderr.write(`e2e is skipped. ${missing}\n`);

const NAME = "scen-e2e";
const INTERRUPTIONS = 100;
/** From the moment before the first namespace is asked for; a run that is not interrupted takes about as long. */
const LONGEST_DELAY_MS = 10_000;
const CONFIG_MAP = '#!/bin/bash\nkubectl -n "$1" create configmap made --from-literal=release="$2"\n';
/** Long enough that most interruptions hit it. */
const SLOW = `${CONFIG_MAP}sleep 1\n`;

describe.skipIf(missing !== null || SETTINGS.provider !== "kind")("scenarios on a real API server", () => {
  const place = new Workplace();
  const kubeconfig = join(place.path, "kubeconfig");
  const chart = join(place.path, "chart");
  let before: string[] = [];
  const kubectl = async (...args: string[]) =>
    (await execute("kubectl", ["--kubeconfig", kubeconfig, ...args], { maxBuffer: 64e6 })).stdout;
  /** Names of the namespaces, or only of those with what their labels say. */
  const namespaces = async (...selector: string[]) =>
    (await kubectl("get", "namespaces", "-o", "name", ...selector)).split("\n").filter(Boolean).sort();
  const scenarios = (folder: string, scripts: Readonly<Record<string, string>>): string => {
    const path = join(place.path, folder);
    mkdirSync(path, { recursive: true });
    for (const [name, text] of Object.entries(scripts)) {
      writeFileSync(join(path, `${name}.sh`), text);
      chmodSync(join(path, `${name}.sh`), 0o755);
    }
    return path;
  };
  const result = (folder: string, name: string) =>
    JSON.parse(readFileSync(join(place.path, folder, "scenarios", `${name}.json`), "utf8"));

  beforeAll(async () => {
    const image = SETTINGS.nodeImage === undefined ? [] : ["--image", SETTINGS.nodeImage];
    execFileSync("kind", ["create", "cluster", "--name", NAME, "--kubeconfig", kubeconfig, "--wait", "120s", ...image]);
    process.env.KUBECONFIG = kubeconfig;
    before = await namespaces();
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: hooked\nversion: 0.1.0\n");
    // The hook makes an object in another namespace, which shows that it ran after the scenario's own is gone.
    writeFileSync(
      join(chart, "templates", "objects.yaml"),
      [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hook-{{ .Release.Name }}\n  namespace: default\n  annotations: { helm.sh/hook: pre-delete }",
      ].join("\n---\n"),
    );
  });
  afterAll(() => {
    execFileSync("kind", ["delete", "cluster", "--name", NAME, "--kubeconfig", kubeconfig]);
    place.remove();
  });

  it("runs four at a time, each in a namespace of its own, and removes them all", async () => {
    const clock = (end: string) => `date +%s%N > "$RESULTS_DIR/$2.${end}"`;
    const labels = `kubectl get namespace "$1" -o 'jsonpath={.metadata.labels}'`;
    const script = `${CONFIG_MAP}${clock("began")}\n${labels} && sleep 2 && ${clock("ended")}\n`;
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const dir = scenarios("isolated", Object.fromEntries(names.map((name) => [name, script])));
    const { code, stderr } = await place.run([
      "scenarios",
      "--dir",
      dir,
      "--max-parallel",
      "4",
      "--out",
      "isolated-out",
    ]);
    expect(code, stderr).toBe(0);
    const used = names.map((name) => result("isolated-out", name));
    expect(used.every(({ status, exit_code }) => status === "passed" && exit_code === 0)).toBe(true);
    expect(new Set(used.map(({ namespace }) => namespace)).size).toBe(names.length);
    const times = used.map(({ release }) =>
      ["began", "ended"].map((end) =>
        Number(readFileSync(join(place.path, "isolated-out", "scenarios", `${release}.${end}`), "utf8")),
      ),
    );
    const atOnce = times.map(([began = 0]) => times.filter(([from = 0, to = 0]) => from <= began && began < to).length);
    expect(Math.max(...atOnce)).toBe(4);
    const log = readFileSync(join(place.path, "isolated-out", "logs", "a.log"), "utf8");
    expect(log).toContain('"app.kubernetes.io/managed-by":"spark-loadtest"');
    expect(log).toMatch(/"spark-loadtest\/expires":"\d+"/);
    expect(await namespaces()).toEqual(before);
  });

  it("takes MAX_PARALLEL, SCENARIOS_DIR and RESULTS_DIR from the environment", async () => {
    const dir = scenarios("environment", { one: CONFIG_MAP, two: "#!/bin/bash\nexit 3\n" });
    const results = join(place.path, "environment-results");
    const env = { ...process.env, MAX_PARALLEL: "1", SCENARIOS_DIR: dir, RESULTS_DIR: results, MAX_RETRIES: "1" };
    const ended = await execute(process.execPath, ["dist/cli/index.js", "scenarios", "--out", `${results}-run`], {
      env,
    }).catch((error) => error);
    expect(ended.code).toBe(3);
    expect(JSON.parse(readFileSync(join(results, "two.json"), "utf8"))).toMatchObject({
      status: "failed",
      exit_code: 3,
    });
    expect(JSON.parse(readFileSync(join(results, "one.json"), "utf8"))).toMatchObject({
      status: "passed",
      exit_code: 0,
    });
  });

  it("uninstalls Helm releases first, so that their hooks run", async () => {
    const install = `#!/bin/bash\nhelm install "$2" "${chart}" -n "$1" && echo "$2" > "$RESULTS_DIR/release"\n`;
    const dir = scenarios("helm", { hooked: install });
    const { code, stderr } = await place.run(["scenarios", "--dir", dir, "--out", "helm-out"]);
    expect(code, stderr).toBe(0);
    const release = readFileSync(join(place.path, "helm-out", "scenarios", "release"), "utf8").trim();
    expect(await kubectl("get", "configmap", `hook-${release}`, "-o", "name")).toContain(release);
    expect(await namespaces()).toEqual(before);
  });

  it("names the finalizer that blocks a namespace, and does not hang on it", async () => {
    const blocked = `${CONFIG_MAP}kubectl -n "$1" patch configmap made --type merge -p '{"metadata":{"finalizers":["example.com/never"]}}'\n`;
    const dir = scenarios("blocked", { blocked });
    const args = ["scenarios", "--dir", dir, "--out", "blocked-out", "--cleanup-timeout", "20"];
    const { code, stderr, seconds } = await place.run(args);
    expect(code, stderr).toBe(6);
    expect(stderr).toMatch(/spark-test-blocked-\w{8} .*example\.com\/never/);
    expect(seconds).toBeLessThan(60);
    const { namespace } = result("blocked-out", "blocked");
    await kubectl(
      "-n",
      namespace,
      "patch",
      "configmap",
      "made",
      "--type",
      "merge",
      "-p",
      '{"metadata":{"finalizers":null}}',
    );
    await kubectl("wait", "--for=delete", `namespace/${namespace}`, "--timeout=60s");
  });

  it("keeps the namespaces of failed scenarios where asked to, and removes them by the run's id", async () => {
    const dir = scenarios("kept", { good: CONFIG_MAP, bad: `${CONFIG_MAP}exit 1\n` });
    const { code } = await place.run(["scenarios", "--dir", dir, "--out", "kept-out", "--keep-on-failure"]);
    expect(code).toBe(3);
    const { namespace } = result("kept-out", "bad");
    expect(await namespaces()).toEqual([...before, `namespace/${namespace}`].sort());
    await place.run(["cleanup"]);
    expect(await namespaces()).toContain(`namespace/${namespace}`);
    const document = JSON.parse(readFileSync(join(place.path, "kept-out", "scenarios.json"), "utf8"));
    const removed = await place.run(["cleanup", scenariosSchema.parse(document).run.id]);
    expect(removed.code, removed.stderr).toBe(0);
    expect(await namespaces()).toEqual(before);
  });

  it("enforces a Pod Security level and a quota", async () => {
    const script = '#!/bin/bash\nkubectl get namespace "$1" --show-labels; kubectl -n "$1" describe quota\n';
    const dir = scenarios("limited", { limited: script });
    const options = ["--pod-security", "restricted", "--quota", "pods=3,requests.cpu=2"];
    const { code, stderr } = await place.run(["scenarios", "--dir", dir, "--out", "limited-out", ...options]);
    expect(code, stderr).toBe(0);
    const log = readFileSync(join(place.path, "limited-out", "logs", "limited.log"), "utf8");
    expect(log).toContain("pod-security.kubernetes.io/enforce=restricted");
    expect(log).toMatch(/pods\s+0\s+3/);
  });

  it("names the rights that are missing, and makes nothing", async () => {
    await kubectl("create", "serviceaccount", "nobody");
    const token = (await kubectl("create", "token", "nobody")).trim();
    const limited = join(place.path, "nobody.kubeconfig");
    cpSync(kubeconfig, limited);
    execFileSync("kubectl", ["--kubeconfig", limited, "config", "set-credentials", "nobody", `--token=${token}`]);
    execFileSync("kubectl", ["--kubeconfig", limited, "config", "set-context", "--current", "--user=nobody"]);
    const dir = scenarios("rights", { one: CONFIG_MAP });
    const env = { ...process.env, KUBECONFIG: limited };
    const args = ["dist/cli/index.js", "scenarios", "--dir", dir, "--out", join(place.path, "rights-out")];
    const ended = await execute(process.execPath, args, { env }).catch((error) => error);
    expect(ended.code).toBe(6);
    expect(ended.stderr).toContain("create namespaces --all-namespaces; list namespaces");
    expect(existsSync(join(place.path, "rights-out"))).toBe(false);
    expect(await namespaces()).toEqual(before);
  });

  it(`leaves no namespace behind in ${INTERRUPTIONS} runs that are interrupted at random moments`, async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const dir = scenarios("slow", Object.fromEntries(names.map((name) => [name, SLOW])));
    await kubectl("create", "namespace", "spark-test-a-0a1b2c3d");
    const codes = { SIGINT: 130, SIGTERM: 143, twice: 130, SIGKILL: null };
    let made = 0;
    const interrupt = async (way: keyof typeof codes, round: number) => {
      const delayMs = Math.round(Math.random() * LONGEST_DELAY_MS);
      const what = `${way} after ${delayMs} ms`;
      const out = `interrupted-${way}-${round}`;
      const running = place.start(["scenarios", "--dir", dir, "--max-parallel", "3", "--out", out]);
      // Every fifth is not waited for: it is hit as it starts.
      if (round % 5 > 0) await running.until(/Run scenarios-/);
      await sleep(round % 5 > 0 ? delayMs : delayMs / 5);
      running.child.kill(way === "twice" ? "SIGINT" : way);
      if (way === "twice") {
        await sleep(Math.random() * 300);
        running.child.kill("SIGINT");
      }
      const { code, stderr } = await running.ended;
      // Before Node.js has come so far as to hear it, a signal ends the process as it would any other; later, all may be done.
      expect([codes[way], null, 0], `${what}: ${stderr}`).toContain(code);
      if (way === "SIGKILL") {
        const cleaned = await place.run(["cleanup", "--cluster", "current"]);
        expect(cleaned.code, `${what}: ${cleaned.stderr}`).toBe(0);
      }
      // Said before the first namespace is asked for.
      const [, id] = /Run (scenarios-\S+):/.exec(stderr) ?? [];
      if (id === undefined) return;
      made += 1;
      const left = JSON.parse(await kubectl("get", "namespaces", "-l", `spark-loadtest/run=${id}`, "-o", "json")).items;
      // Whoever asks twice leaves them going, which is no orphan.
      const orphans = left.filter(({ metadata }: { metadata: { deletionTimestamp?: string } }) =>
        way === "twice" ? metadata.deletionTimestamp === undefined : true,
      );
      expect(orphans, `${what}: ${stderr}`).toEqual([]);
    };
    // Side by side, so that each `cleanup` meets runs that go on, and has to leave them alone.
    await Promise.all(
      (Object.keys(codes) as (keyof typeof codes)[]).map(async (way) => {
        for (let round = 0; round < INTERRUPTIONS / Object.keys(codes).length; round++) await interrupt(way, round);
      }),
    );
    process.stderr.write(`${made} of ${INTERRUPTIONS} runs had begun when they were interrupted.\n`);
    expect(made).toBeGreaterThan(INTERRUPTIONS / 2);
    for (let wait = 0; wait < 60 && (await namespaces("-l", "spark-loadtest/run")).length > 0; wait++)
      await sleep(1_000);
    // Not ours, though it has a name like ours.
    expect(await namespaces()).toEqual([...before, "namespace/spark-test-a-0a1b2c3d"].sort());
  }, 3_600_000);
});
