import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { askKubernetes } from "../../src/kube/client.ts";
import { InfrastructureError } from "../../src/lib/errors.ts";

function answer(status: number, message: string, headers: Record<string, string> = {}): ApiException<string> {
  return new ApiException(status, message, JSON.stringify({ kind: "Status", message }), headers);
}

/** A request that fails with these, one after the other, and then gives "done". */
function failing(...errors: readonly Error[]) {
  let attempts = 0;
  const request = async () => {
    const error = errors[attempts++];
    if (error !== undefined) throw error;
    return "done";
  };
  return { request, attempts: () => attempts };
}

const options = { signal: new AbortController().signal, retries: 2, firstDelayMs: 1 };
const reset = new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });

describe("askKubernetes", () => {
  it.each([
    ["nothing wrong", [], 1],
    ["throttling", [answer(429, "slow down", { "retry-after": "0" })], 2],
    ["a conflict, and an API server that starts", [answer(409, "conflict"), answer(503, "starting")], 3],
    ["a connection that was cut", [reset], 2],
  ])("asks again after %s", async (_, errors, attempts) => {
    const { request, attempts: made } = failing(...errors);
    expect(await askKubernetes("do it", request, options)).toBe("done");
    expect(made()).toBe(attempts);
  });

  it.each([
    [404, [404]],
    [409, [409]],
    [403, [403]],
    [409, [404, 409]],
  ])("gives null for %i, at once, where %j are answers", async (status, nullOn) => {
    const { request, attempts } = failing(answer(status, "no"));
    expect(await askKubernetes("do it", request, { ...options, nullOn })).toBe(null);
    expect(attempts()).toBe(1);
  });

  it.each([
    ["a missing object", [answer(404, "not found")], 1, "Could not do it: not found"],
    ["a missing right", [answer(403, "forbidden")], 1, "Could not do it: forbidden"],
    ["a server that stays away", [reset, reset, reset], 3, "Could not do it: reset (ECONNRESET)"],
  ])("ends with what the server says of %s", async (_, errors, attempts, message) => {
    const { request, attempts: made } = failing(...errors);
    const error = await askKubernetes("do it", request, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect((error as Error).message).toBe(message);
    expect(made()).toBe(attempts);
  });
});
