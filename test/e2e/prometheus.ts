import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Why there is no Prometheus here, in one sentence; null where there is one. */
export async function findMissingPrometheus(): Promise<string | null> {
  try {
    await execute("prometheus", ["--version"], { timeout: 20_000 });
    return null;
  } catch {
    return "prometheus is missing: install it (Debian's package prometheus), or name a running one in E2E_PROMETHEUS_URL.";
  }
}

/** One series of an answer: its labels, and its values as text. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly string[];
}

/** The HTTP API of a Prometheus. */
export class PrometheusApi {
  readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/$/, "");
  }

  /** At one moment, or for a graph of the six hours before it. */
  async query(query: string, options: { readonly isRange: boolean }): Promise<Series[]> {
    const now = Math.floor(Date.now() / 1000);
    const range = { start: String(now - 6 * 3_600), end: String(now), step: "120" };
    const data = (await this.#get(options.isRange ? "query_range" : "query", {
      query,
      ...(options.isRange ? range : { time: String(now) }),
    })) as {
      resultType: string;
      result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
    };
    return data.result.map(({ metric, value, values }) => ({
      metric,
      values: (values ?? [value!]).map(([, text]) => text),
    }));
  }

  /** What Grafana's `label_values(selector, label)` asks for. */
  async labelValues(selector: string, label: string): Promise<string[]> {
    const start = String(Math.floor(Date.now() / 1000) - 6 * 3_600);
    return (await this.#get(`label/${label}/values`, { "match[]": selector, start })) as string[];
  }

  async #get(path: string, parameters: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== "success") throw new Error(`${parameters.query ?? path}: ${answer.error}`);
    return answer.data;
  }
}

/** A Prometheus of this test's own, on the loopback, that takes remote writes and scrapes what it is told to. */
export class Prometheus extends PrometheusApi {
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    super(url);
    this.#process = process;
    this.#folder = folder;
  }

  static async start(): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "prometheus-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(
      join(folder, "prometheus.yml"),
      `global: {scrape_interval: 1s}
scrape_configs:
  - job_name: pages
    file_sd_configs: [{files: ["${folder}/targets-*.json"], refresh_interval: 1s}]
`,
    );
    const child = spawn(
      "prometheus",
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--web.enable-remote-write-receiver",
      ],
      { stdio: "ignore" },
    );
    const prometheus = new Prometheus(url, child, folder);
    for (let tries = 0; tries < 100; tries++) {
      const ready = await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return prometheus;
      await sleep(100);
    }
    await prometheus.stop();
    throw new Error("Prometheus did not start.");
  }

  /** Has a page scraped every second from now on, its series with these labels as well. */
  async scrape(text: string, labels: Readonly<Record<string, string>> = {}): Promise<{ close(): void }> {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(
      join(this.#folder, `targets-${port}.json`),
      JSON.stringify([{ targets: [`127.0.0.1:${port}`], labels }]),
    );
    return { close: () => server.close() };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
