import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { BadInputError, InfrastructureError } from "../../../src/lib/errors.ts";
import { type AskOptions, ask, mayPass, StatusError } from "../../../src/lib/http/ask.ts";
import { readText, sendRequest } from "../../../src/lib/http/request.ts";
import { connectionMessage, isConnectionError, isTransientStatus } from "../../../src/lib/http/transient.ts";
import { sleepThrough, useFakeTime, useRealTime } from "../../fake-time.ts";

const servers: (Server | TcpServer)[] = [];
afterEach(async () => {
  useRealTime();
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen<T extends Server | TcpServer>(server: T): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const status =
  (code: number, headers: Record<string, string> = {}, body = ""): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end(body);
const hangUp: Answer = (request) => void request.socket.destroy();
const cutOff: Answer = (request, response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("half of", () => request.socket.destroy());
};
const done = status(200, {}, "done");

/** A server that gives these answers one after the other, the last one from then on. */
async function serve(...answers: readonly Answer[]) {
  const seen: { readonly url: string; readonly method: string; readonly headers: IncomingMessage["headers"] }[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push({ url: request.url ?? "", method: request.method ?? "", headers: request.headers });
    answers[Math.min(seen.length, answers.length) - 1]!(request, response);
  };
  return { url: await listen(createServer(listener)), seen };
}

const options = { environment: {}, signal: new AbortController().signal, retries: 2, firstDelayMs: 1 };
const askFor = (url: string, more: Partial<AskOptions> = {}) => ask(url, { ...options, ...more }, text);
const failureOf = async (promise: Promise<unknown>): Promise<Error> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error as Error;
};

describe("ask", () => {
  it.each<[string, Answer[], number]>([
    ["nothing wrong", [done], 1],
    ["an overloaded and a starting server", [status(429), status(503), done], 3],
    ["a connection that is closed", [hangUp, done], 2],
    ["an answer that is cut off", [cutOff, cutOff, done], 3],
  ])("gives the answer after %s", async (_, answers, attempts) => {
    const { url, seen } = await serve(...answers);
    expect(await askFor(url)).toBe("done");
    expect(seen).toHaveLength(attempts);
  });

  it.each<[string, Answer[], number, string, string | undefined]>([
    ["a refusal", [status(404, {}, "no such thing\nmore")], 1, "HTTP 404", "no such thing"],
    ["a page", [status(403, {}, "<!DOCTYPE html>\n<p>no</p>")], 1, "HTTP 403", "a page"],
    ["a packed refusal", [status(400, { "content-encoding": "gzip" })], 1, "HTTP 400", ""],
    ["a server that stays away", [status(503, {}, "\x1b[2Jstarting")], 3, "HTTP 503", "starting"],
    ["a connection that stays closed", [hangUp], 3, "other side closed", undefined],
    ["an answer that stays cut off", [cutOff], 3, "other side closed", undefined],
    ["a redirect that is not followed", [status(307, { location: "/there" })], 1, "HTTP 307", ""],
  ])("ends with %s", async (_, answers, attempts, message, said) => {
    const { url, seen } = await serve(...answers);
    const error = await failureOf(askFor(url));
    expect(connectionMessage(error)).toBe(message);
    expect(error instanceof StatusError ? error.said : undefined).toBe(said);
    expect(seen).toHaveLength(attempts);
  });

  it("waits as long as the server asks", async () => {
    const { url } = await serve(status(429, { "retry-after": "1" }), done);
    useFakeTime();
    const startMs = performance.now();
    expect(await sleepThrough(askFor(url))).toBe("done");
    expect(performance.now() - startMs).toBe(1_000);
  });

  it("does not begin to wait for what comes after its deadline", async () => {
    const { url, seen } = await serve(status(503, { "retry-after": "30" }));
    useFakeTime();
    const startMs = performance.now();
    const asked = askFor(url, { deadlineMs: Date.now() + 5_000 });
    expect(await failureOf(sleepThrough(asked))).toMatchObject({ status: 503 });
    expect(performance.now() - startMs).toBe(0);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ["says nothing", () => undefined],
    ["does not come to its end", (_, response) => void response.writeHead(200).write("x")],
  ])("gives an answer that %s so much time, again", async (_, answer) => {
    const { url, seen } = await serve(answer, done);
    expect(await askFor(url, { timeoutMs: 100 })).toBe("done");
    expect(seen).toHaveLength(2);
    const late = await serve(answer);
    expect((await failureOf(askFor(late.url, { timeoutMs: 50, retries: 0 }))).name).toBe("TimeoutError");
  });

  it("ends with the reason of an abort, whether it waits for an answer, for its rest, or to ask again", async () => {
    for (const answer of [() => undefined, cutOff, status(503)]) {
      const { url } = await serve(answer);
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error("enough")), 50);
      const error = await failureOf(askFor(url, { signal: abort.signal, firstDelayMs: 60_000 }));
      expect(error.message).toBe("enough");
    }
  });

  it("sends a body once, with its length", async () => {
    const { url, seen } = await serve((request, response) => void request.pipe(response));
    expect(await askFor(url, { method: "PUT", body: "größer", headers: { "x-a": "b" } })).toBe("größer");
    expect(seen[0]).toMatchObject({ method: "PUT", headers: { "content-length": "8", "x-a": "b" } });
  });

  it.each(["DELETE", "PATCH", "POST"])("sends the length of the body of a %s", async (method) => {
    const { url, seen } = await serve((request, response) => void request.pipe(response));
    expect(await askFor(url, { method, body: "größer" })).toBe("größer");
    expect(seen[0]).toMatchObject({ method, headers: { "content-length": "8" } });
  });

  it("unpacks what was packed for the way", async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("a long text")),
    );
    expect(await ask(url, options, (answer) => readText(answer, { mostBytes: 11, of: "It" }))).toBe("a long text");
  });
});

describe("sendRequest", () => {
  it("follows as many redirects as it is told, and takes credentials to no other host", async () => {
    const there = await serve(done);
    const here = await serve(status(302, { location: "/next" }), status(307, { location: there.url }));
    const headers = { authorization: "hush", accept: "*/*" };
    expect(await askFor(here.url, { headers, redirects: 2 })).toBe("done");
    expect(here.seen.map(({ url, headers: sent }) => [url, sent.authorization])).toEqual([
      ["/", "hush"],
      ["/next", "hush"],
    ]);
    expect(there.seen.map(({ headers: sent }) => [sent.authorization, sent.accept])).toEqual([[undefined, "*/*"]]);
    const round = await serve(status(302, { location: "/" }));
    expect(await failureOf(askFor(round.url, { redirects: 3 }))).toMatchObject({ status: 302 });
    expect(round.seen).toHaveLength(4);
  });

  it("goes by the proxy that the environment names", async () => {
    const proxy = await serve(status(200, {}, "from the proxy"));
    const environment = { HTTP_PROXY: proxy.url.replace("//", "//me:hush@") };
    expect(await askFor("http://there.invalid/a?b", { environment })).toBe("from the proxy");
    expect(proxy.seen[0]).toMatchObject({
      url: "http://there.invalid/a?b",
      headers: { host: "there.invalid", "proxy-authorization": `Basic ${Buffer.from("me:hush").toString("base64")}` },
    });
  });

  it("says that a proxy lets nobody through", async () => {
    const server = createServer().on("connect", (_, socket) => socket.end("HTTP/1.1 407 No\r\n\r\n"));
    const environment = { HTTPS_PROXY: await listen(server) };
    const error = await failureOf(askFor("https://there.invalid/", { environment, retries: 0 }));
    expect(error.message).toBe("the proxy refuses there.invalid with HTTP 407");
  });

  it("gives up a server that falls silent", async () => {
    const { url } = await serve((_, response) => void response.writeHead(200).write("x"));
    const answer = await sendRequest(url, { ...options, stallTimeoutMs: 100 });
    await expect(text(answer)).rejects.toThrow("nothing came for 0.1 s");
  });

  // https://github.com/nodejs/undici/issues/5360: an assertion in undici, and so in `fetch`, ends the process.
  it.each(["content-length: 65536\r\n", ""])(
    "outlives a server that closes behind an unread body (%j)",
    async (length) => {
      const server = createTcpServer((socket) => {
        socket.once("data", () => {
          socket.write(`HTTP/1.1 200 OK\r\n${length}connection: close\r\n\r\n`);
          socket.end(Buffer.alloc(65_536));
        });
      });
      const answer = await sendRequest(await listen(server), options);
      await sleep(100);
      expect((await text(answer)).length).toBe(65_536);
    },
  );
});

describe("what may pass", () => {
  it.each([
    [200, false],
    [400, false],
    [403, false],
    [404, false],
    [408, true],
    [409, false],
    [429, true],
    [500, true],
    [503, true],
    [599, true],
  ])("HTTP %i: %s", (code, transient) => {
    expect(isTransientStatus(code)).toBe(transient);
    expect(mayPass(new StatusError(code, "", null))).toBe(transient);
  });

  const withCode = (code: string) => Object.assign(new Error(code), { code });
  it.each<[string, Error, boolean]>([
    ["a connection", withCode("ECONNRESET"), true],
    ["a full disk", withCode("ENOSPC"), false],
    ["a bug", new TypeError("x is undefined"), false],
    ["broken infrastructure", new InfrastructureError("x"), true],
    ["bad input", new BadInputError("x"), false],
  ])("%s: %s", (_, error, passes) => {
    expect(mayPass(error)).toBe(passes);
  });

  it.each<[Error, boolean]>([
    [withCode("ECONNREFUSED"), true],
    [new TypeError("fetch failed", { cause: withCode("ECONNRESET") }), true],
    [withCode("ENOENT"), false],
    [new Error("odd"), false],
  ])("%s is a connection's: %s", (error, isOne) => {
    expect(isConnectionError(error)).toBe(isOne);
  });

  const refused = (place: string) =>
    Object.assign(withCode("ECONNREFUSED"), { message: `connect ECONNREFUSED ${place}` });
  it.each<[Error, string]>([
    [new TypeError("fetch failed", { cause: refused("10.0.0.1:443") }), "connect ECONNREFUSED 10.0.0.1:443"],
    [new AggregateError([refused("::1:80"), refused("127.0.0.1:80")], ""), "connect ECONNREFUSED ::1:80"],
    [
      new Error("Could not ask", {
        cause: new TypeError("fetch failed", { cause: new AggregateError([refused("a:1")]) }),
      }),
      "connect ECONNREFUSED a:1",
    ],
    [new Error("Bad response: 407"), "the proxy refuses with HTTP 407"],
    [
      new TypeError("fetch failed", {
        cause: Object.assign(withCode("SELF_SIGNED_CERT_IN_CHAIN"), { message: "self-signed certificate" }),
      }),
      "self-signed certificate (NODE_EXTRA_CA_CERTS=FILE adds the certificate of an authority)",
    ],
    [new Error("", { cause: "odd" }), ""],
  ])("%s says %s", (error, message) => {
    expect(connectionMessage(error)).toBe(message);
  });
});
