import { plural } from "../lib/text/format.ts";
import { neutraliseCommands } from "../lib/text/printable.ts";
import { toOneLine } from "./one-line.ts";

/** A group of lines that is folded at first, in one piece, so that nothing gets between; ends with a line end. */
export function renderGroup(title: string, lines: readonly string[]): string {
  // The runner decodes percents in what follows a command.
  const shown = toOneLine(title).replaceAll("%", "%25");
  const body = lines.map((line) => `${neutraliseCommands(toOneLine(line))}\n`).join("");
  return `::group::${shown}\n${body}::endgroup::\n`;
}

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
    if (this.#dropped === 0) return [...this.#lines];
    return [`(${plural(this.#dropped, "line")} before these: logs/${caseName}.log)`, ...this.#lines];
  }

  #keepLast(count: number): void {
    const over = Math.max(0, this.#lines.length - count);
    this.#dropped += over;
    this.#lines = this.#lines.slice(over);
  }
}
