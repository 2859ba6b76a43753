import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeCluster, writeClusterState } from "../../../src/cluster/providers/cluster-state.ts";
import { cleanUp } from "../../../src/commands/cleanup/clean-up.ts";
import type { CleanupConfig } from "../../../src/commands/cleanup/options.ts";
import { findCluster } from "../../../src/commands/shared/open-cluster.ts";
import { ExitCode } from "../../../src/lib/errors.ts";
import type { Progress } from "../../../src/progress/create-progress.ts";
import { type Fakes, makeFakes } from "../../cluster/providers/fakes.ts";
import { type ApiServer, startApiServer } from "../../kube/api-server.ts";

let fakes: Fakes;
let api: ApiServer;
beforeEach(async () => {
  fakes = makeFakes();
  api = await startApiServer();
  fakes.write("config", api.kubeConfig().exportConfig());
});
afterEach(async () => {
  await api.stop();
  fakes.remove();
});

async function cleanUpAll(
  choice: Partial<CleanupConfig["cluster"]> = {},
  scope: Pick<CleanupConfig, "runId" | "all"> = { runId: null, all: true },
): Promise<string[]> {
  const said: string[] = [];
  const progress = { note: (text: string) => said.push(text), prepare: () => undefined } as unknown as Progress;
  const config: CleanupConfig = {
    cluster: { provider: "current", name: "x", context: null, namespace: "load", ...choice },
    ...{ cacheDirectory: fakes.cacheDirectory, ...scope },
  };
  // A helm that is looked for would have to be downloaded, through a proxy that is not there.
  const environment = { ...fakes.environment, KUBECONFIG: fakes.path("config") };
  await cleanUp(config, { environment, progress, signal: new AbortController().signal });
  return said;
}

describe("cleanup", () => {
  it("asks nobody for helm where nothing is installed", async () => {
    expect(await cleanUpAll()).toEqual(["Nothing was left on loaded-context."]);
    expect(fakes.calls("helm")).toEqual([]);
  });

  it("uninstalls what is there", async () => {
    const labels = { owner: "helm", name: "spark-loadtest", version: "1", status: "deployed" };
    api.put("/api/v1/namespaces/load/secrets", { metadata: { name: "release", labels } });
    expect(await cleanUpAll()).toEqual(["✓ what was installed"]);
    expect(fakes.calls("helm uninstall")).toHaveLength(1);
  });

  describe("of the clusters that this tool made", () => {
    beforeEach(async () => {
      fakes.write("clusters", "x\n");
      const state = { provider: "kind", name: "x", runId: null, keep: true, complete: true } as const;
      await writeClusterState(
        fakes.cacheDirectory,
        describeCluster({ ...state, kubeconfigPath: fakes.path("kubeconfig") }),
      );
    });

    it("has nothing more to say where that was the one to look at", async () => {
      expect(await cleanUpAll({ provider: "kind" })).toEqual(["✓ kind cluster x"]);
      expect(fakes.calls("kind delete")).toHaveLength(1);
    });

    it("looks at the current cluster, too, and says so where it cannot", async () => {
      fakes.write("config", "");
      expect(await cleanUpAll({ provider: null, name: "y" })).toEqual([
        "✓ kind cluster x",
        expect.stringMatching(/^No other cluster was looked at: /),
      ]);
    });

    describe("of the run that is named", () => {
      const RUN = { runId: "gate-1", all: false };
      const keepState = async (change: { readonly keep?: boolean; readonly complete?: boolean }) => {
        fakes.write("kubeconfig", api.kubeConfig().exportConfig());
        await writeClusterState(
          fakes.cacheDirectory,
          describeCluster({
            ...{ provider: "kind", name: "x", runId: "gate-1", keep: true, complete: true, ...change },
            kubeconfigPath: fakes.path("kubeconfig"),
          }),
        );
      };

      it("keeps the cluster that the run was to keep, and cleans up on it", async () => {
        await keepState({});
        api.put("/apis/argoproj.io/v1alpha1/namespaces/load/workflows", {
          metadata: {
            ...{ name: "gate-1", namespace: "load" },
            labels: { "app.kubernetes.io/managed-by": "spark-loadtest", "spark-loadtest/run": "gate-1" },
          },
          spec: {},
        });
        expect(await cleanUpAll({ provider: null }, RUN)).toEqual([
          "The kind cluster x stays: its run was to keep it. Delete it with: spark-loadtest cleanup --all",
          "✓ workflow gate-1",
        ]);
        expect(fakes.calls("kind delete")).toEqual([]);
      });

      it.each([
        ["was not to keep", { keep: false }],
        ["has not finished making", { complete: false }],
      ])("deletes the cluster that the run %s", async (_, change) => {
        await keepState(change);
        expect(await cleanUpAll({ provider: null, name: "y" }, RUN)).toContain("✓ kind cluster x");
        expect(fakes.calls("kind delete")).toHaveLength(1);
      });
    });

    it("fails where another one was asked for that cannot be reached", async () => {
      await expect(cleanUpAll({ provider: "kind", name: "y" })).rejects.toMatchObject({
        message: "This tool has made no kind cluster y.",
        exitCode: ExitCode.badInput,
      });
      expect(fakes.calls("kind delete")).toHaveLength(1);
    });
  });
});

describe("a command that only attaches", () => {
  it("says how to come to a cluster where there is no kubeconfig, in words that it understands", async () => {
    const choice = { provider: null, name: "x", context: null };
    const found = findCluster({ cluster: choice, cacheDirectory: fakes.cacheDirectory }, { KUBECONFIG: "/nowhere" });
    await expect(found).rejects.toMatchObject({
      message: "There is no kubeconfig (/nowhere).",
      hint: "Set KUBECONFIG, or bring up a cluster first: spark-loadtest install --cluster kind",
    });
  });
});
