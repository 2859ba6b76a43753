const NEWLINE = 0x0a;

export interface ByteLine {
  readonly bytes: Buffer;
  /** Whether its end was dropped. */
  readonly cut: boolean;
}

/**
 * Cuts bytes that come in pieces into lines, without their ends. Of a line longer than `longest` bytes the rest is dropped, so
 * that one without an end cannot fill the memory.
 */
export class ByteLines {
  readonly #longest: number;
  #pieces: Buffer[] = [];
  #length = 0;
  #cut = false;

  constructor(longest = Number.POSITIVE_INFINITY) {
    this.#longest = longest;
  }

  /** Whether the end of the line that is coming is dropped. */
  get isCut(): boolean {
    return this.#cut;
  }

  push(chunk: Buffer): ByteLine[] {
    const lines: ByteLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#add(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
    return lines;
  }

  /** What follows the last newline: half a line, unless this was the end of all. */
  rest(): ByteLine[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  #take(): ByteLine {
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    const line = { bytes, cut: this.#cut };
    this.#pieces = [];
    this.#length = 0;
    this.#cut = false;
    return line;
  }

  #add(piece: Buffer): void {
    const room = this.#longest - this.#length;
    const kept = piece.length > room ? piece.subarray(0, room) : piece;
    this.#cut ||= kept.length < piece.length;
    this.#pieces.push(kept);
    this.#length += kept.length;
  }
}
