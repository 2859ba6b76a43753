import { tmpdir } from "node:os";
import { z } from "zod";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { readRegularFileSync } from "../../lib/files/regular-file.ts";
import type { Environment } from "../../lib/process/environment.ts";
import type { WorkflowJob } from "../../model/documents.ts";
import { readServer, type Server } from "./server.ts";
import { type Standing, standingOf } from "./standing.ts";

/** The workflow run that the action is a step of, and what started it. */
export interface GithubContext {
  readonly owner: string;
  readonly repo: string;
  /** Of the workflow run; a later one is larger. */
  readonly runId: number;
  readonly runUrl: string;
  /** Where this attempt of the run is shown; `runUrl` shows the newest. */
  readonly attemptUrl: string;
  readonly server: Server;
  readonly eventName: string;
  /** The one that the run is for; null where it is for none. */
  readonly pullRequest: PullRequest | null;
  /** null where the event does not say. */
  readonly defaultBranch: string | null;
  readonly standing: Standing;
  /** The values in the job's matrix are an input of the action. */
  readonly job: Omit<WorkflowJob, "matrix">;
  /** Of the repository, such as `.github/workflows/ci.yml`; null where it is another repository's. */
  readonly workflowFile: string | null;
  readonly workspace: string;
  /** A folder that is emptied with the job. */
  readonly temporaryDirectory: string;
}

export interface PullRequest {
  readonly number: number;
  /** null where a comment started the run: what it has checked out is the workflow's choice. */
  readonly headSha: string | null;
  /** Whether it started the run and its branch is in another repository: the token is read-only then. */
  readonly fromFork: boolean;
}

const repositorySchema = z.object({ full_name: z.string() });
const eventSchema = z.object({
  repository: z.object({ full_name: z.string(), default_branch: z.string() }).optional(),
  pull_request: z
    .object({
      number: z.int(),
      head: z.object({ sha: z.string(), repo: repositorySchema.nullable() }),
    })
    .optional(),
  // A comment's. Of a pull request where it says so; the rest are issues.
  issue: z.object({ number: z.int(), pull_request: z.object({}).optional() }).optional(),
});

/** Reads what the runner says of the run. Throws BadInputError outside of a workflow. */
export function readGithubContext(env: Environment): GithubContext {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? "").split("/");
  const runId = Number(env.GITHUB_RUN_ID);
  if (!owner || !repo || !Number.isSafeInteger(runId) || runId <= 0) {
    throw new BadInputError("This is not a step of a GitHub workflow: GITHUB_REPOSITORY or GITHUB_RUN_ID is missing.", {
      hint: "Elsewhere, use the command line: spark-loadtest run --help",
    });
  }
  const event = eventSchema.safeParse(readEvent(env)).data ?? {};
  const full = `${owner}/${repo}`;
  const eventName = env.GITHUB_EVENT_NAME ?? "";
  const branch = /^refs\/heads\/(.+)$/.exec(env.GITHUB_REF ?? "")?.[1] ?? null;
  // A schedule starts on the default branch alone, and its event names no repository.
  const defaultBranch = event.repository?.default_branch ?? (eventName === "schedule" ? branch : null);
  const server = readServer(env);
  const runUrl = `${server.url}/${full}/actions/runs/${runId}`;
  const attempt = Number(env.GITHUB_RUN_ATTEMPT) || 1;
  const workflowFile = readWorkflowFile(env.GITHUB_WORKFLOW_REF, full);
  return {
    owner,
    repo,
    runId,
    runUrl,
    // Gitea shows no attempts of their own.
    attemptUrl: env.GITEA_ACTIONS === undefined ? `${runUrl}/attempts/${attempt}` : runUrl,
    server,
    eventName,
    pullRequest: findPullRequest(event, full),
    defaultBranch,
    standing: standingOf({ event: eventName, branch, defaultBranch, isOwn: event.pull_request === undefined }),
    job: {
      repository: full,
      workflow: workflowFile ?? env.GITHUB_WORKFLOW_REF?.split("@")[0] ?? env.GITHUB_WORKFLOW ?? "",
      job: env.GITHUB_JOB ?? "",
      step: readStep(env.GITHUB_ACTION),
      attempt,
    },
    workflowFile,
    workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    temporaryDirectory: env.RUNNER_TEMP || tmpdir(),
  };
}

function findPullRequest({ pull_request, issue }: z.infer<typeof eventSchema>, repository: string): PullRequest | null {
  if (pull_request !== undefined) {
    const { number, head } = pull_request;
    return { number, headSha: head.sha, fromFork: head.repo?.full_name !== repository };
  }
  if (issue?.pull_request === undefined) return null;
  return { number: issue.number, headSha: null, fromFork: false };
}

/**
 * Which of a job's steps this is. The runner calls a step by its id, or by the action with a number from the second on, such as
 * `__org_spark-loadtest_2`; the first one's name would change with the action's.
 */
function readStep(action: string | undefined): string | null {
  if (!action?.startsWith("__")) return action || null;
  return /_(\d+)$/.exec(action)?.[1] ?? null;
}

/** The event as the runner wrote it; anything at all. */
export function readEvent(env: Environment): unknown {
  const path = env.GITHUB_EVENT_PATH;
  if (!path) return {};
  try {
    return JSON.parse(readRegularFileSync(path).toString("utf8"));
  } catch (error) {
    throw new BadInputError(`The event of this run cannot be read from ${path}: ${errorMessage(error)}`, {
      hint: "GITHUB_EVENT_PATH names the file that the runner wrote; leave it as it is.",
    });
  }
}

/** "org/repo/.github/workflows/ci.yml@refs/heads/main"; a reusable workflow may be another repository's. */
function readWorkflowFile(reference: string | undefined, repository: string): string | null {
  const path = reference?.split("@")[0];
  return path?.startsWith(`${repository}/`) ? path.slice(repository.length + 1) : null;
}
