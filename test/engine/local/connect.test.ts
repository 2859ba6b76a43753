import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { ExecutionEvent } from "../../../src/engine/engine.ts";
import { createLocalEngine } from "../../../src/engine/local/engine.ts";
import { planExecutions } from "../../../src/plan/execution.ts";
import { caseOf, createFakeMachine, type FakeMachine, WORKLOAD } from "./fake-machine.ts";

let machine: FakeMachine;
afterEach(() => machine.remove());

/** What the client sees, before it does its work. */
const TELLING = `printf '%s\\n' "$SPARK_REMOTE" "$PYTHONPATH" "$SPARK_CONNECT_AUTHENTICATE_TOKEN" > "$HOME/client"\n${WORKLOAD}`;

async function runCase(workload: string, connect = "", signal = new AbortController().signal) {
  machine = await createFakeMachine({ workload });
  await writeFile(join(machine.root, "connect"), connect);
  const engine = createLocalEngine(machine.spec);
  const run = engine.prepare(planExecutions([caseOf({ orchestrator: "connect" })], null), () => undefined, signal);
  await run.ready;
  const outcomes: string[] = [];
  for await (const event of run.execute(signal) as AsyncIterable<ExecutionEvent>) {
    if (event.type === "finished")
      outcomes.push(`${event.outcome.status}: ${event.outcome.reason ?? event.outcome.checksum}`);
  }
  await run.cleanup(false, () => undefined);
  return outcomes;
}

it("runs the script as a client of a server of its own, which then closes what it has open", async () => {
  expect(await runCase(TELLING)).toEqual(["passed: c0ffee"]);
  const [remote, pythonPath, token] = (await readFile(join(machine.root, "client"), "utf8")).split("\n");
  expect(remote).toMatch(/^sc:\/\/localhost:\d+$/);
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  const client = readdirSync(machine.spec.cacheDirectory).find((name) =>
    name.startsWith("connect-client-4-python3.12-"),
  );
  const folder = join(machine.spec.cacheDirectory, client!);
  expect(pythonPath).toBe(`${join(machine.spec.cacheDirectory, "pyspark-4.1.4")}:${folder}`);
  expect(await readFile(join(machine.root, "closed"), "utf8")).toBe(folder);
});

it("says what the client failed of, and closes the server", async () => {
  const failing = "echo 'ValueError: no such column' >&2; exit 1";
  expect(await runCase(`if [ "$1" != --generate ]; then ${failing}; fi\n${WORKLOAD}`)).toEqual([
    "failed: ValueError: no such column",
  ]);
  expect(existsSync(join(machine.root, "closed"))).toBe(true);
});

it("says why a server ended that its client never reached: another process may have taken its port", async () => {
  expect(await runCase(WORKLOAD, "ends")).toEqual(["infrastructure: a network address is already in use"]);
});

it("ends a client whose server has ended", async () => {
  expect(await runCase(`if [ "$1" != --generate ]; then sleep 600; fi\n${WORKLOAD}`, "ends-later")).toEqual([
    expect.stringMatching(/^failed: .*exit code 1/),
  ]);
});
