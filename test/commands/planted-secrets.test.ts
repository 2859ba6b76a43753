import { afterEach, describe, expect, it, vi } from "vitest";
import { InfrastructureError } from "../../src/lib/errors.ts";
import { writeCredential, writeDocument, writePainted } from "../../src/lib/process/output.ts";
import { createProgress } from "../../src/progress/create-progress.ts";
import { renderFailure } from "../../src/publish/comment/failure-report.ts";
import { annotate, note, warn } from "../../src/publish/github/runner.ts";
import { FakeLog, FakeTerminal } from "../progress/fake-streams.ts";
import { finished, log, progress, retrying, started } from "../progress/run-events.ts";

const SECRET = "hunter2Xq";
/** What an error may say that came with an answer of somebody else's server, or with a command. */
const MESSAGE = `Could not ask https://me:${SECRET}@example.org/x?sig=${SECRET}: 403, password=${SECRET}, Authorization: Bearer ${SECRET}`;
const REDACTED = "*********(redacted)";

function expectRedacted(text: string): void {
  expect(text).toContain("Could not ask");
  expect(text).toContain(REDACTED);
  expect(text).not.toContain(SECRET);
}

afterEach(() => void vi.restoreAllMocks());

function showAll(stream: NodeJS.WriteStream, ci: "github" | null): void {
  const shown = createProgress(stream, { ci, showLogs: true });
  shown.note(`! No way to Grafana and Prometheus: ${MESSAGE}`);
  shown.prepare({ step: "Argo", state: "running", detail: MESSAGE });
  shown.begin(3, 0, ["a", "b", "c"]);
  for (const name of ["a", "b"]) {
    shown.show(started(name));
    shown.show(progress(name, MESSAGE));
    shown.show(log(name, MESSAGE));
  }
  shown.show(retrying("a", MESSAGE));
  shown.show(finished("a", 1000, { status: "failed", reason: MESSAGE }));
  shown.prepare({ step: "Argo", state: "done", detail: MESSAGE });
  shown.stop();
}

describe("a secret in an error's message", () => {
  it.each([null, "github"] as const)("is not in the lines of a run's progress (%s)", (ci) => {
    const stream = new FakeLog();
    showAll(stream.asStream(), ci);
    expectRedacted(stream.take());
  });

  it.each([40, 60, 90, 300])("is not in the live block of a terminal of %i columns, where it is cut", (columns) => {
    vi.useFakeTimers();
    const terminal = new FakeTerminal(columns, 40);
    showAll(terminal.asStream(), null);
    vi.useRealTimers();
    const text = terminal.writes.join("");
    expect(text).toContain("Could not ask");
    for (let length = SECRET.length; length > 3; length--) expect(text).not.toContain(SECRET.slice(0, length));
  });

  it("is in no note, warning or annotation of the runner's log", () => {
    let text = "";
    vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
      text += piece;
      return true;
    });
    note(MESSAGE);
    warn(`Could not upload what the run left: ${MESSAGE}`);
    annotate("error", MESSAGE);
    expect(text.trim().split("\n")).toHaveLength(3);
    for (const line of text.trim().split("\n")) expectRedacted(line);
  });

  it("is not in the comment and the summary of a run that came to no verdict", () => {
    expectRedacted(renderFailure(new InfrastructureError(MESSAGE, { hint: `Try password=${SECRET}` })));
    expectRedacted(renderFailure(new Error(MESSAGE)));
  });

  it("is not in a table with colours, which stay", () => {
    const stream = new FakeLog();
    writePainted(stream.asStream(), [`\u001B[31m✗ password=${SECRET}\u001B[0m  \u001B[2mCould not ask\u001B[22m`]);
    expect(stream.take()).toBe(`\u001B[31m✗ password=${REDACTED}\u001B[0m  \u001B[2mCould not ask\u001B[22m\n`);
  });

  it("is not in a key that is printed as lines of their own", () => {
    const stream = new FakeLog();
    const shown = createProgress(stream.asStream());
    shown.note("-----BEGIN PRIVATE KEY-----", SECRET, "-----END PRIVATE KEY-----", "after it");
    expect(stream.take()).toBe(`${REDACTED}\nafter it\n`);
  });
});

it("a document stays the same value, and a line that gives a credential stays what it is", () => {
  const stream = new FakeLog();
  writeDocument(stream.asStream(), { password: SECRET });
  expect(JSON.parse(stream.take())).toEqual({ password: SECRET });
  writeCredential(stream.asStream(), [`Log in with the token: Bearer ${SECRET}\n::error::x`]);
  expect(stream.take()).toBe(`Log in with the token: Bearer ${SECRET} ::error::x\n`);
});
