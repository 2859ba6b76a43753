import { wasStopped } from "../../documents/ending.ts";
import { ExitCode, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import type { Results, Verdict } from "../../model/documents.ts";
import { fetchForeignResults, findPullRequest } from "../../publish/artifacts/foreign-results.ts";
import { describeOrigin } from "../../publish/comment/body.ts";
import { adviseOn } from "../../publish/github/advice.ts";
import { createGithubClient, describeFailure } from "../../publish/github/client.ts";
import * as runner from "../../publish/github/runner.ts";
import { describeMissingArtifacts } from "../../publish/github/server.ts";
import { publishComment } from "../../publish/publish.ts";
import { renderMarkdown } from "../../report/markdown.ts";
import { viewReport } from "../../report/view/view.ts";
import type { CommentConfig } from "./comment-config.ts";

const RIGHTS = "The job needs the permissions actions: read and pull-requests: write.";
const NEXT_RUN =
  "The baseline are runs of this job on the default branch: let this workflow run there too, on push or on a schedule.";

/** The text of a comment; null where the job that ran it, on a branch of the same repository, would have made none either. */
export function renderForeignReport(results: Results, verdict: Verdict): string | null {
  if (wasStopped(verdict)) return null;
  return renderMarkdown(viewReport({ results, verdict, baseline: [], nextRun: NEXT_RUN }));
}

/** Whose comment it would be, of which job and tier, only results say: there is none, and no older one is replaced. */
function describeNothingLeft(runUrl: string): string {
  return `There is no comment, because the run left no results: it ended before its verdict, or was ended by hand. ${runUrl} says how.`;
}

/** The same; undefined, with a warning, where documents break what renders them: those of other tiers are commented on all the same. */
function tryToRender(results: Results, verdict: Verdict, warn: (text: string) => void): string | null | undefined {
  try {
    return renderForeignReport(results, verdict);
  } catch (error) {
    warn(`There is no comment on tier ${results.run.tier}: internal error, please report it: ${errorMessage(error)}`);
    return undefined;
  }
}

/**
 * Comments on the pull request of a run that has ended elsewhere, without any trust in what that run left: the pull request comes
 * from GitHub's event and API, documents are checked against their schemas, and the text is rendered here.
 */
export async function executeComment(config: CommentConfig | null): Promise<ExitCode> {
  if (config === null) {
    runner.note("The run that ended was no pull request's: there is nothing to comment on.");
    return ExitCode.pass;
  }
  const { owner, repo, token, run, server } = config;
  if (!server.hasArtifacts) {
    runner.warn(`There is no comment: ${describeMissingArtifacts(server)}.`);
    return ExitCode.pass;
  }
  runner.setSecret(token);
  const signal = new AbortController().signal;
  const client = createGithubClient({ token, environment: process.env, signal, onWait: runner.note });
  try {
    const number = await findPullRequest(client, config);
    if (number === null) {
      runner.note(`No open pull request stands at ${run.headSha}: it has moved on, or was closed.`);
      return ExitCode.pass;
    }
    const { found, notes } = await fetchForeignResults(client, config, { environment: process.env, signal });
    for (const note of notes) runner.warn(note);
    if (found.length === 0 && notes.length === 0) runner.warn(describeNothingLeft(run.url));
    for (const { key, results, verdict, artifactUrl } of found) {
      const report = tryToRender(results, verdict, runner.warn);
      if (report === undefined) continue;
      if (report === null) {
        runner.note(`The run of tier ${results.run.tier} was interrupted: there is nothing to comment on.`);
        continue;
      }
      await publishComment(
        report,
        {
          target: { owner, repo, number },
          key,
          mark: { runId: run.id, attempt: run.attempt },
          links: {
            runUrl: `${run.url}/attempts/${run.attempt}`,
            artifactUrl,
            commit: run.headSha,
            of: describeOrigin(results.run),
          },
          token,
          fromFork: false,
          environment: process.env,
          signal,
        },
        { note: runner.note, warn: runner.warn },
      );
    }
    return ExitCode.pass;
  } catch (error) {
    throw new InfrastructureError(`Could not comment: ${describeFailure(error)}`, {
      hint: adviseOn(error, RIGHTS) ?? RIGHTS,
      cause: error,
    });
  }
}
