import { expect, it } from "vitest";
import { createSuffix, nameAttempt } from "../../src/scenarios/names.ts";

it.each([
  ["join", "spark-test", "spark-test-join-0a1b2c3d", "spark-join-0a1b2c3d"],
  ["Join_Two.Tables", "load", "load-join-two-tables-0a1b2c3d", "spark-join-two-tables-0a1b2c3d"],
  ["結合", "spark-test", "spark-test-scenario-0a1b2c3d", "spark-scenario-0a1b2c3d"],
  ["x".repeat(100), "p".repeat(40), `${"p".repeat(40)}-${"x".repeat(13)}-0a1b2c3d`, `spark-${"x".repeat(38)}-0a1b2c3d`],
  [
    "a-very-long-name-that-would-end-in-a-hyphe-n",
    "q".repeat(12),
    "qqqqqqqqqqqq-a-very-long-name-that-would-end-in-a-hyphe-0a1b2c3d",
    "spark-a-very-long-name-that-would-end-in-a-h-0a1b2c3d",
  ],
])("%s in %s", (scenario, prefix, namespace, release) => {
  const names = nameAttempt(scenario, prefix, "0a1b2c3d");
  expect(names.release).toBe(release);
  expect(names.namespace.length).toBeLessThanOrEqual(63);
  expect(names.release.length).toBeLessThanOrEqual(53);
  for (const name of Object.values(names)) expect(name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])$/);
  if (scenario.length < 40 || scenario.startsWith("x")) expect(names.namespace).toBe(namespace);
});

it("makes suffixes that differ", () => {
  expect(new Set(Array.from({ length: 1000 }, createSuffix)).size).toBe(1000);
});
