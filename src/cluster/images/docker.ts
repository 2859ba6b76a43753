import { BadInputError, InfrastructureError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { exec, isCommandFailure } from "../../lib/process/exec.ts";
import { runTool, toolFailure } from "../tools/run-tool.ts";

/** How commands are run. */
export interface ToolContext {
  readonly environment: Environment;
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
    const errors = serverErrors(stdout);
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

/** `docker info` prints its own half, with what the daemon did not do, and exits with 1 in newer versions only. */
function serverErrors(output: string): string[] {
  try {
    const { ServerErrors } = JSON.parse(output) as { ServerErrors?: unknown };
    return Array.isArray(ServerErrors) ? ServerErrors.map(String) : [];
  } catch {
    return [];
  }
}

function dockerError(tail: string): string {
  const lines = tail.split("\n").map((line) => line.trim());
  const [said] = lines.flatMap(serverErrors);
  const last = lines.findLast((line) => line !== "" && !line.startsWith("{"));
  return (said ?? last ?? "it said nothing").replace(/^ERROR: /, "");
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

export interface Container {
  readonly name: string;
  /** In all its networks. */
  readonly ips: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Ids of the containers with a label, whatever their state, or of those that run.
 *
 * @param label "name" or "name=value"
 */
export async function listContainerIds(
  label: string,
  which: "all" | "running",
  { environment, signal }: ToolContext,
): Promise<string[]> {
  const all = which === "all" ? ["--all"] : [];
  const args = [...all, "--no-trunc", "--quiet", "--filter", `label=${label}`];
  const { stdout } = await runTool("docker ps", ["docker", "ps", ...args], {
    env: environment,
    signal,
    timeoutMs: QUERY_TIMEOUT_MS,
  });
  return stdout.split("\n").filter((id) => id !== "");
}

/** The running containers with a label, in the order of their names. */
export async function listContainers(label: string, context: ToolContext): Promise<Container[]> {
  const { environment, signal } = context;
  const options = { env: environment, signal, timeoutMs: QUERY_TIMEOUT_MS };
  const ids = await listContainerIds(label, "running", context);
  if (ids.length === 0) return [];
  try {
    const { stdout } = await exec("docker", ["container", "inspect", ...ids], options);
    return parseContainers(stdout);
  } catch (error) {
    // One that has gone in the meantime fails the whole; what is known of the others comes with the next question.
    if (isCommandFailure(error) && /No such container/i.test(error.tail)) return [];
    throw isCommandFailure(error) ? toolFailure("docker container inspect", error) : error;
  }
}

function parseContainers(json: string): Container[] {
  const containers = JSON.parse(json) as {
    Name: string;
    Config: { Labels: Record<string, string> | null };
    NetworkSettings: { Networks: Record<string, { IPAddress: string; GlobalIPv6Address: string }> | null };
  }[];
  return containers
    .map(({ Name, Config, NetworkSettings }) => ({
      name: Name.replace(/^\//, ""),
      ips: Object.values(NetworkSettings.Networks ?? {})
        .flatMap(({ IPAddress, GlobalIPv6Address }) => [IPAddress, GlobalIPv6Address])
        .filter((ip) => ip !== ""),
      labels: Config.Labels ?? {},
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An image's name as container runtimes spell it: "spark" is "docker.io/library/spark:latest". */
export function canonicalImage(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const hasDomain = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = hasDomain ? image : `docker.io/${rest.length === 0 ? "library/" : ""}${image}`;
  const name = path.slice(path.lastIndexOf("/"));
  return /[:@]/.test(name) ? path : `${path}:latest`;
}
