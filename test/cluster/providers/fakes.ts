import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OnClusterStep } from "../../../src/cluster/cluster.ts";
import type { ClusterOptions } from "../../../src/cluster/options.ts";

/** Answers recorded from Docker 20.10, cut to what is read. */
const DOCKER_INFO = {
  ServerVersion: "20.10.24+dfsg1",
  MemTotal: 25276502016,
  NCPU: 2,
  DockerRootDir: "/nowhere",
  ServerErrors: undefined as string[] | undefined,
};

const FAKE_KIND = `
case "$1 $2" in
  "version "*) echo "kind v0.33.0 go1.26.8 linux/amd64" ;;
  "get clusters") cat "$FAKE/clusters" 2>/dev/null || true ;;
  "get kubeconfig")
    if [ -f "$FAKE/kubeconfig" ]; then cat "$FAKE/kubeconfig"; else
      echo 'ERROR: failed to get cluster internal kubeconfig: command "docker exec ..." failed' >&2; exit 1; fi ;;
  "create cluster")
    cp "$FAKE"/cache/clusters/*.json "$FAKE/state-at-create" 2>/dev/null
    echo "$4" >> "$FAKE/clusters"
    . "$FAKE/create" ;;
  "delete cluster")
    if [ -f "$FAKE/delete" ]; then . "$FAKE/delete"; fi
    rm -f "$FAKE/clusters" "$FAKE/nodes"
    if [ -f "$FAKE/comes-late" ]; then mv "$FAKE/comes-late" "$FAKE/late"; fi
    echo "Deleting cluster \\"$4\\" ..." ;;
  "export logs") mkdir -p "$3" && echo log > "$3/kubelet.log" ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac`;

const FAKE_MINIKUBE = `
case "$1" in
  version) echo v1.38.1 ;;
  profile) if [ -f "$FAKE/profiles" ]; then cat "$FAKE/profiles"; else echo '{"invalid":[],"valid":[]}'; fi ;;
  start) cp "$FAKE"/cache/clusters/*.json "$FAKE/state-at-create" 2>/dev/null; . "$FAKE/create" ;;
  update-context) if [ -f "$FAKE/kubeconfig" ]; then cp "$FAKE/kubeconfig" "$KUBECONFIG"; else exit 1; fi ;;
  image|logs) ;;
  delete) rm -f "$FAKE/profiles"; echo '* Removed all traces of the "x" cluster.' ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac`;

const FAKE_DOCKER = `
case "$1 $2" in
  "info "*) cat "$FAKE/info"; test ! -f "$FAKE/info-error" || { cat "$FAKE/info-error" >&2; exit 1; } ;;
  "image inspect")
    if [ -f "$FAKE/image-$(echo "$6" | tr '/:' '__')" ]; then cat "$FAKE/image-$(echo "$6" | tr '/:' '__')"; else
      echo "Error: No such image: $6" >&2; exit 1; fi ;;
  "ps "*) if [ -f "$FAKE/late" ]; then rm "$FAKE/late"; echo 0123abcd; elif [ -f "$FAKE/nodes" ]; then echo 0123abcd; fi ;;
  "container inspect") cat "$FAKE/nodes" ;;
  "save --") echo "archive of $3" ;;
  "exec -i") cat > "$FAKE/archive"; if [ -f "$FAKE/import" ]; then . "$FAKE/import"; fi; cat "$FAKE/archive" >> "$FAKE/imported" ;;
  "exec "*)
    case "$3" in
      crictl) cat "$FAKE/crictl" 2>/dev/null || echo '{"images":[]}' ;;
      containerd) printf '%s\\n' 'version = 2' '[plugins."io.containerd.grpc.v1.cri".containerd]' '  snapshotter = "overlayfs"' ;;
    esac ;;
esac`;

/** A folder with fakes of kind, minikube, helm and docker, which write down how they are called. */
export function makeFakes() {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const program = (name: string, script: string) => {
    const text = `#!/bin/sh\nFAKE='${folder}'\necho "${name} $*" >> "$FAKE/calls"\n${script}\n`;
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  program("kind", FAKE_KIND);
  program("minikube", FAKE_MINIKUBE);
  program("docker", FAKE_DOCKER);
  program("helm", "echo v3.19.0+g3d8990f");
  writeFileSync(join(folder, "info"), JSON.stringify(DOCKER_INFO));
  const path = (name: string) => join(folder, name);
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "");
  return {
    folder,
    path,
    read,
    write: (name: string, text: string) => writeFileSync(path(name), text),
    /** What was called, without the questions that change nothing. */
    calls: (...names: string[]) =>
      read("calls")
        .split("\n")
        .filter((line) => names.some((name) => line.startsWith(name)))
        .map((line) => line.replaceAll(folder, "FOLDER")),
    program,
    hasImage: (image: string, id: string) => writeFileSync(path(`image-${image.replace(/[/:]/g, "_")}`), `${id}\n`),
    environment: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder },
    cacheDirectory: path("cache"),
    options: (options: Partial<ClusterOptions> = {}): ClusterOptions => ({
      provider: "kind",
      name: "x1",
      context: null,
      nodeImage: null,
      clusterArgs: [],
      keep: false,
      runId: "run-1",
      cacheDirectory: path("cache"),
      environment: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder },
      ...options,
    }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
export type Fakes = ReturnType<typeof makeFakes>;

/** A kubeconfig with what is looked for in kind's; client-node takes HTTP only where nothing is verified. */
export function renderKubeconfig(server: string, context: string): string {
  return `apiVersion: v1
clusters:
- cluster: {server: "${server}", insecure-skip-tls-verify: true}
  name: ${context}
contexts:
- context: {cluster: ${context}, user: ${context}}
  name: ${context}
current-context: ${context}
kind: Config
users:
- name: ${context}
  user:
    token: secret-token
    # client-key-data: ${"A".repeat(120)}
`;
}

/** `docker container inspect` of a cluster's nodes. */
export function renderNodes(nodes: readonly { name: string; ip: string; labels?: Record<string, string> }[]): string {
  return JSON.stringify(
    nodes.map(({ name, ip, labels = {} }) => ({
      Name: `/${name}`,
      Config: { Labels: labels },
      NetworkSettings: { Networks: { kind: { IPAddress: ip, GlobalIPv6Address: "" } } },
    })),
  );
}

/** Collects steps as "step: state (detail)". */
export function collectSteps(): { onStep: OnClusterStep; steps: string[] } {
  const steps: string[] = [];
  return {
    steps,
    onStep: ({ step, state, detail }) => steps.push(`${step}: ${state}${detail === undefined ? "" : ` (${detail})`}`),
  };
}
