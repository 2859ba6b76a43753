import { plural } from "../lib/text/format.ts";
import { toOneLine } from "./one-line.ts";

/** Up to so many lines of a case are printed in full; of more only the last, because the whole log is a file of the run. */
const MOST_LINES = 500;
const LAST_LINES = 200;

/** The end of a case's log, held until the case has ended. */
export class LogTail {
  #lines: string[] = [];
  #dropped = 0;

  push(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#keepLast(LAST_LINES);
  }

  /** The lines that are shown, and in the first one how many are not. */
  render(caseName: string, most = LAST_LINES): string[] {
    if (this.#dropped > 0 || this.#lines.length > MOST_LINES || most < LAST_LINES) this.#keepLast(most);
    const lines = this.#lines.map(toOneLine);
    if (this.#dropped === 0) return lines;
    return [`(${plural(this.#dropped, "line")} before these: logs/${caseName}.log)`, ...lines];
  }

  #keepLast(count: number): void {
    const over = Math.max(0, this.#lines.length - count);
    this.#dropped += over;
    this.#lines = this.#lines.slice(over);
  }
}
