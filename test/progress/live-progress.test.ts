import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../src/progress/create-progress.ts";
import { FakeTerminal } from "./fake-streams.ts";
import { FOUR, finished, log, progress, retrying, started, THOUSAND } from "./run-events.ts";

const [first, second, third, fourth] = FOUR as [(typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0]];

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
    for (const name of FOUR) shown.show(started(name));
    shown.show(progress(first, "warm-up"));
    shown.show(log(second, "26/11/24 11:14:08 INFO SparkContext: Running Spark version 4.1.1"));
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
    shown.show(finished(first, 2000));
    shown.show(finished(second, 2000, { status: "failed", reason: "No \u001B[2Jmemory." }));
    shown.show(retrying(third, "The pod was evicted."));
    shown.show(finished(fourth, 2000, { status: "infrastructure", reason: "ImagePullBackOff" }));
    vi.advanceTimersByTime(200);
    const staying = [
      "Run p0-smoke-1: 4 cases, in runs/1",
      "✓ Spark 4.1.1: 410 MiB (1 s)",
      `✓ ${FOUR[0]}  2 s`,
      `✗ ${FOUR[1]}  2 s  failed: No memory.`,
      `↻ ${FOUR[2]}: The pod was evicted. Next attempt in 5 s.`,
      `! ${FOUR[3]}  2 s  infrastructure: ImagePullBackOff`,
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
    for (const name of FOUR) shown.show(started(name));
    for (const name of FOUR) shown.show(log(name, `a long line ${"x".repeat(100)}`));
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
    for (const name of THOUSAND) shown.show(started(name));
    vi.advanceTimersByTime(1000);
    terminal.writes.length = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      for (const [index, name] of THOUSAND.slice(0, 100).entries()) shown.show(log(name, `${tick} ${index}`));
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
    shown.show(started(first));
    vi.advanceTimersByTime(1000);
    terminal.writes.length = 0;
    vi.advanceTimersByTime(10_000);
    expect(terminal.writes).toHaveLength(10);
    shown.show(finished(first, 1000));
    vi.advanceTimersByTime(1000);
    terminal.writes.length = 0;
    vi.advanceTimersByTime(10_000);
    expect(terminal.writes).toEqual([]);
    shown.stop();
  });

  it("waits for a terminal that does not keep up", () => {
    const terminal = new FakeTerminal(80, 24);
    const shown = createProgress(terminal.asStream());
    shown.show(started(first));
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
    shown.show(started(first));
    shown.show(log(first, "one"));
    shown.show(log(first, "\u001B[1mtwo\u001B[0m"));
    shown.note("three");
    expect(await terminal.lines()).toEqual([
      "4.1.1 submit join | one",
      "4.1.1 submit join | two",
      "three",
      "0 of 4 cases, 1 running, 0 s",
      "  4.1.1 submit join  0 s  two",
    ]);
    for (let line = 0; line < 1000; line += 1) shown.show(log(first, `line ${line}`));
    vi.advanceTimersByTime(200);
    shown.stop();
    const lines = await terminal.lines();
    expect(lines.slice(2, 5)).toEqual(["three", "… 800 log lines are not shown", "4.1.1 submit join | line 800"]);
    expect(lines.at(-1)).toBe("4.1.1 submit join | line 999");
  });
});

it("is lines that are only added on a terminal that shall have plain ones", async () => {
  const terminal = new FakeTerminal(100, 24);
  const shown = createProgress(terminal.asStream(), { plain: true });
  shown.begin(1, 0, [first]);
  shown.show(started(first));
  shown.show(finished(first, 2000));
  vi.advanceTimersByTime(2000);
  expect(await terminal.lines()).toEqual([`… ${first}`, `✓ ${first}  2 s  1 of 1 case`]);
  shown.stop();
});
