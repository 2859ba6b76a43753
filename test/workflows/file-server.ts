import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CasePod } from "./case-pod.ts";

/** Starts the chart's file server of a folder. */
export async function startFileServer(
  root: string,
  address: readonly string[] = ["--address", "127.0.0.1"],
  port = "0",
): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const args = ["-uB", "workflows/file_server.py", "--root", root, "--port", port, ...address];
  const server = spawn("python3", args, { stdio: ["ignore", "pipe", "inherit"] });
  const said = await new Promise<string>((resolve) => server.stdout.once("data", (text) => resolve(String(text))));
  return { server, url: `http://127.0.0.1:${/(\d+)\s*$/.exec(said)![1]}` };
}

/** The file server of a case's pod in a test, and what it has. */
export class PodStore {
  readonly #pod: CasePod;
  #files: { readonly server: ChildProcess; readonly url: string };

  private constructor(pod: CasePod, files: { readonly server: ChildProcess; readonly url: string }) {
    this.#pod = pod;
    this.#files = files;
    pod.settings.files = new URL(files.url).host;
  }

  static async start(pod: CasePod): Promise<PodStore> {
    mkdirSync(pod.path("store/parts"), { recursive: true });
    return new PodStore(pod, await startFileServer(pod.path("store")));
  }

  path(...path: string[]): string {
    return this.#pod.path("store", ...path);
  }

  placeJar(name: string): void {
    writeFileSync(this.path("parts", name), name);
    this.#place(name, "jar");
  }

  /** Spark Connect's client, of empty packages. */
  async placeClient(): Promise<void> {
    await this.#pod.addConnectClient("packed/client");
    execFileSync("tar", ["-cf", this.path("parts/client.tar"), "-C", this.#pod.path("packed"), "client"]);
    this.#place("client.tar", "client");
  }

  #place(name: string, is: "client" | "jar"): void {
    const content = readFileSync(this.path("parts", name));
    this.#pod.parts.push({ name, sha256: createHash("sha256").update(content).digest("hex"), is });
  }

  stop(): void {
    this.#files.server.kill();
  }

  /** On the same port. */
  async startAgain(): Promise<void> {
    this.#files = await startFileServer(this.path(), ["--address", "127.0.0.1"], new URL(this.#files.url).port);
  }
}

/** Writes a data set with its checksums, as a data pod does. */
export function writeDataSet(folder: string, files: Readonly<Record<string, string>>): void {
  const lines = Object.entries(files).map(([name, text]) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return `${createHash("sha256").update(text).digest("hex")}  ${name}\n`;
  });
  writeFileSync(join(folder, "_SHA256SUMS"), lines.join(""));
}
