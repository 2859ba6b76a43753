import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../../src/lib/errors.ts";

/** Runs work in a process of its own, whose errors are nobody else's; it says what it is told and what its work came to. */
function runAlone(work: string) {
  const program = `
    import { untilSignal } from ${JSON.stringify(resolve("src/commands/shared/until-signal.ts"))};
    const progress = { note: (text) => console.log("note: " + text.split("\\n")[0]), stop: () => undefined };
    const aborted = (signal) => new Promise((done) => signal.addEventListener("abort", () => done(signal.reason)));
    try {
      const code = await untilSignal(progress, "Ending.", async (signal) => { ${work} });
      console.log("came to: " + code);
      process.exitCode = code;
    } catch (error) {
      console.log("threw: " + error.message);
      process.exitCode = 1;
    }`;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", program], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { said: stdout.trim().split("\n"), status };
}

describe("an error that nobody caught", () => {
  it.each([
    ["an exception", 'setTimeout(() => { throw new Error("assertion in a parser"); }, 10);'],
    ["a rejection", 'void Promise.reject(new Error("assertion in a parser"));'],
  ])("ends the work as a signal does: %s", (_, breaks) => {
    const { said, status } = runAlone(`${breaks} return await aborted(signal);`);
    expect(said).toEqual([
      "note: spark-loadtest: internal error, please report it with what follows",
      `came to: ${ExitCode.internal}`,
    ]);
    expect(status).toBe(ExitCode.internal);
  });

  it("is what the work ends with where it cannot end in an orderly way", () => {
    const { said, status } = runAlone(`
      setTimeout(() => { throw new Error("assertion in a parser"); }, 10);
      await aborted(signal);
      throw new Error("the request was cut short");`);
    expect(said.at(-1)).toBe("threw: assertion in a parser");
    expect(status).toBe(ExitCode.internal);
  });

  it("does not end an end that is under way, which says what else breaks", () => {
    const { said, status } = runAlone(`
      setTimeout(() => { process.kill(process.pid, "SIGTERM"); }, 10);
      const alive = setInterval(() => undefined, 10);
      const code = await aborted(signal);
      clearInterval(alive);
      void Promise.reject(Object.assign(new Error("cut short"), { name: "AbortError" }));
      void Promise.reject(new Error("the store is gone"));
      await new Promise((done) => setTimeout(done, 50));
      return code;`);
    expect(said).toEqual([
      "note: Ending. Once more to end at once.",
      "note: ! the store is gone",
      `came to: ${ExitCode.terminated}`,
    ]);
    expect(status).toBe(ExitCode.terminated);
  });
});
