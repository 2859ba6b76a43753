import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { readEventLogs } from "../src/collect/application/read-event-logs.ts";
import { collectFromHistoryServer } from "../src/collect/history-server/history-server.ts";
import { errorMessage } from "../src/lib/errors.ts";

/**
 * Records what a real History Server answers for event logs: everything that `collectFromHistoryServer` asks it for.
 *
 *   docker run --rm -p 127.0.0.1:18080:18080 -v "$PWD/test/fixtures/eventlogs/4.3.0-skew:/logs:ro" \
 *     -e SPARK_HISTORY_OPTS=-Dspark.history.fs.logDirectory=file:///logs --entrypoint /opt/spark/bin/spark-class \
 *     apache/spark:4.1.1 org.apache.spark.deploy.history.HistoryServer
 *   node scripts/record-history-server.ts http://127.0.0.1:18080 test/fixtures/history-server test/fixtures/eventlogs/4.3.0-skew
 *
 * Further arguments are further logs that the server has. With --with-logs the server is asked for the logs too, in place of reading them here.
 */
const withLogs = process.argv.includes("--with-logs");
const [server, out, ...logs] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (server === undefined || out === undefined || logs.length === 0)
  throw new Error("usage: record-history-server.ts [--with-logs] URL OUT LOG...");

const { spark: version } = (await (await fetch(new URL("/api/v1/version", server))).json()) as { spark: string };
for (const log of logs) {
  const [application] = await readEventLogs([log]);
  const answers: Record<string, { status: number; type: string; body: string }> = {};
  const proxy = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url!, server));
    const type = answer.headers.get("content-type") ?? "";
    const body = Buffer.from(await answer.arrayBuffer());
    answers[request.url!] = {
      status: answer.status,
      type,
      body: body.toString(type === "application/octet-stream" ? "base64" : "utf8"),
    };
    response.writeHead(answer.status, { "content-type": type }).end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => proxy.once("listening", resolve));
  const url = new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  const said = await collectFromHistoryServer(url, application!.id, {
    signal: new AbortController().signal,
    listedWithinMs: 0,
    // Such that the largest of the recorded logs takes two pages.
    tasksPerPage: 500,
    ...(withLogs ? {} : { eventLogDirectory: log }),
  }).then(() => "the whole of it", errorMessage);
  proxy.close();
  const file = join(out, version, `${basename(log)}.json.gz`);
  mkdirSync(join(out, version), { recursive: true });
  writeFileSync(file, gzipSync(JSON.stringify(answers), { level: 9 }));
  console.error(`${file}: ${said}`);
}
