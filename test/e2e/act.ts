import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FakeGithub } from "../github/fake-github.ts";

export const ACT = process.env.E2E_ACT ?? "act";
export const REPOSITORY = "octo/spark-images";

/** Why act cannot run here, in one sentence; null where it can. */
export function findMissingAct(): string | null {
  try {
    execFileSync(ACT, ["--version"], { stdio: "ignore" });
    return null;
  } catch {
    return `act is missing: go install github.com/nektos/act@v0.2.89, or name it with E2E_ACT.`;
  }
}

export interface JobOptions {
  readonly event: "push" | "pull_request" | "workflow_run";
  readonly payload: unknown;
  readonly runId: number;
}

export interface Job {
  readonly code: number | null;
  readonly output: string;
}

/** A repository with a workflow that has `uses: ./`: the fixture, the action and its bundle. */
export class Repository {
  readonly path = mkdtempSync(join(tmpdir(), "e2e-action-"));
  readonly #home = mkdtempSync(join(tmpdir(), "e2e-act-"));
  readonly #github: FakeGithub;

  constructor(github: FakeGithub) {
    this.#github = github;
    cpSync("test/e2e/fixture", this.path, { recursive: true });
    for (const part of ["action.yml", "comment"]) cpSync(part, join(this.path, part), { recursive: true });
    cpSync("dist", join(this.path, "dist"), { recursive: true });
    this.#git("init", "--quiet", "--initial-branch=main");
    this.#git("remote", "add", "origin", `https://github.com/${REPOSITORY}.git`);
    this.commit("Begin");
  }

  edit(file: string, change: (text: string) => string): void {
    const path = join(this.path, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    this.commit(`Change ${file}`);
  }

  commit(message: string): void {
    this.#git("add", "--all");
    this.#git("-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "commit", "--quiet", "--message", message);
  }

  #git(...args: string[]): void {
    execFileSync("git", args, { cwd: this.path });
  }

  /** The job's summary of the last run; act keeps it where the runner would. */
  start({ event, payload, runId }: JobOptions) {
    const eventPath = join(this.#home, "event.json");
    writeFileSync(eventPath, JSON.stringify(payload));
    const environment = { ...this.#github.environment, GITHUB_RUN_ID: String(runId), ACTIONS_STEP_DEBUG: "" };
    const child = spawn(
      ACT,
      [
        ...[event, "--platform", "ubuntu-latest=-self-hosted", "--eventpath", eventPath, "--no-cache-server"],
        ...["--action-cache-path", join(this.#home, "actions"), "--secret", "GITHUB_TOKEN=e2e-token"],
        ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ],
      {
        cwd: this.path,
        env: {
          ...process.env,
          HOME: this.#home,
          XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache"),
          // A host runner takes the Node.js that comes first.
          PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
          GITHUB_ACTIONS: "",
        },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      },
    );
    let output = "";
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        for (const listener of listeners) listener();
      });
    }
    const ended = new Promise<Job>((done) => child.once("close", (code) => done({ code, output })));
    const until = (pattern: RegExp) =>
      new Promise<void>((found, fail) => {
        const look = () => {
          if (pattern.test(output)) found();
          else if (child.exitCode !== null) fail(new Error(`ended before ${pattern}:\n${output}`));
        };
        listeners.add(look);
        child.once("close", look);
        look();
      });
    return { child, ended, until };
  }

  run(options: JobOptions): Promise<Job> {
    return this.start(options).ended;
  }

  remove(): void {
    for (const path of [this.path, this.#home]) rmSync(path, { recursive: true, force: true });
  }
}

/** Processes whose command line has a text in it, by id. */
export function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((id) => {
    try {
      return (
        /^\d+$/.test(id) && id !== String(process.pid) && readFileSync(`/proc/${id}/cmdline`, "utf8").includes(text)
      );
    } catch {
      return false;
    }
  });
}
