import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { wasStopped } from "../../documents/ending.ts";
import { errorMessage } from "../../lib/errors.ts";
import { pathExists } from "../../lib/files/path-exists.ts";
import { joinLines } from "../../lib/text/printable.ts";
import type { Run } from "../../model/documents.ts";
import { listAnnotations } from "../../publish/annotations.ts";
import { nameArtifact, nameBaseline, nameResults } from "../../publish/artifacts/names.ts";
import { describeOrigin } from "../../publish/comment/body.ts";
import { renderFailure } from "../../publish/comment/failure-report.ts";
import { keyOf } from "../../publish/github/run-key.ts";
import * as runner from "../../publish/github/runner.ts";
import { describeMissingArtifacts } from "../../publish/github/server.ts";
import { describeOtherEvent } from "../../publish/github/standing.ts";
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
  const artifact = await publishRun(folder, results.run, config, context);
  context.onUploaded();
  // A run without a case that passed is no baseline, but a comment may be due from it.
  const isKept = config.github.standing !== "baseline" || results.cases.some(({ status }) => status === "passed");
  const uploaded = isKept && (await publishDocuments(folder, results.run, config, context));
  setOutputs(listOutputs(outcome, artifact), context);
  const report = renderMarkdown(viewReport({ results, verdict, baseline, nextRun: describeNextRun(config, uploaded) }));
  // A run that somebody ended says nothing about the pull request.
  const stopped = wasStopped(verdict);
  await publishReport(report, { config, run: results.run, comments: !stopped, artifact }, context);
  if (stopped) return;
  const { file, startLine } = locateRunStep(config);
  for (const { level, title, message } of listAnnotations(results, verdict)) {
    runner.annotate(level, message, {
      title,
      ...(file === undefined ? {} : { file }),
      ...(startLine === undefined ? {} : { startLine }),
    });
  }
}

/** Publishes what there is of a run that came to no verdict: its folder, and the error as its report. */
export async function publishFailure(error: unknown, config: ActionConfig, context: PublishContext): Promise<void> {
  const folder = config.run.outDirectory!;
  const run = await readRun(folder);
  const artifact = run === null ? null : await publishRun(folder, run, config, context);
  if (run !== null) setOutputs(listArtifactOutputs(artifact), context);
  context.onUploaded();
  await publishReport(renderFailure(inInputWords(error)), { config, run, comments: true, artifact }, context);
}

/** A run that has begun; null where none has. */
async function readRun(folder: string): Promise<Run | null> {
  const path = join(folder, "run.json");
  return (await pathExists(path)) ? (parseRunState(await readFile(path, "utf8"))?.run ?? null) : null;
}

interface Artifact {
  readonly name: string;
  readonly url: string;
}

/** Uploads everything that a run left; null where that did not work. */
async function publishRun(folder: string, run: Run, config: ActionConfig, log: PublishLog): Promise<Artifact | null> {
  const { github, artifactName, retentionDays, job } = config;
  if (!github.server.hasArtifacts) {
    log.warn(`Nothing is uploaded: ${describeMissingArtifacts(github.server)}.`);
    return null;
  }
  const { attempt } = job;
  const name = nameArtifact(keyOf(artifactName, run), attempt);
  const upload = { name, retentionDays, attempt, secrets: listSecrets(config), environment: process.env };
  const id = await publishFolder(folder, upload, log);
  return id === null ? null : { name, url: `${github.runUrl}/artifacts/${id}` };
}

/** Uploads the documents of a run alone, as a part of the baseline where it is one. Gives whether that worked. */
async function publishDocuments(folder: string, run: Run, config: ActionConfig, log: PublishLog): Promise<boolean> {
  const { github, artifactName, retentionDays, job } = config;
  const { standing, eventName, server } = github;
  if (!server.hasArtifacts) return false;
  if (standing === "other-event") log.note(`– ${describeOtherEvent(eventName)}`);
  const { attempt } = job;
  const key = keyOf(artifactName, run);
  const name = standing === "baseline" ? nameBaseline(key) : nameResults(key, attempt);
  const only = ["results.json", "verdict.json"];
  const upload = { name, only, retentionDays, attempt, secrets: listSecrets(config), environment: process.env };
  return (await publishFolder(folder, upload, log)) !== null;
}

interface Reported {
  readonly config: ActionConfig;
  /** null for a run that has not begun. */
  readonly run: Run | null;
  /** Whether the pull request hears of it. */
  readonly comments: boolean;
  readonly artifact: Artifact | null;
}

/** The report as the job's summary, and as the pull request's comment. */
async function publishReport(
  report: string,
  { config, run, comments, artifact }: Reported,
  context: PublishLog,
): Promise<void> {
  const { github, token, job } = config;
  const { owner, repo, pullRequest, runId, attemptUrl } = github;
  const links = {
    runUrl: attemptUrl,
    artifactUrl: artifact?.url ?? null,
    commit: pullRequest?.headSha ?? null,
    of: run === null ? null : describeOrigin(run),
  };
  await publishSummary(report, links, context);
  if (!config.comment || pullRequest === null || run === null || !comments) return;
  if (token === null) {
    context.warn("There is no comment: github-token is empty. The job's summary has the same.");
    return;
  }
  const target = { owner, repo, number: pullRequest.number };
  const { fromFork } = pullRequest;
  const signal = new AbortController().signal;
  const key = keyOf(config.artifactName, run);
  const mark = { runId, attempt: job.attempt };
  const environment = process.env;
  await publishComment(report, { target, key, mark, links, token, fromFork, environment, signal }, context);
}

/** The outputs of action.yml. */
export function listOutputs(
  { results, verdict, htmlPath }: Pick<RunOutcome, "results" | "verdict" | "htmlPath">,
  artifact: Artifact | null,
): Readonly<Record<string, string | number>> {
  const count = (...wanted: string[]) => results.cases.filter(({ status }) => wanted.includes(status)).length;
  return {
    verdict: verdict.verdict,
    ending: verdict.ending,
    planned: verdict.plannedCases ?? "",
    finished: verdict.finishedCases,
    "cut-off": joinLines(verdict.cutOffCases),
    "workflow-id": results.run.id,
    passed: count("passed"),
    explained: count("explained"),
    failed: count("failed", "infrastructure"),
    regressions: countRegressions(verdict),
    "report-path": htmlPath,
    ...listArtifactOutputs(artifact),
  };
}

function setOutputs(outputs: Readonly<Record<string, string | number>>, { warn }: PublishLog): void {
  try {
    for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value);
  } catch (error) {
    warn(`The outputs could not be written (GITHUB_OUTPUT): ${errorMessage(error)}.`);
  }
}

function listArtifactOutputs(artifact: Artifact | null): Readonly<Record<string, string>> {
  return { "artifact-name": artifact?.name ?? "", "artifact-url": artifact?.url ?? "" };
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
