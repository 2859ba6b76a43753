import { z } from "zod";
import { BadInputError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import type { ForeignRun } from "../../publish/artifacts/foreign-results.ts";
import { readEvent } from "../../publish/github/context.ts";
import { readServer, type Server } from "../../publish/github/server.ts";
import type { GetInput } from "./action-config.ts";

/** What the comment on another run's pull request is made from. */
export interface CommentConfig extends ForeignRun {
  /** Secret. */
  readonly token: string;
  readonly server: Server;
}

const eventSchema = z.object({
  repository: z.object({ name: z.string(), owner: z.object({ login: z.string() }) }),
  workflow_run: z.object({
    id: z.int(),
    run_attempt: z.int().default(1),
    event: z.string(),
    html_url: z.string(),
    head_sha: z.string().regex(/^[0-9a-f]{40,64}$/),
    head_branch: z.string(),
    // null where the fork is gone.
    head_repository: z.object({ id: z.int(), owner: z.object({ login: z.string() }) }).nullable(),
  }),
});

/** null where the run that ended was no pull request's, so that there is nothing to comment on. Throws BadInputError. */
export function readCommentConfig(getInput: GetInput, env: Environment): CommentConfig | null {
  const parsed = eventSchema.safeParse(readEvent(env));
  if (env.GITHUB_EVENT_NAME !== "workflow_run" || !parsed.success) {
    throw new BadInputError("This action comments from a workflow that `workflow_run` starts.", {
      hint: "See examples/comment.yml for such a workflow.",
    });
  }
  const token = getInput("github-token");
  if (token === "") throw new BadInputError("Input github-token is empty.", { hint: "Leave it out." });
  const { repository, workflow_run: run } = parsed.data;
  if (run.event !== "pull_request" || run.head_repository === null) return null;
  return {
    owner: repository.owner.login,
    repo: repository.name,
    token,
    server: readServer(env),
    artifactName: getInput("artifact-name"),
    run: {
      id: run.id,
      attempt: run.run_attempt,
      url: run.html_url,
      headSha: run.head_sha,
      headBranch: run.head_branch,
      headOwner: run.head_repository.owner.login,
      headRepositoryId: run.head_repository.id,
    },
  };
}
