import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../src/progress/create-progress.ts";
import { FakeTerminal } from "./fake-streams.ts";
import { FOUR, finished, log, progress, retrying, started, THOUSAND } from "./run-events.ts";

const [first, second, third, fourth] = FOUR as [(typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0]];
const names = FOUR.map(({ name }) => name);

// The terminal works with real timers.
beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: 0 }));
afterEach(() => void vi.useRealTimers());

describe("a live block", () => {
  it("stands below the lines that stay, and is gone in the end", async () => {
    const terminal = new FakeTerminal(100, 24);
    const shown = createProgress(terminal.asStream(), { color: false });
    shown.note("Run p0-smoke-1: 4 cases, in runs/1");
    shown.prepare({ step: "Spark 4.1.1", state: "running", detail: "of 410 MiB", fraction: 0.25 });
    vi.advanceTimersByTime(1000);
    expect(await terminal.lines()).toEqual([
      "Run p0-smoke-1: 4 cases, in runs/1",
      "  Spark 4.1.1  25 % of 410 MiB  1 s",
    ]);
    shown.prepare({ step: "Spark 4.1.1", state: "done", detail: "410 MiB" });
    shown.begin(4, 0, FOUR);
    for (const testCase of FOUR) shown.case(started(testCase));
    shown.case(progress(first, "warm-up"));
    shown.case(log(second, "26/11/24 11:14:08 INFO SparkContext: Running Spark version 4.1.1"));
    vi.advanceTimersByTime(2000);
    expect(await terminal.lines()).toEqual([
      "Run p0-smoke-1: 4 cases, in runs/1",
      "✓ Spark 4.1.1: 410 MiB (1 s)",
      "0 of 4 cases, 4 running, 3 s",
      "  4.1.1 submit join        warm-up  2 s",
      "  4.1.1 connect join                2 s  INFO SparkContext: Running Spark version 4.1.1",
      "  3.5.7 submit read                 2 s",
      "  3.5.7 connect aggregate           2 s",
    ]);
    shown.case(finished(first, 2000));
    shown.case(finished(second, 2000, { status: "failed", reason: "No \u001B[2Jmemory." }));
    shown.case(retrying(third, "The pod was evicted."));
    shown.case(finished(fourth, 2000, { status: "infrastructure", reason: "ImagePullBackOff" }));
    vi.advanceTimersByTime(200);
    const staying = [
      "Run p0-smoke-1: 4 cases, in runs/1",
      "✓ Spark 4.1.1: 410 MiB (1 s)",
      `✓ ${names[0]}  2 s`,
      `✗ ${names[1]}  2 s  failed: No \uFFFD[2Jmemory.`,
      `↻ ${names[2]}: The pod was evicted. Next attempt in 5 s.`,
      `! ${names[3]}  2 s  infrastructure: ImagePullBackOff`,
    ];
    expect(await terminal.lines()).toEqual([
      ...staying,
      "3 of 4 cases, 2 not passed, 1 running, 3 s, less than 1 min left",
      "  3.5.7 submit read  waits to be tried again  2 s",
    ]);
    shown.stop();
    shown.stop();
    expect(await terminal.lines()).toEqual(staying);
    shown.note("after");
    vi.advanceTimersByTime(5000);
    expect(await terminal.lines()).toEqual([...staying, "after"]);
  });

  it.each([
    ["narrower", 50, 24],
    ["much narrower", 20, 24],
    ["wider", 140, 24],
    ["lower", 100, 8],
  ])("stays one block in a terminal that gets %s", async (_, columns, rows) => {
    const terminal = new FakeTerminal(100, 24);
    const shown = createProgress(terminal.asStream(), { color: false });
    shown.note("first");
    shown.begin(4, 0, FOUR);
    for (const testCase of FOUR) shown.case(started(testCase));
    for (const testCase of FOUR) shown.case(log(testCase, `a long line ${"x".repeat(100)}`));
    vi.advanceTimersByTime(1000);
    expect((await terminal.lines())[2]).toHaveLength(99);
    await terminal.resize(columns, rows);
    const narrow = await terminal.lines();
    expect(narrow.filter((line) => line.startsWith("first"))).toHaveLength(1);
    expect(narrow.filter((line) => line.startsWith("0 of 4 cases"))).toHaveLength(1);
    expect(narrow).toHaveLength(6);
    await terminal.resize(100, 24);
    shown.note("last");
    vi.advanceTimersByTime(1000);
    shown.stop();
    expect(await terminal.lines()).toEqual(["first", "last"]);
  });

  it("is drawn five times a second at most, in one write, whatever happens meanwhile", async () => {
    const terminal = new FakeTerminal(80, 24);
    const shown = createProgress(terminal.asStream());
    shown.begin(1000, 0, THOUSAND);
    for (const testCase of THOUSAND) shown.case(started(testCase));
    vi.advanceTimersByTime(1000);
    terminal.writes.length = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      for (const [index, testCase] of THOUSAND.slice(0, 100).entries()) shown.case(log(testCase, `${tick} ${index}`));
      vi.advanceTimersByTime(10);
    }
    expect(terminal.writes).toHaveLength(5);
    expect(await terminal.lines()).toHaveLength(16);
    shown.stop();
    expect(await terminal.lines()).toEqual([]);
  });

  it("is drawn once a second while only time passes, and not at all while nothing runs", () => {
    const terminal = new FakeTerminal(80, 24);
    const shown = createProgress(terminal.asStream());
    shown.begin(4, 0, FOUR);
    shown.case(started(first));
    vi.advanceTimersByTime(1000);
    terminal.writes.length = 0;
    vi.advanceTimersByTime(10_000);
    expect(terminal.writes).toHaveLength(10);
    shown.case(finished(first, 1000));
    vi.advanceTimersByTime(1000);
    terminal.writes.length = 0;
    vi.advanceTimersByTime(10_000);
    expect(terminal.writes).toEqual([]);
    shown.stop();
  });

  it("waits for a terminal that does not keep up", () => {
    const terminal = new FakeTerminal(80, 24);
    const shown = createProgress(terminal.asStream());
    shown.case(started(first));
    terminal.writableNeedDrain = true;
    vi.advanceTimersByTime(5000);
    expect(terminal.writes).toEqual([]);
    terminal.writableNeedDrain = false;
    vi.advanceTimersByTime(200);
    expect(terminal.writes).toHaveLength(1);
    shown.stop();
  });

  it("prints the log lines above it when asked to, as many as one could read", async () => {
    const terminal = new FakeTerminal(80, 24);
    const shown = createProgress(terminal.asStream(), { showLogs: true, color: false });
    shown.begin(4, 0, FOUR);
    shown.case(started(first));
    shown.case(log(first, "one"));
    shown.case(log(first, "\u001B[1mtwo\u001B[0m"));
    shown.note("three");
    expect(await terminal.lines()).toEqual([
      "4.1.1 submit join | one",
      "4.1.1 submit join | two",
      "three",
      "0 of 4 cases, 1 running, 0 s",
      "  4.1.1 submit join  0 s  two",
    ]);
    for (let line = 0; line < 1000; line += 1) shown.case(log(first, `line ${line}`));
    vi.advanceTimersByTime(200);
    shown.stop();
    const lines = await terminal.lines();
    expect(lines.slice(2, 5)).toEqual(["three", "… 800 log lines are not shown", "4.1.1 submit join | line 800"]);
    expect(lines.at(-1)).toBe("4.1.1 submit join | line 999");
  });
});
