import { parseDocument, RESULTS, VERDICT } from "../../documents/document-file.ts";
import { completeVerdict } from "../../documents/verdict.ts";
import { BadInputError } from "../../lib/errors.ts";
import type { Results, Verdict } from "../../model/documents.ts";
import { type GithubClient, readPages } from "../github/client.ts";
import { keyOf, type RunKey } from "../github/run-key.ts";
import { DownloadError, type DownloadOptions, download } from "./download.ts";
import { nameResults, readResultsName } from "./names.ts";
import { BadArchiveError, readArchive } from "./read-archive.ts";

/** More jobs and legs of one workflow are a mistake, or somebody who wants to fill the pull request. */
const MOST_RESULTS = 20;

/** A workflow run whose results are commented on elsewhere. Everything but the artifact's name comes from GitHub's event. */
export interface ForeignRun {
  readonly owner: string;
  readonly repo: string;
  readonly artifactName: string;
  readonly run: {
    readonly id: number;
    /** From 1: the run may have been started again. */
    readonly attempt: number;
    readonly url: string;
    readonly headSha: string;
    readonly headBranch: string;
    readonly headOwner: string;
    readonly headRepositoryId: number;
  };
}

/** A run's documents, whole and checked. Their texts are still anybody's. */
export interface ForeignResults {
  readonly key: RunKey;
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
  const wanted = { owner, repo, head, state: "open", per_page: 100 } as const;
  for await (const open of readPages(client.paginate.iterator(client.rest.pulls.list, wanted), "pull requests")) {
    const found = open.find((pull) => pull.head.sha === run.headSha && pull.head.repo?.id === run.headRepositoryId);
    if (found !== undefined) return found.number;
  }
  return null;
}

/**
 * What an attempt of a run left for a comment, one for each tier and job. What it did not run again has its comment from the attempt
 * before. What cannot be used is a note. Throws the API's error.
 */
export async function fetchForeignResults(
  client: GithubClient,
  { owner, repo, run, artifactName }: ForeignRun,
  options: DownloadOptions,
): Promise<{ readonly found: readonly ForeignResults[]; readonly notes: readonly string[] }> {
  const listing = client.paginate.iterator(client.rest.actions.listWorkflowRunArtifacts, {
    ...{ owner, repo, run_id: run.id, per_page: 100 },
  });
  // Attempts may each have one of a name; the newest is the one.
  const newest = new Map<string, { readonly id: number; readonly name: string; readonly expired: boolean }>();
  for await (const page of readPages(listing, `artifacts of run ${run.id}`)) {
    for (const artifact of page) {
      if (artifact.id > (newest.get(artifact.name)?.id ?? 0)) newest.set(artifact.name, artifact);
    }
  }
  const documents = [...newest.values()].flatMap(({ id, name, expired }) => {
    const read = expired ? null : readResultsName(name, artifactName);
    return read === null ? [] : [{ id, name, ...read }];
  });
  const found: ForeignResults[] = [];
  const notes: string[] = [];
  // Earlier versions did not say which attempt theirs are of.
  const wanted = documents.filter(({ attempt }) => attempt === run.attempt || attempt === 1);
  if (wanted.length > MOST_RESULTS) {
    notes.push(`The run left ${wanted.length} results, of which ${MOST_RESULTS} are commented on.`);
  }
  for (const { id, name, full, attempt } of wanted.slice(0, MOST_RESULTS)) {
    try {
      const zip = await download(client, { owner, repo }, { kind: "artifact", id }, options);
      const files = await readArchive(zip, [RESULTS.fileName, VERDICT.fileName]);
      const results = parseDocument(files.get(RESULTS.fileName) ?? "", RESULTS.fileName, RESULTS);
      const stored = parseDocument(files.get(VERDICT.fileName) ?? "", VERDICT.fileName, VERDICT);
      const verdict = completeVerdict(stored, results);
      const { workflowJob } = results.run;
      if (workflowJob !== undefined && workflowJob.attempt === attempt && attempt !== run.attempt) continue;
      const key = keyOf(artifactName, results.run);
      if (nameResults(key, attempt) !== name) {
        throw new BadArchiveError("its results are of another tier or job than its name says");
      }
      const artifact = newest.get(full);
      const artifactUrl = artifact === undefined ? null : `${run.url}/artifacts/${artifact.id}`;
      found.push({ key, results, verdict, artifactUrl });
    } catch (error) {
      const isTheirs =
        error instanceof BadInputError || error instanceof BadArchiveError || error instanceof DownloadError;
      if (!isTheirs) throw error;
      notes.push(`The artifact ${name} cannot be used: ${error.message}`);
    }
  }
  return { found, notes };
}
