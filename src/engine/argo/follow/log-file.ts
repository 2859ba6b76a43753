import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "../../../lib/errors.ts";
import { formatBytes } from "../../../lib/text/format.ts";

/** Of one attempt: what a pod prints beyond it is on the cluster only. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The part of a case's log file that is one attempt's. It begins with a header, as the local engine's does. What an earlier
 * process wrote of the same attempt is replaced, since its log is read from the beginning again.
 */
export class AttemptLog {
  readonly #path: string;
  readonly #header: string;
  readonly #mostBytes: number;
  #begun = false;
  #bytes = 0;

  constructor(path: string, attempt: number, pod: string, mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
    this.#path = path;
    this.#header = `=== attempt ${attempt}, pod ${pod}\n`;
  }

  /** Appends lines; calls must not overlap. Throws Node.js' system errors. */
  async append(lines: readonly string[]): Promise<void> {
    if (!this.#begun) {
      await this.#begin();
      this.#begun = true;
    }
    if (this.#bytes > this.#mostBytes) return;
    const text = lines.map((line) => `${line}\n`).join("");
    this.#bytes += Buffer.byteLength(text);
    const isFull = this.#bytes > this.#mostBytes;
    const end = `=== spark-loadtest: this log has more than ${formatBytes(this.#mostBytes)}; the rest is left out\n`;
    await appendFile(this.#path, isFull ? text + end : text);
  }

  async #begin(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const before = await readFile(this.#path).catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    const at = before.indexOf(this.#header);
    if (at !== -1 && (at === 0 || before[at - 1] === 0x0a)) await truncate(this.#path, at);
    await appendFile(this.#path, this.#header);
  }
}
