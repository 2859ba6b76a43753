import { parseDocument, RESULTS, VERDICT } from "../../documents/document-file.ts";
import { completeVerdict } from "../../documents/verdict.ts";
import { BadInputError } from "../../lib/errors.ts";
import type { Results, Verdict } from "../../model/documents.ts";
import type { GithubClient } from "../github/client.ts";
import { DownloadError, type DownloadOptions, downloadArtifact } from "./download.ts";
import { nameDocuments } from "./names.ts";
import { BadArchiveError, readArchive } from "./read-archive.ts";

/** More tiers in one workflow are a mistake, or somebody who wants to fill the pull request. */
const MOST_TIERS = 5;
const TIER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/** A workflow run whose results are commented on elsewhere. Everything but the artifact's name comes from GitHub's event. */
export interface ForeignRun {
  readonly owner: string;
  readonly repo: string;
  readonly artifactName: string;
  readonly run: {
    readonly id: number;
    readonly url: string;
    readonly headSha: string;
    readonly headBranch: string;
    readonly headOwner: string;
    readonly headRepositoryId: number;
  };
}

/** A run's documents, whole and checked. Their texts are still anybody's. */
export interface ForeignResults {
  readonly results: Results;
  readonly verdict: Verdict;
  readonly artifactUrl: string | null;
}

/**
 * Number of the open pull request whose head a run measured; null where there is none any more. By branch, since GitHub's event
 * names no pull request of a fork, and by commit, since the branch may have moved on.
 */
export async function findPullRequest(
  client: GithubClient,
  { owner, repo, run }: Pick<ForeignRun, "owner" | "repo" | "run">,
): Promise<number | null> {
  const head = `${run.headOwner}:${run.headBranch}`;
  const { data } = await client.rest.pulls.list({ owner, repo, head, state: "open", per_page: 100 });
  const found = data.find((pull) => pull.head.sha === run.headSha && pull.head.repo?.id === run.headRepositoryId);
  return found?.number ?? null;
}

/** What a run left for a comment, one for each tier; what cannot be used is a note. Throws the API's error. */
export async function fetchForeignResults(
  client: GithubClient,
  { owner, repo, run, artifactName }: ForeignRun,
  options: DownloadOptions,
): Promise<{ readonly found: readonly ForeignResults[]; readonly notes: readonly string[] }> {
  const { data } = await client.rest.actions.listWorkflowRunArtifacts({ owner, repo, run_id: run.id, per_page: 100 });
  const prefix = `${artifactName}-`;
  const suffix = nameDocuments({ artifactName, tier: "" }, "results").slice(prefix.length);
  const tiers = data.artifacts.flatMap(({ id, name, expired }) => {
    if (expired || !name.startsWith(prefix) || !name.endsWith(suffix)) return [];
    const tier = name.slice(prefix.length, -suffix.length);
    return TIER_NAME.test(tier) ? [{ id, tier, name }] : [];
  });
  const found: ForeignResults[] = [];
  const notes: string[] = [];
  for (const { id, tier, name } of tiers.slice(0, MOST_TIERS)) {
    try {
      const zip = await downloadArtifact(client, { owner, repo }, id, options);
      const files = await readArchive(zip, [RESULTS.fileName, VERDICT.fileName]);
      const results = parseDocument(files.get(RESULTS.fileName) ?? "", RESULTS.fileName, RESULTS);
      const stored = parseDocument(files.get(VERDICT.fileName) ?? "", VERDICT.fileName, VERDICT);
      const verdict = completeVerdict(stored, results);
      if (results.run.tier !== tier) throw new BadArchiveError("its results are of another tier than its name says");
      const full = data.artifacts.find((artifact) => artifact.name === `${artifactName}-${tier}`);
      found.push({ results, verdict, artifactUrl: full === undefined ? null : `${run.url}/artifacts/${full.id}` });
    } catch (error) {
      const isTheirs =
        error instanceof BadInputError || error instanceof BadArchiveError || error instanceof DownloadError;
      if (!isTheirs) throw error;
      notes.push(`The artifact ${name} cannot be used: ${error.message}`);
    }
  }
  return { found, notes };
}
