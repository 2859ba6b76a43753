import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import type { Metrics } from "../../../src/model/metrics.ts";
import { makeZip } from "../../github/make-zip.ts";
import { findFixture, findFixtureFile } from "../fixtures.ts";

const fitsSchema = new Ajv2020().compile(JSON.parse(readFileSync("docs/schemas/events.schema.json", "utf8")));

const PLAIN = readFileSync(findFixtureFile("4.3.0-plain"), "utf8");
const LINES = PLAIN.trimEnd().split("\n");
const ZSTD = readFileSync(findFixtureFile("4.3.0-window"));

const TASKS = LINES.filter((line) => line.startsWith('{"Event":"SparkListenerTaskEnd"')).length;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bad-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const ENDED_JOBS =
  "the log has no end of the application, though all of its jobs had ended: its driver was killed after them, or the rest of the log is missing";

const withoutFolder = (text: string) => text.replaceAll(folder, "DIR");

async function refusal(...paths: string[]): Promise<{ message: string; hint: string | undefined }> {
  const error: unknown = await readEventLogs(paths).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
  const { message, hint } = error as BadInputError;
  return { message: withoutFolder(message), hint };
}

describe("what holds no event log is refused", () => {
  test.each([
    { what: "an empty file", content: "", message: "The event log DIR/log is empty" },
    {
      what: "random bytes",
      content: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]),
      message: "DIR/log is not a Spark event log: it begins like none",
    },
    { what: "a text", content: "hello\n", message: "DIR/log is not a Spark event log: it begins like none" },
    {
      what: "other JSON lines",
      content: '{"a":1}\n{"b":2}\n',
      message: "DIR/log is not a Spark event log: it has no event in it",
    },
    {
      what: "a JSON document",
      content: '{\n  "schema": "x"\n}\n',
      message: "DIR/log is not a Spark event log: it has no event in it",
    },
    {
      what: "a zip archive",
      content: Buffer.from("504b0304aabb", "hex"),
      message:
        "The zip archive DIR/log cannot be unpacked: End of central directory record signature not found. Either not a zip file, or file is truncated.",
    },
    {
      what: "a zip archive of a thousand times as much",
      content: makeZip([["log", "{}", 3 * 2 ** 30]]),
      message:
        "The zip archive DIR/log cannot be unpacked: The archive has more than 2 GiB, which is the most that is read",
    },
    {
      what: "a zip archive of too many files",
      content: makeZip(Array.from({ length: 10_001 }, (_, index) => [`log-${index}`, ""] as const)),
      message:
        "The zip archive DIR/log cannot be unpacked: The archive has more than 10,000 files, which are the most that are read",
    },
    {
      what: "another file in gzip",
      content: gzipSync("hello\n"),
      message: "DIR/log is not a Spark event log: it has no event in it",
    },
    {
      what: "what PowerShell writes",
      content: Buffer.from(`\ufeff${PLAIN.slice(0, 100)}`, "utf16le"),
      message: "DIR/log is not a Spark event log: it is text in UTF-16, as PowerShell writes it",
    },
    {
      what: "indented events",
      content: LINES.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join("\n"),
      message: "DIR/log is not a Spark event log: it is indented JSON",
    },
    {
      what: "gzip in gzip",
      content: gzipSync(gzipSync(PLAIN)),
      message: "DIR/log is not a Spark event log: it is compressed by gzip twice",
    },
    {
      what: "a tar archive in gzip",
      content: gzipSync(
        Buffer.concat([
          Buffer.from("app".padEnd(257, "\0")),
          Buffer.from("ustar".padEnd(255, "\0")),
          Buffer.from(PLAIN),
        ]),
      ),
      message: "DIR/log is not a Spark event log: it is a tar archive",
    },
    {
      what: "zstd of nothing readable",
      content: ZSTD.subarray(0, 20),
      message: "DIR/log is not a Spark event log: the zstd stream ends in the middle of a frame",
    },
  ])("$what", async ({ content, message }) => {
    const refused = await refusal(write("log", content));
    expect(refused.message).toBe(message);
  });

  test("a path that is not there", async () => {
    expect(await refusal(join(folder, "none"))).toEqual({
      message: "Cannot read the event log DIR/none: ENOENT: no such file or directory, stat 'DIR/none'",
      hint: "Give a log file, a rolling folder (eventlog_v2_...) or a folder that holds some.",
    });
  });

  test("a folder without logs", async () => {
    write("README.md", "# no log");
    write(".events_1_app.crc", "x");
    mkdirSync(join(folder, "deeper"));
    expect((await refusal(folder)).message).toBe("No event log found in the folder DIR");
  });

  test("a rolling folder without events", async () => {
    mkdirSync(join(folder, "eventlog_v2_app-1"));
    write("eventlog_v2_app-1/appstatus_app-1", "");
    expect((await refusal(folder)).message).toBe(
      "app-1 is not a Spark event log: the rolling folder holds no events file",
    );
  });

  test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const file = write("log", PLAIN);
    chmodSync(file, 0);
    expect((await refusal(file)).message).toBe(
      "Cannot read the event log DIR/log: EACCES: permission denied, open 'DIR/log'",
    );
  });
});

describe("what can be read is read, and the rest is said", () => {
  const WHOLE = { tasks: TASKS, completed: true, partial: false, problems: [] as string[] };

  async function readOne(path: string, options = {}) {
    const [application] = await readEventLogs([path], options);
    const { metrics, completed, partial, problems } = application!;
    return { tasks: metrics.tasks, completed, partial, problems };
  }

  test("a whole log is not partial", async () => {
    expect(await readOne(write("log", PLAIN))).toEqual(WHOLE);
    expect(await readOne(write("log", PLAIN.trimEnd()))).toEqual(WHOLE);
  });

  test("a log that is still being written", async () => {
    const unfinished = LINES.slice(0, -1).join("\n");
    expect(await readOne(write("app.inprogress", unfinished))).toEqual({
      tasks: TASKS,
      completed: false,
      partial: true,
      problems: ["the log is marked as in progress: the application was running, or its driver died"],
    });
  });

  test("a log without its end", async () => {
    expect(await readOne(write("app", `${LINES.slice(0, -1).join("\n")}\n`))).toEqual({
      tasks: TASKS,
      completed: false,
      partial: true,
      problems: [ENDED_JOBS],
    });
  });

  test("a log that ends while a job runs", async () => {
    const lastJobEnd = LINES.findLastIndex((line) => line.startsWith('{"Event":"SparkListenerJobEnd"'));
    const { problems } = await readOne(write("app", `${LINES.slice(0, lastJobEnd).join("\n")}\n`));
    expect(problems).toEqual([
      "the log has no end of the application: its driver died, or the rest of the log is missing",
    ]);
  });

  test("a log without its beginning, cut off by its lines and by its bytes", async () => {
    const lacking =
      "the log lacks its beginning: it tells nothing of the start of the application. Where a log is several files, give their folder";
    const end = LINES.slice(LINES.findLastIndex((line) => line.startsWith('{"Event":"SparkListenerTaskEnd"')) - 3);
    const byLines = await readOne(write("app", `${end.join("\n")}\n`));
    expect(byLines).toMatchObject({ completed: true, partial: true, problems: [lacking] });
    const byBytes = await readOne(write("app", end.join("\n").slice(100)));
    expect(byBytes).toMatchObject({
      completed: true,
      partial: true,
      problems: ["1 damaged line left out", lacking],
    });
    expect(byBytes.tasks).toBe(byLines.tasks);
    expect(byLines.tasks).toBeGreaterThan(0);
  });

  test("the logs of two applications in one file", async () => {
    const other = PLAIN.replaceAll(/"App ID":"[^"]*"/g, '"App ID":"other"');
    const { tasks, problems } = await readOne(write("app", PLAIN + other));
    expect(tasks).toBe(2 * TASKS);
    expect(problems).toEqual(["the log has the events of 2 applications, whose figures are added up"]);
  });

  test("a log that has its lines twice counts its tasks once", async () => {
    const [once] = await readEventLogs([write("once", PLAIN)]);
    const [twice] = await readEventLogs([write("twice", PLAIN + PLAIN)]);
    expect(twice!.metrics).toEqual(once!.metrics);
    expect(twice!.evidence.failures).toEqual(once!.evidence.failures);
    expect({ partial: twice!.partial, problems: twice!.problems }).toEqual({
      partial: true,
      problems: [
        `the log has the same events twice (starts of the application and ends of tasks, ${TASKS + 1} in all): they are counted once`,
      ],
    });
  });

  test("a log that ends in the middle of a line", async () => {
    const lastTask = PLAIN.lastIndexOf("SparkListenerTaskEnd");
    const { tasks, problems } = await readOne(write("app", PLAIN.slice(0, lastTask + 500)));
    expect(tasks).toBe(TASKS - 1);
    expect(problems).toEqual([
      "the log ends in the middle of a line; what came before is read",
      "the log has no end of the application: its driver died, or the rest of the log is missing",
    ]);
  });

  test("lines that are damaged", async () => {
    const damaged = LINES.with(5, '{"Event":"SparkListenerTaskEnd","Stage ID":')
      .with(6, "\0\0\0")
      .with(7, '{"Event":"SparkListenerTaskEnd"}');
    const { partial, problems } = await readOne(write("app", `${damaged.join("\n")}\n`));
    expect(partial).toBe(true);
    expect(problems).toEqual(["3 damaged lines left out"]);
  });

  test("events with other types than Spark's", async () => {
    const odd = [
      ...LINES.slice(0, -1),
      '{"Event":"SparkListenerTaskEnd","Stage ID":0,"Task Info":{"Launch Time":"x"},"Task Metrics":{"Executor CPU Time":"1","Input Metrics":7}}',
      '{"Event":"SparkListenerExecutorRemoved"}',
      '{"Event":"constructor"}',
      LINES.at(-1)!,
    ];
    const { tasks, problems } = await readOne(write("app", odd.join("\n")));
    expect(tasks).toBe(TASKS + 1);
    expect(problems).toEqual([]);
  });

  test.each([
    [
      "a number for a stage's name",
      '{"Event":"SparkListenerStageCompleted","Stage Info":{"Stage ID":0,"Stage Name":5}}',
    ],
    ["a stage's id that is none", '{"Event":"SparkListenerStageCompleted","Stage Info":{"Stage ID":"0"}}'],
    ["properties that are no pairs", '{"Event":"SparkListenerEnvironmentUpdate","Spark Properties":[5]}'],
    [
      "properties 5,000 deep",
      `{"Event":"SparkListenerEnvironmentUpdate","Spark Properties":{"spark.a":${"[".repeat(5000)}${"]".repeat(5000)}}}`,
    ],
    [
      "an object of accumulables",
      '{"Event":"SparkListenerStageCompleted","Stage Info":{"Stage ID":0,"Accumulables":{"a":1}}}',
    ],
    [
      "a number for a plan node's name",
      '{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart","sparkPlanInfo":{"nodeName":"a","children":[{"nodeName":5}]}}',
    ],
    ["a number for a job's tags", '{"Event":"SparkListenerJobStart","Job ID":7,"Properties":{"spark.job.tags":7}}'],
    ["a number for a reason", '{"Event":"SparkListenerExecutorRemoved","Removed Reason":7}'],
    ["a number for how a task ended", '{"Event":"SparkListenerTaskEnd","Stage ID":0,"Task End Reason":{"Reason":5}}'],
    ["an infinite time", '{"Event":"SparkListenerApplicationStart","App ID":"b","Timestamp":1e999}'],
    ["a time beyond all dates", '{"Event":"SparkListenerApplicationStart","App ID":"b","Timestamp":8640000000000001}'],
    ["a stage's id beyond 2^53", '{"Event":"SparkListenerTaskEnd","Stage ID":9007199254740993}'],
    ["a number that JSON has not", '{"Event":"SparkListenerTaskEnd","Stage ID":NaN}'],
    ["an array", "[1]"],
    ["null", "null"],
  ])("%s is damage of one line", async (_, line) => {
    expect(await readOne(write("app", [...LINES.slice(0, -1), line, LINES.at(-1)].join("\n")))).toEqual({
      ...WHOLE,
      partial: true,
      problems: ["1 damaged line left out"],
    });
  });

  const LAST_TASK = JSON.parse(LINES.findLast((line) => line.startsWith('{"Event":"SparkListenerTaskEnd"'))!);

  /** The metrics of the log with one more task, whose metrics and way to end are given. */
  async function withTask(metrics: object, more: object = {}): Promise<Metrics> {
    const task = { ...LAST_TASK, "Task Metrics": metrics, "Task Info": { "Task ID": 99_999, Index: 99_999 }, ...more };
    // As raw numbers: JSON.stringify has none of these.
    const line = JSON.stringify(task).replaceAll(/"raw ([^"]*)"/g, "$1");
    const [application] = await readEventLogs([write("app", [...LINES.slice(0, -1), line, LINES.at(-1)].join("\n"))]);
    expect(fitsSchema({ schema: "spark-loadtest/events/v1", applications: [application], passedOver: [] })).toBe(true);
    return application!.metrics;
  }

  test.each(["-1", "1e999", "-1e999", "1e308", "-0", '"7"', "[7]", "null"])(
    "%s for a figure of a task adds nothing to it",
    async (number) => {
      const [plain] = await readEventLogs([write("app", PLAIN)]);
      const raw = `raw ${number}`;
      const { cpuMs, shuffleReadBytes, peakExecutionMemoryBytes } = await withTask({
        "Executor CPU Time": raw,
        "Peak Execution Memory": raw,
        "Shuffle Read Metrics": { "Remote Bytes Read": raw, "Local Bytes Read": raw },
      });
      const { metrics } = plain!;
      expect({ cpuMs, shuffleReadBytes, peakExecutionMemoryBytes }).toEqual({
        cpuMs: metrics.cpuMs,
        shuffleReadBytes: metrics.shuffleReadBytes,
        peakExecutionMemoryBytes: metrics.peakExecutionMemoryBytes,
      });
    },
  );

  test("numbers beyond 2^53 are added up as they are read, and what is left of them is not below 0", async () => {
    const { cpuMs } = await withTask({ "Executor CPU Time": "raw 9223372036854775807" });
    expect(cpuMs).toBeCloseTo(2 ** 63 / 1e6, -6);
  });

  test("a time that a clock took back counts, as it does for Spark", async () => {
    const [plain] = await readEventLogs([write("app", PLAIN)]);
    expect((await withTask({ "Executor Run Time": -5 })).runMs).toBe(plain!.metrics.runMs! - 5);
  });

  test.each([null, { Reason: null }, { Reason: "ExceptionFailure", "Class Name": null, Description: null }])(
    "a task that ended as %j is counted",
    async (reason) => {
      expect((await withTask({}, { "Task End Reason": reason })).tasks).toBe(TASKS + 1);
    },
  );

  test("a line of 100 MB", async () => {
    const big = `{"Event":"SparkListenerTaskEnd","x":"${"x".repeat(100 * 1024 * 1024)}"}`;
    const file = write("app", `${LINES.slice(0, -1).join("\n")}\n${big}\n${LINES.at(-1)}\n`);
    expect(await readOne(file)).toEqual({
      ...WHOLE,
      partial: true,
      problems: [`1 line longer than can be read left out (the longest has ${big.length} bytes)`],
    });
  });

  test("a large SQL plan, which is no damage", async () => {
    const plan = LINES.find((line) => line.includes("SparkListenerSQLExecutionStart"))!;
    const large = plan.replace('"physicalPlanDescription":"', `$&${"x".repeat(8 * 1024 * 1024)}`);
    expect(large.length).toBeGreaterThan(8 * 1024 * 1024);
    expect(
      await readOne(
        write(
          "app",
          PLAIN.replace(plan, () => large),
        ),
      ),
    ).toEqual(WHOLE);
  });

  test("a compressed log that is cut off", async () => {
    const { completed, partial, problems, tasks } = await readOne(
      write("app.zstd", ZSTD.subarray(0, ZSTD.length >> 1)),
    );
    expect({ completed, partial }).toEqual({ completed: false, partial: true });
    expect(tasks).toBeGreaterThan(0);
    expect(problems[0]).toMatch(/^the zstd stream ends in the middle of a frame; what came before is read$/);
  });

  test("gzip that is cut off", async () => {
    const whole = gzipSync(PLAIN);
    const { completed, partial, problems, tasks } = await readOne(
      write("app.gz", whole.subarray(0, whole.length >> 1)),
    );
    expect({ completed, partial }).toEqual({ completed: false, partial: true });
    expect(tasks).toBeGreaterThan(0);
    expect(problems[0]).toBe("the gzip stream ends in the middle; what came before is read");
  });

  test("gzip with something else behind it, as a file and in a folder", async () => {
    const file = write("app.gz", Buffer.concat([gzipSync(LINES.slice(-40).join("\n")), Buffer.from("garbage")]));
    const expected = expect.arrayContaining([
      "behind the end of the gzip stream there is something else; what came before is read",
    ]);
    expect(await readOne(file)).toMatchObject({ completed: true, partial: true, problems: expected });
    expect(await readOne(folder)).toMatchObject({ completed: true, partial: true, problems: expected });
  });

  test("an unreadable log beside readable ones is shown with its reason", async () => {
    write("a", PLAIN);
    write("b.zstd", "");
    write("notes.txt", "no log");
    const applications = await readEventLogs([folder]);
    expect(
      applications.map(({ id, partial, problems }) => ({ id, partial, problems: problems.map(withoutFolder) })),
    ).toEqual([
      { id: applications[0]!.evidence.applicationId, partial: false, problems: [] },
      {
        id: "b.zstd",
        partial: true,
        problems: ["The event log DIR/b.zstd is empty"],
      },
    ]);
    expect(applications[1]!.metrics.tasks).toBeNull();
    expect(applications[1]!.samples).toEqual([]);
  });
});

describe("rolling folders", () => {
  async function readRolling(files: Record<string, string>) {
    for (const [name, content] of Object.entries(files)) write(name, content);
    const [application, ...more] = await readEventLogs([folder]);
    expect(more).toEqual([]);
    const { metrics, completed, problems } = application!;
    return { tasks: metrics.tasks, completed, problems };
  }
  const third = Math.ceil(LINES.length / 3);
  const PARTS = [0, 1, 2].map((part) => `${LINES.slice(part * third, (part + 1) * third).join("\n")}\n`) as [
    string,
    string,
    string,
  ];

  test("are read in the order of their numbers", async () => {
    const files = Object.fromEntries(LINES.map((line, index) => [`events_${index + 1}_app`, `${line}\n`]));
    expect(await readRolling({ ...files, appstatus_app: "", ".appstatus_app.crc": "crc" })).toEqual({
      tasks: TASKS,
      completed: true,
      problems: [],
    });
  });

  test("without their first file", async () => {
    const { problems } = await readRolling({ events_2_app: PARTS[1], events_3_app: PARTS[2] });
    expect(problems).toEqual(["the rolling file events_1 is missing"]);
  });

  test("without files in the middle", async () => {
    const { problems } = await readRolling({ events_1_app: PARTS[0], events_4_app: PARTS[2] });
    expect(problems).toEqual(["the rolling files events_2 to 3 are missing"]);
  });

  test("in progress", async () => {
    const { completed } = await readRolling({ events_1_app: PARTS[0], "appstatus_app.inprogress": "" });
    expect(completed).toBe(false);
  });

  test("compacted by a History Server", async () => {
    const { problems } = await readRolling({
      "events_2_app.compact": PARTS[0],
      events_2_app: PARTS[1],
      events_3_app: PARTS[2],
    });
    expect(problems).toEqual(["a History Server has compacted the log: events of jobs that had ended are gone"]);
  });

  test("with a file that is damaged", async () => {
    const { problems } = await readRolling({ events_1_app: PARTS[0], events_2_app: "junk", events_3_app: PARTS[2] });
    expect(problems.map(withoutFolder)).toEqual(["DIR/events_2_app is not a Spark event log: it begins like none"]);
  });

  test("several of them in one folder, and deeper", async () => {
    cpSync(findFixture("4.3.0-window"), join(folder, "case-1", "eventlog_v2_a"), { recursive: true });
    cpSync(findFixture("4.3.0-failed"), join(folder, "case-2", "eventlog_v2_b"), { recursive: true });
    write("case-2/c", PLAIN);
    const applications = await readEventLogs([folder]);
    expect(applications.map(({ name }) => name)).toEqual([
      "spark-loadtest window",
      "spark-loadtest read",
      "spark-loadtest window",
    ]);
  });
});
