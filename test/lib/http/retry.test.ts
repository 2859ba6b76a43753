import { describe, expect, it } from "vitest";
import { BadInputError, InfrastructureError } from "../../../src/lib/errors.ts";
import { backoffDelayMs, retryAfterMs, retryInfrastructure } from "../../../src/lib/http/retry.ts";

const never = new AbortController().signal;
const failing = (times: number, error: Error) => {
  const attempts: number[] = [];
  const work = async (attempt: number) => {
    attempts.push(attempt);
    if (attempt <= times) throw error;
    return "done";
  };
  return { attempts, work };
};

describe("backoffDelayMs", () => {
  it.each([
    [2, 0, 1000],
    [2, 1, 2000],
    [3, 0, 2000],
    [3, 0.5, 3000],
    [5, 1, 16000],
    [20, 0, 30000],
    [200, 1, 60000],
  ])("attempt %i, jitter %f: %i ms", (attempt, jitter, expected) => {
    expect(backoffDelayMs(attempt, 2000, () => jitter)).toBe(expected);
  });
});

describe("retryInfrastructure", () => {
  it("tells each wait before it begins, and gives the result", async () => {
    const { attempts, work } = failing(2, new InfrastructureError("no memory"));
    const told: unknown[] = [];
    const result = await retryInfrastructure(work, {
      retries: 2,
      signal: never,
      firstDelayMs: 4,
      random: () => 0,
      onRetry: ({ attempt, delayMs, error }) => told.push([attempt, delayMs, error.message, attempts.length]),
    });
    expect(result).toBe("done");
    expect(told).toEqual([
      [2, 2, "no memory", 1],
      [3, 4, "no memory", 2],
    ]);
  });

  it("gives up with the last error", async () => {
    const { attempts, work } = failing(9, new InfrastructureError("no memory"));
    await expect(retryInfrastructure(work, { retries: 1, signal: never, firstDelayMs: 1 })).rejects.toThrow(
      "no memory",
    );
    expect(attempts).toEqual([1, 2]);
  });

  it.each([new Error("bug"), new TypeError("bug"), new BadInputError("bug")])("does not retry %s", async (error) => {
    const { attempts, work } = failing(9, error);
    await expect(retryInfrastructure(work, { retries: 5, signal: never })).rejects.toBe(error);
    expect(attempts).toEqual([1]);
  });

  it("ends a wait when it is aborted", async () => {
    const abort = new AbortController();
    const { attempts, work } = failing(9, new InfrastructureError("no memory"));
    const run = retryInfrastructure(work, {
      retries: 5,
      signal: abort.signal,
      firstDelayMs: 60_000,
      onRetry: () => setTimeout(() => abort.abort(), 5),
    });
    await expect(run).rejects.toThrow();
    expect(attempts).toEqual([1]);
  });
});

describe("retryAfterMs", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");

  it.each([
    ["5", 5_000],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7_000],
    // A clock that is ahead of the server's.
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["soon", null],
    ["", null],
    [null, null],
    [undefined, null],
  ])("reads %j as %j ms", (header, ms) => {
    expect(retryAfterMs(header, nowMs)).toBe(ms);
  });
});
