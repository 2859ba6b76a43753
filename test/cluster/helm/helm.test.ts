import { describe, expect, it } from "vitest";
import { setValues } from "../../../src/cluster/helm/helm.ts";

describe("setValues", () => {
  it("sets values one by one, so that those beside them stay", () => {
    expect(setValues({ server: { image: "a:1", ports: [1, 2] }, quota: {}, name: null })).toEqual([
      ...["--set-json", 'server.image="a:1"', "--set-json", "server.ports=[1,2]"],
      ...["--set-json", "quota={}", "--set-json", "name=null"],
    ]);
  });

  it("keeps what a path gives a meaning within its name", () => {
    expect(setValues({ labels: { "a.b/c": "x,y=z" }, "grafana.ini": { "x[0]": 1 } })).toEqual([
      ...["--set-json", 'labels.a\\.b/c="x,y=z"', "--set-json", "grafana\\.ini.x\\[0\\]=1"],
    ]);
  });
});
