import { joinMissing, missingFilesOf } from "../../cluster/tools/artifacts.ts";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";

/**
 * Waits for the work; the first failure aborts the rest and is the one that is thrown.
 *
 * @param heard is not waited for, but ends the work when it fails
 */
export async function allOrAbort(
  work: readonly Promise<unknown>[],
  failed: AbortController,
  heard: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  let first: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    first ??= { error };
    failed.abort(new InfrastructureError(errorMessage(error), { cause: error }));
  };
  heard.catch(fail);
  await Promise.all(work.map((promise) => promise.catch(fail)));
  if (first !== undefined) throw first.error;
}

/** The same for work that gets files: one that lacks some aborts nothing, so that one error names what all of it lacks. */
export async function allFilesOrAbort(work: readonly Promise<unknown>[], failed: AbortController): Promise<void> {
  // In the order of the work, whichever failed first.
  const errors: unknown[] = work.map(() => undefined);
  const others = work.map((promise, index) =>
    promise.catch((error: unknown) => {
      if (missingFilesOf(error).length === 0) throw error;
      errors[index] = error;
    }),
  );
  await allOrAbort(others, failed);
  const lacking = errors.filter((error) => error !== undefined);
  if (lacking.length > 0) throw joinMissing(lacking);
}
