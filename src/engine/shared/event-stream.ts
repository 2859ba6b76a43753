import { ReadableStream } from "node:stream/web";
import type { ExecutionEvent } from "../engine.ts";

/**
 * The events of work as a stream, which begins at once. It ends as the work does, with its error where it fails.
 *
 * @param work gets a signal that aborts with `ended`, and when the reader leaves, who is told no more then and waits for its end
 */
export function streamEvents(
  ended: AbortSignal,
  work: (emit: (event: ExecutionEvent) => void, signal: AbortSignal) => Promise<void>,
): AsyncIterable<ExecutionEvent> {
  const left = new AbortController();
  let working: Promise<void> = Promise.resolve();
  return new ReadableStream<ExecutionEvent>({
    start(controller) {
      const emit = (event: ExecutionEvent) => {
        if (!left.signal.aborted) controller.enqueue(event);
      };
      working = work(emit, AbortSignal.any([ended, left.signal])).then(
        () => {
          if (!left.signal.aborted) controller.close();
        },
        (error) => {
          if (!left.signal.aborted) controller.error(error);
        },
      );
    },
    async cancel() {
      left.abort();
      await working;
    },
  });
}
