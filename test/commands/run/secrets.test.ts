import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { reasonsOf } from "../../../src/commands/run/begin.ts";
import { carryOut } from "../../../src/commands/run/run.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { toReason } from "../../../src/engine/shared/reason.ts";
import { RunFolder } from "../../../src/spec/run-folder.ts";
import { Timeline } from "../../../src/trace/timeline.ts";
import { makeCase } from "../../plan/make-case.ts";
import { makeTier } from "../../plan/make-tier.ts";
import { makePlan, makeSettings, makeState, RUN } from "../../spec/make-spec.ts";

/** One log with a secret wherever a user's code can put one. */
const LOG = [
  { Event: "SparkListenerLogStart", "Spark Version": "4.1.1" },
  { Event: "SparkListenerApplicationStart", "App Name": "a", "App ID": "app-1", Timestamp: 1 },
  {
    Event: "SparkListenerEnvironmentUpdate",
    "JVM Information": {},
    "Spark Properties": {
      "spark.hadoop.fs.azure.account.key.acct": "hush",
      "spark.my.url": "jdbc:x://me:hush@db",
      "spark.my.team": "hush",
      "spark.redaction.regex": "(?i)team",
      "spark.redaction.string.regex": "agent \\w+",
      "spark.sql.shuffle.partitions": "7",
    },
    "Hadoop Properties": {},
    "System Properties": {},
    "Classpath Entries": {},
  },
  {
    Event: "SparkListenerJobStart",
    "Job ID": 0,
    "Submission Time": 2,
    "Stage IDs": [0],
    "Stage Infos": [],
    Properties: { "spark.job.description": "load https://hush@host/x with agent hush" },
  },
  {
    Event: "SparkListenerStageSubmitted",
    "Stage Info": {
      "Stage ID": 0,
      "Stage Attempt ID": 0,
      "Stage Name": "save password=hush",
      "Number of Tasks": 1,
      "Submission Time": 3,
    },
  },
  {
    Event: "SparkListenerTaskEnd",
    "Stage ID": 0,
    "Stage Attempt ID": 0,
    "Task Type": "ResultTask",
    "Task End Reason": {
      Reason: "ExceptionFailure",
      "Class Name": "java.lang.IllegalStateException",
      Description: "Authorization: Bearer hush-hush\nagent hush",
    },
    "Task Info": { "Task ID": 0, Index: 0, Attempt: 0, "Launch Time": 3, "Finish Time": 4, Failed: true },
  },
  {
    Event: "SparkListenerJobEnd",
    "Job ID": 0,
    "Completion Time": 5,
    "Job Result": { Result: "JobFailed", Exception: { Message: 'refused: {"apiKey": "hush"}' } },
  },
  { Event: "SparkListenerApplicationEnd", Timestamp: 6 },
];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "secrets-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it("no file of a run and no word about it holds a secret of its tier, settings, reasons or event logs", async () => {
  const eventLogDirectory = await mkdtemp(join(root, "spark-"));
  await writeFile(join(eventLogDirectory, "app-1"), LOG.map((event) => JSON.stringify(event)).join("\n"));
  const cases = [{ ...makeCase({ operation: "read" }), name: "t_read" }];
  const plan = makePlan(cases);
  const tier = makeTier({
    name: "t",
    sparkConf: { all: { "spark.es.net.http.auth.pass": "hush", "spark.redaction.regex": "(?i)team" }, byDimension: {} },
    workload: { script: "/x.py", args: ["--password", "-hush"] },
  });
  const settings = makeSettings({
    conf: { "spark.my.team": "hush", "spark.x": "AccountKey=hush;y=1" },
    workloadArgs: ["--url=https://hush@host", "--api-key", "hush"],
  });
  const at = "2026-01-01T00:00:00.000Z";
  const engine: Engine = {
    prepare: (executions) => ({
      ready: Promise.resolve(),
      async *execute() {
        yield { type: "started", execution: executions[0]!, attempt: 1 };
        const outcome = {
          ...{ status: "failed" as const, reason: toReason("error: --token -hush, PGPASSWORD=hush"), attempts: 1 },
          ...{ namespace: null, startedAt: at, finishedAt: at, checksum: null, applicationId: null },
          ...{ historyServerUrl: null, attemptTimes: [{ startedAt: at, finishedAt: at }], eventLogDirectory },
        };
        yield { type: "finished", execution: executions[0]!, outcome };
      },
      exportLogs: async () => undefined,
      cleanup: async () => undefined,
    }),
  };
  const out = join(root, "run");
  const record = { ...makeState({ run: { ...RUN, id: "t-1" }, tier, settings }), plan, directory: out };
  const folder = await RunFolder.create(record);
  const told: unknown[] = [];
  const tell = (...said: unknown[]) => void told.push(...said);
  const timeline = new Timeline();
  timeline.keepIn(out, 1);
  const outcome = await carryOut(
    {
      ...{ record, reasons: reasonsOf(record, "machine"), folder, baseline: { runs: [], notes: [] }, engine },
      ...{ finished: [], timeoutSeconds: null },
    },
    {
      ...{ failOn: ["hard"], maxDetectableChange: 0.5, pushTo: null },
      telemetry: { trace: record.trace, otlp: null, problem: null },
    },
    timeline,
    {
      ...{ assetsDirectory: root, toolVersion: "0", environment: {}, signal: new AbortController().signal },
      progress: { note: tell, prepare: tell, begin: tell, show: tell, stop: () => undefined },
    },
  );
  const names = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(names.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["run.json", "cases.jsonl", "results.json", "report.html", "junit.xml", "trace.json"]),
  );
  for (const { name, parentPath } of names) {
    expect([name, await readFile(join(parentPath, name), "utf8")]).toEqual([name, expect.not.stringContaining("hush")]);
  }
  expect(JSON.stringify([told, outcome])).not.toContain("hush");
  const results = await readFile(join(out, "results.json"), "utf8");
  for (const shown of ['"spark.sql.shuffle.partitions": "7"', "java.lang.IllegalStateException: Authorization: ***"]) {
    expect(results).toContain(shown);
  }
});
