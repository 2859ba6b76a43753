/** How far back an interrupted log is read again: stdout and stderr reach the log a little out of order. */
const OVERLAP_SECONDS = 1;

/**
 * Remembers which lines of a container's log have been taken, so that a stream that dropped goes on without losing or doubling
 * one. The kubelet's `sinceTime` has whole seconds, so what was taken of the last seconds comes again; lines are told apart by
 * their timestamps (nanoseconds) and, among those of one timestamp, by their number.
 */
export class LogCursor {
  /** Lines taken, by timestamp, from `sinceTime` on; grouped by second. */
  readonly #taken = new Map<number, Map<string, number>>();
  #latestSecond: number | undefined;
  /** What the current stream may give again. */
  #again = new Map<string, number>();
  #parsed = { prefix: "", second: 0 };

  /** Where a new stream has to start; undefined for the beginning. Call it for each new stream. */
  restart(): string | undefined {
    this.#again = new Map([...this.#taken.values()].flatMap((lines) => [...lines]));
    if (this.#latestSecond === undefined) return undefined;
    return new Date((this.#latestSecond - OVERLAP_SECONDS) * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  }

  /** Whether the line with this timestamp is new to us; it is taken then. */
  take(timestamp: string): boolean {
    const again = this.#again.get(timestamp) ?? 0;
    if (again > 0) {
      this.#again.set(timestamp, again - 1);
      return false;
    }
    this.#remember(timestamp);
    return true;
  }

  #remember(timestamp: string): void {
    const second = this.#secondOf(timestamp);
    if (this.#latestSecond === undefined || second > this.#latestSecond) {
      this.#latestSecond = second;
      for (const old of this.#taken.keys()) if (old < second - OVERLAP_SECONDS) this.#taken.delete(old);
    }
    if (second < this.#latestSecond - OVERLAP_SECONDS) return;
    const lines = this.#taken.get(second) ?? new Map<string, number>();
    lines.set(timestamp, (lines.get(timestamp) ?? 0) + 1);
    this.#taken.set(second, lines);
  }

  /** Seconds since 1970 of a timestamp with a fraction and a zone: "2026-11-24T11:40:00.123456789Z", "...+01:00". */
  #secondOf(timestamp: string): number {
    const prefix = timestamp.slice(0, 19);
    if (prefix !== this.#parsed.prefix) {
      const zone = /(?:Z|[+-]\d\d:\d\d)$/.exec(timestamp)?.[0] ?? "Z";
      this.#parsed = { prefix, second: Math.floor(Date.parse(prefix + zone) / 1000) };
    }
    return this.#parsed.second;
  }
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** A line of a log with timestamps, in its parts; null for one that the kubelet itself put in ("failed to watch file"). */
export function splitTimestamp(line: string): { readonly timestamp: string; readonly text: string } | null {
  const space = line.indexOf(" ");
  const timestamp = space === -1 ? line : line.slice(0, space);
  if (!TIMESTAMP.test(timestamp)) return null;
  return { timestamp, text: space === -1 ? "" : line.slice(space + 1) };
}
