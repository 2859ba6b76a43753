import { abortedError } from "../tools/run-tool.ts";

export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that others settle; nobody has to be waiting when it is rejected. */
export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/**
 * A promise's outcome, or an aborted ExecError as soon as the signal aborts.
 *
 * @param what for that error: "load images"
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  if (signal.aborted) throw abortedError(what);
  const abort = deferred<never>();
  const onAbort = () => abort.reject(abortedError(what));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, abort.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
