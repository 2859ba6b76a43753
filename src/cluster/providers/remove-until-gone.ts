import { setTimeout as sleep } from "node:timers/promises";
import { InfrastructureError } from "../../lib/errors.ts";
import { listContainerIds, type ToolContext } from "../images/docker.ts";

const ROUNDS = 5;
/** Docker finishes a container that was asked for, though whoever asked is gone. */
const LATE_MS = 1_500;

/**
 * Deletes a cluster of containers, again while any with its label is there.
 *
 * @param interrupted whether its making was ended half-way, so that containers may come up late
 */
export async function removeUntilGone(
  label: string,
  remove: () => Promise<unknown>,
  { interrupted, ...context }: ToolContext & { readonly interrupted: boolean },
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await remove();
    if (interrupted) await sleep(LATE_MS);
    if ((await listContainerIds(label, "all", context)).length === 0) return;
  }
  throw new InfrastructureError(`Docker still has containers with the label ${label}.`);
}
