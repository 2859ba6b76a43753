import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ExecutionEvent, PrepareEvent } from "../../../src/engine/engine.ts";
import { createLocalEngine } from "../../../src/engine/local/engine.ts";
import { checkInputs } from "../../../src/engine/local/prepare.ts";
import { attemptSpanId, formatTraceparent } from "../../../src/lib/trace-context.ts";
import type { Case } from "../../../src/model/documents.ts";
import { planExecutions } from "../../../src/plan/execution.ts";
import { RUN_TRACE } from "../../spec/make-spec.ts";
import { until } from "../../wait.ts";
import { caseOf, createFakeMachine, type FakeMachine, tierOf, WORKLOAD } from "./fake-machine.ts";

vi.mock("../../../src/lib/http/retry.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../../src/lib/http/retry.ts")>();
  const retryInfrastructure: typeof original.retryInfrastructure = (work, options) =>
    original.retryInfrastructure(work, { ...options, firstDelayMs: 1 });
  return { ...original, retryInfrastructure };
});

let machine: FakeMachine;
afterEach(() => machine.remove());

const never = new AbortController().signal;
/** Begins to prepare the machine for the cases. */
function prepareCases(
  cases: readonly Case[],
  { spec = machine.spec, signal = never, onEvent = (_: PrepareEvent): void => undefined } = {},
) {
  return createLocalEngine(spec).prepare(planExecutions(cases, null), onEvent, signal);
}
/** Prepares and runs the cases; one line an event, without times. */
async function runCases(
  cases: readonly Case[],
  signal: AbortSignal = never,
  onEvent?: (event: ExecutionEvent) => void,
) {
  const prepared: PrepareEvent[] = [];
  const engine = prepareCases(cases, { signal, onEvent: (event) => prepared.push(event) });
  await engine.ready;
  const events: ExecutionEvent[] = [];
  for await (const event of engine.execute(signal)) {
    events.push(event);
    onEvent?.(event);
  }
  await engine.cleanup(false, () => undefined);
  return { prepared, events, lines: events.map(describeEvent) };
}

function describeEvent(event: ExecutionEvent): string {
  if (event.type === "timed-out") return event.limit;
  const { operation } = event.execution.case.dimensions;
  if (event.type === "started") return `${operation} started ${event.attempt}`;
  if (event.type === "progress") return `${operation} ${event.step}`;
  if (event.type === "retrying") return `${operation} retrying ${event.attempt}: ${event.reason}`;
  if (event.type === "log") return `${operation} | ${event.line}`;
  const { status, reason, attempts, checksum } = event.outcome;
  return `${operation} ${status} after ${attempts}: ${reason ?? checksum}`;
}
const finished = (lines: readonly string[]) => lines.filter((line) => line.includes(" after ")).sort();
/** A workload that does something of its own for the operation `join` and the usual for the others. */
const joinDoes = (script: string) => `if [ "$2" = join ]; then\n${script}\nfi\n${WORKLOAD}`;
const waitFor = (path: string) => until(() => existsSync(path) && readFileSync(path, "utf8") !== "");
/** Processes whose command line or environment names the machine's folder. */
const processesOf = ({ root }: FakeMachine) =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "latin1").includes(root);
    } catch {
      return false;
    }
  });

describe("prepare", () => {
  it("installs each version and generates each size once, and says so", async () => {
    machine = await createFakeMachine();
    const cases = [caseOf(), caseOf({ sparkVersion: "3.5.9" }), caseOf({ operation: "read" })];
    const done = async () =>
      (await runCases(cases)).prepared.flatMap(({ step, state, detail }) =>
        state === "done" ? [`${step}: ${detail}`] : [],
      );
    expect((await done()).sort()).toEqual([
      "Data set tiny: generated",
      "Java: 17.0.15 (java on PATH)",
      "PySpark 3.5.9: installed",
      "PySpark 4.1.4: installed",
      `Python: 3.12.1 (${machine.bin}/python3)`,
    ]);
    expect(await done()).toEqual(
      expect.arrayContaining(["Data set tiny: in the cache", "PySpark 3.5.9: in the cache"]),
    );
    expect(readdirSync(machine.spec.cacheDirectory).sort()).toEqual(["data", "logs", "pyspark-3.5.9", "pyspark-4.1.4"]);
    expect(readdirSync(join(machine.spec.cacheDirectory, "data", "1"))).toEqual(["tiny"]);
  });

  it("serves two runs at once from one cache", async () => {
    machine = await createFakeMachine({ environment: { FAKE_UV: "slow" } });
    const results = await Promise.all([
      runCases([caseOf({ operation: "read" })]),
      prepareCases([caseOf()], { spec: { ...machine.spec, directory: join(machine.root, "other") } }).ready,
    ]);
    expect(finished(results[0].lines)).toEqual(["read passed after 1: c0ffee"]);
    expect(readdirSync(machine.spec.cacheDirectory).sort()).toEqual(["data", "logs", "pyspark-4.1.4"]);
  });

  it("leaves nothing half-done and no process when it is aborted", async () => {
    machine = await createFakeMachine({ environment: { FAKE_UV: "hang" } });
    const abort = new AbortController();
    const run = runCases([caseOf()], abort.signal);
    await waitFor(join(machine.spec.cacheDirectory, "logs", "pyspark-4.1.4.log"));
    abort.abort();
    await expect(run).rejects.toThrow("was interrupted");
    expect(readdirSync(machine.spec.cacheDirectory)).toEqual(["logs"]);
    if (existsSync("/proc/self")) expect(processesOf(machine)).toEqual([]);
  });

  it.each([
    [{ dataSize: "5gb" }, {}, 2, 'There is no data set of the size "5gb" (there are tiny, 1gb, 11gb).'],
    [{}, { dataDirectory: "/nowhere/data" }, 2, /^The data folder \/nowhere\/data cannot be read: ENOENT/],
    [
      {},
      { dataDirectory: "ROOT/workloads" },
      2,
      /^The data folder .*\/workloads holds no \.parquet file \(1 others\)\.$/,
    ],
    [
      {},
      { tier: tierOf({ workload: { script: "/nowhere/x.py", args: [] } }) },
      2,
      /^The workload \/nowhere\/x\.py cannot be read/,
    ],
    [{}, { cacheDirectory: "ROOT/bin/java/cache" }, 2, /^The cache folder .* cannot be written: ENOTDIR/],
    [{}, { directory: "ROOT/bin/java/run" }, 2, /^The run folder .* cannot be written: ENOTDIR/],
    [{}, { environment: { PATH: "" } }, 6, /^No Python 3\.10 or newer, which Spark 4\.1\.4 needs: .*; found none\.$/],
  ])("says what is wrong with %j %j", async (dimensions, options, exitCode, message) => {
    machine = await createFakeMachine();
    const { dataDirectory = null, ...absolute } = JSON.parse(JSON.stringify(options).replaceAll("ROOT", machine.root));
    const spec = { ...machine.spec, ...absolute };
    const cases = [caseOf(dimensions)];
    const error = await checkInputs(planExecutions(cases, null), spec, dataDirectory)
      .then(() => prepareCases(cases, { spec }).ready)
      .catch((reason) => reason);
    expect(error).toMatchObject({
      exitCode,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });

  it("cannot write where it may not", async () => {
    machine = await createFakeMachine();
    await mkdir(machine.spec.cacheDirectory);
    await chmod(machine.spec.cacheDirectory, 0o555);
    const preparing = prepareCases([caseOf()]).ready;
    // root may write everywhere
    if (process.getuid?.() === 0) await expect(preparing).resolves.toBeUndefined();
    else
      await expect(preparing).rejects.toMatchObject({ exitCode: 2, hint: "Choose another folder with --cache-dir." });
    await chmod(machine.spec.cacheDirectory, 0o755);
  });

  it("keeps what uv said, and generates nothing", async () => {
    machine = await createFakeMachine();
    const said = "error: Failed to fetch: https://pypi.org/simple/pyspark/\n  cause: dns error\n";
    Object.assign(machine.environment, { FAKE_UV: "offline", FAKE_UV_OUTPUT: await machine.put("said", said) });
    await expect(runCases([caseOf()])).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining("could not be reached"),
    });
    expect(await machine.read("cache/logs/pyspark-4.1.4.log")).toBe(`Resolved 1 package in 1ms\n${said}`);
    expect(readdirSync(machine.spec.cacheDirectory)).toEqual(["logs"]);
  });
});

describe("execute", () => {
  it("runs each case in folders of its own, which are gone afterwards", async () => {
    machine = await createFakeMachine({
      workload: joinDoes(`cat "$SPARK_CONF_DIR/arguments" > "${"$"}{0%/*}/seen"; pwd > "${"$"}{0%/*}/where"`),
    });
    const { lines, events } = await runCases([caseOf(), caseOf({ operation: "read" })]);
    expect(finished(lines)).toEqual(["join passed after 1: c0ffee", "read passed after 1: c0ffee"]);
    expect(lines.filter((line) => line.startsWith("join")).slice(0, 2)).toEqual(["join started 1", "join warm-up 1/1"]);
    const { directory, cacheDirectory } = machine.spec;
    expect(readdirSync(directory).sort()).toEqual(["eventlogs", "logs"]);
    expect(await machine.read("workloads/where")).toBe(`${join(directory, "scratch", "t_4.1.4_local_join-1")}\n`);
    const seen = (await machine.read("workloads/seen")).split("\n");
    expect(seen.slice(0, 4)).toEqual(["--master", "local[2]", "--name", "t_4.1.4_local_join"]);
    expect(seen.slice(seen.indexOf(join(machine.root, "workloads/builtin.py")) + 1, -1)).toEqual([
      ...["--operation", "join", "--data", join(cacheDirectory, "data/1/tiny/parquet")],
      ...["--output", join(directory, "scratch/t_4.1.4_local_join-1/output"), "--samples", "2", "--warmups", "1"],
      ...["--result", join(directory, "scratch/t_4.1.4_local_join-1/result.jsonl")],
    ]);
    const end = events.find(
      (event) => event.type === "finished" && event.execution.case.dimensions.operation === "join",
    );
    expect(end).toMatchObject({
      outcome: { namespace: null, eventLogDirectory: join(directory, "eventlogs/t_4.1.4_local_join") },
    });
    expect(await machine.read("run/logs/t_4.1.4_local_join.log")).toMatch(
      /^=== attempt 1, Spark 4\.1\.4, \d{4}-.*\n=== .*spark-submit' --master .*\n26\/11\/23 .* Running Spark version 9\.0\.0\n$/,
    );
  });

  it.each([
    ["exit 3", "join failed after 1: exit code 3 without a word"],
    [
      'printf "Traceback (most recent call last):\\n  File x\\npy.errors.AnalysisException: [PATH_NOT_FOUND] /x\\n" >&2; exit 1',
      "join failed after 1: AnalysisException: [PATH_NOT_FOUND] /x",
    ],
    [
      `echo '{"repetition":"warmup-1","checksum":"bad"}' > "\${12}"`,
      "join failed after 1: wrong result: repetition warmup-1 gave c0ffee, warmup-1 gave bad",
    ],
    ["exit 0", "join failed after 1: the workload ended without the result of repetition warmup-1"],
    [
      'echo "java.io.IOException: No space left on device"; exit 1',
      "join infrastructure after 3: no space left on device",
    ],
    ["kill -KILL $$", "join infrastructure after 3: killed by SIGKILL from outside (the machine may be out of memory)"],
  ])("does not let one case's end touch another's: %s", async (script, expected) => {
    machine = await createFakeMachine({ workload: joinDoes(script) });
    const { lines } = await runCases([caseOf(), caseOf({ operation: "read" })]);
    expect(finished(lines)).toEqual([expected, "read passed after 1: c0ffee"]);
  });

  it("tries again after the machine failed, and keeps each attempt's log and only the last one's event log", async () => {
    const script = `
      echo x >> "${"$"}{0%/*}/tries"; log="${"$"}{0%/*}/../run/eventlogs/t_4.1.4_local_join"; touch "$log/app-$(wc -l < "${"$"}{0%/*}/tries")"
      if [ "$(wc -l < "${"$"}{0%/*}/tries")" -lt 3 ]; then echo "[JAVA_GATEWAY_EXITED] Java gateway process exited"; exit 1; fi`;
    machine = await createFakeMachine({ workload: joinDoes(script) });
    const { lines, events } = await runCases([caseOf()]);
    const times = events.flatMap((event) => (event.type === "finished" ? event.outcome.attemptTimes : []));
    expect(times).toHaveLength(3);
    expect(times.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt])).toEqual(
      times.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]).toSorted(),
    );
    expect(lines.filter((line) => !line.includes("sample") && !line.includes("ending"))).toEqual([
      ...["join started 1", "join warm-up 1/1", "join retrying 2: the JVM ended before Python could reach it"],
      ...["join started 2", "join warm-up 1/1", "join retrying 3: the JVM ended before Python could reach it"],
      ...["join started 3", "join warm-up 1/1", "join passed after 3: c0ffee"],
    ]);
    const log = await machine.read("run/logs/t_4.1.4_local_join.log");
    expect(log.match(/^=== attempt \d/gm)).toEqual(["=== attempt 1", "=== attempt 2", "=== attempt 3"]);
    expect(readdirSync(join(machine.spec.directory, "eventlogs/t_4.1.4_local_join"))).toEqual(["app-3"]);
  });

  it("ends a case that takes too long, which is no failure of the machine", async () => {
    machine = await createFakeMachine({
      workload: joinDoes("sleep 600 & sleep 600"),
      limits: { caseTimeoutSeconds: 1 },
    });
    const { lines } = await runCases([caseOf()]);
    expect(lines.at(-1)).toBe("join failed after 1: no end after 1 s");
    if (existsSync("/proc/self")) expect(processesOf(machine)).toEqual([]);
  });

  it("runs no more at once than it may", async () => {
    // Each waits until two have begun, so that two at once are seen on a slow machine as well.
    const script = `
      trace="${"$"}{0%/*}/trace"; echo + >> "$trace"
      for i in {1..100}; do [ "$2" = tiny ] || [ "$(grep -c + "$trace")" -ge 3 ] && break; sleep 0.05; done
      sleep 0.1; echo - >> "$trace"`;
    machine = await createFakeMachine({ workload: script.concat("\n", WORKLOAD), limits: { maxParallel: 2 } });
    await runCases(["a", "b", "c", "d"].map((operation) => caseOf({ operation })));
    // the first pair of lines is the data set's
    const trace = (await machine.read("workloads/trace")).trim().split("\n").slice(2);
    let running = 0;
    const most = Math.max(...trace.map((sign) => (running += sign === "+" ? 1 : -1)));
    expect(most).toBe(2);
  });

  it("yields what is finished and ends when it is aborted, with no process and no scratch left", async () => {
    machine = await createFakeMachine({
      workload: joinDoes(`trap '' TERM; echo > "${"$"}{0%/*}/running"; sleep 600 & sleep 600`),
    });
    const abort = new AbortController();
    const run = runCases(
      [caseOf({ operation: "read" }), caseOf(), caseOf({ operation: "write" })],
      abort.signal,
      (event) => {
        if (event.type === "finished")
          void waitFor(join(machine.root, "workloads/running")).then(() => abort.abort(130));
      },
    );
    const { lines } = await run;
    expect(finished(lines)[0]).toBe("read passed after 1: c0ffee");
    expect(lines.some((line) => line.startsWith("join passed") || line.startsWith("join failed"))).toBe(false);
    expect(readdirSync(machine.spec.directory).sort()).toEqual(["eventlogs", "logs"]);
    if (existsSync("/proc/self")) expect(processesOf(machine)).toEqual([]);
  });

  it("ends the cases when nobody listens any more", async () => {
    machine = await createFakeMachine({ workload: joinDoes(`echo 1 > "${"$"}{0%/*}/running"; sleep 600`) });
    const engine = prepareCases([caseOf()]);
    for await (const event of engine.execute(never)) {
      if (event.type !== "progress") continue;
      await waitFor(join(machine.root, "workloads/running"));
      break;
    }
    await engine.cleanup(false, () => undefined);
    if (existsSync("/proc/self")) expect(processesOf(machine)).toEqual([]);
  });

  it("lets no variable of ours into Spark, and no secret into a log", async () => {
    machine = await createFakeMachine({
      workload: joinDoes("env"),
      settings: { conf: { "spark.hadoop.fs.s3a.secret.key": "s3cret" } },
    });
    Object.assign(machine.environment, {
      SPARK_CONF_DIR: "/theirs",
      AWS_SECRET_ACCESS_KEY: "s3cret",
      PYTHONPATH: "/theirs",
    });
    await runCases([caseOf()]);
    const log = await machine.read("run/logs/t_4.1.4_local_join.log");
    expect(log).toContain("PYTHONHASHSEED=0");
    const traceparent = formatTraceparent(RUN_TRACE, attemptSpanId(RUN_TRACE, "t_4.1.4_local_join", 1));
    expect(log).toContain(`TRACEPARENT=${traceparent}`);
    expect(log).not.toMatch(/s3cret|theirs/);
  });

  it("runs a tier's own workload with its arguments, which need not write a result", async () => {
    machine = await createFakeMachine({ settings: { workloadArgs: ["--more"] } });
    const script = await machine.put("own.py", 'printf "%s\\n" "$@"');
    const args = ["--op={operation}", "--in", "{data}", "--n", "{samples}/{warmups}", "{plain"];
    machine = { ...machine, spec: { ...machine.spec, tier: tierOf({ workload: { script, args } }) } };
    const { lines } = await runCases([caseOf()]);
    expect(lines).toEqual(["join started 1", "join passed after 1: null"]);
    expect((await machine.read("run/logs/t_4.1.4_local_join.log")).split("\n").slice(3, -1)).toEqual([
      ...[
        "--op=join",
        "--in",
        join(machine.spec.cacheDirectory, "data/1/tiny/parquet"),
        "--n",
        "2/1",
        "{plain",
        "--more",
      ],
    ]);
  });

  it("gives a standalone cluster a home of its own, so that its workers do not write into the cache", async () => {
    machine = await createFakeMachine({
      workload: joinDoes('mkdir "$SPARK_HOME/work"; test -x "$SPARK_HOME/bin/spark-submit" || exit 9'),
    });
    const { lines } = await runCases([caseOf({ mode: "standalone" })]);
    expect(lines.at(-1)).toBe("join passed after 1: c0ffee");
    expect(readdirSync(join(machine.spec.cacheDirectory, "pyspark-4.1.4/pyspark"))).toEqual(["bin"]);
  });
});
