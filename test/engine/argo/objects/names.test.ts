import { describe, expect, it } from "vitest";
import { runLabels, toDnsText } from "../../../../src/cluster/namespaces/labels.ts";
import { namespaceOf } from "../../../../src/engine/argo/objects/names.ts";

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

describe("namespaceOf", () => {
  it.each([
    ["p0_smoke_4.1.1_submit_kubernetes_none_join_tiny", "p0-smoke-4-1-1-submit-kubernetes-none-join-tiny-"],
    [
      "p0_smoke_4.1.1_submit_kubernetes_iceberg+rapids_aggregate_11gb",
      "p0-smoke-4-1-1-submit-kubernetes-iceberg-rapids-agg-",
    ],
    ["4.1.1", "c-4-1-1-"],
    ["___", "c-"],
    ["é_ß", "c-"],
  ])("makes a DNS label of %s", (name, readable) => {
    const namespace = namespaceOf("run-1", name);
    expect(namespace).toMatch(LABEL);
    expect(namespace).toMatch(new RegExp(`^${readable}[0-9a-f]{8}$`));
  });

  it("stays a label with room for an attempt, and unique, however long the names are", () => {
    const names = Array.from({ length: 500 }, (_, index) => `tier_${"x".repeat(190)}_${index}`);
    const namespaces = names.map((name) => namespaceOf("run-1", name));
    for (const namespace of namespaces) {
      expect(`${namespace}-99`.length).toBeLessThanOrEqual(63);
      expect(namespace).toMatch(LABEL);
    }
    expect(new Set(namespaces).size).toBe(names.length);
  });

  it("differs from run to run", () => {
    expect(namespaceOf("run-1", "a")).not.toBe(namespaceOf("run-2", "a"));
    expect(namespaceOf("run-1", "a")).toBe(namespaceOf("run-1", "a"));
  });
});

it.each([
  ["p0_smoke", "p0-smoke"],
  ["Org/Repo.Name", "org-repo-name"],
  ["--", ""],
])("toDnsText(%s)", (text, expected) => {
  expect(toDnsText(text)).toBe(expected);
});

it("labels in whole seconds", () => {
  expect(runLabels({ id: "r", owner: "me", expiresAtMs: 1_700_000_000_999 })).toEqual({
    "app.kubernetes.io/managed-by": "spark-loadtest",
    "spark-loadtest/run": "r",
    "spark-loadtest/owner": "me",
    "spark-loadtest/expires": "1700000000",
  });
});
