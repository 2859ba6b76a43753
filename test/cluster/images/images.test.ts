import { describe, expect, it } from "vitest";
import { canonicalImage } from "../../../src/cluster/images/docker.ts";
import { parseSnapshotter } from "../../../src/cluster/images/load-images.ts";
import { pipeCommands } from "../../../src/cluster/images/pipe-commands.ts";

describe("canonicalImage", () => {
  it.each([
    ["spark", "docker.io/library/spark:latest"],
    ["apache/spark:4.1.1", "docker.io/apache/spark:4.1.1"],
    ["quay.io/argoproj/argoexec:v4.0.6", "quay.io/argoproj/argoexec:v4.0.6"],
    ["localhost/x", "localhost/x:latest"],
    ["host:5000/x", "host:5000/x:latest"],
    ["apache/spark@sha256:0123", "docker.io/apache/spark@sha256:0123"],
  ])("%s is %s", (image, name) => {
    expect(canonicalImage(image)).toBe(name);
  });
});

describe("parseSnapshotter", () => {
  it.each([
    [
      "containerd 1",
      '[plugins."io.containerd.grpc.v1.cri".containerd]\n    x = 1\n    snapshotter = "overlayfs"\n',
      "overlayfs",
    ],
    [
      "containerd 2",
      "  [plugins.'io.containerd.cri.v1.images']\n    snapshotter = 'fuse-overlayfs'\n",
      "fuse-overlayfs",
    ],
    ["another section", "[plugins.'io.containerd.cri.v1.images']\n x = 1\n[other]\nsnapshotter = 'native'\n", null],
    ["nothing", "", null],
  ])("of %s", (_, config, snapshotter) => {
    expect(parseSnapshotter(config)).toBe(snapshotter);
  });
});

describe("pipeCommands", () => {
  const env = { PATH: "/usr/bin:/bin" };
  const signal = new AbortController().signal;
  const sh = (script: string) => ["sh", "-c", script] as const;

  it("hands on what the first says, whole", async () => {
    await pipeCommands(sh("seq 1 200000"), sh('test "$(md5sum)" = "$(seq 1 200000 | md5sum)"'), { env, signal });
  });

  it.each([
    ["the first fails", "echo no image >&2; exit 3", "cat >/dev/null", "sh ended with exit code 3", "no image\n"],
    ["the second fails", "yes", "echo disk full >&2; exit 4", "sh ended with exit code 4", "disk full\n"],
  ])("fails when %s", async (_, first, second, message, tail) => {
    await expect(pipeCommands(sh(first), sh(second), { env, signal })).rejects.toMatchObject({ message, tail });
  });

  it.each([
    ["the first", ["/nowhere/docker"] as const, sh("cat >/dev/null")],
    ["the second", sh("yes"), ["/nowhere/docker"] as const],
  ])("fails when %s is not there", async (_, first, second) => {
    await expect(pipeCommands(first, second, { env, signal })).rejects.toThrow(
      "/nowhere/docker could not be started (ENOENT)",
    );
  });

  it("ends both when it is interrupted", async () => {
    const abort = new AbortController();
    const work = pipeCommands(sh("exec sleep 60"), sh("exec cat"), { env, signal: abort.signal });
    abort.abort();
    await expect(work).rejects.toMatchObject({ failure: { kind: "aborted" } });
    await expect(pipeCommands(sh("true"), sh("cat"), { env, signal: abort.signal })).rejects.toMatchObject({
      failure: { kind: "aborted" },
    });
  });
});
