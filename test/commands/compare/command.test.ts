import { expect, it } from "vitest";
import { call } from "../call.ts";

const FIXTURE = "test/fixtures/hostile/commands-in-a-stage-name";

it.each([[[]], [["--json"]]])("prints nothing that GitHub's runner takes for a command, with %j", async (options) => {
  const folders = ["--current", `${FIXTURE}/now`, "--baseline", `${FIXTURE}/before`];
  const compared = await call(["compare", ...folders, ...options], ".");
  expect(compared.code).toBe(4);
  expect(compared.stdout).toContain("stop-commands");
  expect(compared.stdout).not.toMatch(/^\s*::|##\[/m);
});
