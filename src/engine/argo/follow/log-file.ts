import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "../../../lib/errors.ts";

/**
 * The part of a case's log file that is one attempt's. It begins with a header, as the local engine's does. What an earlier
 * process wrote of the same attempt is replaced, since its log is read from the beginning again.
 */
export class AttemptLog {
  readonly #path: string;
  readonly #header: string;
  #begun = false;

  constructor(path: string, attempt: number, pod: string) {
    this.#path = path;
    this.#header = `=== attempt ${attempt}, pod ${pod}\n`;
  }

  /** Appends lines; calls must not overlap. Throws Node.js' system errors. */
  async append(lines: readonly string[]): Promise<void> {
    if (!this.#begun) {
      await this.#begin();
      this.#begun = true;
    }
    await appendFile(this.#path, lines.map((line) => `${line}\n`).join(""));
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
