import { expect, it } from "vitest";
import { readSurroundings } from "../../../src/commands/shared/command-progress.ts";

it.each([
  [{}, { ci: null, plain: false, color: true }],
  [
    { TERM: "xterm-256color", CI: "" },
    { ci: null, plain: false, color: true },
  ],
  [{ CI: "false" }, { ci: null, plain: false, color: true }],
  [{ TERM: "dumb" }, { ci: null, plain: true, color: false }],
  [{ CI: "true" }, { ci: null, plain: true, color: true }],
  [{ CI: "woodpecker" }, { ci: null, plain: true, color: true }],
  [{ NO_COLOR: "1" }, { ci: null, plain: false, color: false }],
  [{ NO_COLOR: "" }, { ci: null, plain: false, color: true }],
  [
    { CI: "true", GITHUB_ACTIONS: "true" },
    { ci: "github", plain: true, color: true },
  ],
])("%j is %j", (environment, surroundings) => {
  expect(readSurroundings(environment)).toEqual(surroundings);
});
