export interface DelayedAbort {
  /** Aborts as the given one does, but not while it is held. */
  readonly signal: AbortSignal;
  readonly hold: () => void;
  readonly release: () => void;
}

/** A signal that follows another one, and waits, for `longestMs` at most, while a step goes on that has to be finished. */
export function delayAbort(signal: AbortSignal, longestMs: number): DelayedAbort {
  const abort = new AbortController();
  let isHeld = false;
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    isHeld = false;
    clearTimeout(timer);
    if (signal.aborted) abort.abort();
  };
  const onAbort = () => {
    if (!isHeld) abort.abort();
    else timer = setTimeout(release, longestMs);
  };
  if (signal.aborted) abort.abort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return {
    signal: abort.signal,
    hold() {
      isHeld = true;
    },
    release,
  };
}
