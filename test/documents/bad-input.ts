import { expect } from "vitest";
import { BadInputError } from "../../src/lib/errors.ts";

/** The BadInputError that a promise ends with. */
export async function badInput(promise: Promise<unknown>): Promise<BadInputError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
  return error as BadInputError;
}
