import { describe, it } from "vitest";
import { TARGETS } from "../scripts/fuzz/targets/targets.ts";
import { tryInput } from "../scripts/fuzz/try-input.ts";

const INPUTS = 50;
const SEED = 1;

/** A taste of `npm run fuzz`, which says what it holds inputs to. */
describe.each(TARGETS)("the fuzzer of $name", (target) => {
  it(`finds nothing in ${INPUTS} inputs`, { timeout: 300_000 }, async () => {
    for (let index = 0; index < INPUTS; index++) await tryInput(target, SEED, index);
  });
});
