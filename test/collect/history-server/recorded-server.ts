import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

/** Real answers of real servers, recorded by scripts/record-history-server.ts; a folder a server's version. */
export const RECORDINGS = join(import.meta.dirname, "../../fixtures/history-server");

interface Answer {
  readonly status: number;
  readonly type: string;
  /** base64 where it is a file. */
  readonly body: string;
}
type Answers = Readonly<Record<string, Answer>>;

/** Answers by path and query. */
export function readRecording(name: string): Answers {
  return JSON.parse(gunzipSync(readFileSync(join(RECORDINGS, `${name}.json.gz`))).toString("utf8"));
}

/** Answers in place of the recording where it gives true. */
export type Interference = (request: IncomingMessage, response: ServerResponse, recorded: Answer) => boolean;

export interface RecordedServer {
  readonly url: URL;
  /** Paths with their queries, as they were asked for. */
  readonly asked: string[];
}

/** A server on the loopback that gives the recorded answers, until the test has finished. */
export async function serveRecording(answers: Answers, interfere: Interference = () => false): Promise<RecordedServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const recorded = answers[request.url!] ?? { status: 404, type: "text/plain", body: `not recorded: ${request.url}` };
    if (interfere(request, response, recorded)) return;
    const { status, type, body } = recorded;
    response.writeHead(status, { "content-type": type });
    response.end(Buffer.from(body, type === "application/octet-stream" ? "base64" : "utf8"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}
