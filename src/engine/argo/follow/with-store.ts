/**
 * Does work that can begin before the store is up, and ends it as soon as it is known that there will be none: no case could
 * hand over anything. Throws what the store failed of, or what the work did.
 */
export async function withStore(
  storeUp: Promise<void>,
  interrupted: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const noStore = new AbortController();
  storeUp.catch((error) => noStore.abort(error));
  const isWithout = () => noStore.signal.aborted && !interrupted.aborted;
  try {
    await work(AbortSignal.any([interrupted, noStore.signal]));
  } catch (error) {
    if (!isWithout()) throw error;
  }
  if (isWithout()) throw noStore.signal.reason;
}
