import { stripVTControlCharacters } from "node:util";
import { widthOf } from "./one-line.ts";

const ESC = "\u001B[";
/** Terminals that know it show all between the two at once; the others ignore it. */
const SYNCHRONIZED = { begin: `${ESC}?2026h`, end: `${ESC}?2026l` };
/** A character that is wider than expected then costs the end of its line, not a line of what stands above. */
const WRAP = { off: `${ESC}?7l`, on: `${ESC}?7h` };
const ERASE_LINE_END = `${ESC}K`;
const ERASE_BELOW = `${ESC}J`;

/**
 * Lines at the bottom of a terminal that are replaced again and again, below lines that stay. Every change is one write. The
 * cursor rests at the start of the line below the block and stays visible, so that a kill leaves nothing to be restored.
 *
 * Not log-update: that one erases as many lines as it wrote, which is wrong once a narrower terminal has wrapped them.
 */
export class LiveBlock {
  readonly #stream: NodeJS.WriteStream;
  #lines: readonly string[] = [];
  #drawnColumns = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Writes the lines that stay above the block and replaces the block; nothing where that changes nothing. */
  update(staying: readonly string[], block: readonly string[]): void {
    if (staying.length === 0 && this.#shows(block)) return;
    const up = this.#rowsOf(this.#lines);
    const home = up === 0 ? "" : `${ESC}${up}A`;
    // Overwriting flickers less than erasing. But lines that stay may wrap, where erasing their ends would cut them, and lines
    // that a narrower terminal has wrapped would be joined again once it gets wider.
    const columns = this.#columns();
    const erase = staying.length > 0 || columns !== this.#drawnColumns ? ERASE_BELOW : "";
    const above = staying.map((line) => `${line}\n`).join("");
    const below = block.map((line) => `${line}${ERASE_LINE_END}\n`).join("");
    this.#stream.write(
      `${SYNCHRONIZED.begin}${home}\r${erase}${above}${WRAP.off}${below}${ERASE_BELOW}${WRAP.on}${SYNCHRONIZED.end}`,
    );
    this.#lines = [...block];
    this.#drawnColumns = columns;
  }

  #shows(block: readonly string[]): boolean {
    return block.length === this.#lines.length && block.every((line, index) => line === this.#lines[index]);
  }

  /** Rows that lines take by now: terminals wrap what stands there when they get narrower. */
  #rowsOf(lines: readonly string[]): number {
    const columns = this.#columns();
    return lines.reduce(
      (rows, line) => rows + Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / columns)),
      0,
    );
  }

  #columns(): number {
    return this.#stream.columns || 80;
  }
}
