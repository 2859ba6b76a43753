/**
 * Lets a reader that has seen enough (`| head`) go without an error: what is written after that is lost, and the command ends as it
 * would have. Also of stderr, whose end must not keep a run from removing what it made.
 */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** Aborted when nobody reads stdout any more. */
export function untilReaderGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.once("error", () => gone.abort());
  return gone.signal;
}
