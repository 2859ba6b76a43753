import { describe, expect, it } from "vitest";
import { findChecksum, TOOL_RELEASES, TOOLS, toPlatform } from "../../../src/cluster/tools/releases.ts";
import { BadInputError } from "../../../src/lib/errors.ts";

const HASH = "3b1a0c2f".repeat(8);
const OTHER = "0".repeat(64);

describe("the releases of the tools", () => {
  it("are the projects' own, for every platform", () => {
    const urls = TOOLS.flatMap((tool) => {
      const { baseUrl, file, checksums, version } = TOOL_RELEASES[tool];
      return (["linux", "darwin"] as const).flatMap((os) =>
        (["amd64", "arm64"] as const).map((arch) => {
          const path = file(version, { os, arch });
          return `${baseUrl}/${path} ${baseUrl}/${checksums(path, version)}`;
        }),
      );
    });
    expect(urls.filter((_, index) => index % 4 === 0)).toMatchInlineSnapshot(`
      [
        "https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64 https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64.sha256sum",
        "https://github.com/kubernetes/minikube/releases/download/v1.38.1/minikube-linux-amd64 https://github.com/kubernetes/minikube/releases/download/v1.38.1/minikube-linux-amd64.sha256",
        "https://get.helm.sh/helm-v3.19.0-linux-amd64.tar.gz https://get.helm.sh/helm-v3.19.0-linux-amd64.tar.gz.sha256sum",
        "https://github.com/argoproj/argo-workflows/releases/download/v4.0.6/argo-linux-amd64.gz https://github.com/argoproj/argo-workflows/releases/download/v4.0.6/argo-workflows-cli-checksums.txt",
      ]
    `);
    expect(new Set(urls).size).toBe(16);
  });

  // Argo's are missing until two sources of them are known: docs/releasing.md.
  it.each(TOOLS.filter((tool) => tool !== "argo"))("%s has a checksum for every platform, each its own", (tool) => {
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

describe("findChecksum", () => {
  it.each([
    ["a bare one", `${HASH}\n`, HASH],
    ["one in capitals", HASH.toUpperCase(), HASH],
    ["a line of sha256sum", `${OTHER}  kind-linux-arm64\n${HASH}  kind-linux-amd64\n`, HASH],
    ["a line with a folder", `${HASH}  /go/src/bin/kind-linux-amd64\n`, HASH],
    ["a line of a binary file", `${HASH} *kind-linux-amd64\n`, HASH],
    ["that of another file only", `${OTHER}  kind-linux-amd64.sig\n`, null],
    ["bare ones of several files", `${OTHER}\n${HASH}\n`, null],
    ["a page", "<html>Not Found</html>", null],
    ["nothing", "", null],
  ])("finds %s", (_, text, checksum) => {
    expect(findChecksum(text, "v0.33.0/kind-linux-amd64")).toBe(checksum);
  });
});
