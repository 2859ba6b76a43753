import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress, type ProgressOptions } from "../../src/progress/create-progress.ts";
import { FakeLog, FakeTerminal } from "./fake-streams.ts";
import { FOUR, finished, log, progress, retrying, started } from "./run-events.ts";

const [first, second, third] = FOUR as [(typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0]];
const NAME = first;
const OTHER = second;

beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: 0 }));
afterEach(() => void vi.useRealTimers());

function open(options: ProgressOptions = {}) {
  const stream = new FakeLog();
  const shown = createProgress(stream.asStream(), options);
  return { stream, shown };
}

describe("a log that is only added to", () => {
  it("says what begins and ends, and what takes long", () => {
    const { stream, shown } = open();
    shown.note("Run p0-smoke-1");
    shown.prepare({ step: "Spark 4.1.1", state: "running", detail: "410 MiB", fraction: 0 });
    vi.advanceTimersByTime(14_000);
    shown.prepare({ step: "Spark 4.1.1", state: "running", detail: "410 MiB", fraction: 0.3 });
    vi.advanceTimersByTime(2000);
    shown.prepare({ step: "Spark 4.1.1", state: "running", detail: "410 MiB", fraction: 0.4 });
    shown.prepare({ step: "Spark 4.1.1", state: "done" });
    shown.begin(4, 0, FOUR);
    shown.show(started(first));
    shown.show(progress(first, "warm-up"));
    shown.show(log(first, "not shown"));
    shown.show(retrying(first, "The pod was evicted.\u0007"));
    shown.show(started(first, 2));
    shown.show(finished(first, 65_000));
    shown.show(finished(second, 4000, { status: "failed", reason: "No memory." }));
    shown.stop();
    expect(stream.take()).toBe(`Run p0-smoke-1
… Spark 4.1.1: 0 % 410 MiB
… Spark 4.1.1: 40 % 410 MiB, 16 s
✓ Spark 4.1.1 (16 s)
… ${NAME}
↻ ${NAME}: The pod was evicted.\uFFFD Next attempt in 5 s.
✓ ${NAME}  1 min 5 s  1 of 4 cases
✗ ${OTHER}  4 s  2 of 4 cases, 1 not passed  failed: No memory.
`);
  });

  it("counts scenarios as such", () => {
    const { stream, shown } = open({ unit: "scenario" });
    shown.begin(2, 0, FOUR.slice(0, 2));
    shown.show(started(first));
    shown.show(finished(first, 4000));
    shown.stop();
    expect(stream.take()).toContain("1 of 2 scenarios\n");
  });

  it("gives a sign of life every minute while something goes on", () => {
    const { stream, shown } = open();
    vi.advanceTimersByTime(60_000);
    expect(stream.take()).toBe("");
    shown.prepare({ step: "Cluster kind", state: "running" });
    stream.take();
    vi.advanceTimersByTime(60_000);
    expect(stream.take()).toBe("… Cluster kind: 1 min 0 s\n");
    shown.prepare({ step: "Cluster kind", state: "done" });
    shown.begin(12, 0);
    shown.show(started(first));
    shown.show(started(second));
    stream.take();
    vi.advanceTimersByTime(50_000);
    shown.show(progress(first, "sample 1 of 3"));
    vi.advanceTimersByTime(10_000);
    expect(stream.take()).toBe(`… 0 of 12 cases, 2 running, 3 min 0 s; longest: ${NAME}, sample 1 of 3, 1 min 0 s\n`);
    shown.show(finished(first, 60_000));
    shown.show(finished(second, 60_000, { status: "failed", reason: "No." }));
    shown.show(started(third));
    stream.take();
    vi.advanceTimersByTime(60_000);
    expect(stream.take()).toBe(
      `… 2 of 12 cases, 1 not passed, 1 running, 4 min 0 s, about 6 min left; longest: ${third}, 1 min 0 s\n`,
    );
    shown.stop();
    vi.advanceTimersByTime(600_000);
    expect(stream.take()).toBe("");
  });

  it("has the lines of the cases' logs where one asks for them", () => {
    const { stream, shown } = open({ showLogs: true });
    shown.begin(4, 0, FOUR);
    shown.show(log(first, "INFO SparkContext: Running\n"));
    shown.show(log(second, "\u001B[31m::error::red\u001B[0m"));
    expect(stream.take()).toBe("4.1.1 submit join | INFO SparkContext: Running\n4.1.1 connect join | ::error::red\n");
    shown.stop();
  });
});

describe("a log of GitHub Actions", () => {
  it("has the log of each case as one group once it has ended, and below it why it failed", () => {
    const { stream, shown } = open({ ci: "github" });
    shown.note("##[error]Run p0-smoke-1");
    shown.begin(4, 0, FOUR);
    shown.show(started(first));
    shown.show(started(second));
    shown.show(log(first, "one"));
    shown.show(log(second, "::add-mask::e"));
    shown.show(log(first, "two ##[group]"));
    shown.show(log(second, "\u001B[31m  ::set-env name=A::b\u001B[0m"));
    shown.show(retrying(second, "Evicted."));
    shown.show(started(second, 2));
    shown.show(log(second, "again"));
    shown.show(finished(first, 12_300));
    shown.show(log(first, "too late"));
    shown.show(finished(second, 65_000, { status: "failed", reason: "No memory.\n::error::x" }));
    shown.show(finished(third, 1000, { status: "infrastructure", reason: "ImagePullBackOff" }));
    shown.stop();
    expect(stream.take()).toBe(`## [error]Run p0-smoke-1
… ${NAME}
… ${OTHER}
↻ ${OTHER}: Evicted. Next attempt in 5 s.
::group::✓ ${NAME}  12.3 s  1 of 4 cases
one
two ## [group]
::endgroup::
::group::✗ ${OTHER}  1 min 5 s  2 of 4 cases, 1 not passed
: :add-mask::e
  : :set-env name=A::b
↻ attempt 1: Evicted.
again
::endgroup::
✗ ${OTHER}  1 min 5 s  2 of 4 cases, 1 not passed  failed: No memory. ::error::x
! ${third}  1 s  3 of 4 cases, 2 not passed  infrastructure: ImagePullBackOff
`);
  });

  it("has the last lines of what was running when the run was ended", () => {
    const { stream, shown } = open({ ci: "github" });
    shown.show(started(first));
    for (let line = 1; line <= 21; line += 1) shown.show(log(first, `line ${line}`));
    stream.take();
    shown.stop();
    shown.stop();
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 2}\n`).join("");
    expect(stream.take()).toBe(
      `::group::… ${NAME}  has not ended\n(1 line before these: logs/${NAME}.log)\n${lines}::endgroup::\n`,
    );
  });

  it("is no live block, even where the stream is a terminal", () => {
    const terminal = new FakeTerminal(80, 24);
    const shown = createProgress(terminal.asStream(), { ci: "github" });
    shown.show(started(first));
    shown.stop();
    expect(terminal.writes).toEqual([`… ${NAME}\n`]);
  });
});
