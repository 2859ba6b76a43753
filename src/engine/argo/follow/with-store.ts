/**
 * Does work that can begin before the store is up, and ends it as soon as it is known that there is none, or none any more: no case could
 * hand over anything. Throws what the store failed of, or what the work did.
 *
 * @param store rejects when there is none; ended with the work
 */
export async function withStore(
  store: (signal: AbortSignal) => Promise<void>,
  interrupted: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const noStore = new AbortController();
  const ended = new AbortController();
  store(AbortSignal.any([interrupted, ended.signal])).catch((error) => {
    if (!ended.signal.aborted) noStore.abort(error);
  });
  const isWithout = () => noStore.signal.aborted && !interrupted.aborted;
  try {
    await work(AbortSignal.any([interrupted, noStore.signal]));
  } catch (error) {
    if (!isWithout()) throw error;
  } finally {
    ended.abort();
  }
  if (isWithout()) throw noStore.signal.reason;
}
