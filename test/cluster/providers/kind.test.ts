import { existsSync, readdirSync, statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import type { ClusterOptions } from "../../../src/cluster/options.ts";
import { listClusterStates } from "../../../src/cluster/providers/cluster-state.ts";
import { createCluster } from "../../../src/cluster/providers/create-cluster.ts";
import { BadInputError, InfrastructureError } from "../../../src/lib/errors.ts";
import { ExecError } from "../../../src/lib/process/exec.ts";
import { type ApiServer, refusal, startApiServer } from "../../kube/api-server.ts";
import { isRunning, until } from "../../wait.ts";
import { collectSteps, type Fakes, makeFakes, renderKubeconfig, renderNodes } from "./fakes.ts";

const NODE = { name: "x1-control-plane", ip: "172.18.0.2", labels: { "io.x-k8s.kind.role": "control-plane" } };
const LOAD_BALANCER = { name: "x1-lb", ip: "172.18.0.3", labels: { "io.x-k8s.kind.role": "external-load-balancer" } };
/** What kind prints, as recorded from v0.33.0. */
const NODES_UP = `cp "$FAKE/nodes-up" "$FAKE/nodes"; echo ' ✓ Preparing nodes 📦 ' >&2; echo ' • Starting control-plane 🕹️  ...' >&2`;
const API_UP = 'cp "$FAKE/kubeconfig-up" "$FAKE/kubeconfig"';
const waitFor = (file: string) => `while [ ! -f "$FAKE/${file}" ]; do sleep 0.02; done`;
const SIGNAL = new AbortController().signal;
const quiet = () => undefined;

let fakes: Fakes;
let api: ApiServer;
beforeEach(async () => {
  fakes = makeFakes();
  api = await startApiServer();
  api.addNamespace("default");
  fakes.write("nodes-up", renderNodes([NODE, LOAD_BALANCER]));
  fakes.write("kubeconfig-up", renderKubeconfig(api.url, "kind-x1"));
  fakes.write("create", `${NODES_UP}\n${API_UP}`);
});
afterEach(async () => {
  // What goes on in the background writes into the folder.
  await Promise.allSettled(clusters.splice(0).map((cluster) => cluster.completion()));
  await api.stop();
  fakes.remove();
});
const clusters: Cluster[] = [];
const newCluster = (options: ClusterOptions) => {
  const cluster = createCluster(options);
  clusters.push(cluster);
  return cluster;
};
const states = () => listClusterStates(fakes.cacheDirectory);
const leftFiles = () => readdirSync(fakes.path("cache/clusters"));
const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error) => error,
  );

describe("a kind cluster that is made", () => {
  it("is written down first, made with exactly these arguments, used with a kubeconfig of its own, and deleted", async () => {
    const clusterArgs = ["--config", "kind.yaml"];
    const cluster = newCluster(fakes.options({ nodeImage: "kindest/node:v1.34.4", clusterArgs }));
    const { onStep, steps } = collectSteps();
    expect(await cluster.create(onStep, SIGNAL)).toEqual({ created: true });
    await cluster.completion();

    expect(JSON.parse(fakes.read("state-at-create"))).toMatchObject({
      schema: "spark-loadtest/cluster/v1",
      provider: "kind",
      name: "x1",
      runId: "run-1",
      pid: process.pid,
      keep: false,
      complete: false,
    });
    expect(await states()).toMatchObject([{ name: "x1", complete: true }]);
    expect(statSync(cluster.kubeconfigPath).mode & 0o777).toBe(0o600);
    expect(cluster.kubeConfig().getCurrentCluster()?.server).toBe(api.url);
    expect(cluster.context).toBe("kind-x1");
    expect(steps).toEqual([
      "Create the kind cluster x1: running",
      "Create the kind cluster x1: running (Starting control-plane)",
      "Create the kind cluster x1: done",
    ]);

    await cluster.delete();
    await cluster.delete();
    expect(fakes.calls("kind create", "kind delete")).toEqual([
      "kind create cluster --name x1 --kubeconfig FOLDER/cache/clusters/kind-x1.scratch/config --image kindest/node:v1.34.4 --config kind.yaml",
      "kind delete cluster --name x1 --kubeconfig FOLDER/cache/clusters/kind-x1.kubeconfig",
    ]);
    expect(leftFiles()).toEqual([]);
  });

  it("is asked for once by exists() and the create() after it", async () => {
    for (const expected of [true, false]) {
      const cluster = newCluster(fakes.options());
      expect(await cluster.exists(SIGNAL)).toBe(!expected);
      expect(await cluster.create(quiet, SIGNAL)).toEqual({ created: expected });
      await cluster.completion();
    }
    expect(fakes.calls("kind get clusters")).toHaveLength(2);
  });

  it("is there when the API server answers and lets its user in, while kind goes on", async () => {
    let isReady = false;
    let isAllowed = false;
    api.handlers = [
      ({ path }) => path === "/readyz" && !isReady && refusal(500, "etcd failed"),
      ({ path }) => path !== "/readyz" && !isAllowed && refusal(403, "namespaces is forbidden"),
    ];
    fakes.write("create", `${NODES_UP}\n${API_UP}\n${waitFor("go")}`);
    const cluster = newCluster(fakes.options());
    let created = false;
    const create = cluster.create(quiet, SIGNAL).then(() => {
      created = true;
    });
    await until(() => api.sent("GET", /readyz/).length > 1);
    isReady = true;
    await until(() => api.sent("GET", /namespaces.default/).length > 0);
    expect(created).toBe(false);
    isAllowed = true;
    await create;

    let complete = false;
    const completion = cluster.completion().then(() => {
      complete = true;
    });
    expect(complete).toBe(false);
    fakes.write("go", "");
    await completion;
  });

  it("takes images as soon as its nodes run, in their order, but those that it has, and names those that Docker has not", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.hasImage("versity/versitygw:v1.8.0", "sha256:2222");
    fakes.hasImage("quay.io/argoproj/argoexec:v4.0.6", "sha256:3333");
    const there = { id: "sha256:2222", repoTags: ["docker.io/versity/versitygw:v1.8.0"] };
    fakes.write("crictl", JSON.stringify({ images: [there, { id: "sha256:9", repoTags: null }] }));
    fakes.write("create", `${NODES_UP}\n${waitFor("go")}\n${API_UP}`);
    const cluster = newCluster(fakes.options());
    const { onStep, steps } = collectSteps();
    const images = ["quay.io/argoproj/argoexec:v4.0.6", "no/such:1", "versity/versitygw:v1.8.0", "apache/spark:4.1.1"];
    const load = cluster.loadImages([...images, images[0]!], onStep, SIGNAL);
    const create = cluster.create(quiet, SIGNAL);
    expect(await load).toEqual({ missing: ["no/such:1"] });
    expect(existsSync(fakes.path("kubeconfig"))).toBe(false);
    fakes.write("go", "");
    await create;

    expect(fakes.read("imported")).toBe("archive of quay.io/argoproj/argoexec:v4.0.6\narchive of apache/spark:4.1.1\n");
    const transfer =
      "docker exec -i x1-control-plane ctr --namespace=k8s.io images import --snapshotter=overlayfs --all-platforms -";
    expect(fakes.calls("docker exec -i")).toEqual([transfer, transfer]);
    expect(steps).toEqual([
      "Load the image quay.io/argoproj/argoexec:v4.0.6: running",
      "Load the image quay.io/argoproj/argoexec:v4.0.6: done",
      "Load the image versity/versitygw:v1.8.0: done (the nodes have it)",
      "Load the image apache/spark:4.1.1: running",
      "Load the image apache/spark:4.1.1: done",
    ]);
  });

  it("takes an image whose other platforms Docker has not pulled", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.write("import", 'case "$*" in *all-platforms*) echo "ctr: content digest: not found" >&2; exit 1 ;; esac');
    const cluster = newCluster(fakes.options());
    await cluster.create(quiet, SIGNAL);
    expect(await cluster.loadImages(["apache/spark:4.1.1"], quiet, SIGNAL)).toEqual({ missing: [] });
    expect(fakes.read("imported")).toBe("archive of apache/spark:4.1.1\n");
  });

  it("says why an image cannot be loaded", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.write("import", 'echo "ctr: write /var/lib: no space left on device" >&2; exit 1');
    const cluster = newCluster(fakes.options());
    await cluster.create(quiet, SIGNAL);
    const error = await failureOf(cluster.loadImages(["apache/spark:4.1.1"], quiet, SIGNAL));
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({
      message:
        "Loading the image apache/spark:4.1.1 ended with exit code 1:\n  ctr: write /var/lib: no space left on device",
      hint: "Make room on Docker's disk: docker system prune",
    });
  });
});

describe("a kind cluster that cannot be made", () => {
  it("shows kind's last lines and what to do, and leaves nothing", async () => {
    fakes.write(
      "create",
      `${NODES_UP}
for i in 1 2 3 4 5 6 7 8 9; do echo "line $i" >&2; done
echo 'ERROR: failed to create cluster: failed to init node with kubeadm: exit status 1' >&2
echo 'Command Output: [kubelet-check] no answer' >&2
echo 'Stack Trace: ' >&2; echo 'sigs.k8s.io/kind/pkg/errors.WithStack' >&2
exit 1`,
    );
    const cluster = newCluster(fakes.options());
    const error = await failureOf(cluster.create(quiet, SIGNAL));
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({ hint: expect.stringContaining("known-issues") });
    expect(error.message).toBe(`kind create cluster ended with exit code 1:
  line 4
  line 5
  line 6
  line 7
  line 8
  line 9
  ERROR: failed to create cluster: failed to init node with kubeadm: exit status 1
  Command Output: [kubelet-check] no answer`);
    expect(fakes.calls("kind delete")).toHaveLength(1);
    expect(leftFiles()).toEqual([]);
  });

  it("gives its own failure to whoever loads images into nodes that are gone by it", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.write("import", 'touch "$FAKE/importing"; echo "Error: No such container: x1-control-plane" >&2; exit 1');
    fakes.write("create", `${NODES_UP}\n${waitFor("importing")}\necho 'ERROR: no luck' >&2; exit 1`);
    const cluster = newCluster(fakes.options());
    const load = failureOf(cluster.loadImages(["apache/spark:4.1.1"], quiet, SIGNAL));
    const error = await failureOf(cluster.create(quiet, SIGNAL));
    expect(error.message).toBe(
      "kind create cluster ended with exit code 1:\n   ✓ Preparing nodes 📦\n   • Starting control-plane 🕹️  ...\n  ERROR: no luck",
    );
    expect((await load).message).toBe(error.message);
  });

  it("tells of a failure after its API server was up to whoever asks, and leaves nothing", async () => {
    fakes.write("create", `${NODES_UP}\n${API_UP}\n${waitFor("go")}\necho 'ERROR: failed to apply CNI' >&2; exit 1`);
    const cluster = newCluster(fakes.options());
    await cluster.create(quiet, SIGNAL);
    fakes.write("go", "");
    expect(await failureOf(cluster.completion())).toMatchObject({ message: expect.stringContaining("apply CNI") });
    expect(fakes.calls("kind delete")).toHaveLength(1);
    expect(leftFiles()).toEqual([]);
    await cluster.delete();
    expect(fakes.calls("kind delete")).toHaveLength(1);
  });

  it.each([
    ["before its nodes are up", `sleep 60 & echo $! > "$FAKE/pid"; wait`],
    ["before its API server is up", `${NODES_UP}\nsleep 60 & echo $! > "$FAKE/pid"; wait`],
    ["after its API server is up", `${NODES_UP}\n${API_UP}\nsleep 60 & echo $! > "$FAKE/pid"; wait`],
  ])("leaves neither cluster nor process when it is interrupted %s", async (_, create) => {
    fakes.write("create", create);
    const cluster = newCluster(fakes.options({ keep: true }));
    const abort = new AbortController();
    const created = cluster.create(quiet, abort.signal).then(
      () => cluster.completion(),
      (error) => Promise.reject(error),
    );
    const failure = failureOf(created);
    await until(() => fakes.read("pid") !== "");
    if (create.includes(API_UP)) await until(() => existsSync(cluster.kubeconfigPath));
    abort.abort();
    const error = await failure;
    expect(error).toBeInstanceOf(ExecError);
    expect(error).toMatchObject({ failure: { kind: "aborted" } });
    expect(isRunning(Number(fakes.read("pid")))).toBe(false);
    expect(fakes.calls("kind delete")).toHaveLength(1);
    expect(leftFiles()).toEqual([]);
  });

  it("does not cut short the start of its nodes, which Docker would finish all the same", async () => {
    const start = `echo ' • Preparing nodes 📦   ...' >&2; touch "$FAKE/preparing"; ${waitFor("go")}; ${NODES_UP}; sleep 60`;
    fakes.write("create", start);
    const abort = new AbortController();
    const failure = failureOf(newCluster(fakes.options()).create(quiet, abort.signal));
    await until(() => existsSync(fakes.path("preparing")));
    abort.abort();
    fakes.write("go", "");
    expect(await failure).toMatchObject({ failure: { kind: "aborted" } });
    expect(existsSync(fakes.path("nodes"))).toBe(false);
    expect(leftFiles()).toEqual([]);
  });

  it("is deleted again when a container comes up late", async () => {
    fakes.write("create", `touch "$FAKE/creating"; sleep 60`);
    fakes.write("comes-late", "");
    const abort = new AbortController();
    const failure = failureOf(newCluster(fakes.options()).create(quiet, abort.signal));
    await until(() => existsSync(fakes.path("creating")));
    abort.abort();
    expect(await failure).toMatchObject({ failure: { kind: "aborted" } });
    expect(fakes.calls("kind delete")).toHaveLength(2);
  });

  it("stops the making of a cluster that is to be deleted", async () => {
    fakes.write("create", `${NODES_UP}\n${API_UP}\nsleep 60 & echo $! > "$FAKE/pid"; wait`);
    const cluster = newCluster(fakes.options());
    await cluster.create(quiet, SIGNAL);
    await cluster.delete();
    expect(isRunning(Number(fakes.read("pid")))).toBe(false);
    expect(leftFiles()).toEqual([]);
  });

  it("leaves a cluster alone that somebody else made in the meantime", async () => {
    const line = 'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "x1"';
    fakes.write("create", `echo '${line}' >&2; exit 1`);
    const error = await failureOf(newCluster(fakes.options()).create(quiet, SIGNAL));
    expect(error.message).toBe("Somebody else made the kind cluster x1 in the meantime.");
    expect(fakes.calls("kind delete")).toEqual([]);
    expect(await states()).toEqual([]);
  });

  it("says what is left when it cannot be deleted either", async () => {
    fakes.write("create", `${NODES_UP}\necho 'ERROR: no luck' >&2; exit 1`);
    fakes.write("delete", "echo 'ERROR: failed to delete nodes' >&2; exit 1");
    const error = await failureOf(newCluster(fakes.options()).create(quiet, SIGNAL));
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /no luck[\s\S]*Could not delete the kind cluster x1: [\s\S]*failed to delete nodes/,
      ),
      hint: "Delete it yourself: kind delete cluster --name x1",
    });
    expect(await states()).toHaveLength(1);
  });
});

describe("a kind cluster that is there", () => {
  const makeFirst = async (options: Parameters<Fakes["options"]>[0] = {}) => {
    const cluster = newCluster(fakes.options(options));
    await cluster.create(quiet, SIGNAL);
    await cluster.completion();
    return cluster;
  };
  /** As if the process that made the cluster were gone. */
  const forgetOwner = (change: Record<string, unknown> = {}) => {
    const path = "cache/clusters/kind-x1.json";
    fakes.write(path, JSON.stringify({ ...JSON.parse(fakes.read(path)), pid: 2 ** 30, ...change }));
  };

  it("is used as it is and never deleted when somebody else made it", async () => {
    fakes.write("clusters", "kind\nx1\n");
    fakes.write("nodes", renderNodes([NODE]));
    fakes.write("kubeconfig", renderKubeconfig(api.url, "kind-x1"));
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    const cluster = newCluster(fakes.options());
    expect(await cluster.create(quiet, SIGNAL)).toEqual({ created: false });
    await cluster.completion();
    expect(await cluster.loadImages(["apache/spark:4.1.1"], quiet, SIGNAL)).toEqual({ missing: [] });
    await cluster.delete();
    await cluster.delete({ evenIfKept: true });
    expect(fakes.calls("kind create", "kind delete")).toEqual([]);
    expect(await states()).toEqual([]);
  });

  it.each([
    { state: "its run goes on", keep: false, gone: false, deleted: false, deletedIfAsked: true },
    { state: "it was kept", keep: true, gone: true, deleted: false, deletedIfAsked: true },
    { state: "its run was killed", keep: false, gone: true, deleted: true, deletedIfAsked: true },
  ])("which this tool made is deleted when $state: $deleted, and with evenIfKept always", async (row) => {
    await makeFirst({ keep: row.keep });
    if (row.gone) forgetOwner();
    const cluster = newCluster(fakes.options());
    await cluster.delete();
    expect(fakes.calls("kind delete")).toHaveLength(row.deleted ? 1 : 0);
    await cluster.delete({ evenIfKept: true });
    expect(fakes.calls("kind delete")).toHaveLength(1);
  });

  it("belongs to the run that finds it after its own was killed", async () => {
    await makeFirst();
    forgetOwner();
    const cluster = newCluster(fakes.options({ runId: "run-2" }));
    expect(await cluster.create(quiet, SIGNAL)).toEqual({ created: true });
    expect(await states()).toMatchObject([{ runId: "run-2", pid: process.pid }]);
    expect(fakes.calls("kind create")).toHaveLength(1);
    await cluster.delete();
    expect(fakes.calls("kind delete")).toHaveLength(1);
  });

  it("is made again when its making was killed, even where it was to be kept", async () => {
    await makeFirst({ keep: true });
    forgetOwner({ complete: false });
    expect(await newCluster(fakes.options()).create(quiet, SIGNAL)).toEqual({ created: true });
    expect(fakes.calls("kind create", "kind delete").map((line) => line.split(" ")[1])).toEqual([
      "create",
      "delete",
      "create",
    ]);
  });

  it("is made again when it was deleted by hand", async () => {
    await makeFirst({ keep: true });
    fakes.write("clusters", "");
    expect(await newCluster(fakes.options()).create(quiet, SIGNAL)).toEqual({ created: true });
  });

  it("is waited for while another process makes it", async () => {
    fakes.write("create", `${NODES_UP}\n${waitFor("go")}\n${API_UP}`);
    const first = newCluster(fakes.options());
    const made = first.create(quiet, SIGNAL);
    await until(() => fakes.read("nodes") !== "");
    const second = newCluster(fakes.options()).create(quiet, SIGNAL);
    fakes.write("go", "");
    expect(await Promise.all([made, second])).toEqual([{ created: true }, { created: false }]);
    expect(fakes.calls("kind create")).toHaveLength(1);
  });

  it("is attached to, and has to be there for that", async () => {
    const error = await failureOf(newCluster(fakes.options()).attach(SIGNAL));
    expect(error).toMatchObject({ message: "There is no kind cluster x1.", hint: expect.stringContaining("install") });
    await makeFirst();
    const cluster = newCluster(fakes.options());
    await cluster.attach(SIGNAL);
    expect(cluster.kubeConfig().getCurrentContext()).toBe("kind-x1");
  });

  it("gives its logs", async () => {
    const cluster = await makeFirst();
    await cluster.exportLogs(fakes.path("logs"));
    expect(fakes.read("logs/kubelet.log")).toBe("log\n");
  });
});

describe("the preflight of a kind cluster", () => {
  const preflight = (options: Parameters<Fakes["options"]>[0] = {}) => {
    const { onStep, steps } = collectSteps();
    return { steps, result: newCluster(fakes.options(options)).preflight(onStep, SIGNAL) };
  };

  it("says what was found", async () => {
    const { steps, result } = preflight();
    await result;
    expect(steps).toEqual([
      "Check Docker and the tools: running",
      "Check Docker and the tools: done (Docker 20.10.24+dfsg1, 23.5 GiB of memory)",
    ]);
  });

  it.each([
    ["a name in capitals", { name: "Kind" }, "A cluster cannot be called Kind."],
    ["a name of one letter", { name: "x" }, "A cluster cannot be called x."],
    ["a name that is too long", { name: "x".repeat(50) }, `A cluster cannot be called ${"x".repeat(50)}.`],
    [
      "a name given twice",
      { clusterArgs: ["--name=y"] },
      "--cluster-args cannot have --name=y: this tool sets that itself.",
    ],
    [
      "a kubeconfig",
      { clusterArgs: ["--kubeconfig", "y"] },
      "--cluster-args cannot have --kubeconfig: this tool sets that itself.",
    ],
  ])("refuses %s", async (_, options, message) => {
    const error = await failureOf(preflight(options).result);
    expect(error).toBeInstanceOf(BadInputError);
    expect(error.message).toBe(message);
  });

  it("says how to start Docker, or to be let in", async () => {
    fakes.write(
      "info",
      JSON.stringify({ ServerErrors: ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock."] }),
    );
    expect(await failureOf(preflight().result)).toMatchObject({
      message: "Docker does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
      hint: expect.stringContaining("systemctl start docker"),
    });
    fakes.write("info", "");
    fakes.write("info-error", "permission denied while trying to connect to the Docker daemon socket\n");
    expect(await failureOf(preflight().result)).toMatchObject({ hint: expect.stringContaining("usermod -aG docker") });
  });

  it("says that Docker is missing", async () => {
    const error = await failureOf(preflight({ environment: { PATH: fakes.path("nothing") } }).result);
    expect(error).toBeInstanceOf(BadInputError);
    expect(error.message).toContain("`docker` is not on the PATH");
  });

  it("says how much memory is needed", async () => {
    fakes.write("info", JSON.stringify({ ServerVersion: "28.1.1", MemTotal: 2 ** 31, DockerRootDir: "/nowhere" }));
    expect(await failureOf(preflight().result)).toMatchObject({
      message: "A cluster with one Spark case takes 3.5 GiB of memory, and Docker has 2 GiB.",
    });
  });
});
