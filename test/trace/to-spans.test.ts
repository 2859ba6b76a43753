import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { describe, expect, it } from "vitest";
import { attemptSpanId, traceOfRun } from "../../src/lib/trace-context.ts";
import {
  at,
  begin,
  describeSpans,
  end,
  finishedCase,
  inOrder,
  job,
  listSpans,
  RUN,
  readRun,
  SUBJECT,
  sparkStage,
  stage,
  step,
  TRACE,
} from "./records.ts";

const [read, join] = SUBJECT.cases as [(typeof SUBJECT.cases)[number], (typeof SUBJECT.cases)[number]];

/** A whole run: two cases side by side, one of which needed two attempts. */
const WHOLE = inOrder(
  begin(0),
  stage("check", 0, 1),
  stage("prepare", 1, 10),
  step("PySpark 4.1.4", 1, 8, "installed"),
  step("Java", 2, 3, "17"),
  stage("execute", 10, 40),
  finishedCase(read, [[10, 25]], {
    jobs: [
      job(0, 12, 14, { stages: [sparkStage(0, 12, 13), sparkStage(1, 13, 14.5)] }),
      job(1, 15, 24, { failed: true, group: "", description: null, stages: [sparkStage(2, null, null)] }),
    ],
  }),
  finishedCase(join, [
    [11, 20],
    [22, 39],
  ]),
  step("API server", null, 30, "is back"),
  stage("collect", 40, 41),
  stage("judge", 41, 41.5),
  stage("report", 41.5, 43),
  stage("cleanup", 43, 44),
  end(44),
);

describe("the spans of a run", () => {
  it("are its stages, steps, cases, attempts, and Spark's jobs and stages", () => {
    expect(describeSpans(listSpans(WHOLE, SUBJECT))).toMatchInlineSnapshot(`
      "run run quick 0-44
        stage check 0-1
        stage prepare 1-10
          step PySpark 4.1.4 1-8
          step Java 2-3
        stage execute 10-40
          step API server 30-30
        stage collect 40-41
        stage judge 41-41.5
        stage report 41.5-43
        stage cleanup 43-44
          case quick_4.1.4_submit_local_none_read_tiny 10-25
            attempt attempt 1 10-25
              job job 0: read/sample-1 12-14
                spark-stage stage 0: collect at job.py:0 12-13
                spark-stage stage 1: collect at job.py:1 13-14
              job job 1 15-24 ✗ the job failed
          case quick_4.1.4_submit_local_none_join_tiny 11-39
            attempt attempt 1 11-20 ✗ another attempt followed
            attempt attempt 2 22-39"
    `);
  });

  it("have ids that nobody else has, parents that are there, and lie within the run", () => {
    const spans = listSpans(WHOLE, SUBJECT);
    const ids = new Set(spans.map(({ id }) => id));
    expect(ids.size).toBe(spans.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(spans.filter(({ parentId }) => !ids.has(parentId ?? "")).map(({ parentId }) => parentId)).toEqual([
      TRACE.parentId,
    ]);
    const [root] = spans;
    for (const { startMs, endMs } of spans) {
      expect(startMs).toBeGreaterThanOrEqual(root!.startMs);
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      expect(endMs).toBeLessThanOrEqual(root!.endMs);
    }
  });

  it("are the same whenever they are made, and an attempt's is known before it begins", () => {
    expect(listSpans(WHOLE, SUBJECT)).toEqual(listSpans(WHOLE, SUBJECT));
    const attempts = listSpans(WHOLE, SUBJECT).filter(({ kind }) => kind === "attempt");
    const trace = traceOfRun(TRACE, 1);
    expect(attempts.map(({ id }) => id)).toEqual([
      attemptSpanId(trace, read.name, 1),
      attemptSpanId(trace, join.name, 1),
      attemptSpanId(trace, join.name, 2),
    ]);
  });

  it("say what they are", () => {
    const records = inOrder(
      begin(0),
      stage("execute", 0, 9),
      finishedCase(read, [[1, 9]], {
        status: "failed",
        reason: "no space",
        namespace: "t-read-12",
        jobs: [job(3, 2, 3, { stages: [{ ...sparkStage(4, 2, 3), attempts: 2, failedTasks: 1 }] })],
        left: 7,
      }),
      end(9, 3),
    );
    const spans = listSpans(records, SUBJECT).map(({ kind, attributes }) => ({ kind, ...attributes }));
    expect(spans).toMatchInlineSnapshot(`
      [
        {
          "cicd.pipeline.action.name": "RUN",
          "cicd.pipeline.name": "quick",
          "cicd.pipeline.result": "failure",
          "cicd.pipeline.run.id": "quick-20260101t000000-ab12",
          "kind": "run",
          "spark_loadtest.engine": "local",
          "spark_loadtest.exit_code": 3,
          "vcs.ref.head.name": "refs/heads/main",
          "vcs.ref.head.revision": "c0ffee",
        },
        {
          "kind": "stage",
          "spark_loadtest.stage": "execute",
        },
        {
          "cicd.pipeline.task.name": "quick_4.1.4_submit_local_none_read_tiny",
          "cicd.pipeline.task.run.id": "quick-20260101t000000-ab12/quick_4.1.4_submit_local_none_read_tiny",
          "cicd.pipeline.task.run.result": "failure",
          "k8s.namespace.name": "t-read-12",
          "kind": "case",
          "spark_loadtest.attempts": 1,
          "spark_loadtest.dimension.dataSize": "tiny",
          "spark_loadtest.dimension.extensions": "none",
          "spark_loadtest.dimension.mode": "local",
          "spark_loadtest.dimension.operation": "read",
          "spark_loadtest.dimension.orchestrator": "submit",
          "spark_loadtest.dimension.sparkVersion": "4.1.4",
          "spark_loadtest.status": "failed",
        },
        {
          "kind": "attempt",
          "spark.application.id": "local-1",
          "spark_loadtest.attempt": 1,
          "spark_loadtest.spans_left_out": 7,
        },
        {
          "kind": "job",
          "spark.job.failed_tasks": 1,
          "spark.job.group": "read/sample-1",
          "spark.job.id": 3,
          "spark.job.stages": 1,
        },
        {
          "kind": "spark-stage",
          "spark.stage.attempts": 2,
          "spark.stage.failed_tasks": 1,
          "spark.stage.id": 4,
          "spark.stage.tasks": 8,
        },
      ]
    `);
  });
});

describe("a run that did not go as planned", () => {
  it("ends what was under way with the last that is known, and has what was continued beside it", () => {
    const killed = inOrder(
      begin(0),
      stage("check", 0, 1),
      stage("prepare", 1, 2),
      stage("execute", 2, null),
      { type: "attempt", atMs: at(2), case: read.name, attempt: 1 },
      { type: "attempt", atMs: at(2), case: join.name, attempt: 1 },
      finishedCase(read, [[2, 8]]),
      { type: "attempt", atMs: at(9), case: join.name, attempt: 2 },
    );
    const continued = inOrder(
      begin(100),
      stage("check", 100, 101),
      stage("execute", 101, 120),
      { type: "attempt", atMs: at(101), case: join.name, attempt: 1 },
      finishedCase(join, [[101, 119]]),
      end(120),
    );
    const spans = listSpans([...killed, ...continued], SUBJECT);
    expect(describeSpans(spans)).toMatchInlineSnapshot(`
      "run run quick 0-9 ✗ the process was ended
        stage check 0-1
        stage prepare 1-2
        stage execute 2-9
          case quick_4.1.4_submit_local_none_read_tiny 2-8
            attempt attempt 1 2-8
          case quick_4.1.4_submit_local_none_join_tiny 2-9 ✗ the run was ended before the case was
            attempt attempt 1 2-9 ✗ another attempt followed
            attempt attempt 2 9-9 ✗ the run was ended before the case was
      run run quick 100-120
        stage check 100-101
        stage execute 101-120
          case quick_4.1.4_submit_local_none_join_tiny 101-119
            attempt attempt 1 101-119"
    `);
    expect(new Set(spans.map(({ id }) => id)).size).toBe(spans.length);
    const { processes } = readRun([...killed, ...continued]);
    expect(processes.map(({ cases }) => cases.map(({ record }) => record.name))).toEqual([
      [read.name, join.name],
      [join.name],
    ]);
  });

  it("says why a stage, a case and the run failed", () => {
    const records = inOrder(
      begin(0),
      stage("prepare", 1, 3, "no Python"),
      step("Python", 1, 2.5),
      stage("cleanup", 3, 4),
      end(4, 6),
    );
    expect(describeSpans(listSpans(records, SUBJECT))).toMatchInlineSnapshot(`
      "run run quick 0-4 ✗ error (exit code 6)
        stage prepare 1-3 ✗ no Python
          step Python 1-2.5
        stage cleanup 3-4"
    `);
  });

  it("gives a case the status that the checks of its results gave it", () => {
    const records = inOrder(begin(0), stage("execute", 0, 5), finishedCase(read, [[1, 4]]), {
      type: "status",
      atMs: at(6),
      case: read.name,
      status: "failed",
      reason: "its result is wrong",
    });
    const found = listSpans(records, SUBJECT).find(({ kind }) => kind === "case");
    expect(found).toMatchObject({ error: "its result is wrong", attributes: { "spark_loadtest.status": "failed" } });
  });
});

it("takes up a run that another process began, from the times that the cluster has", () => {
  const run = { ...RUN, engine: "argo" as const, startedAt: new Date(at(-60)).toISOString() };
  // Argo's times are whole seconds; the jobs' are not.
  const jobs = [job(0, -49.5, -31), job(1, -31, -29.3)];
  const records = inOrder(
    begin(0),
    stage("execute", 1, 3),
    { ...finishedCase(read, [[-50, -30]], { namespace: "t-read-12", jobs }), atMs: at(2) },
    end(4),
  );
  expect(describeSpans(listSpans(records, { ...SUBJECT, run }))).toMatchInlineSnapshot(`
    "run run quick -60-4
      stage execute 1-3
        case quick_4.1.4_submit_local_none_read_tiny -50--29.3
          attempt attempt 1 -50--29.3
            job job 0: read/sample-1 -49.5--31
            job job 1: read/sample-1 -31--29.3"
  `);
});

it("has a job that was cut off within its attempt, whatever the attempt's clock says", () => {
  const records = inOrder(begin(0), finishedCase(read, [[1, 2]], { jobs: [job(0, 2.5, null)] }), end(3));
  expect(describeSpans(listSpans(records, SUBJECT))).toMatchInlineSnapshot(`
    "run run quick 0-3
      case quick_4.1.4_submit_local_none_read_tiny 1-2.5
        attempt attempt 1 1-2.5
          job job 0: read/sample-1 2.5-2.5"
  `);
});

it("takes what a case was noted with last", () => {
  const records = inOrder(
    begin(0),
    finishedCase(read, [[1, 2]], { status: "infrastructure", reason: "lost", jobs: [job(0, 1, 2)] }),
    finishedCase(read, [[1, 4]], { jobs: [job(1, 3, 4)] }),
    end(5),
  );
  expect(describeSpans(listSpans(records, SUBJECT))).toMatchInlineSnapshot(`
    "run run quick 0-5
      case quick_4.1.4_submit_local_none_read_tiny 1-4
        attempt attempt 1 1-4
          job job 1: read/sample-1 3-4"
  `);
});

it("uses names of OpenTelemetry's conventions for what they have a name for", () => {
  const known = new Set<unknown>(Object.values(conventions).filter((value) => typeof value === "string"));
  const names = new Set(listSpans(WHOLE, SUBJECT).flatMap(({ attributes }) => Object.keys(attributes)));
  const own = [...names].filter((name) => !known.has(name));
  for (const name of own) expect(name).toMatch(/^(spark_loadtest|spark)\./);
  expect([...names].filter((name) => known.has(name)).sort()).toMatchInlineSnapshot(`
    [
      "cicd.pipeline.action.name",
      "cicd.pipeline.name",
      "cicd.pipeline.result",
      "cicd.pipeline.run.id",
      "cicd.pipeline.task.name",
      "cicd.pipeline.task.run.id",
      "cicd.pipeline.task.run.result",
      "vcs.ref.head.name",
      "vcs.ref.head.revision",
    ]
  `);
  const results = listSpans(WHOLE, SUBJECT).flatMap(({ attributes }) => [
    attributes["cicd.pipeline.result"] ?? attributes["cicd.pipeline.task.run.result"] ?? [],
  ]);
  for (const result of results.flat()) expect(known).toContain(result);
});
