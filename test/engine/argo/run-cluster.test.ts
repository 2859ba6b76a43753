import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { MANAGED_BY, MANAGER } from "../../../src/cluster/namespaces/labels.ts";
import { RunCluster } from "../../../src/engine/argo/run-cluster.ts";
import { planExecutions } from "../../../src/plan/execution.ts";
import { createPlan } from "../../../src/plan/plan.ts";
import { type ApiRequest, type ApiServer, refusal, startApiServer } from "../../kube/api-server.ts";
import { makeTier } from "../../plan/make-tier.ts";
import { makeClusterSpec } from "../../spec/make-spec.ts";

const isNamespace = ({ path }: ApiRequest) => path.startsWith("/api/v1/namespaces");

/** What helm answers to `version`, and to `show chart`. */
const HELM = `#!/bin/sh
case "$1" in
  version) echo v3.19.0+g3d8990f ;;
  show) printf 'name: argo-workflows\\nversion: 1.0.18\\nappVersion: v4.0.6\\n' ;;
  *) exit 1 ;;
esac
`;

describe("remove", () => {
  let bin: string;
  let api: ApiServer | undefined;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "run-cluster-"));
    writeFileSync(join(bin, "helm"), HELM);
    chmodSync(join(bin, "helm"), 0o755);
  });
  afterEach(async () => {
    await api?.stop();
    rmSync(bin, { recursive: true });
  });

  it("removes namespaces that were asked for, where they came to be and carry this tool's label", async () => {
    const end = new AbortController();
    let asked = 0;
    api = await startApiServer((request) => {
      if (request.method !== "POST" || !isNamespace(request)) return undefined;
      asked += 1;
      // Ended with both requests on their way.
      if (asked === 2) end.abort();
      return refusal(503, "starting");
    });
    const cluster: Partial<Cluster> = {
      exists: async () => true,
      create: async () => ({ created: false }),
      completion: async () => undefined,
      loadImages: async () => ({ missing: [] }),
      kubeConfig: () => api!.kubeConfig(),
      kubeconfigPath: "/nowhere",
    };
    const environment = { PATH: `${bin}:${process.env.PATH}`, RUNNER_TOOL_CACHE: "" };
    const runCluster = new RunCluster(
      makeClusterSpec({ environment, assetsDirectory: "." }, { argoChart: { kind: "path", path: "/argo.tgz" } }),
      cluster as Cluster,
    );
    const { cases } = createPlan(makeTier(), { only: [], exclude: [], coverage: "full" });
    const preparing = runCluster.prepare(planExecutions(cases, null), () => undefined, end.signal);
    await expect(preparing).rejects.toThrow();
    expect(asked).toBe(2);
    api.addNamespace("load", { [MANAGED_BY]: MANAGER });
    api.addNamespace("argo");
    await runCluster.remove(() => undefined, new AbortController().signal);
    const deleted = api.received.filter((request) => request.method === "DELETE" && isNamespace(request));
    expect(deleted.map(({ path }) => path)).toEqual(["/api/v1/namespaces/load"]);
  });

  it("asks nothing of a cluster that was never reached, and deletes what there may be of it", async () => {
    const asked: string[] = [];
    const refuse = () => {
      throw new Error("no kubeconfig");
    };
    const cluster: Partial<Cluster> = { kubeConfig: refuse, delete: async () => void asked.push("delete") };
    await new RunCluster(makeClusterSpec(), cluster as Cluster).remove(
      ({ detail }) => void (detail && asked.push(detail)),
      new AbortController().signal,
    );
    expect(asked).toEqual(["delete", "nothing of the run is left"]);
  });
});
