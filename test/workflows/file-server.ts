import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

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

/** Writes a data set with its checksums, as a data pod does. */
export function writeDataSet(folder: string, files: Readonly<Record<string, string>>): void {
  const lines = Object.entries(files).map(([name, text]) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return `${createHash("sha256").update(text).digest("hex")}  ${name}\n`;
  });
  writeFileSync(join(folder, "_SHA256SUMS"), lines.join(""));
}
