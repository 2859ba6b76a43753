import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as core from "@actions/core";
import { wasStopped } from "../../documents/ending.ts";
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
  const { results, verdict, baseline, folder } = outcome;
  const { github, retentionDays, artifactName } = config;
  const key = { artifactName, tier: results.run.tier };
  const secrets = listSecrets(config);
  const environment = process.env;
  const id = await publishFolder(folder, { name: nameArtifact(key), retentionDays, secrets, environment }, context);
  context.onUploaded();
  // A run without a case that passed is no baseline, but a comment may be due from it.
  if (!github.onDefaultBranch || results.cases.some(({ status }) => status === "passed")) {
    const name = nameDocuments(key, github.onDefaultBranch ? "baseline" : "results");
    const only = ["results.json", "verdict.json"];
    await publishFolder(folder, { name, only, retentionDays, secrets, environment }, context);
  }
  const artifactUrl = id === null ? null : `${github.runUrl}/artifacts/${id}`;
  for (const [name, value] of Object.entries(listOutputs(outcome, artifactUrl))) core.setOutput(name, value);
  const report = renderMarkdown(viewReport({ results, verdict, baseline, nextRun: describeNextRun(config) }));
  const stopped = wasStopped(verdict);
  await publishReport(report, { config, key: stopped ? null : key, artifactUrl }, context);
  if (stopped) return;
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
    const environment = process.env;
    const id = await publishFolder(folder, { name: nameArtifact(key), retentionDays, secrets, environment }, context);
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
  const environment = process.env;
  await publishComment(report, { target, key, workflowRunId, links, token, fromFork, environment, signal }, context);
}

/** The outputs of action.yml. */
export function listOutputs(
  { results, verdict, htmlPath }: Pick<RunOutcome, "results" | "verdict" | "htmlPath">,
  artifactUrl: string | null,
): Readonly<Record<string, string | number>> {
  const count = (...wanted: string[]) => results.cases.filter(({ status }) => wanted.includes(status)).length;
  return {
    verdict: verdict.verdict,
    ending: verdict.ending,
    planned: verdict.plannedCases ?? "",
    finished: verdict.finishedCases,
    "cut-off": verdict.cutOffCases.join("\n"),
    "workflow-id": results.run.id,
    passed: count("passed"),
    failed: count("failed", "infrastructure"),
    regressions: countRegressions(verdict),
    "report-path": htmlPath,
    "artifact-url": artifactUrl ?? "",
  };
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
