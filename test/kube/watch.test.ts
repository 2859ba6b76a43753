import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type KubeObject, type ResourceEvent, type WatchResourceOptions, watchResource } from "../../src/kube/watch.ts";
import { InfrastructureError } from "../../src/lib/errors.ts";
import { passSleep, settle, sleepThrough, useFakeTime, useRealTime } from "../fake-time.ts";
import { until } from "../wait.ts";
import { type ApiServer, type Handler, refuse, startApiServer } from "./api-server.ts";

const PATH = "/api/v1/namespaces/x/pods";

let server: ApiServer;
let end: AbortController;
beforeEach(async () => {
  server = await startApiServer();
  end = new AbortController();
});
afterEach(async () => {
  end.abort();
  await server.stop();
});

const pod = (name: string, extra: object = {}) => ({ metadata: { name, ...extra } });

/** Watches, and gives the events as they come in short: "+a", "~a", "-a", "listed". */
function watch(options: Partial<WatchResourceOptions> = {}) {
  const disturbances: string[] = [];
  const events = watchResource<KubeObject>({
    kubeConfig: server.kubeConfig(),
    path: PATH,
    what: "follow the pods",
    signal: end.signal,
    onDisturbance: (message, state) => disturbances.push(`${state}: ${message.replace(/[\d.]+ m?s/, "N s")}`),
    firstDelayMs: 10,
    ...options,
  });
  const brief = (event: ResourceEvent<KubeObject>) =>
    event.type === "listed"
      ? "listed"
      : `${{ added: "+", modified: "~", deleted: "-" }[event.type]}${event.object.metadata.name}`;
  const next = async (count: number) => {
    const found: string[] = [];
    while (found.length < count) {
      const { value, done } = await events.next();
      if (done) return [...found, "end"];
      found.push(brief(value));
    }
    return found;
  };
  return { next, disturbances, events };
}

/** Waits until the server has this many watches open. */
async function watching(count = 1): Promise<void> {
  await expect.poll(() => server.watches).toBe(count);
}

describe("watchResource", () => {
  test("lists once, then watches", async () => {
    server.put(PATH, pod("a"));
    const { next } = watch();
    expect(await next(2)).toEqual(["+a", "listed"]);
    const later = next(3);
    await watching();
    server.put(PATH, pod("b"));
    server.bookmark();
    server.put(PATH, pod("a"));
    server.remove(PATH, "a");
    expect(await later).toEqual(["+b", "~a", "-a"]);
    expect(server.requests).toEqual([`GET ${PATH}`, `GET ${PATH} watch`]);
  });

  test("resumes after a drop without listing again, and says nothing of it", async () => {
    server.put(PATH, pod("a"));
    const { next, disturbances } = watch();
    expect(await next(2)).toEqual(["+a", "listed"]);
    for (const name of ["b", "c", "d"]) {
      const later = next(1);
      await watching();
      server.drop();
      server.put(PATH, pod(name));
      expect(await later).toEqual([`+${name}`]);
    }
    expect(server.requests.filter((request) => !request.endsWith("watch"))).toHaveLength(1);
    expect(disturbances).toEqual([]);
  });

  test("resumes when the server ends the watch, from the last bookmark", async () => {
    const { next } = watch();
    expect(await next(1)).toEqual(["listed"]);
    const later = next(1);
    await watching();
    server.bookmark();
    server.endWatches();
    server.compact();
    server.put(PATH, pod("a"));
    expect(await later).toEqual(["+a"]);
  });

  test("drops half an event, and gets it whole", async () => {
    const { next } = watch();
    expect(await next(1)).toEqual(["listed"]);
    const later = next(1);
    await watching();
    server.sendRaw('{"type":"ADDED","object":{"metadata":{"na');
    server.drop();
    server.put(PATH, pod("whole"));
    expect(await later).toEqual(["+whole"]);
  });

  test.each(["status", "event"] as const)("lists again after 410 as %s and tells the difference", async (goneAs) => {
    for (const name of ["same", "changed", "removed", "replaced"]) server.put(PATH, pod(name));
    const { next, disturbances } = watch();
    expect(await next(5)).toEqual(["+same", "+changed", "+removed", "+replaced", "listed"]);
    const later = next(6);
    await watching();
    server.goneAs = goneAs;
    server.drop();
    server.put(PATH, pod("changed"));
    server.remove(PATH, "removed");
    server.remove(PATH, "replaced");
    server.put(PATH, pod("replaced", { uid: "another" }));
    server.put(PATH, pod("new"));
    server.compact();
    expect(await later).toEqual(["-removed", "-replaced", "~changed", "+replaced", "+new", "listed"]);
    expect(disturbances).toEqual([]);
  });

  test.each([429, 500, 503, 504])("waits while the server answers %i, and says so once", async (code) => {
    server.put(PATH, pod("a"));
    server.faults = [refuse(code, "not now"), refuse(code, "not now"), refuse(code, "not now", { "retry-after": "0" })];
    const { next, disturbances } = watch();
    expect(await next(2)).toEqual(["+a", "listed"]);
    expect(disturbances).toEqual([
      "lost: The API server answers with an error (not now); trying again.",
      "back: The API server answers again, after N s.",
    ]);
  });

  test("waits while the server is away, and goes on where it was", async () => {
    server.put(PATH, pod("a"));
    const { next, disturbances } = watch();
    expect(await next(2)).toEqual(["+a", "listed"]);
    const later = next(1);
    await watching();
    await server.stop();
    await expect.poll(() => disturbances.length).toBe(1);
    server.put(PATH, pod("b"));
    await server.start();
    expect(await later).toEqual(["+b"]);
    expect(disturbances).toEqual([
      expect.stringMatching(/^lost: The API server cannot be reached \(.*ECONN.*\); trying again\.$/),
      "back: The API server answers again, after N s.",
    ]);
  });

  test("gives up when the server stays away", async () => {
    const { next } = watch({ unreachableTimeoutMs: 100 });
    expect(await next(1)).toEqual(["listed"]);
    const later = next(1);
    await watching();
    await server.stop();
    await expect(later).rejects.toThrow(
      /Could not follow the pods: the API server has not answered for .*ECONNREFUSED/,
    );
    await server.start();
  });

  test("connects again when nothing comes", async () => {
    server.put(PATH, pod("a"));
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { next, disturbances } = watch();
    expect(await next(2)).toEqual(["+a", "listed"]);
    const later = next(1);
    for (const requests of [2, 3]) {
      await until(() => server.requests.length === requests && server.watches === 1);
      await settle();
      vi.advanceTimersByTime(90_000);
    }
    await until(() => server.requests.length > 3);
    server.put(PATH, pod("b"));
    expect(await later).toEqual(["+b"]);
    expect(disturbances).toEqual([]);
  });

  test("makes no busy loop of watches that end at once", async () => {
    useFakeTime();
    onTestFinished(useRealTime);
    const { next } = watch({ firstDelayMs: 40 });
    expect(await next(1)).toEqual(["listed"]);
    const atOnce = () => {
      server.faults.push((_request, response) => {
        response.end();
        atOnce();
        return true;
      });
    };
    atOnce();
    const later = next(1);
    for (const startMs = Date.now(); Date.now() < startMs + 300; ) await passSleep();
    expect(server.requests.length).toBeLessThan(12);
    server.faults = [];
    server.put(PATH, pod("a"));
    expect((await sleepThrough(later))[0]).toBe("+a");
  });

  test("asks the credential plugin again after 401", async () => {
    server.put(PATH, pod("a"));
    const kubeConfig = server.kubeConfig();
    const script = `console.log(JSON.stringify({ kind: "ExecCredential", status: { token: String(process.hrtime.bigint()) } }))`;
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", script] };
    kubeConfig.loadFromClusterAndUser(kubeConfig.getCurrentCluster()!, { name: "user", exec });
    const tokens: (string | undefined)[] = [];
    const note: Handler = ({ authorization }) => {
      tokens.push(authorization);
      return false;
    };
    server.faults = [note, refuse(401, "Unauthorized")];
    expect(await watch({ kubeConfig }).next(2)).toEqual(["+a", "listed"]);
    expect(tokens[0]).toMatch(/^Bearer \d+$/);
    expect(tokens[1]).not.toBe(tokens[0]);
  });

  test.each([
    [401, "Unauthorized", "Could not follow the pods: Unauthorized"],
    [
      403,
      'pods is forbidden: User "x" cannot list',
      'Could not follow the pods: pods is forbidden: User "x" cannot list',
    ],
    [404, "the server could not find the requested resource", /could not find the requested resource/],
  ])("ends with %i", async (code, message, expected) => {
    server.faults = [refuse(code, message), refuse(code, message)];
    const failure = watch().next(1);
    await expect(failure).rejects.toThrow(expected);
    await expect(failure).rejects.toBeInstanceOf(InfrastructureError);
  });

  test("bears a refusal of a server that is starting", async () => {
    const { next } = watch();
    expect(await next(1)).toEqual(["listed"]);
    const later = next(1);
    await watching();
    server.faults = [refuse(403, "forbidden"), refuse(403, "forbidden")];
    server.drop();
    server.put(PATH, pod("a"));
    expect(await later).toEqual(["+a"]);
  });

  test("ends at once on abort, and leaves no connection", async () => {
    const { next } = watch();
    expect(await next(1)).toEqual(["listed"]);
    const later = next(1);
    await watching();
    // From here on no time passes.
    useFakeTime();
    onTestFinished(useRealTime);
    end.abort();
    expect(await later).toEqual(["end"]);
    await expect.poll(() => server.connections).toBe(0);
  });

  test("leaves no connection when its reader goes", async () => {
    server.put(PATH, pod("a"));
    const { next, events } = watch();
    await next(2);
    const later = events.next();
    await watching();
    server.put(PATH, pod("b"));
    await later;
    await events.return();
    await expect.poll(() => server.connections).toBe(0);
  });
});
