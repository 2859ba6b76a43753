import { joinMissing, missingFilesOf } from "../../cluster/tools/artifacts.ts";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";

/**
 * Waits for the work; the first failure aborts the rest and is the one that is thrown. Work that lacks files aborts nothing, so that
 * one error can name what all of it lacks.
 *
 * @param heard is not waited for, but ends the work when it fails
 */
export async function allOrAbort(
  work: readonly Promise<unknown>[],
  failed: AbortController,
  heard: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  let first: { readonly error: unknown } | undefined;
  const lacking: unknown[] = [];
  const fail = (error: unknown) => {
    if (missingFilesOf(error).length > 0) {
      lacking.push(error);
      return;
    }
    first ??= { error };
    failed.abort(new InfrastructureError(errorMessage(error), { cause: error }));
  };
  heard.catch(fail);
  await Promise.all(work.map((promise) => promise.catch(fail)));
  if (first !== undefined) throw first.error;
  if (lacking.length > 0) throw joinMissing(lacking);
}
