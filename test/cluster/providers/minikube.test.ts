import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCluster } from "../../../src/cluster/providers/create-cluster.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { type ApiServer, startApiServer } from "../../kube/api-server.ts";
import { collectSteps, type Fakes, makeFakes, renderKubeconfig } from "./fakes.ts";

/** What `minikube profile list --output json` says, cut to what is read; recorded from v1.38.1. */
const profiles = (runtime: string, driver = "docker") =>
  JSON.stringify({
    invalid: null,
    valid: [
      {
        Name: "x1",
        Status: "Unknown",
        Config: {
          Driver: driver,
          KubernetesConfig: { ContainerRuntime: runtime },
          Nodes: [{ Name: "", ControlPlane: true }, { Name: "m02" }],
        },
      },
    ],
  });
const PHASES = `echo '* [x1] minikube v1.38.1 on Debian 12.11'
echo '* Preparing Kubernetes v1.34.4 on containerd 2.1.0 ...'
echo '  - Generating certificates'`;
const UP = `cp "$FAKE/kubeconfig" "$KUBECONFIG"; cp "$FAKE/profiles-up" "$FAKE/profiles"`;
const SIGNAL = new AbortController().signal;
const quiet = () => undefined;

let fakes: Fakes;
let api: ApiServer;
beforeEach(async () => {
  fakes = makeFakes();
  api = await startApiServer();
  api.addNamespace("default");
  fakes.write("kubeconfig", renderKubeconfig(api.url, "x1"));
  fakes.write("profiles-up", profiles("containerd"));
  fakes.write("create", `${UP}\n${PHASES}`);
});
afterEach(async () => {
  await api.stop();
  fakes.remove();
});
const newCluster = (options: Parameters<Fakes["options"]>[0] = {}) =>
  createCluster(fakes.options({ provider: "minikube", ...options }));

describe("a Minikube cluster", () => {
  it("is made in a profile of its own with exactly these arguments, the user's last, and deleted", async () => {
    const clusterArgs = ["--kubernetes-version=v1.34.4", "--memory=4g"];
    const cluster = newCluster({ nodeImage: "kicbase:v1", clusterArgs });
    const { onStep, steps } = collectSteps();
    expect(await cluster.create(onStep, SIGNAL)).toEqual({ created: true });
    await cluster.completion();
    expect(JSON.parse(fakes.read("state-at-create"))).toMatchObject({ provider: "minikube", complete: false });
    expect(cluster.context).toBe("x1");
    expect(cluster.kubeConfig().getCurrentCluster()?.server).toBe(api.url);
    expect(steps).toEqual([
      "Create the Minikube cluster x1: running",
      "Create the Minikube cluster x1: running ([x1] minikube v1.38.1 on Debian 12.11)",
      "Create the Minikube cluster x1: running (Preparing Kubernetes v1.34.4 on containerd 2.1.0)",
      "Create the Minikube cluster x1: done",
    ]);
    await cluster.exportLogs(fakes.path("logs"));
    await cluster.delete();
    await cluster.delete();
    expect(fakes.calls("minikube start", "minikube delete", "minikube logs")).toEqual([
      "minikube start -p x1 --driver=docker --container-runtime=containerd --memory=no-limit --cpus=no-limit --wait=apiserver --install-addons=false --embed-certs --interactive=false --base-image=kicbase:v1 --kubernetes-version=v1.34.4 --memory=4g",
      "minikube logs -p x1 --file FOLDER/logs/minikube.log",
      "minikube delete -p x1",
    ]);
    expect(readdirSync(fakes.path("cache/clusters"))).toEqual([]);
  });

  it("takes images straight into the containerd of its nodes", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    const cluster = newCluster();
    await cluster.create(quiet, SIGNAL);
    expect(await cluster.loadImages(["apache/spark:4.1.1", "no/such:1"], quiet, SIGNAL)).toEqual({
      missing: ["no/such:1"],
    });
    await cluster.completion();
    expect(
      fakes.calls("docker exec -i", "minikube image").map((line) => line.split(" ").slice(0, 5).join(" ")),
    ).toEqual(["docker exec -i x1 ctr", "docker exec -i x1-m02 ctr"]);
  });

  it.each([
    ["another runtime", "docker", "docker"],
    ["another driver", "containerd", "kvm2"],
  ])("takes images by Minikube itself with %s", async (_, runtime, driver) => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.write("profiles-up", profiles(runtime, driver));
    const cluster = newCluster();
    await cluster.create(quiet, SIGNAL);
    await cluster.completion();
    await cluster.loadImages(["apache/spark:4.1.1"], quiet, SIGNAL);
    expect(fakes.calls("docker exec -i", "minikube image")).toEqual([
      "minikube image load apache/spark:4.1.1 -p x1 --daemon",
    ]);
  });

  it("shows Minikube's last lines, and leaves nothing", async () => {
    fakes.write(
      "create",
      "echo 'X Exiting due to DRV_AS_ROOT: The \"docker\" driver should not be used with root' >&2; exit 64",
    );
    await expect(newCluster().create(quiet, SIGNAL)).rejects.toMatchObject({
      message:
        'minikube start ended with exit code 64:\n  X Exiting due to DRV_AS_ROOT: The "docker" driver should not be used with root',
      hint: 'Run it as a user of the group docker, or: --cluster-args "--force"',
    });
    expect(fakes.calls("minikube delete")).toEqual(["minikube delete -p x1"]);
    expect(readdirSync(fakes.path("cache/clusters"))).toEqual([]);
  });

  it("of somebody else is used as it is and never deleted", async () => {
    fakes.write("profiles", profiles("containerd"));
    const cluster = newCluster();
    expect(await cluster.create(quiet, SIGNAL)).toEqual({ created: false });
    expect(cluster.kubeConfig().getCurrentContext()).toBe("x1");
    await cluster.delete({ evenIfKept: true });
    expect(fakes.calls("minikube start", "minikube delete")).toEqual([]);
  });

  it.each([["-p"], ["--profile=y"], ["--base-image=y"]])("refuses %s among --cluster-args", async (arg) => {
    await expect(newCluster({ clusterArgs: [arg] }).preflight(quiet, SIGNAL)).rejects.toBeInstanceOf(BadInputError);
  });
});
