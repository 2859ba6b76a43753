import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { z } from "zod";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";

/** The workflow run that the action is a step of, and what started it. */
export interface GithubContext {
  readonly owner: string;
  readonly repo: string;
  /** Of the workflow run; a later one is larger. */
  readonly runId: number;
  readonly runUrl: string;
  readonly eventName: string;
  /** null where nobody's pull request started the run. */
  readonly pullRequest: PullRequest | null;
  /** null where the event does not say. */
  readonly defaultBranch: string | null;
  /** Whether what runs here is what the default branch holds: such runs are the later ones' baseline. */
  readonly onDefaultBranch: boolean;
  /** Of the repository, such as `.github/workflows/ci.yml`; null where it is another repository's. */
  readonly workflowFile: string | null;
  readonly workspace: string;
  /** A folder that is emptied with the job. */
  readonly temporaryDirectory: string;
}

export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  /** Whether its branch is in another repository: the token is read-only then. */
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
  const head = event.pull_request?.head;
  const defaultBranch = event.repository?.default_branch ?? null;
  const eventName = env.GITHUB_EVENT_NAME ?? "";
  return {
    owner,
    repo,
    runId,
    runUrl: `${env.GITHUB_SERVER_URL ?? "https://github.com"}/${full}/actions/runs/${runId}`,
    eventName,
    pullRequest:
      event.pull_request === undefined || head === undefined
        ? null
        : { number: event.pull_request.number, headSha: head.sha, fromFork: head.repo?.full_name !== full },
    defaultBranch,
    onDefaultBranch:
      event.pull_request === undefined && defaultBranch !== null && env.GITHUB_REF === `refs/heads/${defaultBranch}`,
    workflowFile: readWorkflowFile(env.GITHUB_WORKFLOW_REF, full),
    workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    temporaryDirectory: env.RUNNER_TEMP || tmpdir(),
  };
}

/** The event as the runner wrote it; anything at all. */
export function readEvent(env: Environment): unknown {
  const path = env.GITHUB_EVENT_PATH;
  if (!path) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
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
