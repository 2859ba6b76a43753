import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Progress } from "../../src/progress/progress.ts";
import {
  type CaseOutline,
  limitJobs,
  nextProcess,
  readJobs,
  readTimeline,
  Timeline,
} from "../../src/trace/timeline.ts";
import { at, caseOf, finishedCase, job, sparkStage } from "./records.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "timeline-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const counting = () => {
  let time = 0;
  return () => ++time;
};
const silent: Progress = {
  note: () => undefined,
  prepare: () => undefined,
  show: () => undefined,
  begin: () => undefined,
  stop: () => undefined,
};

describe("Timeline", () => {
  it("keeps what was noted before there was a folder, and what follows", async () => {
    const timeline = new Timeline(counting());
    await timeline.stage("check", async () => undefined);
    timeline.keepIn(folder, 1);
    await expect(timeline.stage("prepare", () => Promise.reject(new Error("no Python")))).rejects.toThrow("no Python");
    await timeline.written();
    expect(await readTimeline(folder)).toEqual([
      { type: "begin", atMs: 1 },
      { type: "stage", atMs: 2, stage: "check", state: "begun", error: null },
      { type: "stage", atMs: 3, stage: "check", state: "ended", error: null },
      { type: "stage", atMs: 4, stage: "prepare", state: "begun", error: null },
      { type: "stage", atMs: 5, stage: "prepare", state: "ended", error: "no Python" },
    ]);
  });

  it("goes on behind what a killed process left, half a line included", async () => {
    const killed = new Timeline(counting());
    killed.keepIn(folder, 1);
    await killed.written();
    await appendFile(join(folder, "timeline.jsonl"), '{"type":"stage","atMs":2,"sta');
    expect(nextProcess(await readTimeline(folder))).toBe(2);
    const continued = new Timeline(counting());
    continued.keepIn(folder, 1);
    await continued.written();
    expect((await readTimeline(folder)).map(({ type }) => type)).toEqual(["begin", "begin"]);
    expect(nextProcess(await readTimeline(folder))).toBe(3);
  });

  it("notes a step once however often it says that it goes on, and passes everything on", async () => {
    const timeline = new Timeline(counting());
    const passed: string[] = [];
    const progress = timeline.follow({
      ...silent,
      prepare: ({ step, state }) => passed.push(`${step} ${state}`),
      show: ({ type }) => passed.push(type),
    });
    for (const detail of ["1 %", "2 %"]) progress.prepare({ step: "Java", state: "running", detail });
    progress.prepare({ step: "Java", state: "done", detail: "17" });
    progress.show({ type: "started", name: "read", attempt: 1 });
    progress.show({ type: "progress", name: "read", step: "warm-up 1/1" });
    expect(passed).toEqual(["Java running", "Java running", "Java done", "started", "progress"]);
    timeline.keepIn(folder, 1);
    await timeline.written();
    expect((await readTimeline(folder)).slice(1)).toEqual([
      { type: "step", atMs: 2, step: "Java", state: "running", detail: "" },
      { type: "step", atMs: 3, step: "Java", state: "done", detail: "17" },
    ]);
  });

  it("notes a step that ended before anybody looked with its own times", async () => {
    const timeline = new Timeline(counting());
    const times = { startedAt: "2026-01-01T00:00:01Z", finishedAt: "2026-01-01T00:00:03Z" };
    timeline.follow(silent).prepare({ step: "data tiny", state: "done", ...times });
    timeline.keepIn(folder, 1);
    await timeline.written();
    expect((await readTimeline(folder)).slice(1)).toEqual([
      { type: "step", atMs: at(1), step: "data tiny", state: "running", detail: "" },
      { type: "step", atMs: at(3), step: "data tiny", state: "done", detail: "" },
    ]);
  });

  it("says what it cannot write when it is asked, and disturbs nothing until then", async () => {
    const timeline = new Timeline();
    timeline.keepIn(join(folder, "gone"), 1);
    expect(await timeline.stage("execute", async () => 1)).toBe(1);
    await expect(timeline.written()).rejects.toThrow("ENOENT");
  });

  it("leaves the jobs of a case in the file, from where they can be read", async () => {
    const { name } = caseOf("read");
    // A line separator is no end of a line.
    const jobs = [job(0, 1.5, 2.5, { description: "a\u2028b" }), job(1, 3, null, { stages: [sparkStage(0, 3, null)] })];
    const record = finishedCase(
      caseOf("read"),
      [
        [0, 1],
        [2, 3],
      ],
      { reason: "é\u2028", jobs },
    );
    const text = `${JSON.stringify(record)}\n{"type":"case","cut\n${JSON.stringify({ ...record, jobs: [] })}`;
    await writeFile(join(folder, "timeline.jsonl"), text);
    const [first, second, ...others] = await readTimeline(folder);
    expect(first).toMatchObject({
      name,
      attempts: [
        { startedAtMs: at(0), finishedAtMs: at(1) },
        { startedAtMs: at(1.5), finishedAtMs: at(3) },
      ],
      jobs: { offset: 0, bytes: Buffer.byteLength(JSON.stringify(record)) },
    });
    expect(await readJobs(folder, (first as CaseOutline).jobs!)).toEqual(jobs);
    expect(second).toEqual({ ...record, jobs: null });
    expect(others).toEqual([]);
  });

  it("holds no line that nobody can read again", async () => {
    const timeline = new Timeline();
    timeline.keepIn(folder, 1);
    const { name, dimensions } = caseOf("read");
    const noted = { name, dimensions, status: "passed", reason: null, namespace: null, attempts: 1 } as const;
    const rest = { startedAt: null, finishedAt: null, checksum: null, samples: [], evidence: null };
    const attemptTimes = [{ startedAt: "2026-01-01T00:00:01Z", finishedAt: "2026-01-01T00:00:02Z" }];
    timeline.addCase({ ...noted, ...rest }, { attemptTimes }, [job(0, 1, 2, { stages: [sparkStage(0, 1, 2)] })]);
    timeline.correct([{ ...noted, ...rest }], [{ ...noted, ...rest, status: "failed", reason: "wrong" }]);
    timeline.add({ type: "end", exitCode: 3 });
    timeline.add({ type: "sent" });
    await timeline.written();
    const lines = (await readFile(join(folder, "timeline.jsonl"), "utf8")).split("\n");
    expect(await readTimeline(folder)).toHaveLength(lines.filter((line) => line !== "").length);
  });
});

it.each([
  [10, [0, 1, 2], 4, 0],
  [6, [0, 1, 2], 0, 4],
  [2, [0, 2], 0, 5],
])("of three jobs with four stages %d are kept: jobs %j, %d stages", (most, ids, stages, left) => {
  const four = [0, 1, 2, 3].map((id) => sparkStage(id, 0, 1));
  const jobs = [job(0, 0, 5, { stages: four }), job(1, 5, 6), job(2, 6, null)];
  const kept = limitJobs(jobs, most);
  expect(kept.jobs.map(({ id }) => id)).toEqual(ids);
  expect(kept.jobs.flatMap((each) => each.stages)).toHaveLength(stages);
  expect(kept.left).toBe(left);
});

it("keeps of a job what is not said twice, and no folders of this machine", () => {
  const stages = [
    { ...sparkStage(0, 0, 1), name: "collect at /opt/jobs/join.py:86" },
    { ...sparkStage(1, 0, 1), name: "toPandas" },
  ];
  const kept = limitJobs([job(0, 0, 1, { stages }), job(1, 0, 1, { description: "load" })], 9).jobs;
  expect(kept.map(({ description }) => description)).toEqual([null, "load"]);
  expect(kept[0]!.stages.map(({ name }) => name)).toEqual(["collect at join.py:86", "toPandas"]);
});
