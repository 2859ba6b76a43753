const NEWLINE = 10;

/** Spark's largest lines are SQL plans of some megabytes. Beyond this, a line is taken for damage and not held in memory. */
export const DEFAULT_MAX_LINE_BYTES = 64 * 2 ** 20;

export interface LineHandlers {
  /** One line without its newline: `bytes` from `start` to `end`, valid during the call only. */
  readonly onLine: (bytes: Buffer, start: number, end: number) => void;
  /** A line over the limit, which was passed over. */
  readonly onLongLine: (length: number) => void;
}

/** Cuts a stream of bytes into lines without making strings of them. Memory is bounded by the longest line allowed. */
export class LineSplitter {
  readonly #handlers: LineHandlers;
  readonly #maxLineBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Length so far of the line that is being passed over; 0 when none is. */
  #passedOver = 0;

  constructor(handlers: LineHandlers, maxLineBytes = DEFAULT_MAX_LINE_BYTES) {
    this.#handlers = handlers;
    this.#maxLineBytes = maxLineBytes;
  }

  write(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#endLine(bytes, start, end);
      start = end + 1;
    }
    if (start < bytes.length) this.#hold(bytes.subarray(start));
  }

  /** The stream has ended. Returns the bytes behind the last newline, which were handed over as a line like all others. */
  end(): number {
    const rest = this.#heldBytes + this.#passedOver;
    if (rest > 0) this.#endLine(Buffer.alloc(0), 0, 0);
    return rest;
  }

  #endLine(bytes: Buffer, start: number, end: number): void {
    if (this.#passedOver > 0) {
      this.#handlers.onLongLine(this.#passedOver + end - start);
      this.#passedOver = 0;
    } else if (this.#heldBytes + end - start > this.#maxLineBytes) {
      this.#handlers.onLongLine(this.#heldBytes + end - start);
    } else if (this.#heldBytes > 0) {
      const line = Buffer.concat([...this.#held, bytes.subarray(start, end)]);
      this.#handlers.onLine(line, 0, line.length);
    } else if (end > start) {
      this.#handlers.onLine(bytes, start, end);
    }
    this.#held = [];
    this.#heldBytes = 0;
  }

  #hold(rest: Buffer): void {
    if (this.#passedOver > 0) {
      this.#passedOver += rest.length;
    } else if (this.#heldBytes + rest.length > this.#maxLineBytes) {
      this.#passedOver = this.#heldBytes + rest.length;
      this.#held = [];
      this.#heldBytes = 0;
    } else {
      // A copy: the decoder may reuse what it handed over.
      this.#held.push(Buffer.from(rest));
      this.#heldBytes += rest.length;
    }
  }
}
