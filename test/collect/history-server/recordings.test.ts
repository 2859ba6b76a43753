import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { collectFromHistoryServer } from "../../../src/collect/history-server/history-server.ts";
import { findFixture } from "../fixtures.ts";
import { RECORDINGS, readRecording, serveRecording } from "./recorded-server.ts";

/** A page as scripts/record-history-server.ts asks for it. */
const OPTIONS = { signal: new AbortController().signal, listedWithinMs: 0, tasksPerPage: 500 };

/** Recordings whose server has not got the application as it was, by why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "4.1.1/4.3.0-killed-driver": /^The History Server has not seen the end of local-\d+, after 0 s of waiting\.$/,
  // SPARK-54505: of tasks that failed, this server mixes up the metrics.
  "3.5.7/4.1.1-troubled": /cannot be used: the tasks of stage 24\.0 have 0 shuffleReadBytes together, the stage 466\.$/,
};

const recordings = readdirSync(RECORDINGS).flatMap((version) =>
  readdirSync(join(RECORDINGS, version)).map((file) => ({
    recording: `${version}/${file.replace(".json.gz", "")}`,
    log: file.replace(".json.gz", ""),
  })),
);

describe("the document of a History Server is that of the event log", () => {
  test("for servers and logs of several versions", () => {
    expect(recordings.length).toBeGreaterThan(15);
  });

  test.each(recordings.filter(({ recording }) => REFUSED[recording] === undefined))("$recording", async (of) => {
    const [expected] = await readEventLogs([findFixture(of.log)]);
    const server = await serveRecording(readRecording(of.recording));
    const eventLogDirectory = findFixture(of.log);
    const application = await collectFromHistoryServer(server.url, expected!.id, { ...OPTIONS, eventLogDirectory });
    // As text, the order of stages and failures is held too.
    expect(JSON.stringify(application, null, 1)).toBe(JSON.stringify(expected, null, 1));
    expect(server.asked.filter((path) => path.endsWith("/logs"))).toEqual([]);
  });

  test.each(["4.1.1/4.3.0-failed", "4.1.1/3.5.9-lz4"])(
    "%s with the log that the server hands out",
    async (recording) => {
      const [expected] = await readEventLogs([findFixture(recording.split("/")[1]!)]);
      const server = await serveRecording(readRecording(recording));
      const empty = await mkdtemp(join(tmpdir(), "spark-loadtest-test-"));
      onTestFinished(() => rm(empty, { recursive: true }));
      for (const folder of [{}, { eventLogDirectory: empty }, { eventLogDirectory: findFixture("4.3.0-skew") }]) {
        const application = await collectFromHistoryServer(server.url, expected!.id, { ...OPTIONS, ...folder });
        expect(application).toEqual(expected);
      }
    },
  );

  test("with results and executors that were lost, and jobs that failed", async () => {
    const [{ metrics, evidence } = { metrics: null, evidence: null }] = await readEventLogs([
      findFixture("4.1.1-troubled"),
    ]);
    expect(metrics).toMatchObject({ tasks: 211, lostExecutors: 2 });
    expect(new Set(evidence?.failures.map(({ kind }) => kind))).toEqual(
      new Set(["ExecutorLostFailure", "ExceptionFailure", "JobFailed"]),
    );
  });

  test("in pages, where a stage has many tasks", async () => {
    const recording = readRecording("4.1.1/4.3.0-rolling");
    const pages = Object.keys(recording).filter((path) => path.includes("/stages/3/0/taskList"));
    expect(pages.map((path) => path.replace(/.*\?/, ""))).toEqual(["offset=0&length=500", "offset=500&length=500"]);
  });
});

test.each(Object.entries(REFUSED))("%s is refused", async (recording, reason) => {
  const eventLogDirectory = findFixture(recording.split("/")[1]!);
  const [{ id } = { id: "" }] = await readEventLogs([eventLogDirectory]);
  const server = await serveRecording(readRecording(recording));
  const collected = collectFromHistoryServer(server.url, id, { ...OPTIONS, eventLogDirectory });
  await expect(collected).rejects.toThrow(reason);
});
