import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { collectApplications } from "../../../src/collect/collect-applications.ts";
import { stagesAnswer } from "../../../src/collect/history-server/answers.ts";
import type { HistoryServerOptions } from "../../../src/collect/history-server/history-server.ts";
import { useFakeTime, useRealTime } from "../../fake-time.ts";
import { makeZip } from "../../github/make-zip.ts";
import { findFixture } from "../fixtures.ts";
import { type Interference, readRecording, serveRecording } from "./recorded-server.ts";

const LOG = findFixture("4.3.0-failed");
const [LOGGED] = await readEventLogs([LOG]);
const ID = LOGGED!.id;
const RECORDED = readRecording("4.1.1/4.3.0-failed");
const APPLICATION = `/api/v1/applications/${ID}`;
const JOBS = `${APPLICATION}/jobs`;
const STAGES = `${APPLICATION}/stages?details=false`;
const TASKS = `${APPLICATION}/stages/8/0/taskList?offset=0&length=500`;

const QUICK = { pollMs: 5, firstDelayMs: 1, tasksPerPage: 500 };

/** Collects from a server that is interfered with. Gives the reason of each fallback, and what was asked for. */
async function collect(
  interfere: Interference,
  { recorded = RECORDED, ...options }: Partial<HistoryServerOptions> & { recorded?: typeof RECORDED } = {},
) {
  const reasons: string[] = [];
  const server = await serveRecording(recorded, interfere);
  const applications = await collectApplications(
    { applicationId: ID, eventLogDirectory: LOG, historyServerUrl: server.url },
    {
      onFallback: (reason) => reasons.push(reason),
      signal: new AbortController().signal,
      ...QUICK,
      ...options,
    },
  );
  return { applications, reasons, asked: server.asked };
}

/** Interferes with the first `times` requests for a path. */
function first(times: number, path: string, answer: (response: ServerResponse, body: string) => void): Interference {
  let left = times;
  return ({ url }, response, { body }) => {
    if (url !== path || left === 0) return false;
    left -= 1;
    answer(response, body);
    return true;
  };
}
const ALWAYS = Number.POSITIVE_INFINITY;

function changed(path: string, change: (body: string) => string): typeof RECORDED {
  const answer = RECORDED[path]!;
  const body = change(answer.body);
  if (body === answer.body) throw new Error("nothing changed");
  return { ...RECORDED, [path]: { ...answer, body } };
}

const unavailable = (response: ServerResponse) => void response.writeHead(503).end("the server is starting");
const reset = (response: ServerResponse) => void response.destroy();
const cutOff = (response: ServerResponse, body: string) =>
  void response
    .writeHead(200, { "content-type": "application/json", "content-length": body.length })
    .write(body.slice(0, body.length / 2), () => response.destroy());
const half = (response: ServerResponse, body: string) =>
  void response.writeHead(200, { "content-type": "application/json" }).end(body.slice(0, body.length / 2));
const unknown = (response: ServerResponse) => void response.writeHead(404).end(`unknown app: ${ID}`);
const running = (response: ServerResponse, body: string) =>
  void response
    .writeHead(200, { "content-type": "application/json" })
    .end(
      body.replace('"completed" : true', '"completed" : false').replace(/"endTimeEpoch" : \d+/, '"endTimeEpoch" : -1'),
    );

test.each([
  ["HTTP 503", first(3, JOBS, unavailable)],
  ["a connection that is reset", first(3, STAGES, reset)],
  ["a connection that breaks in the middle", first(3, TASKS, cutOff)],
  ["JSON that is cut off", first(3, TASKS, half)],
  ["HTTP 503 before the application is listed", first(2, APPLICATION, unavailable)],
  ["an application that is not listed yet", first(5, APPLICATION, unknown)],
  ["an application that still runs", first(5, APPLICATION, running)],
])("%s passes", async (_, interfere) => {
  const { applications, reasons } = await collect(interfere);
  expect(reasons).toEqual([]);
  expect(applications).toEqual([LOGGED]);
});

const PREFIX = "The History Server's answer to";
const UNUSABLE = `The History Server's figures of ${ID} cannot be used:`;

test.each<[what: string, reason: string, interfere: Interference, asked: number]>([
  [
    "HTTP 503 all the time",
    `${PREFIX} ${JOBS} is HTTP 503 (the server is starting)`,
    first(ALWAYS, JOBS, unavailable),
    4,
  ],
  [
    "a connection that is reset all the time",
    expect.stringMatching(/did not come: (other side closed|read ECONNRESET)$/),
    first(ALWAYS, JOBS, reset),
    4,
  ],
  ["JSON that is cut off all the time", `${PREFIX} ${JOBS} is cut off or damaged`, first(ALWAYS, JOBS, half), 4],
  [
    "a page",
    `${PREFIX} ${JOBS} is no JSON (text/html)`,
    first(
      ALWAYS,
      JOBS,
      (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html></html>"),
    ),
    1,
  ],
  [
    "a page as an error",
    `${PREFIX} ${JOBS} is HTTP 403 (a page)`,
    first(ALWAYS, JOBS, (response) => void response.writeHead(403).end("<!DOCTYPE html>\n<p>Denied</p>")),
    1,
  ],
  [
    "what a terminal would act on",
    `${PREFIX} ${JOBS} is HTTP 400 (more)`,
    first(ALWAYS, JOBS, (response) => void response.writeHead(400).end("\x1b[2J\nmore")),
    1,
  ],
  [
    "an application that is gone",
    `${PREFIX} ${JOBS} is HTTP 404 (no such app)`,
    first(ALWAYS, JOBS, (response) => void response.writeHead(404).end("no such app")),
    1,
  ],
  [
    "other JSON",
    `${PREFIX} ${JOBS} is not what Spark gives: ✖ Invalid input: expected array, received object`,
    first(ALWAYS, JOBS, (response) => void response.writeHead(200, { "content-type": "application/json" }).end("{}")),
    1,
  ],
])("%s: the event log is read", async (_, reason, interfere, asked) => {
  const collected = await collect(interfere);
  expect(collected.reasons).toEqual([reason]);
  expect(collected.applications).toEqual([LOGGED]);
  expect(collected.asked.filter((path) => path === JOBS)).toHaveLength(asked);
});

test.each([
  ["is never listed", unknown, "has no application"],
  ["never ends", running, "has not seen the end of"],
])("an application that %s: the event log is read", async (_, answer, says) => {
  const { applications, reasons, asked } = await collect(first(ALWAYS, APPLICATION, answer), { listedWithinMs: 200 });
  expect(reasons).toEqual([`The History Server ${says} ${ID}, after 0.2 s of waiting.`]);
  expect(applications).toEqual([LOGGED]);
  expect(new Set(asked)).toEqual(new Set([APPLICATION]));
});

const LESS_FAILED = changed(STAGES, (body) => body.replace('"numFailedTasks" : 2', '"numFailedTasks" : 1'));

test.each([
  ["jobs", JOBS, "it has 5 jobs where the event log has 6 (see spark.ui.retainedJobs)"],
  ["stages", STAGES, "it has 5 attempts of stages where the event log has 6 (see spark.ui.retainedStages)"],
  ["tasks", TASKS, "it has 1 tasks of stage 8.0 where the event log has 2 (see spark.ui.retainedTasks)"],
])("dropped %s are noticed", async (what, path, reason) => {
  const dropped = changed(path, (body) => JSON.stringify((JSON.parse(body) as unknown[]).slice(1)));
  // The stage's own count goes down with its tasks, or the missing one would stand for a result that was lost.
  const recorded = what === "tasks" ? { ...dropped, [STAGES]: LESS_FAILED[STAGES]! } : dropped;
  const { applications, reasons } = await collect(() => false, { recorded });
  expect(reasons).toEqual([`${UNUSABLE} ${reason}.`]);
  expect(applications).toEqual([LOGGED]);
});

test("tasks that do not come to their stage are noticed", async () => {
  const recorded = changed(TASKS, (body) => body.replace('"executorRunTime" : 254', '"executorRunTime" : 253'));
  const { applications, reasons } = await collect(() => false, { recorded });
  expect(reasons).toEqual([`${UNUSABLE} the tasks of stage 8.0 have 506 executorRunTime together, the stage 507.`]);
  expect(applications).toEqual([LOGGED]);
});

test("pages of tasks without an end are not awaited", async () => {
  const page = JSON.stringify(Array(500).fill((JSON.parse(RECORDED[TASKS]!.body) as unknown[])[0]));
  const { applications, reasons, asked } = await collect(
    ({ url }, response) =>
      url!.includes("/taskList") &&
      response.writeHead(200, { "content-type": "application/json" }).end(page) !== undefined,
    { mostTasks: 10_000 },
  );
  expect(reasons).toEqual([
    `What the History Server tells of ${ID} has more than 10,000 tasks, which are the most that are read`,
  ]);
  expect(applications).toEqual([LOGGED]);
  expect(asked.filter((path) => path.includes("/taskList")).length).toBeLessThanOrEqual(30);
});

test("a list of stages without an end is not asked for one by one", async () => {
  const [stage] = stagesAnswer.parse(JSON.parse(RECORDED[STAGES]!.body));
  const body = JSON.stringify(
    Array.from({ length: 100_001 }, () => ({ ...stage, submissionTime: undefined, completionTime: undefined })),
  );
  const { applications, reasons, asked } = await collect(
    first(ALWAYS, STAGES, (response) => void response.writeHead(200, { "content-type": "application/json" }).end(body)),
  );
  expect(reasons).toEqual([
    `What the History Server tells of ${ID} has more than 100,000 stages, which are the most that are read`,
  ]);
  expect(applications).toEqual([LOGGED]);
  expect(asked.filter((path) => path.includes("/taskList"))).toEqual([]);
}, 30_000);

test("a redirect is not followed", async () => {
  const { reasons, asked } = await collect(
    first(
      ALWAYS,
      JOBS,
      (response) => void response.writeHead(302, { location: "http://169.254.169.254/latest?x=y" }).end(),
    ),
  );
  expect(reasons).toEqual([
    `${PREFIX} ${JOBS} is HTTP 302 (a redirect to http://169.254.169.254/latest, which is not followed)`,
  ]);
  expect(asked.at(-1)).toBe(JOBS);
});

test.each([
  ["one file says that it holds 3 GiB", [3 * 2 ** 30], "has more than 2 GiB, which is the most that is read"],
  ["two files hold 3 GiB together", [2 ** 30, 2 ** 31], "has more than 2 GiB, which is the most that is read"],
])("the zip of an event log is not unpacked where %s", async (_, sizes, reason) => {
  const zip = makeZip(sizes.map((bytes, index) => [`${ID}/events_${index}`, "{}", bytes] as const));
  const applications = collectApplications(
    {
      applicationId: ID,
      eventLogDirectory: "/nowhere",
      historyServerUrl: (
        await serveRecording(
          RECORDED,
          ({ url }, response) => url === `${APPLICATION}/logs` && response.writeHead(200).end(zip) !== undefined,
        )
      ).url,
    },
    { onFallback: (each) => reasons.push(each), signal: new AbortController().signal, ...QUICK },
  );
  const reasons: string[] = [];
  await expect(applications).rejects.toThrow("/nowhere");
  expect(reasons.join()).toContain(reason);
});

test("a server that does not answer in time is asked once", async () => {
  useFakeTime();
  onTestFinished(useRealTime);
  const { applications, reasons, asked } = await collect(
    first(ALWAYS, JOBS, () => void vi.advanceTimersByTimeAsync(200)),
    { timeoutMs: 200 },
  );
  expect(reasons).toEqual([`${PREFIX} ${JOBS} did not come within 0.2 s`]);
  expect(applications).toEqual([LOGGED]);
  expect(asked.filter((path) => path === JOBS)).toHaveLength(1);
});

test("a server that is not there: the event log is read", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => closed.once("listening", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const reasons: string[] = [];
  const applications = await collectApplications(
    { applicationId: ID, eventLogDirectory: LOG, historyServerUrl: new URL(`http://127.0.0.1:${port}`) },
    {
      onFallback: (reason) => reasons.push(reason),
      signal: new AbortController().signal,
      ...QUICK,
    },
  );
  expect(reasons).toEqual([`${PREFIX} ${APPLICATION} did not come: connect ECONNREFUSED 127.0.0.1:${port}`]);
  expect(applications).toEqual([LOGGED]);
});

test("an abort ends the asking, and what is here is read", async () => {
  const controller = new AbortController();
  const { applications, reasons, asked } = await collect(
    first(ALWAYS, JOBS, () => controller.abort(new Error("Ctrl-C"))),
    { signal: controller.signal },
  );
  expect(applications).toEqual([LOGGED]);
  expect(reasons).toEqual([]);
  expect(asked).toEqual([APPLICATION, JOBS]);
});

test.each([
  ["without a server", null, ID],
  ["without an application's id", new URL("http://127.0.0.1:9"), null],
])("%s the event log is read", async (_, historyServerUrl, applicationId) => {
  const reasons: string[] = [];
  const applications = await collectApplications(
    { applicationId, eventLogDirectory: LOG, historyServerUrl },
    { onFallback: (reason) => reasons.push(reason), signal: new AbortController().signal },
  );
  expect(applications).toEqual([LOGGED]);
  expect(reasons).toEqual([]);
});

test("a driver that did not end its log is not waited for", async () => {
  const reasons: string[] = [];
  const server = await serveRecording({});
  const eventLogDirectory = findFixture("4.3.0-killed-driver");
  const applications = await collectApplications(
    { applicationId: "any", eventLogDirectory, historyServerUrl: server.url },
    {
      onFallback: (reason) => reasons.push(reason),
      signal: new AbortController().signal,
    },
  );
  expect(applications).toEqual(await readEventLogs([eventLogDirectory]));
  expect(reasons).toEqual([
    "The driver did not end its event log, so the History Server takes the application for running.",
  ]);
  expect(server.asked).toEqual([]);
});

test("where neither has the application, the event log's folder is named", async () => {
  const server = await serveRecording({});
  const collected = collectApplications(
    { applicationId: "gone", eventLogDirectory: "/nowhere", historyServerUrl: server.url },
    {
      onFallback: () => undefined,
      signal: new AbortController().signal,
      ...QUICK,
      listedWithinMs: 0,
    },
  );
  await expect(collected).rejects.toThrow("Cannot read the event log /nowhere");
});
