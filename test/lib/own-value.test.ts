import { expect, it } from "vitest";
import { ownValue } from "../../src/lib/own-value.ts";

it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("finds %s only where it was put", (name) => {
  expect(ownValue({ other: 1 }, name)).toBeUndefined();
  expect(ownValue(JSON.parse(`{"${name}":1}`), name)).toBe(1);
});
