import { EventEmitter } from "node:events";
import xterm from "@xterm/headless";

/** The methods of a stream that progress is shown on; what is written is kept. */
class FakeStream extends EventEmitter {
  readonly writes: string[] = [];
  writableNeedDrain = false;

  write(text: string): boolean {
    this.writes.push(text);
    return true;
  }

  asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

/** A stream that is no terminal. */
export class FakeLog extends FakeStream {
  /** Takes what was written since the last time. */
  take(): string {
    return this.writes.splice(0).join("");
  }
}

/** A terminal that does what is written to it, and wraps its lines anew when its size changes. */
export class FakeTerminal extends FakeStream {
  readonly isTTY = true;
  readonly #screen: InstanceType<typeof xterm.Terminal>;

  constructor(columns: number, rows: number) {
    super();
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }

  get columns(): number {
    return this.#screen.cols;
  }

  get rows(): number {
    return this.#screen.rows;
  }

  override write(text: string): boolean {
    this.#screen.write(text);
    return super.write(text);
  }

  /** Everything that was ever shown and is still there, from the top of what can be scrolled to. */
  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.#screen.write("", resolve));
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.lines();
    this.#screen.resize(columns, rows);
    this.emit("resize");
  }
}
