import { BadInputError, InfrastructureError } from "../lib/errors.ts";
import { exec, isCommandFailure } from "../lib/exec.ts";
import { runTool } from "./run-tool.ts";

/** How commands are run. */
export interface ToolContext {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface DockerInfo {
  readonly serverVersion: string;
  /** Of the machine that the containers run on, which on macOS is a virtual one. */
  readonly memoryBytes: number;
  readonly cpus: number;
  /** On that machine. */
  readonly rootDirectory: string;
}

const QUERY_TIMEOUT_MS = 30_000;

/** Asks the Docker daemon about itself. Throws BadInputError without the CLI, InfrastructureError where the daemon does not answer. */
export async function readDockerInfo({ environment, signal }: ToolContext): Promise<DockerInfo> {
  try {
    const { stdout } = await exec("docker", ["info", "--format", "{{json .}}"], {
      env: environment,
      signal,
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    const info = JSON.parse(stdout) as Record<string, unknown>;
    // The CLI answers with its own half, and exit code 0 in old versions, where the daemon does not.
    const errors = Array.isArray(info.ServerErrors) ? info.ServerErrors.map(String) : [];
    if (errors.length > 0) throw noDocker(errors.join("; "));
    return {
      serverVersion: String(info.ServerVersion ?? ""),
      memoryBytes: Number(info.MemTotal ?? 0),
      cpus: Number(info.NCPU ?? 0),
      rootDirectory: String(info.DockerRootDir ?? ""),
    };
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    if (error.failure.kind === "spawn") {
      throw new BadInputError("The command `docker` is not on the PATH, and a cluster on this machine needs it.", {
        hint: "Install Docker (https://docs.docker.com/engine/install/), or run without a cluster: --cluster local",
        cause: error,
      });
    }
    throw noDocker(dockerError(error.tail));
  }
}

function noDocker(reason: string): InfrastructureError {
  const hint = /permission denied/i.test(reason)
    ? "Let your user talk to Docker: sudo usermod -aG docker $USER, then log in again."
    : "Start Docker (Docker Desktop, or: sudo systemctl start docker), or run without a cluster: --cluster local";
  return new InfrastructureError(`Docker does not answer: ${reason}`, { hint });
}

/** `docker info` prints its own half, as JSON, before the reason on the last line. */
function dockerError(tail: string): string {
  const lines = tail.trim().split("\n");
  const last = lines.findLast((line) => !line.startsWith("{") && !line.startsWith("errors pretty printing"));
  if (last !== undefined) return last.replace(/^ERROR: /, "");
  try {
    const { ServerErrors } = JSON.parse(lines.at(-1) ?? "") as { ServerErrors?: unknown[] };
    if (ServerErrors?.[0] !== undefined) return String(ServerErrors[0]);
  } catch {
    // Not JSON either.
  }
  return "it said nothing";
}

/** The id of an image that the local Docker has, null for one that it has not. */
export async function findLocalImage(image: string, { environment, signal }: ToolContext): Promise<string | null> {
  try {
    const { stdout } = await exec("docker", ["image", "inspect", "--format", "{{.Id}}", "--", image], {
      env: environment,
      signal,
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    return stdout.trim();
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    return null;
  }
}

/** Names of the running containers with a label, in the order of their names. */
export async function listContainers(labels: readonly string[], context: ToolContext): Promise<Container[]> {
  const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
  const format = '{{.Names}}\t{{.Label "io.x-k8s.kind.role"}}\t{{.Ports}}';
  const { stdout } = await runTool("docker ps", ["docker", "ps", ...filters, "--format", format], {
    env: context.environment,
    signal: context.signal,
    timeoutMs: QUERY_TIMEOUT_MS,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", role = "", ports = ""] = line.split("\t");
      return { name, role, ports };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

export interface Container {
  readonly name: string;
  /** kind's role of the node; empty for what is no kind node. */
  readonly role: string;
  /** "127.0.0.1:40815->6443/tcp" */
  readonly ports: string;
}

/** An image's name as container runtimes spell it: "spark" is "docker.io/library/spark:latest". */
export function canonicalImage(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const hasDomain = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = hasDomain ? image : `docker.io/${rest.length === 0 ? "library/" : ""}${image}`;
  const name = path.slice(path.lastIndexOf("/"));
  return /[:@]/.test(name) ? path : `${path}:latest`;
}
