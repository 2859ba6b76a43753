import { describe, expect, it } from "vitest";
import type { TimelineRecord } from "../../src/trace/timeline.ts";
import { renderTrace } from "../../src/trace/to-trace-events.ts";
import {
  begin,
  caseOf,
  end,
  finishedCase,
  inOrder,
  job,
  RUN,
  readRun,
  SUBJECT,
  sparkStage,
  stage,
  step,
} from "./records.ts";
import { findMisplaced, type TraceFile, traceFileSchema } from "./trace-format.ts";

async function render(records: readonly TimelineRecord[], subject = SUBJECT): Promise<TraceFile> {
  const { processes, spansOf } = readRun(records, subject);
  let text = "";
  for await (const piece of renderTrace(processes, async (one) => spansOf(one), RUN)) text += piece;
  const file = traceFileSchema.parse(JSON.parse(text));
  expect(findMisplaced(file)).toEqual([]);
  return file;
}

/** A line a slice by its track; seconds. */
function describeTracks({ traceEvents }: TraceFile): string {
  const nameOf = (pid: number, tid: number) =>
    traceEvents.flatMap((event) =>
      event.ph === "M" && event.name === "thread_name" && event.pid === pid && event.tid === tid ? event.args.name : [],
    );
  return traceEvents
    .flatMap((event) =>
      event.ph === "X"
        ? `${nameOf(event.pid, event.tid)} | ${event.name} ${event.ts / 1e6}+${event.dur / 1e6} ${event.cat}`
        : [],
    )
    .join("\n");
}

const [read, join] = SUBJECT.cases as [(typeof SUBJECT.cases)[number], (typeof SUBJECT.cases)[number]];

describe("trace.json", () => {
  it("shows where the time of a run went", async () => {
    const file = await render(
      inOrder(
        begin(0),
        stage("prepare", 1, 10),
        step("PySpark 4.1.4", 1, 8, "installed"),
        step("PySpark 3.5.9", 1, 9, "installed"),
        step("Java", 2, 3, "17"),
        stage("execute", 10, 40),
        finishedCase(read, [[10, 25]], {
          status: "failed",
          reason: "no space",
          jobs: [job(0, 12, 14, { stages: [sparkStage(0, 12, 13), sparkStage(1, 13, 14)] })],
        }),
        finishedCase(join, [
          [11, 20],
          [22, 39],
        ]),
        finishedCase(caseOf("window"), [[26, 30]]),
        end(40, 3),
      ),
    );
    expect(describeTracks(file)).toMatchInlineSnapshot(`
      "stages | run quick ✗ 0+40 run,failed
      stages | prepare 1+9 stage
      stages | PySpark 3.5.9 1+8 step
      steps | PySpark 4.1.4 1+7 step
      steps | Java 2+1 step
      stages | execute 10+30 stage
      lane 1 | quick_4.1.4_submit_local_none_read_tiny ✗ 10+15 case,failed
      lane 1 | attempt 1 ✗ 10+15 attempt,failed
      lane 1 | job 0: read/sample-1 12+2 job
      lane 1 | stage 0: collect at job.py:0 12+1 spark-stage
      lane 1 | stage 1: collect at job.py:1 13+1 spark-stage
      lane 1 | quick_4.1.4_submit_local_none_window_tiny 26+4 case
      lane 1 | attempt 1 26+4 attempt
      lane 2 | quick_4.1.4_submit_local_none_join_tiny 11+28 case
      lane 2 | attempt 1 ✗ 11+9 attempt,failed
      lane 2 | attempt 2 22+17 attempt"
    `);
    expect(file.traceEvents.filter(({ ph }) => ph === "M")).toMatchInlineSnapshot(`
      [
        {
          "args": {
            "name": "run quick-20260101t000000-ab12",
          },
          "name": "process_name",
          "ph": "M",
          "pid": 1,
          "tid": 0,
        },
        {
          "args": {
            "sort_index": 1,
          },
          "name": "process_sort_index",
          "ph": "M",
          "pid": 1,
          "tid": 0,
        },
        {
          "args": {
            "name": "stages",
          },
          "name": "thread_name",
          "ph": "M",
          "pid": 1,
          "tid": 1,
        },
        {
          "args": {
            "sort_index": 1,
          },
          "name": "thread_sort_index",
          "ph": "M",
          "pid": 1,
          "tid": 1,
        },
        {
          "args": {
            "name": "steps",
          },
          "name": "thread_name",
          "ph": "M",
          "pid": 1,
          "tid": 2,
        },
        {
          "args": {
            "sort_index": 2,
          },
          "name": "thread_sort_index",
          "ph": "M",
          "pid": 1,
          "tid": 2,
        },
        {
          "args": {
            "name": "steps",
          },
          "name": "thread_name",
          "ph": "M",
          "pid": 1,
          "tid": 3,
        },
        {
          "args": {
            "sort_index": 3,
          },
          "name": "thread_sort_index",
          "ph": "M",
          "pid": 1,
          "tid": 3,
        },
        {
          "args": {
            "name": "cases of quick",
          },
          "name": "process_name",
          "ph": "M",
          "pid": 2,
          "tid": 0,
        },
        {
          "args": {
            "sort_index": 2,
          },
          "name": "process_sort_index",
          "ph": "M",
          "pid": 2,
          "tid": 0,
        },
        {
          "args": {
            "name": "lane 1",
          },
          "name": "thread_name",
          "ph": "M",
          "pid": 2,
          "tid": 1,
        },
        {
          "args": {
            "sort_index": 1,
          },
          "name": "thread_sort_index",
          "ph": "M",
          "pid": 2,
          "tid": 1,
        },
        {
          "args": {
            "name": "lane 2",
          },
          "name": "thread_name",
          "ph": "M",
          "pid": 2,
          "tid": 2,
        },
        {
          "args": {
            "sort_index": 2,
          },
          "name": "thread_sort_index",
          "ph": "M",
          "pid": 2,
          "tid": 2,
        },
      ]
    `);
    expect(file.otherData).toEqual({
      generator: "spark-loadtest 0.1.0",
      run: RUN.id,
      tier: "quick",
      startedAt: "2026-01-01T00:00:00.000Z",
    });
  });

  it("gives jobs and stages that ran at the same time rows of their own", async () => {
    const overlapping = [sparkStage(0, 2, 5), sparkStage(1, 3, 6), sparkStage(2, 6, 7)];
    const file = await render(
      inOrder(
        begin(0),
        finishedCase(read, [[1, 9]], {
          jobs: [job(0, 2, 7, { stages: overlapping }), job(1, 4, 8), job(2, 4, 6), job(3, 8, 9)],
        }),
        finishedCase(join, [[1, 9]]),
        end(10),
      ),
    );
    expect(describeTracks(file)).toMatchInlineSnapshot(`
      "stages | run quick 0+10 run
      lane 1 | quick_4.1.4_submit_local_none_read_tiny 1+8 case
      lane 1 | attempt 1 1+8 attempt
      lane 1 | job 0: read/sample-1 2+5 job
      lane 1 | stage 0: collect at job.py:0 2+3 spark-stage
      lane 1, at the same time | stage 1: collect at job.py:1 3+3 spark-stage
      lane 1 | stage 2: collect at job.py:2 6+1 spark-stage
      lane 1, at the same time | job 1: read/sample-1 4+4 job
      lane 1, at the same time | job 2: read/sample-1 4+2 job
      lane 1 | job 3: read/sample-1 8+1 job
      lane 2 | quick_4.1.4_submit_local_none_join_tiny 1+8 case
      lane 2 | attempt 1 1+8 attempt"
    `);
  });

  it("holds names of any kind", async () => {
    const nasty = 'a"b\\c</script>\n\u0000\u202e{"x":1}\ud800';
    const testCase = { ...read, name: nasty };
    const file = await render(
      inOrder(
        begin(0),
        step(nasty, 0, 1, nasty),
        finishedCase(testCase, [[1, 2]], {
          status: "failed",
          reason: nasty,
          jobs: [job(0, 1, 2, { description: nasty, stages: [{ ...sparkStage(0, 1, 2), name: nasty }] })],
        }),
        end(3),
      ),
      { ...SUBJECT, cases: [testCase] },
    );
    const slice = file.traceEvents.find((event) => event.ph === "X" && event.cat === "case,failed");
    expect(slice).toMatchObject({ args: { error: 'a"b\\c</script>\n\ufffd\ufffd{"x":1}\ufffd' } });
  });

  it("has a track for a run that came to nothing", async () => {
    const file = await render([begin(0), ...stage("prepare", 0, 1, "no Python"), end(1, 6)]);
    expect(describeTracks(file)).toMatchInlineSnapshot(`
      "stages | run quick ✗ 0+1 run,failed
      stages | prepare ✗ 0+1 stage,failed"
    `);
  });

  it("has the processes of a run side by side, and takes a row for as long as it needs it", async () => {
    const overlapping = [job(0, 2, 4), job(1, 3, 5)];
    const file = await render([
      ...inOrder(begin(0), stage("execute", 1, null), finishedCase(read, [[2, 6]], { jobs: overlapping })),
      ...inOrder(
        begin(20),
        stage("execute", 21, 40),
        finishedCase(read, [[22, 30]], { jobs: [job(0, 23, 29), job(1, 24, 28), job(2, 25, 27)] }),
        finishedCase(join, [[23, 31]]),
        end(41),
      ),
    ]);
    expect(describeTracks(file)).toMatchInlineSnapshot(`
      "stages | run quick ✗ 0+6 run,failed
      stages | execute 1+5 stage
      stages | run quick 20+21 run
      stages | execute 21+19 stage
      lane 1 | quick_4.1.4_submit_local_none_read_tiny 2+4 case
      lane 1 | attempt 1 2+4 attempt
      lane 1 | job 0: read/sample-1 2+2 job
      lane 1, at the same time | job 1: read/sample-1 3+2 job
      lane 1 | quick_4.1.4_submit_local_none_read_tiny 22+8 case
      lane 1 | attempt 1 22+8 attempt
      lane 1 | job 0: read/sample-1 23+6 job
      lane 1, at the same time | job 1: read/sample-1 24+4 job
      lane 1, at the same time | job 2: read/sample-1 25+2 job
      lane 2 | quick_4.1.4_submit_local_none_join_tiny 23+8 case
      lane 2 | attempt 1 23+8 attempt"
    `);
    const rows = file.traceEvents.flatMap((event) =>
      event.ph === "M" && event.pid === 2 && event.name === "thread_name" ? `${event.tid} ${event.args.name}` : [],
    );
    expect(rows).toMatchInlineSnapshot(`
      [
        "1 lane 1",
        "2 lane 1, at the same time",
        "3 lane 1, at the same time",
        "4 lane 2",
      ]
    `);
  });
});
