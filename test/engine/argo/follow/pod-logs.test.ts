import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { followPodLog, type PodLogOptions } from "../../../../src/engine/argo/follow/pod-logs.ts";
import { settle } from "../../../fake-time.ts";
import { type ApiServer, refuse, startApiServer } from "../../../kube/api-server.ts";
import { until } from "../../../wait.ts";

let server: ApiServer;
let end: AbortController;
let containerEnded: AbortController;
let lines: string[];
beforeEach(async () => {
  server = await startApiServer();
  end = new AbortController();
  containerEnded = new AbortController();
  lines = [];
});
afterEach(async () => {
  end.abort();
  await server.stop();
});

function follow(options: Partial<PodLogOptions> = {}) {
  return followPodLog({
    kubeConfig: server.kubeConfig(),
    namespace: "x",
    pod: "p",
    container: "main",
    signal: end.signal,
    containerEnded: containerEnded.signal,
    onLines: async (found) => {
      lines.push(...found);
    },
    unreachableTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    firstDelayMs: 1,
    ...options,
  });
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lines as a kubelet gives them: many in a second, some at the same nanosecond, stdout and stderr a little out of order. */
function makeLines(count: number, random: () => number): { raw: string[]; texts: string[] } {
  let nanos = BigInt(Date.UTC(2026, 10, 24, 12)) * 1_000_000n;
  const raw: string[] = [];
  const texts: string[] = [];
  for (let index = 0; index < count; index++) {
    const kind = random();
    if (kind > 0.2) nanos += BigInt(Math.floor(random() * 200_000_000));
    const shown = kind > 0.9 ? nanos - BigInt(Math.floor(random() * 900_000)) : nanos;
    const seconds = new Date(Number(shown / 1_000_000n)).toISOString().slice(0, 19);
    const text =
      random() > 0.1 ? `line ${index} ${"é".repeat(Math.floor(random() * 60))}` : random() > 0.5 ? "same" : "";
    raw.push(`${seconds}.${String(shown % 1_000_000_000n).padStart(9, "0")}Z ${text}`);
    texts.push(text);
  }
  return { raw, texts };
}

describe("followPodLog", () => {
  test("follows to the end, and looks once more for what was written last", async () => {
    server.writeLog("p", "2026-11-24T12:00:00.000000001Z one", "2026-11-24T12:00:00.000000001Z one");
    const done = follow();
    await expect.poll(() => lines.length).toBe(2);
    server.writeLog("p", "2026-11-24T12:00:01.500000000Z two");
    server.endLog("p");
    containerEnded.abort();
    expect(await done).toBe("complete");
    expect(lines).toEqual(["one", "one", "two"]);
  });

  test.each(Array.from({ length: 200 }, (_, seed) => seed))(
    "neither loses nor doubles a line, seed %i",
    async (seed) => {
      const random = createRandom(seed);
      const { raw, texts } = makeLines(60, random);
      const size = raw.join("\n").length;
      server.nextLogCut = () => (random() > 0.15 ? Math.floor(random() * size) : undefined);
      const first = Math.floor(random() * raw.length);
      server.writeLog("p", ...raw.slice(0, first));
      const done = follow();
      // Either everything that was there has come, or the stream has been cut.
      if (random() > 0.5) {
        await expect.poll(() => server.requests.length > 1 || lines.length === first).toBe(true);
      }
      server.writeLog("p", ...raw.slice(first));
      server.endLog("p");
      containerEnded.abort();
      expect(await done).toBe("complete");
      expect(lines).toEqual(texts);
    },
  );

  test("keeps the last line, which has no end", async () => {
    server.faults = [
      (_request, response) => {
        response.end("2026-11-24T12:00:00.1Z first\n2026-11-24T12:00:00.2Z last");
        return true;
      },
    ];
    containerEnded.abort();
    expect(await follow()).toBe("complete");
    expect(lines).toEqual(["first", "last"]);
  });

  test("cuts a very long line", async () => {
    server.writeLog("p", `2026-11-24T12:00:00.1Z ${"x".repeat(200_000)}`, "2026-11-24T12:00:00.2Z next");
    server.endLog("p");
    containerEnded.abort();
    expect(await follow()).toBe("complete");
    expect(lines.map((line) => line.length)).toEqual([64 * 1024 - 23 + " [... cut at 64 KiB]".length, 4]);
  });

  test("waits for a container that is starting", async () => {
    server.faults = [
      refuse(400, 'container "main" in pod "p" is waiting to start: ContainerCreating'),
      refuse(500, "kubelet"),
    ];
    server.writeLog("p", "2026-11-24T12:00:00.1Z one");
    const done = follow();
    await expect.poll(() => lines).toEqual(["one"]);
    server.endLog("p");
    containerEnded.abort();
    expect(await done).toBe("complete");
  });

  test("attaches again when nothing comes", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
    server.writeLog("p", "2026-11-24T12:00:00.1Z one");
    const done = follow();
    for (const requests of [1, 2, 3]) {
      await until(() => server.requests.length === requests && server.connections === 1);
      await settle();
      vi.advanceTimersByTime(5_000);
    }
    await until(() => server.requests.length > 3);
    server.writeLog("p", "2026-11-24T12:00:00.2Z two");
    server.endLog("p");
    containerEnded.abort();
    expect(await done).toBe("complete");
    expect(lines).toEqual(["one", "two"]);
  });

  test("ends when the pod is gone", async () => {
    expect(await follow()).toBe("gone");
  });

  test("says which right is missing", async () => {
    server.faults = [refuse(403, 'pods "p" is forbidden: User "x" cannot get resource "pods/log"')];
    await expect(follow()).rejects.toThrow('Could not read the log of the pod p: pods "p" is forbidden');
  });

  test("ends at once on abort, and leaves no connection", async () => {
    server.writeLog("p", "2026-11-24T12:00:00.1Z one");
    const done = follow();
    await expect.poll(() => lines).toEqual(["one"]);
    end.abort();
    await expect(done).rejects.toThrow();
    await expect.poll(() => server.connections).toBe(0);
  });
});
