import { BadInputError } from "../../lib/errors.ts";
import { PINS } from "../../lib/pins.ts";

export const TOOLS = ["kind", "minikube", "helm", "argo"] as const;
export type ToolName = (typeof TOOLS)[number];

/** A command-line tool, as its project releases it. */
export interface ToolRelease {
  /** The version that is installed where the tool is missing: the one that this tool was tested with. */
  readonly version: string;
  /** SHA-256 of its files as they are published, in small letters. */
  readonly sha256: Readonly<Record<`${Platform["os"]}-${Platform["arch"]}`, string>>;
  /** The most that a file may have, as it is published and unpacked. */
  readonly maxBytes: number;
  /** The oldest one that will do. */
  readonly minimum: string;
  /** Arguments that make it print its version. */
  readonly versionArgs: readonly string[];
  /** Where its files are; tests serve them from elsewhere. */
  readonly baseUrl: string;
  /** Path of the file below `baseUrl`. */
  readonly file: (version: string, platform: Platform) => string;
  /** What the file is: the program itself, or packed. */
  readonly packing: "none" | "gzip" | "tar";
  /** Where people read how to install it themselves. */
  readonly manual: string;
}

/** As Go names it. */
export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

export const TOOL_RELEASES: Readonly<Record<ToolName, ToolRelease>> = {
  kind: {
    ...PINS.tools.kind,
    // `kind get clusters --quiet` and containerd 2 in the nodes.
    minimum: "0.20.0",
    versionArgs: ["version"],
    baseUrl: "https://github.com/kubernetes-sigs/kind/releases/download",
    file: (version, { os, arch }) => `v${version}/kind-${os}-${arch}`,
    packing: "none",
    manual: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
  },
  minikube: {
    ...PINS.tools.minikube,
    minimum: "1.30.0",
    versionArgs: ["version", "--short"],
    baseUrl: "https://github.com/kubernetes/minikube/releases/download",
    file: (version, { os, arch }) => `v${version}/minikube-${os}-${arch}`,
    packing: "none",
    manual: "https://minikube.sigs.k8s.io/docs/start/",
  },
  helm: {
    ...PINS.tools.helm,
    // `helm uninstall --ignore-not-found`
    minimum: "3.14.0",
    versionArgs: ["version", "--short"],
    baseUrl: "https://get.helm.sh",
    file: (version, { os, arch }) => `helm-v${version}-${os}-${arch}.tar.gz`,
    packing: "tar",
    manual: "https://helm.sh/docs/intro/install/",
  },
  argo: {
    ...PINS.tools.argo,
    minimum: "4.0.0",
    versionArgs: ["version", "--short"],
    baseUrl: "https://github.com/argoproj/argo-workflows/releases/download",
    file: (version, { os, arch }) => `v${version}/argo-${os}-${arch}.gz`,
    packing: "gzip",
    manual: "https://argo-workflows.readthedocs.io/en/stable/walk-through/argo-cli/",
  },
};

/** Throws BadInputError for a platform that the projects release nothing for. */
export function toPlatform(os: string, arch: string): Platform {
  const goArch = { x64: "amd64", arm64: "arm64" }[arch];
  if ((os === "linux" || os === "darwin") && goArch !== undefined) {
    return { os, arch: goArch as Platform["arch"] };
  }
  throw new BadInputError(
    `A cluster on this machine needs Linux or macOS on x64 or arm64, and this is ${os} on ${arch}.`,
    {
      hint: "Use a cluster elsewhere: --cluster current --context NAME",
    },
  );
}
