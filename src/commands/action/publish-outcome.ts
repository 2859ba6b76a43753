import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as core from "@actions/core";
import { ExitCode } from "../../lib/errors.ts";
import { pathExists } from "../../lib/files/path-exists.ts";
import { listAnnotations } from "../../publish/annotations.ts";
import { nameArtifact, nameDocuments } from "../../publish/artifacts/names.ts";
import type { CommentKey } from "../../publish/comment/body.ts";
import { renderFailure } from "../../publish/comment/failure-report.ts";
import { locateStep } from "../../publish/locate-step.ts";
import { type PublishLog, publishComment, publishFolder, publishSummary } from "../../publish/publish.ts";
import { countRegressions } from "../../publish/regressions.ts";
import { renderMarkdown } from "../../report/markdown.ts";
import { viewReport } from "../../report/view/view.ts";
import { parseRunState } from "../../spec/state.ts";
import type { RunOutcome } from "../run/context.ts";
import { type ActionConfig, describeNextRun, inInputWords } from "./action-config.ts";

/** What a published folder is told with, and what to do once it is there. */
export interface PublishContext extends PublishLog {
  readonly onUploaded: () => void;
}

/** Publishes a run that was judged: artifacts, outputs, summary, comment, annotations. Nothing here fails the job. */
export async function publishOutcome(
  outcome: RunOutcome,
  config: ActionConfig,
  context: PublishContext,
): Promise<void> {
  const { results, verdict, baseline, folder, exitCode } = outcome;
  const { github, retentionDays, artifactName } = config;
  const key = { artifactName, tier: results.run.tier };
  const secrets = listSecrets(config);
  const id = await publishFolder(folder, { name: nameArtifact(key), retentionDays, secrets }, context);
  context.onUploaded();
  if (results.cases.some(({ status }) => status === "passed")) {
    const name = nameDocuments(key, github.onDefaultBranch ? "baseline" : "results");
    const only = ["results.json", "verdict.json"];
    await publishFolder(folder, { name, only, retentionDays, secrets }, context);
  }
  const artifactUrl = id === null ? null : `${github.runUrl}/artifacts/${id}`;
  setOutputs(outcome, artifactUrl);
  const report = renderMarkdown(viewReport({ results, verdict, baseline, nextRun: describeNextRun(config) }));
  // A run that somebody ended says nothing about the pull request.
  const wasEnded = exitCode === ExitCode.interrupted || exitCode === ExitCode.terminated;
  await publishReport(report, { config, key: wasEnded ? null : key, artifactUrl }, context);
  if (wasEnded) return;
  const { file, startLine } = locateRunStep(config);
  for (const { level, title, message } of listAnnotations(results, verdict)) {
    const annotate = level === "error" ? core.error : core.warning;
    annotate(message, {
      title,
      ...(file === undefined ? {} : { file }),
      ...(startLine === undefined ? {} : { startLine }),
    });
  }
}

/** Publishes what there is of a run that came to no verdict: its folder, and the error as its report. */
export async function publishFailure(error: unknown, config: ActionConfig, context: PublishContext): Promise<void> {
  const folder = config.run.outDirectory!;
  const tier = await readTier(folder);
  const key = tier === null ? null : { artifactName: config.artifactName, tier };
  let artifactUrl: string | null = null;
  if (key !== null) {
    const { retentionDays } = config;
    const secrets = listSecrets(config);
    const id = await publishFolder(folder, { name: nameArtifact(key), retentionDays, secrets }, context);
    if (id !== null) artifactUrl = `${config.github.runUrl}/artifacts/${id}`;
    core.setOutput("artifact-url", artifactUrl ?? "");
  }
  context.onUploaded();
  await publishReport(renderFailure(inInputWords(error)), { config, key, artifactUrl }, context);
}

/** The tier of a run that has begun; null where none has. */
export async function readTier(folder: string): Promise<string | null> {
  const path = join(folder, "run.json");
  return (await pathExists(path)) ? (parseRunState(await readFile(path, "utf8"))?.run.tier ?? null) : null;
}

/** The report as the job's summary and, with a key, as the pull request's comment. */
async function publishReport(
  report: string,
  { config, key, artifactUrl }: { config: ActionConfig; key: CommentKey | null; artifactUrl: string | null },
  context: PublishLog,
): Promise<void> {
  const { github, token } = config;
  const { owner, repo, pullRequest, runId: workflowRunId, runUrl } = github;
  const links = { runUrl, artifactUrl, commit: pullRequest?.headSha ?? null };
  await publishSummary(report, links, context);
  if (!config.comment || pullRequest === null || key === null) return;
  if (token === null) {
    context.warn("There is no comment: github-token is empty. The job's summary has the same.");
    return;
  }
  const target = { owner, repo, number: pullRequest.number };
  const { fromFork } = pullRequest;
  const signal = new AbortController().signal;
  await publishComment(report, { target, key, workflowRunId, links, token, fromFork, signal }, context);
}

function setOutputs({ results, verdict, htmlPath }: RunOutcome, artifactUrl: string | null): void {
  const count = (...wanted: string[]) => results.cases.filter(({ status }) => wanted.includes(status)).length;
  core.setOutput("verdict", verdict.verdict);
  core.setOutput("workflow-id", results.run.id);
  core.setOutput("passed", count("passed"));
  core.setOutput("failed", count("failed", "infrastructure"));
  core.setOutput("regressions", countRegressions(verdict));
  core.setOutput("report-path", htmlPath);
  core.setOutput("artifact-url", artifactUrl ?? "");
}

/** Texts that must be in no artifact. */
function listSecrets({ token }: ActionConfig): string[] {
  return [token, process.env.ACTIONS_RUNTIME_TOKEN].filter((text) => text !== null && text !== undefined);
}

/** Where in the workflow's file this step is. */
function locateRunStep({ github }: ActionConfig) {
  const actionRepository = process.env.GITHUB_ACTION_REPOSITORY || null;
  return locateStep(github.workspace, github.workflowFile, { actionRepository });
}
