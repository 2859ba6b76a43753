import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  EXPIRES_LABEL,
  KEEP_LABEL,
  MANAGED_BY,
  MANAGER,
  PROCESS_ANNOTATION,
  RUN_LABEL,
} from "../../../src/cluster/namespaces/labels.ts";
import { identifyProcess } from "../../../src/lib/process/identity.ts";
import { scenariosSchema } from "../../../src/model/scenarios.ts";
import { type ApiServer, type Handler, refuse, startApiServer } from "../../kube/api-server.ts";
import { isRunning, until } from "../../wait.ts";
import { call } from "../call.ts";

// Each starts several processes, on a machine that may do other things, too.
vi.setConfig({ testTimeout: 120_000 });

/** Real scripts, and an API server that only knows namespaces. */
let server: ApiServer;
let place: string;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  server = await startApiServer();
  place = mkdtempSync(join(tmpdir(), "scenarios-"));
  mkdirSync(join(place, "dir"));
  writeFileSync(join(place, "kubeconfig"), server.kubeConfig().exportConfig());
  // In place of the real one, which `cleanup` would download where it is missing.
  mkdirSync(join(place, "bin"));
  const helm = join(place, "bin", "helm");
  writeFileSync(helm, `#!/bin/sh\ncase "$1" in version) echo v3.19.0;; *) echo "$@" >> ${marker("helm")};; esac\n`);
  chmodSync(helm, 0o755);
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of children) child.kill("SIGKILL");
  await server.stop();
  rmSync(place, { recursive: true, force: true });
});

function script(name: string, text: string): void {
  const path = join(place, "dir", `${name}.sh`);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

function environment(): Record<string, string> {
  return {
    PATH: `${join(place, "bin")}:${process.env.PATH}`,
    HOME: place,
    TMPDIR: place,
    KUBECONFIG: join(place, "kubeconfig"),
    USER: "tester",
    GITHUB_ACTIONS: "",
  };
}
const scenarios = (args: readonly string[]) => {
  return ["scenarios", "--dir", join(place, "dir"), "--out", join(place, "out"), ...args];
};

const run = (...args: string[]) => call(scenarios(args), place);
const clean = (...args: string[]) => call(["cleanup", "--cluster", "current", ...args], place);

/** The command as a process of its own, which signals end. */
function start(...args: string[]) {
  const entry = ["--import", resolve("test/load-tsx.ts"), resolve("src/entries/cli.ts")];
  const child = spawn(process.execPath, [...entry, ...scenarios(args)], {
    cwd: place,
    env: { ...process.env, ...environment() },
  });
  children.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((done) => {
    child.once("close", (code) => done({ code, output }));
  });
  return { child, ended, says: (text: string) => until(() => output.includes(text)) };
}

const ajv = new Ajv2020();
const fitsSchema = ajv.compile(JSON.parse(readFileSync("docs/schemas/scenarios.schema.json", "utf8")));

/** The document of the run, which has to fit its schemas. */
function readDocument() {
  const document = JSON.parse(readFileSync(join(place, "out", "scenarios.json"), "utf8"));
  expect(fitsSchema(document), ajv.errorsText(fitsSchema.errors)).toBe(true);
  return scenariosSchema.parse(document);
}
function result(name: string) {
  return JSON.parse(readFileSync(join(place, "out", "scenarios", `${name}.json`), "utf8"));
}
const marker = (name: string) => join(place, name);
describe("scenarios", () => {
  it.each([
    ["letters", "a".repeat(252)],
    ["characters of three bytes", "語".repeat(84)],
  ])("run a script whose name has as many bytes as a file system takes, of %s", async (_, name) => {
    script(name, "echo here");
    const { code, stderr } = await run();
    expect(stderr).not.toContain("internal error");
    expect(code).toBe(0);
    expect(readDocument().scenarios.map(({ name: each, status }) => [each, status])).toEqual([[name, "passed"]]);
    expect(readdirSync(join(place, "out", "scenarios"))).toHaveLength(1);
    expect(readdirSync(join(place, "out", "logs"))).toHaveLength(1);
  });

  it("calls each script with a namespace and a release of its own, and removes the namespaces", async () => {
    // Long enough that the run, however slow the machine is, still finds some to watch.
    server.goneAfterMs = 3_000;
    for (const name of ["one", "two", "three"]) script(name, 'echo "$1 $2 $KUBECONFIG"; env > "$RESULTS_DIR/$2.env"');
    const { code, output } = await run("--max-parallel", "2");
    expect(code, output).toBe(0);
    expect(server.namespaces()).toEqual([]);
    expect(output).toContain("✓ Passed: every scenario");
    for (const name of ["one", "two", "three"]) {
      const { namespace, release, ...rest } = result(name);
      expect(rest).toMatchObject({ status: "passed", exit_code: 0, reason: null, attempts: 1 });
      expect(namespace).toMatch(new RegExp(`^spark-test-${name}-[0-9a-f]{8}$`));
      const log = readFileSync(join(place, "out", "logs", `${name}.log`), "utf8");
      expect(log).toMatch(new RegExp(`^${namespace} ${release} .*/spark-loadtest-\\w+/kubeconfig\n$`));
    }
    // The kubeconfig of the scripts is gone with the run.
    expect(readdirSync(place).filter((name) => name.startsWith("spark-loadtest-"))).toEqual([]);
    expect(readdirSync(join(place, "out")).sort()).toEqual([
      "junit.xml",
      "logs",
      "metrics.prom",
      "report.html",
      "report.md",
      "scenarios",
      "scenarios.json",
    ]);
    expect(server.requests.filter((request) => request.endsWith(" watch"))).toHaveLength(1);
  });

  it("ends with 3 where a scenario fails, and tells a flaky one from one that passed", async () => {
    script("bad", "echo first; echo the last line; exit 7");
    script("flaky", `test -e ${marker("tried")} || { touch ${marker("tried")}; exit 1; }`);
    const { code, output } = await run("--retries", "1");
    expect(code, output).toBe(3);
    expect(result("bad")).toMatchObject({ status: "failed", exit_code: 7, attempts: 2 });
    expect(result("bad").reason).toBe("Exit code 7. It printed last: the last line");
    expect(result("flaky")).toMatchObject({ status: "flaky", exit_code: 0, attempts: 2 });
    expect(result("flaky").reason).toBe("Passed in attempt 2. Attempt 1: Exit code 1. It printed nothing.");
    const junit = readFileSync(join(place, "out", "junit.xml"), "utf8");
    expect(junit).toContain('<property name="flaky" value="true"/>');
    expect(output).toContain("1 of 2 scenarios failed; 1 passed only when tried again.");
    expect(readDocument()).toMatchObject({
      run: { ending: "complete", planned: 2, toolVersion: "1.2.3", finishedAt: expect.any(String) },
      scenarios: [
        { name: "bad", script: "bad.sh", status: "failed", exitCode: 7, log: "logs/bad.log" },
        { name: "flaky", script: "flaky.sh", status: "flaky", exitCode: 0, log: "logs/flaky.log" },
      ],
    });
    expect(server.namespaces()).toEqual([]);
  });

  it("ends with 0 where one is flaky only", async () => {
    script("flaky", `test -e ${marker("tried")} || { touch ${marker("tried")}; exit 1; }`);
    const { code, output } = await run("--retries", "1");
    expect(code, output).toBe(0);
    expect(output).toContain("1 scenario passed, 1 of them only when tried again.");
  });

  it("ends every process of a script whose time is up", async () => {
    script("hangs", `setsid sleep 300 & echo $! > ${marker("pid")}; trap '' TERM; sleep 300; sleep 300`);
    script("leaves", `sleep 300 & echo $! > ${marker("left")}`);
    const { code, output } = await run("--timeout", "1");
    expect(code, output).toBe(3);
    expect(result("hangs")).toMatchObject({ status: "failed", exit_code: 124 });
    expect(result("hangs").reason).toContain("No end after 1 s (--timeout)");
    expect(isRunning(Number(readFileSync(marker("left"), "utf8")))).toBe(false);
    // It left the script's session and holds its output open: it is not found, and nothing waits for it.
    process.kill(Number(readFileSync(marker("pid"), "utf8")), "SIGKILL");
    expect(server.namespaces()).toEqual([]);
  });

  it("starts no further scenario after a failure with --fail-fast", async () => {
    script("a", "exit 1");
    for (const name of ["b", "c"]) script(name, "exit 0");
    const { code } = await run("--fail-fast", "--max-parallel", "1");
    expect(code).toBe(3);
    expect(result("c")).toMatchObject({
      status: "skipped",
      exit_code: null,
      reason: "Not started, since a had failed (--fail-fast).",
    });
    expect(server.requests.filter((request) => request === "POST /api/v1/namespaces")).toHaveLength(1);
    expect(readDocument().scenarios.at(-1)).toMatchObject({ attempts: 0, namespace: null, startedAt: null, log: null });
  });

  it("shows no colours and obeys no commands of what a script prints, wherever it is shown", async () => {
    script("colour", 'printf "\\033[31m::error::red\\033[0m\\n\\033[0m\\n"; exit 5');
    const { code, output } = await run("--logs");
    expect(code, output).toBe(3);
    expect(result("colour").reason).toBe("Exit code 5. It printed last: ::error::red");
    const files = ["junit.xml", "report.html", "report.md", "metrics.prom", "scenarios.json"];
    const texts = files.map((name) => readFileSync(join(place, "out", name), "utf8"));
    for (const text of [output, ...texts]) {
      expect(text).not.toContain("\u001B");
      expect(text).not.toMatch(/\uFFFD|\[31m|\[0m|^\s*::/m);
    }
    expect(readFileSync(join(place, "out", "logs", "colour.log"), "utf8")).toContain("\u001B[31m");
  });

  it("keeps the results of scenarios whose names not every file system takes, and says under which names", async () => {
    const long = "x".repeat(240);
    for (const name of ["a:b", long, "plain"]) script(name, "echo done");
    const { code, output } = await run();
    expect(code, output).toBe(0);
    const names = readdirSync(join(place, "out", "scenarios")).sort();
    expect(names).toEqual([
      expect.stringMatching(/^a-b-[0-9a-f]{8}\.json$/),
      "plain.json",
      expect.stringMatching(/^x{206}-[0-9a-f]{8}\.json$/),
    ]);
    expect(output).toContain(`The files of a:b are called ${names[0]!.replace(".json", "")}: `);
    expect(readDocument().scenarios.map(({ name, log }) => [name, log])).toEqual([
      ["a:b", `logs/${names[0]!.replace(".json", ".log")}`],
      ["plain", "logs/plain.log"],
      [long, `logs/${names[2]!.replace(".json", ".log")}`],
    ]);
    expect(readdirSync(join(place, "out", "logs"))).toHaveLength(3);
  });

  it("says that a result could not be written, and what the scenarios came to all the same", async () => {
    script("bad", 'mkdir -p "$RESULTS_DIR/bad.json/x"; exit 1');
    script("good", "sleep 1");
    const { code, output } = await run();
    expect(code, output).toBe(3);
    expect(output).toContain("1 of 2 scenarios failed.");
    expect(output).toContain(`spark-loadtest: Cannot write ${join(place, "out", "scenarios", "bad.json")}`);
    rmSync(join(place, "dir", "bad.sh"));
    script("good", 'mkdir -p "$RESULTS_DIR/good.json/x"');
    expect((await run()).code).toBe(6);
  });

  it("writes down that the run crashed, and removes the namespaces, where a log cannot be written", async () => {
    script("bad", 'rm -r "$RESULTS_DIR/../logs"; exit 1');
    const { code, output } = await run("--retries", "1");
    expect(code, output).toBe(1);
    expect(readDocument()).toMatchObject({ run: { ending: "crashed", finishedAt: null, planned: 1 }, scenarios: [] });
    expect(server.namespaces()).toEqual([]);
  });

  it("keeps the namespace of what failed with --keep-on-failure, until it is removed by the run's id", async () => {
    script("good", "exit 0");
    script("bad", "exit 1");
    expect((await run("--keep-on-failure")).code).toBe(3);
    const { namespace } = result("bad");
    expect(server.namespaces()).toEqual([namespace]);
    expect(server.namespace(namespace)!.metadata.labels?.[KEEP_LABEL]).toBe("true");
    await clean();
    expect(server.namespaces()).toEqual([namespace]);
    expect((await clean(readDocument().run.id)).code).toBe(0);
    expect(server.namespaces()).toEqual([]);
  });
});

describe("an API server that is not at its best", () => {
  const onCreate =
    (fault: Handler): Handler =>
    (request, response) =>
      request.method === "POST" && request.path === "/api/v1/namespaces" && fault(request, response);

  it("is asked again after conflicts, throttling and errors, and not before it wants to be", async () => {
    for (const name of ["a", "b", "c"]) script(name, "exit 0");
    server.faults = [
      onCreate(refuse(409, 'namespaces "x" already exists')),
      onCreate(refuse(409, 'object is being deleted: namespaces "x" already exists')),
      onCreate(refuse(429, "slow down", { "retry-after": "2" })),
      onCreate(refuse(503, "starting")),
      onCreate((_request, response) => {
        response.destroy();
        return true;
      }),
    ];
    const startedAt = Date.now();
    const { code, output } = await run();
    expect(code, output).toBe(0);
    expect(Date.now() - startedAt).toBeGreaterThan(2_000);
    expect(server.namespaces()).toEqual([]);
  });

  it("fails a scenario as infrastructure where that does not help", async () => {
    script("a", "exit 0");
    server.faults = [1, 2, 3].map(() => onCreate(refuse(503, "starting")));
    const { code, output } = await run("--max-retries", "1");
    expect(code, output).toBe(6);
    expect(result("a")).toMatchObject({ status: "infrastructure", exit_code: null, namespace: null });
  });

  it("is found to have made a namespace whose answer was lost", async () => {
    script("a", "exit 0");
    server.faults = [
      onCreate(({ body }, response) => {
        server.addNamespace(body.metadata.name, body.metadata.labels, body.metadata.annotations);
        response.destroy();
        return true;
      }),
    ];
    const { code, output } = await run();
    expect(code, output).toBe(0);
    expect(server.namespaces()).toEqual([]);
  });

  it("does not lose what is to be removed when it is away", async () => {
    script("a", `touch ${marker("running")}; sleep 1`);
    const running = run("--max-retries", "0");
    await until(() => existsSync(marker("running")));
    await server.stop();
    await new Promise((done) => setTimeout(done, 3_000));
    await server.start();
    const { code, output } = await running;
    expect(code, output).toBe(0);
    expect(server.namespaces()).toEqual([]);
  });

  it("names what blocks a namespace, and is not waited for without end", async () => {
    script("stuck", "exit 0");
    script("free", "exit 0");
    server.blockerOf = (name) =>
      name.includes("stuck") ? "Some content has finalizers remaining: example.com/never" : undefined;
    const { code, output } = await run("--cleanup-timeout", "2");
    expect(code, output).toBe(6);
    expect(output).toMatch(
      /Not every namespace was gone after 2 s: spark-test-stuck-\w+ \(Some content has finalizers remaining: example.com\/never\)/,
    );
    expect(server.namespaces()).toEqual([result("stuck").namespace]);
  });
});

describe("nothing is made", () => {
  const unchanged = () => {
    expect(server.requests.filter((request) => /^(POST|DELETE|PATCH) \/api\/v1\/namespaces/.test(request))).toEqual([]);
    expect(existsSync(join(place, "out"))).toBe(false);
  };

  it("without the rights, each of which is named", async () => {
    script("a", "exit 0");
    server.denied = ["create namespaces", "list secrets"];
    const { code, output } = await run();
    expect(code).toBe(6);
    expect(output).toContain(
      "lacks rights that scenarios need: create namespaces --all-namespaces; list secrets --all-namespaces",
    );
    unchanged();
  });

  it("without a cluster", async () => {
    script("a", "exit 0");
    await server.stop();
    const { code, output } = await run("--max-retries", "1");
    expect(code).toBe(6);
    expect(output).toContain("ECONNREFUSED");
    expect(existsSync(join(place, "out"))).toBe(false);
    await server.start();
  });

  it.each([
    [["--namespace-prefix", "No_Label"], "It must begin a DNS label"],
    [["--namespace-prefix", "p".repeat(41)], "at most 40"],
    [["--shard", "3/2"], "It must read I/N"],
    [["--quota", "pods=many"], "It must read RESOURCE=AMOUNT"],
    [["--filter", "nothing"], "None of the 1 scenarios"],
    [["--context", "nowhere"], "has no context nowhere"],
  ])("with %j", async (args, message) => {
    script("a", "exit 0");
    const { code, output } = await run(...args);
    expect(output).toContain(message);
    expect(code).toBe(2);
    unchanged();
  });
});

describe("an interrupted run leaves nothing", () => {
  const hang = () => {
    for (const name of ["a", "b"])
      script(name, `echo $$ > ${marker(name)}; trap 'sleep 600' TERM; sleep 300; sleep 300`);
  };
  const bothRun = () =>
    until(() => ["a", "b"].every((name) => existsSync(marker(name)) && readFileSync(marker(name), "utf8") !== ""));
  const noneRuns = () => {
    for (const name of ["a", "b"]) expect(isRunning(Number(readFileSync(marker(name), "utf8")))).toBe(false);
  };

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("on %s", async (signal, exitCode) => {
    for (const name of ["a", "b", "c"]) script(name, `echo $$ > ${marker(name)}; sleep 300`);
    const running = start("--max-parallel", "2");
    await bothRun();
    running.child.kill(signal);
    const { code, output } = await running.ended;
    expect(code, output).toBe(exitCode);
    noneRuns();
    expect(existsSync(marker("c"))).toBe(false);
    expect(server.namespaces()).toEqual([]);
    const cutOff = ["a", "b"];
    expect(readDocument().run).toMatchObject({ finishedAt: null, ending: "interrupted", planned: 3, cutOff });
    expect(output).toContain("Cut off: a, b.");
    expect(readFileSync(join(place, "out", "report.md"), "utf8")).toContain("0 of 3 scenarios had ended.");
  });

  it("on a second SIGINT, without waiting for scripts or namespaces", async () => {
    hang();
    server.goneAfterMs = 3_600_000;
    const running = start();
    await bothRun();
    running.child.kill("SIGINT");
    await running.says("Once more to end at once.");
    running.child.kill("SIGINT");
    const { code, output } = await running.ended;
    expect(code, output).toBe(130);
    // It came to its end, and was not cut off when the time for that was over.
    expect(readDocument().run.ending).toBe("interrupted");
    noneRuns();
    const left = server.all("/api/v1/namespaces").map(({ metadata }) => metadata as { deletionTimestamp?: string });
    expect(left).toHaveLength(2);
    expect(left.every(({ deletionTimestamp }) => deletionTimestamp !== undefined)).toBe(true);
  });

  it("after SIGKILL, by one cleanup or the next run", async () => {
    hang();
    for (const remove of [() => clean(), () => run("--filter", "short")]) {
      for (const name of ["a", "b"]) rmSync(marker(name), { force: true });
      const running = start("--filter", "a.sh", "--filter", "b.sh");
      await bothRun();
      expect((await clean()).output).toContain("Nothing was left");
      expect(server.namespaces()).toHaveLength(2);
      running.child.kill("SIGKILL");
      await running.ended;
      script("short", "exit 0");
      server.addNamespace("spark-test-a-0a1b2c3d");
      const { code, output } = await remove();
      expect(code, output).toBe(0);
      await until(() => server.namespaces().length === 1);
      expect(server.namespaces()).toEqual(["spark-test-a-0a1b2c3d"]);
      server.remove("/api/v1/namespaces", "spark-test-a-0a1b2c3d");
      for (const name of ["a", "b"]) process.kill(Number(readFileSync(marker(name), "utf8")), "SIGKILL");
    }
  });

  it("on another machine only when its time is over", async () => {
    script("a", "exit 0");
    const owner = JSON.stringify({ ...identifyProcess(), host: "elsewhere" });
    const labels = { [MANAGED_BY]: MANAGER, [RUN_LABEL]: "other" };
    const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);
    server.addNamespace("alive", { ...labels, [EXPIRES_LABEL]: inSeconds(60) }, { [PROCESS_ANNOTATION]: owner });
    server.addNamespace("expired", { ...labels, [EXPIRES_LABEL]: inSeconds(-60) }, { [PROCESS_ANNOTATION]: owner });
    const { code, output } = await run();
    expect(code, output).toBe(0);
    await until(() => server.namespaces().length === 1);
    expect(server.namespaces()).toEqual(["alive"]);
  });
});

it("uninstalls a Helm release before its namespace is deleted, and starts no helm without one", async () => {
  script("installs", "exit 0");
  script("plain", "exit 0");
  server.handlers.push(({ method, pathname }) => {
    if (method !== "GET" || !/\/spark-test-installs-\w+\/secrets$/.test(pathname)) return false;
    const revisions = [
      { name: "here", version: "1", status: "superseded" },
      { name: "here", version: "2", status: "deployed" },
      { name: "gone", version: "1", status: "uninstalled" },
    ];
    return { body: { items: revisions.map((labels) => ({ metadata: { name: "x", labels } })) } };
  });
  const { code, output } = await run();
  expect(code, output).toBe(0);
  const calls = readFileSync(marker("helm"), "utf8").trim().split("\n");
  expect(calls).toHaveLength(1);
  expect(calls[0]).toContain(`uninstall here --ignore-not-found --wait=false -n ${result("installs").namespace}`);
});
