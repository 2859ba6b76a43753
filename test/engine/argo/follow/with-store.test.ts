import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withStore } from "../../../../src/engine/argo/follow/with-store.ts";

const never = new AbortController().signal;
const untilAborted = (signal: AbortSignal) => sleep(60_000, undefined, { signal }).then(() => undefined);

it("does its work while the store comes up", async () => {
  await withStore(
    () => new Promise(() => undefined),
    never,
    async () => undefined,
  );
});

it("ends the work when the store cannot start, and says why", async () => {
  const store = () => sleep(5).then(() => Promise.reject(new Error("ErrImagePull")));
  await expect(withStore(store, never, untilAborted)).rejects.toThrow("ErrImagePull");
});

it("says why also where the work ended by itself when it was told to", async () => {
  const store = () => sleep(5).then(() => Promise.reject(new Error("ErrImagePull")));
  const work = (signal: AbortSignal) => untilAborted(signal).catch(() => undefined);
  await expect(withStore(store, never, work)).rejects.toThrow("ErrImagePull");
});

it("leaves what the work fails of as it is", async () => {
  await expect(
    withStore(
      () => Promise.resolve(),
      never,
      () => Promise.reject(new Error("Forbidden")),
    ),
  ).rejects.toThrow("Forbidden");
});

it("blames no store for an interrupt", async () => {
  const interrupt = new AbortController();
  const work = (signal: AbortSignal) => untilAborted(signal).catch(() => undefined);
  const done = withStore(untilAborted, interrupt.signal, work);
  interrupt.abort();
  await done;
});

it("ends the watch with the work", async () => {
  let watched: AbortSignal | undefined;
  const store = (signal: AbortSignal) => {
    watched = signal;
    return untilAborted(signal);
  };
  await withStore(store, never, () => sleep(5));
  expect(watched!.aborted).toBe(true);
});
