import type { PrepareEvent } from "../engine.ts";

/** How often a step without news says that it is still at work. */
const HEARTBEAT_MS = 5_000;

/** Tells a step's beginning, its news and its end. */
export async function showStep<T>(
  step: string,
  onEvent: (event: PrepareEvent) => void,
  work: (
    say: (detail: string) => void,
    sayFraction: (fraction: number) => void,
  ) => Promise<{ value: T; detail: string }>,
): Promise<T> {
  let latest: PrepareEvent = { step, state: "running" };
  onEvent(latest);
  const say = (news: { detail: string } | { fraction: number }) => {
    const next = { ...latest, ...news };
    if (next.detail === latest.detail && next.fraction === latest.fraction) return;
    latest = next;
    onEvent(latest);
  };
  const heartbeat = setInterval(() => onEvent(latest), HEARTBEAT_MS);
  try {
    const { value, detail } = await work(
      (text) => say({ detail: text }),
      (fraction) => say({ fraction }),
    );
    onEvent({ step, state: "done", detail });
    return value;
  } finally {
    clearInterval(heartbeat);
  }
}
