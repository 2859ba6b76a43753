import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeApplications } from "../../../src/collect/application/describe-application.ts";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { makeZip } from "../../github/make-zip.ts";
import { findFixture, findFixtureFile } from "../fixtures.ts";

const FIELD_LOGS = join(import.meta.dirname, "../../fixtures/field-logs");
const LOG = readFileSync(findFixtureFile("4.3.0-plain"), "utf8");
const ROLLING = findFixture("4.3.0-rolling");
const PARTS = ["eventlog-2023-11-14--22-00", "eventlog"] as const;
const [FIRST, LAST] = [
  gunzipSync(readFileSync(join(FIELD_LOGS, `databricks/${PARTS[0]}.gz`))),
  readFileSync(join(FIELD_LOGS, `databricks/${PARTS[1]}`)),
] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "find-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const withoutFolder = (text: string) => text.replaceAll(folder, "DIR");

async function read(path: string) {
  const passedOver: string[] = [];
  const applications = await readEventLogs([path], {
    onPassedOver: (file) => passedOver.push(withoutFolder(`${file.path} ${file.reason}`)),
  });
  const told = applications.map(({ id, sparkVersion, metrics, partial, problems }) => ({
    ...{ id, sparkVersion, stages: metrics.stages, tasks: metrics.tasks, cpuMs: metrics.cpuMs, partial },
    problems: problems.map(withoutFolder),
  }));
  return { applications, told, passedOver };
}

describe("what Databricks delivers", () => {
  const WHOLE = {
    ...{ id: "app-20231114221320-0000", sparkVersion: "3.3.0", stages: 1, tasks: 4, cpuMs: 4000, partial: false },
    problems: [
      "the log has no end of the application, as is usual for Databricks, and all of its jobs had ended: the figures are of all of them",
    ],
  };

  test("is one log: dated parts in gzip, then eventlog", async () => {
    const { applications, told, passedOver } = await read(join(FIELD_LOGS, "databricks"));
    expect(told).toEqual([WHOLE]);
    expect(passedOver).toEqual([]);
    expect(applications[0]!.completed).toBe(false);
    const [heading, remark] = describeApplications(applications).split("\n");
    expect(heading).toBe("job (app-20231114221320-0000), Spark 3.3.0, its end not logged");
    expect(remark).toBe(`  - ${WHOLE.problems[0]}`);
  });

  test("is found below the folder of a cluster, beside the driver's own logs", async () => {
    cpSync(join(FIELD_LOGS, "databricks"), join(folder, "0123-abc/eventlog/0123-abc_10_0_0_1/888"), {
      recursive: true,
    });
    write("0123-abc/driver/log4j-2023-11-14-22.log.gz", gzipSync("23/11/14 22:00:00 INFO x\n"));
    write("0123-abc/driver/stderr", "");
    write("0123-abc/driver/stdout", "hello\n");
    const { told, passedOver } = await read(folder);
    expect(told[0]).toEqual(WHOLE);
    expect(passedOver).toEqual([
      "DIR/0123-abc/driver/log4j-2023-11-14-22.log.gz begins like no event log",
      "DIR/0123-abc/driver/stderr is empty",
      "DIR/0123-abc/driver/stdout begins like no event log",
    ]);
  });

  test("may be plain, and have a part twice while it is being compressed", async () => {
    write(PARTS[0], FIRST);
    write(`${PARTS[0]}.gz`, gzipSync(FIRST).subarray(0, 100));
    write(PARTS[1], LAST);
    expect((await read(folder)).told).toEqual([WHOLE]);
  });

  test("has a part from its gzip where the plain one is cut off", async () => {
    write(PARTS[0], FIRST.subarray(0, FIRST.length - 300));
    write(`${PARTS[0]}.gz`, gzipSync(FIRST));
    write(PARTS[1], LAST);
    const remark =
      "DIR/eventlog-2023-11-14--22-00 is cut off and left out: eventlog-2023-11-14--22-00.gz beside it is whole";
    expect((await read(folder)).told).toEqual([{ ...WHOLE, problems: [remark, ...WHOLE.problems] }]);
  });

  test("is whole where its last file has just been begun, and is named", async () => {
    write(`${PARTS[0]}.gz`, gzipSync(Buffer.concat([FIRST, LAST])));
    write(PARTS[1], "");
    expect((await read(folder)).told).toEqual([
      {
        ...WHOLE,
        problems: [
          "DIR/eventlog is empty, as the last file of a log is when it has just been begun",
          ...WHOLE.problems,
        ],
      },
    ]);
  });

  test("is partial where a file before the last one is empty", async () => {
    write(PARTS[0], "");
    write(PARTS[1], LAST);
    const { told } = await read(folder);
    expect(told).toMatchObject([{ partial: true }]);
    expect(told[0]!.problems[0]).toBe("The event log DIR/eventlog-2023-11-14--22-00 is empty");
  });

  test("is partial without its first part, one in between, and while a job runs", async () => {
    write(PARTS[1], LAST);
    expect((await read(folder)).told).toMatchObject([
      {
        sparkVersion: "3.3.0",
        tasks: 2,
        partial: true,
        problems: [expect.stringMatching("lacks its beginning"), expect.any(String)],
      },
    ]);
    write(PARTS[0], FIRST);
    write(PARTS[1], LAST.toString().replace('"Rollover Number":1', '"Rollover Number":3'));
    expect((await read(folder)).told).toMatchObject([
      { tasks: 4, partial: true, problems: ["2 parts of the log are missing in between", WHOLE.problems[0]] },
    ]);
    write(PARTS[1], LAST.toString().split("\n").slice(0, 2).join("\n"));
    expect((await read(folder)).told).toMatchObject([
      {
        partial: true,
        problems: ["the log has no end of the application: its driver died, or the rest of the log is missing"],
      },
    ]);
  });
});

describe("logs in gzip", () => {
  test("are read under any name, as files and in folders", async () => {
    const plain = (await read(write("plain/app", LOG))).told;
    expect((await read(write("a/app.gz", gzipSync(LOG)))).told).toEqual(plain);
    expect((await read(write("b/renamed", gzipSync(LOG)))).told).toEqual(plain);
    expect((await read(join(folder, "b"))).told).toEqual(plain);
  });

  test("in parts of a rolling log", async () => {
    const lines = LOG.trimEnd().split("\n");
    write("eventlog_v2_x/events_1_x.gz", gzipSync(`${lines.slice(0, 20).join("\n")}\n`));
    write("eventlog_v2_x/events_2_x.gz", gzipSync(`${lines.slice(20).join("\n")}\n`));
    const plain = (await read(write("plain/app", LOG))).told;
    expect((await read(join(folder, "eventlog_v2_x"))).told).toEqual(plain);
  });

  test("in parts of a rolling log that are there plain as well, cut off", async () => {
    const half = Math.ceil(LOG.length / 2);
    const cut = LOG.indexOf("\n", half) + 1;
    write("eventlog_v2_a/events_1_a", LOG.slice(0, half));
    write("eventlog_v2_a/events_1_a.gz", gzipSync(LOG.slice(0, cut)));
    write("eventlog_v2_a/events_2_a", LOG.slice(cut));
    const { told } = await read(folder);
    expect(told).toMatchObject([
      {
        partial: false,
        problems: ["DIR/eventlog_v2_a/events_1_a is cut off and left out: events_1_a.gz beside it is whole"],
      },
    ]);
  });

  test("of a driver that died are in progress", async () => {
    const { told } = await read(write("app.inprogress.gz", gzipSync(LOG)));
    expect(told[0]!.problems).toEqual([
      "the log is marked as in progress: the application was running, or its driver died",
    ]);
  });
});

test("parts of the rolling logs of two applications in one folder, beside a third one's file", async () => {
  const other = LOG.replaceAll(/"App ID":"[^"]*"/g, '"App ID":"b"');
  const cut = LOG.indexOf("\n", LOG.length / 2) + 1;
  write("logs/events_1_a", LOG.slice(0, cut));
  write("logs/events_2_a", LOG.slice(cut));
  write("logs/events_1_b.gz", gzipSync(other));
  write("logs/appstatus_b.inprogress", "");
  write("logs/c", LOG);
  const { told, passedOver } = await read(join(folder, "logs"));
  expect(told.map(({ id, problems }) => [id, problems.length])).toEqual([
    [told[2]!.id, 0],
    ["b", 1],
    [told[2]!.id, 0],
  ]);
  expect(told[0]).toEqual(told[2]);
  expect(passedOver).toEqual([]);
});

describe("zip archives", () => {
  test("as a History Server gives them, of a file and of a rolling folder", async () => {
    const plain = (await read(write("app", LOG))).told;
    expect((await read(write("eventLogs-app.zip", makeZip([["app", LOG]])))).told).toEqual(plain);
    const entries = readdirSync(ROLLING).map(
      (name) => [`eventlog_v2_app/${name}`, readFileSync(join(ROLLING, name))] as const,
    );
    const rolling = (await read(ROLLING)).told;
    expect((await read(write("rolling", makeZip(entries)))).told).toEqual(rolling);
    expect(rolling[0]!.tasks).toBe(1444);
  });

  test("in a folder, and with other files inside", async () => {
    write("logs/app", LOG);
    write(
      "logs/run.zip",
      makeZip([
        ["results.json", '{"schema":"x"}'],
        ["eventlogs/case/app", LOG.replace(/"App ID":"[^"]*"/, '"App ID":"other"').slice(0, 20_000)],
      ]),
    );
    const { told, passedOver } = await read(join(folder, "logs"));
    expect(told.map(({ partial }) => partial)).toEqual([false, true]);
    expect(passedOver).toEqual(["DIR/logs/run.zip/results.json begins like no event log"]);
  });

  test("that hold no log, are cut off, or hold another archive", async () => {
    const refusal = async (name: string, content: Buffer) => {
      const error: unknown = await readEventLogs([write(name, content)]).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(BadInputError);
      return withoutFolder((error as Error).message);
    };
    expect(await refusal("a.zip", makeZip([["a.txt", "hello"]]))).toBe(
      "No event log found in the zip archive DIR/a.zip",
    );
    expect(await refusal("empty.zip", makeZip([]))).toBe("The zip archive DIR/empty.zip has no files in it");
    expect(await refusal("b.zip", makeZip([["app", LOG]]).subarray(0, 500))).toMatch(
      /^The zip archive DIR\/b\.zip cannot be unpacked: /,
    );
    expect(await refusal("c.zip", makeZip([["d.zip", makeZip([["app", LOG]])]]))).toBe(
      "DIR/c.zip/d.zip is a zip archive within another one",
    );
    expect(await refusal("e.zip", makeZip([["app", '{"Event":"']]))).toMatch(
      /^DIR\/e\.zip\/app is not a Spark event log: /,
    );
  });
});

describe("what has nothing in it is said to be empty", () => {
  const EMPTY_TAR = Buffer.alloc(10_240);

  test.each([
    ["gzip", gzipSync(""), "it is empty once it is decompressed"],
    [
      "a tar archive",
      EMPTY_TAR,
      "it is nothing but zeros, as an empty tar archive or a file that was never written is",
    ],
    [
      "a tar archive in gzip",
      gzipSync(EMPTY_TAR),
      "it is nothing but zeros, as an empty tar archive or a file that was never written is",
    ],
  ])("%s", async (_, content, reason) => {
    await expect(readEventLogs([write("log", content)])).rejects.toMatchObject({
      message: `${join(folder, "log")} is not a Spark event log: ${reason}`,
    });
    write("log", LOG);
    write("other", content);
    const { told, passedOver } = await read(folder);
    expect(told).toHaveLength(1);
    expect(passedOver).toEqual([`DIR/other ${reason.replace("it is", "is")}`]);
  });

  test("archives in a folder, and those whose files were all passed over", async () => {
    write("a.zip", makeZip([]));
    write("b.zip", makeZip([["results.json", "{}"]]));
    await expect(readEventLogs([folder])).rejects.toMatchObject({
      message: `No event log found in the folder ${folder}`,
      hint: expect.stringMatching(
        /\na\.zip is a zip archive without an event log\.\nb\.zip is a zip archive without an event log\.$/,
      ),
    });
    write("log", LOG);
    const { told, passedOver } = await read(folder);
    expect(told).toHaveLength(1);
    expect(passedOver).toEqual(["a", "b"].map((name) => `DIR/${name}.zip is a zip archive without an event log`));
  });
});

describe("a cut-off copy of a log", () => {
  const cut = LOG.slice(0, LOG.indexOf("\n", LOG.length / 2) - 20);

  test.each([
    ["as Spark's own file of what it writes", "app-1.inprogress", cut],
    ["that ends with a whole line", "app-1.copy", LOG.slice(0, LOG.indexOf("\n", LOG.length / 2) + 1)],
    ["before the whole one", "a", cut],
    ["in gzip", "app-1.gz", gzipSync(cut)],
    ["in a zip archive", "app-1.zip", makeZip([["app-1", cut]])],
    ["that has all of it", "app-1.inprogress", LOG],
  ])("%s is passed over beside the whole one", async (_, name, content) => {
    write("logs/app-1", LOG);
    write(`logs/${name}`, content);
    const { told, passedOver } = await read(join(folder, "logs"));
    expect(told).toEqual((await read(write("whole/app-1", LOG))).told);
    expect(passedOver).toEqual([
      `DIR/logs/${name.endsWith("zip") ? `${name}/app-1` : name} is a cut-off copy of DIR/logs/app-1`,
    ]);
  });

  test("is passed over where both are named", async () => {
    const [whole, copy] = [write("app-1", LOG), write("app-1.inprogress", cut)];
    expect(await readEventLogs([copy, whole])).toEqual(await readEventLogs([whole]));
  });

  test("of a further attempt is none: it has started at another time", async () => {
    write("app-1_1", cut.replace(/("App ID":"[^"]*","Timestamp":)\d+/, "$1987654321000"));
    write("app-1_2", LOG);
    const { told, passedOver } = await read(folder);
    expect(told.map(({ partial }) => partial)).toEqual([true, false]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(passedOver).toEqual([]);
  });

  test("is the log where there is no whole one", async () => {
    write("app-1.inprogress", cut);
    expect((await read(folder)).told).toMatchObject([{ partial: true }]);
  });
});

describe("a folder", () => {
  test("has logs under the names that people give them", async () => {
    for (const name of ["a.json", "b.log", "c.txt", "d.jsonl"]) write(name, LOG);
    const { told, passedOver } = await read(folder);
    expect(told).toHaveLength(4);
    expect(passedOver).toEqual([]);
  });

  test("has other files, which are named with the reason", async () => {
    write("app", LOG);
    write("results.json", '{\n  "schema": "x"\n}\n');
    write("notes.txt", "hello\n");
    write("empty.log", "");
    write("report.md", `quotes a log:\n${LOG.slice(0, 500)}`);
    write("old.bz2", Buffer.from("425a68393141", "hex"));
    write("a/b/c/d/e/f/g/app", LOG);
    write(".hidden", "x");
    write("_SUCCESS", "");
    symlinkSync(join(folder, "none"), join(folder, "link"));
    symlinkSync(join(folder, "app"), join(folder, "linked"));
    const { applications, passedOver } = await read(folder);
    expect(applications).toHaveLength(2);
    expect(passedOver).toEqual([
      "DIR/link is a link that leads to no file",
      "DIR/empty.log is empty",
      "DIR/notes.txt begins like no event log",
      "DIR/old.bz2 is compressed by bzip2",
      "DIR/report.md is no event log by its name",
      "DIR/results.json begins like no event log",
      "DIR/a/b/c/d/e/f is a folder 6 below the one given",
    ]);
  });

  test("names them beside the figures, by reason", async () => {
    const passedOver = [
      { path: "a.txt", reason: "begins like no event log" },
      { path: "c.txt", reason: "is empty" },
      { path: "b.txt", reason: "begins like no event log" },
    ];
    const { applications } = await read(write("app", LOG));
    expect(describeApplications(applications, passedOver)).toBe(
      `${describeApplications(applications)}\n\nPassed over, since it begins like no event log: a.txt, b.txt\nPassed over, since it is empty: c.txt`,
    );
  });

  test("of links to folders says that they are not followed", async () => {
    mkdirSync(join(folder, "logs"));
    symlinkSync(tmpdir(), join(folder, "logs/a"));
    const error: unknown = await readEventLogs([join(folder, "logs")]).catch((thrown: unknown) => thrown);
    expect((error as BadInputError).hint).toContain(
      "a is a link to a folder, which is not followed: give that folder itself.",
    );
  });

  test("without a log says what it has", async () => {
    write("a.txt", "hello");
    write("b.md", "hello");
    await expect(readEventLogs([folder])).rejects.toMatchObject({
      message: `No event log found in the folder ${folder}`,
      hint: expect.stringMatching(/\na\.txt begins like no event log\.\nb\.md is no event log by its name\.$/),
    });
  });
});

describe("text that another program wrote", () => {
  const lines = readFileSync(join(FIELD_LOGS, "tasks-not-needed"), "utf8");
  test.each([
    ["with a byte order mark", `\ufeff${lines}`],
    ["with the line ends of Windows", lines.replaceAll("\n", "\r\n")],
    ["with blank lines", lines.replaceAll("\n", "\n\n")],
    ["with blank lines before it", `\r\n\n  ${lines}`],
    ["with zeros behind it", lines + "\0".repeat(4096)],
    ["with zeros behind its last line, which has no end", lines.trimEnd() + "\0".repeat(4096)],
  ])("%s is the same log", async (_, text) => {
    const expected = (await read(write("plain", lines))).applications;
    expect((await read(write("plain", text))).applications).toEqual(expected);
    expect(expected[0]).toMatchObject({ partial: false, metrics: { tasks: 6, cpuMs: 6000 } });
  });

  test("by Python's json.dumps", async () => {
    const { told } = await read(join(FIELD_LOGS, "written-by-python"));
    expect(told).toEqual([
      {
        id: "app-20231114221320-0000",
        sparkVersion: "3.5.1",
        stages: 1,
        tasks: 4,
        cpuMs: 4000,
        partial: false,
        problems: [],
      },
    ]);
  });
});

describe("what is no loss and no failure", () => {
  test.each(["released-on-yarn", "released-by-decommission", "tasks-not-needed"])("%s", async (log) => {
    const { applications } = await read(join(FIELD_LOGS, log));
    expect(applications[0]).toMatchObject({
      metrics: { failedTasks: 0, lostExecutors: 0, oomKills: 0, retriedStages: 0 },
      evidence: { failures: [], lostExecutors: [] },
      jobs: [{ stages: [{ failedTasks: 0 }] }],
    });
  });
});

test("a log without its beginning is partial", async () => {
  const { applications } = await read(join(FIELD_LOGS, "without-beginning"));
  expect(applications[0]).toMatchObject({
    ...{ id: "without-beginning", completed: true, partial: true, evidence: { partial: true }, metrics: { tasks: 4 } },
    problems: [
      "the log lacks its beginning: it tells nothing of the start of the application. Where a log is several files, give their folder",
    ],
  });
});

test("what a Spark version does not record is unknown, and not 0", async () => {
  // Spark 1.6 has no CPU time and no peak memory, and leaves out what a task did not do.
  const metrics = { "Executor Run Time": 7, "JVM GC Time": 0, "Memory Bytes Spilled": 0, "Disk Bytes Spilled": 0 };
  const input = { "Input Metrics": { "Data Read Method": "Hadoop", "Bytes Read": 10 } };
  const task = (more: object) => ({
    ...{ Event: "SparkListenerTaskEnd", "Stage ID": 0, "Task End Reason": { Reason: "Success" } },
    "Task Metrics": { ...metrics, ...more },
  });
  const events = [
    { Event: "SparkListenerLogStart", "Spark Version": "1.6.3" },
    { Event: "SparkListenerApplicationStart", "App ID": "a", Timestamp: 1 },
    task({}),
    task(input),
    { Event: "SparkListenerApplicationEnd", Timestamp: 9 },
  ];
  const { applications } = await read(write("a", events.map((event) => JSON.stringify(event)).join("\n")));
  const expected = {
    ...{ cpuMs: null, peakExecutionMemoryBytes: null, inputRecords: null, outputBytes: null, shuffleReadBytes: null },
    ...{ runMs: 14, gcMs: 0, memorySpilledBytes: 0, diskSpilledBytes: 0, inputBytes: 10, tasks: 2 },
  };
  expect(applications[0]).toMatchObject({ partial: false, metrics: expected, stages: [{ metrics: expected }] });
});
