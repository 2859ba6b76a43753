import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { hasEnded, identifyProcess, parseProcessIdentity } from "../../../src/lib/process/identity.ts";

it("knows this process, and reads what it wrote", () => {
  const self = identifyProcess();
  expect(hasEnded(self)).toBe(false);
  expect(parseProcessIdentity(JSON.stringify(self))).toEqual(self);
});

it("knows a process that has ended", async () => {
  const child = spawn("true");
  await once(child, "exit");
  expect(hasEnded({ ...identifyProcess(), pid: child.pid! })).toBe(true);
});

it.skipIf(process.platform !== "linux")("is not taken in by a number that is used again", () => {
  expect(hasEnded({ ...identifyProcess(), started: "1" })).toBe(true);
});

it.each([{ host: "elsewhere" }, { machine: "another-boot/pid:[1]" }])("does not judge %o", (other) => {
  expect(hasEnded({ ...identifyProcess(), pid: 2 ** 22 + 1, ...other })).toBe(false);
});

it.each([undefined, "", "{}", "[", '{"host":"a","machine":"","pid":-1,"started":""}'])(
  "reads no process from %j",
  (text) => {
    expect(parseProcessIdentity(text)).toBeNull();
  },
);
