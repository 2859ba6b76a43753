import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { resultsSchema, verdictSchema } from "../../src/model/documents.ts";

const execute = promisify(execFile);

/** What the machine at hand has, by environment variables: names of images, and where the upstream chart is. */
export const SETTINGS = {
  provider: process.env.E2E_CLUSTER ?? "kind",
  nodeImage: process.env.E2E_NODE_IMAGE,
  clusterArgs: process.env.E2E_CLUSTER_ARGS,
  argoChart: process.env.E2E_ARGO_CHART,
  operatorChart: process.env.E2E_SPARK_OPERATOR_CHART,
  image: process.env.E2E_IMAGE ?? "apache/spark:{sparkVersion}",
};

/** Options that every command which may bring up a cluster gets. */
export const INSTALL_OPTIONS = [
  ...(SETTINGS.nodeImage === undefined ? [] : ["--node-image", SETTINGS.nodeImage]),
  ...(SETTINGS.clusterArgs === undefined ? [] : [`--cluster-args=${SETTINGS.clusterArgs}`]),
  ...(SETTINGS.argoChart === undefined ? [] : ["--argo-chart", SETTINGS.argoChart]),
];
export const CLUSTER_OPTIONS = [...INSTALL_OPTIONS, "--image", SETTINGS.image];
/** For tiers that have cases of the Spark Operator. */
export const OPERATOR_OPTIONS =
  SETTINGS.operatorChart === undefined ? [] : ["--spark-operator-chart", SETTINGS.operatorChart];
/** The image that serves the event logs. */
export const HISTORY_SERVER_IMAGE = SETTINGS.image.replace("{sparkVersion}", "4.1.1");

/** Why the tests cannot run here, in one sentence; null where they can. */
export async function findMissing(): Promise<string | null> {
  for (const [command, args] of [
    ["docker", ["info"]],
    [SETTINGS.provider, ["version"]],
    ["helm", ["version"]],
    ["kubectl", ["version", "--client"]],
  ] as const) {
    try {
      await execute(command, args, { timeout: 20_000 });
    } catch {
      return `${command} is missing or does not work: \`${command} ${args.join(" ")}\` failed.`;
    }
  }
  return null;
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once standard error matches. Rejects where the command ends before that. */
  until(pattern: RegExp): Promise<void>;
}

/** A folder of its own with a cache of its own, and the bundle run in it. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), "e2e-"));
  readonly #children = new Set<ChildProcess>();

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
    const startedAtMs = Date.now();
    const child = spawn(process.execPath, [resolve("dist/cli/index.js"), ...args], {
      cwd: this.path,
      env: { ...process.env, SPARK_LOADTEST_CACHE: join(this.path, "cache"), GITHUB_ACTIONS: "", ...environment },
    });
    this.#children.add(child);
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
      for (const listener of listeners) listener();
    });
    const ended = new Promise<Ended>((done, fail) => {
      child.once("error", fail);
      child.once("close", (code) => {
        this.#children.delete(child);
        for (const listener of listeners) listener();
        done({ code, stdout, stderr, seconds: (Date.now() - startedAtMs) / 1000 });
      });
    });
    const until = (pattern: RegExp) =>
      new Promise<void>((found, fail) => {
        const look = () => {
          if (pattern.test(stderr)) found();
          else if (child.exitCode !== null) fail(new Error(`ended before ${pattern}:\n${stderr}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      });
    return { child, ended, until };
  }

  run(args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  results(folder: string) {
    return resultsSchema.parse(JSON.parse(readFileSync(join(this.path, folder, "results.json"), "utf8")));
  }

  verdict(folder: string) {
    return verdictSchema.parse(JSON.parse(readFileSync(join(this.path, folder, "verdict.json"), "utf8")));
  }

  async kubectl(...args: string[]): Promise<string> {
    const kubeconfig = join(this.path, "cache", "clusters", `${SETTINGS.provider}-e2e.kubeconfig`);
    const { stdout } = await execute("kubectl", ["--kubeconfig", kubeconfig, ...args], { maxBuffer: 64e6 });
    return stdout;
  }

  /** Makes objects of YAML. */
  async apply(manifests: string): Promise<void> {
    const file = join(this.path, "objects.yaml");
    writeFileSync(file, manifests);
    await this.kubectl("apply", "-f", file);
  }

  /** What a command of the shell says beside the files of the object store. */
  inStore(command: string): Promise<string> {
    const store = ["-n", "spark-loadtest", "exec", "deploy/spark-loadtest-store", "-c", "files"];
    return this.kubectl(...store, "--", "sh", "-c", command);
  }

  async namespaces(): Promise<string[]> {
    return (await this.kubectl("get", "namespaces", "-o", "name")).trim().split("\n").sort();
  }

  remove(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.path, { recursive: true, force: true });
  }
}
