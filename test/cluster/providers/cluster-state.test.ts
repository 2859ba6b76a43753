import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ClusterState,
  describeCluster,
  findAbandoned,
  isOwnerAlive,
  listClusterStates,
  readClusterState,
  removeClusterState,
  writeClusterState,
} from "../../../src/cluster/providers/cluster-state.ts";
import { InfrastructureError } from "../../../src/lib/errors.ts";
import { identifyProcess } from "../../../src/lib/process/identity.ts";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "state-"));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const state = (change: Partial<ClusterState> = {}): ClusterState => ({
  ...describeCluster({
    provider: "kind",
    name: "x",
    runId: "run-1",
    keep: false,
    complete: true,
    kubeconfigPath: "/cache/clusters/kind-x.kubeconfig",
  }),
  ...change,
});

describe("the states of clusters", () => {
  it("are files that anybody can read, one a cluster", async () => {
    await writeClusterState(cache, state({ createdAt: "2026-11-24T11:00:00.000Z" }));
    expect(readdirSync(join(cache, "clusters"))).toEqual(["kind-x.json"]);
    expect(JSON.parse(readFileSync(join(cache, "clusters", "kind-x.json"), "utf8"))).toEqual({
      schema: "spark-loadtest/cluster/v1",
      provider: "kind",
      name: "x",
      runId: "run-1",
      ...identifyProcess(),
      createdAt: "2026-11-24T11:00:00.000Z",
      keep: false,
      complete: true,
      kubeconfigPath: "/cache/clusters/kind-x.kubeconfig",
    });
    expect(await readClusterState(cache, { provider: "minikube", name: "x" })).toBeNull();
    await removeClusterState(cache, { provider: "kind", name: "x" });
    await removeClusterState(cache, { provider: "kind", name: "x" });
    expect(await listClusterStates(cache)).toEqual([]);
  });

  it("are listed with the newest first, without what is no state", async () => {
    await writeClusterState(cache, state({ name: "old", createdAt: "2026-11-24T11:00:00.000Z" }));
    await writeClusterState(cache, state({ provider: "minikube", name: "new", createdAt: "2026-11-25T11:00:00.000Z" }));
    writeFileSync(join(cache, "clusters", "kind-half.json"), '{"schema":');
    writeFileSync(join(cache, "clusters", "kind-later.json"), '{"schema":"spark-loadtest/cluster/v2"}');
    writeFileSync(join(cache, "clusters", "kind-old.kubeconfig"), "{}");
    expect((await listClusterStates(cache)).map(({ name }) => name)).toEqual(["new", "old"]);
    expect(await listClusterStates(join(cache, "nowhere"))).toEqual([]);
  });

  it("are claimed by one of many", async () => {
    const claims = Array.from({ length: 8 }, (_, pid) => writeClusterState(cache, state({ pid }), { exclusive: true }));
    const won = (await Promise.all(claims)).flatMap((claim, pid) => (claim ? [pid] : []));
    expect(won).toHaveLength(1);
    expect(await readClusterState(cache, { provider: "kind", name: "x" })).toMatchObject({ pid: won[0] });
    expect(readdirSync(join(cache, "clusters"))).toEqual(["kind-x.json"]);
  });

  it("say where they cannot be written", async () => {
    writeFileSync(join(cache, "file"), "");
    const error = await writeClusterState(join(cache, "file"), state()).catch((reason) => reason);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({
      message: expect.stringContaining("kind-x.json: "),
      hint: "Choose another folder with --cache-dir.",
    });
  });
});

describe("an abandoned cluster", () => {
  it.each([
    { keep: false, complete: true, alive: true, abandoned: false },
    { keep: false, complete: true, alive: false, abandoned: true },
    { keep: true, complete: true, alive: false, abandoned: false },
    { keep: true, complete: false, alive: false, abandoned: true },
    { keep: true, complete: false, alive: true, abandoned: false },
  ])("keep $keep, complete $complete, process alive $alive: $abandoned", ({ keep, complete, alive, abandoned }) => {
    const one = state({ keep, complete });
    expect(findAbandoned([one], () => alive)).toEqual(abandoned ? [one] : []);
  });

  it.each([
    { pid: process.pid, host: hostname(), alive: true },
    { pid: 2 ** 30, host: hostname(), alive: false },
    { pid: 2 ** 30, host: "another-machine", alive: true },
  ])("process $pid on $host counts as alive: $alive", async ({ pid, host, alive }) => {
    expect(isOwnerAlive(state({ pid, host }))).toBe(alive);
    const { machine: _machine, started: _started, ...ofEarlierVersion } = state({ pid, host });
    mkdirSync(join(cache, "clusters"));
    writeFileSync(join(cache, "clusters", "kind-x.json"), JSON.stringify(ofEarlierVersion));
    expect(isOwnerAlive((await readClusterState(cache, ofEarlierVersion))!)).toBe(alive);
  });

  it.skipIf(process.platform !== "linux")("is not kept by another process with the number of its own", () => {
    expect(isOwnerAlive(state({ started: "1" }))).toBe(false);
  });
});
