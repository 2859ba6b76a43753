import { describe, expect, it } from "vitest";
import { TOOL_RELEASES, TOOLS, toPlatform } from "../../../src/cluster/tools/releases.ts";
import { BadInputError } from "../../../src/lib/errors.ts";

describe("the releases of the tools", () => {
  it("are the projects' own, for every platform", () => {
    const urls = TOOLS.flatMap((tool) => {
      const { baseUrl, file, version } = TOOL_RELEASES[tool];
      return (["linux", "darwin"] as const).flatMap((os) =>
        (["amd64", "arm64"] as const).map((arch) => `${baseUrl}/${file(version, { os, arch })}`),
      );
    });
    expect(urls.filter((_, index) => index % 4 === 0)).toMatchInlineSnapshot(`
      [
        "https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64",
        "https://github.com/kubernetes/minikube/releases/download/v1.38.1/minikube-linux-amd64",
        "https://get.helm.sh/helm-v3.19.0-linux-amd64.tar.gz",
        "https://github.com/argoproj/argo-workflows/releases/download/v4.0.6/argo-linux-amd64.gz",
      ]
    `);
    expect(new Set(urls).size).toBe(16);
  });

  it.each(TOOLS)("%s has a checksum for every platform, each its own", (tool) => {
    const { sha256 } = TOOL_RELEASES[tool];
    expect(Object.keys(sha256).sort()).toEqual(["darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64"]);
    const checksums = Object.values(sha256);
    expect(checksums.filter((checksum) => !/^[0-9a-f]{64}$/.test(checksum))).toEqual([]);
    expect(new Set(checksums).size).toBe(4);
  });

  it.each([
    ["linux", "x64", { os: "linux", arch: "amd64" }],
    ["darwin", "arm64", { os: "darwin", arch: "arm64" }],
  ])("name %s on %s as Go does", (os, arch, platform) => {
    expect(toPlatform(os, arch)).toEqual(platform);
  });

  it.each([
    ["win32", "x64"],
    ["linux", "riscv64"],
  ])("are none for %s on %s", (os, arch) => {
    expect(() => toPlatform(os, arch)).toThrow(BadInputError);
  });
});
