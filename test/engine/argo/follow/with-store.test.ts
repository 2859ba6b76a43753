import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withStore } from "../../../../src/engine/argo/follow/with-store.ts";

const never = new AbortController().signal;
const untilAborted = (signal: AbortSignal) => sleep(60_000, undefined, { signal }).then(() => undefined);

it("does its work while the store comes up", async () => {
  await withStore(new Promise(() => undefined), never, async () => undefined);
});

it("ends the work when the store cannot start, and says why", async () => {
  const storeUp = sleep(5).then(() => Promise.reject(new Error("ErrImagePull")));
  await expect(withStore(storeUp, never, untilAborted)).rejects.toThrow("ErrImagePull");
});

it("says why also where the work ended by itself when it was told to", async () => {
  const storeUp = sleep(5).then(() => Promise.reject(new Error("ErrImagePull")));
  const work = (signal: AbortSignal) => untilAborted(signal).catch(() => undefined);
  await expect(withStore(storeUp, never, work)).rejects.toThrow("ErrImagePull");
});

it("leaves what the work fails of as it is", async () => {
  await expect(withStore(Promise.resolve(), never, () => Promise.reject(new Error("Forbidden")))).rejects.toThrow(
    "Forbidden",
  );
});

it("blames no store for an interrupt", async () => {
  const interrupt = new AbortController();
  const storeUp = untilAborted(interrupt.signal);
  const work = (signal: AbortSignal) => untilAborted(signal).catch(() => undefined);
  const done = withStore(storeUp, interrupt.signal, work);
  interrupt.abort();
  await done;
});
