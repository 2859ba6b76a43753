import { stripVTControlCharacters } from "node:util";
import { redraw } from "../lib/process/output.ts";
import { widthOf } from "./one-line.ts";

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
    // Overwriting flickers less than erasing. But lines that stay may wrap, where erasing their ends would cut them, and lines
    // that a narrower terminal has wrapped would be joined again once it gets wider.
    const columns = this.#columns();
    redraw(this.#stream, { up, erase: staying.length > 0 || columns !== this.#drawnColumns, staying, block });
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
