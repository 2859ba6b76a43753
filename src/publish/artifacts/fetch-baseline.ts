import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument, RESULTS } from "../../documents/document-file.ts";
import { describeWorkload, isOtherWorkload } from "../../documents/workload.ts";
import { BadInputError } from "../../lib/errors.ts";
import { toFileName } from "../../lib/files/file-name.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { plural } from "../../lib/text/format.ts";
import { adviseOn } from "../github/advice.ts";
import { createGithubClient, describeFailure, type GithubClient } from "../github/client.ts";
import type { GithubContext } from "../github/context.ts";
import { keyOf, type RunIdentity } from "../github/run-key.ts";
import { describeMissingArtifacts } from "../github/server.ts";
import { DownloadError, download } from "./download.ts";
import { type Finding, type FoundArtifact, findArtifacts } from "./find.ts";
import { nameArtifact, nameBaseline } from "./names.ts";
import { BadArchiveError, readArchive } from "./read-archive.ts";

/** The comparison of work uses five runs; that of CPU time gains little from more than ten. */
const LAST_RUNS = 10;
const RELEASE_HINT =
  "Give the tag of a release of this repository as release:TAG, and the job the permission contents: read.";

/** Where the earlier runs come from that this one is compared with. */
export type BaselineSource =
  | { readonly kind: "default-branch" }
  /** `tag: null` for the latest. */
  | { readonly kind: "release"; readonly tag: string | null }
  /** The folders are in the run's own configuration. */
  | { readonly kind: "folders" }
  | { readonly kind: "none" };

export interface FetchOptions {
  readonly token: string | null;
  readonly github: GithubContext;
  readonly artifactName: string;
  /** The run that they are fetched for. */
  readonly run: RunIdentity;
  /**
   * Whether no other job of this workflow runs the action. Artifacts of earlier versions, whose names say nothing of the job, are this
   * one's then.
   */
  readonly isOnlyJob: boolean;
  /** Where the runs are put. */
  readonly directory: string;
  readonly note: (text: string) => void;
  /** For the proxy. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Earlier runs, as folders on this machine, and what people should know of those that are missing. */
export interface Fetched {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Fetches the runs to compare with from GitHub: those of the default branch, or what is attached to a release. What is missing there
 * is a note. Throws BadInputError for a release that there is not.
 */
export async function fetchBaseline(
  source: Extract<BaselineSource, { kind: "default-branch" | "release" }>,
  options: FetchOptions,
): Promise<Fetched> {
  const { token, environment, signal, note } = options;
  if (token === null) return { paths: [], notes: ["no earlier run was fetched: github-token is empty"] };
  if (source.kind === "default-branch" && !options.github.server.hasArtifacts) {
    return { paths: [], notes: [`no earlier run was fetched: ${describeMissingArtifacts(options.github.server)}`] };
  }
  const client = createGithubClient({ token, environment, signal, onWait: note });
  const fetched =
    source.kind === "release"
      ? await fetchFromRelease(client, source.tag, options)
      : await fetchFromBranch(client, options).catch((error): Fetched => {
          if (signal.aborted) throw error;
          return { paths: [], notes: [describeRefusal(error)] };
        });
  note(`✓ baseline: ${plural(fetched.paths.length, "earlier run")}`);
  for (const each of fetched.notes) note(`  ${each}`);
  return fetched;
}

function describeRefusal(error: unknown): string {
  const advice = adviseOn(error, "Give the job the permission actions: read.");
  const hint = advice === null ? "" : `; ${advice.charAt(0).toLowerCase()}${advice.slice(1).replace(/\.$/, "")}`;
  return `earlier runs could not be asked for: ${describeFailure(error)}${hint}`;
}

async function fetchFromBranch(client: GithubClient, options: FetchOptions): Promise<Fetched> {
  const { github, artifactName, run } = options;
  const key = keyOf(artifactName, run);
  const own = await findArtifacts(client, github, { name: nameBaseline(key), last: LAST_RUNS });
  const { artifacts, notes } =
    key.id === null || own.artifacts.length === LAST_RUNS ? own : await addEarlier(client, options, own);
  const read = await Promise.all(
    artifacts.map(async ({ id, workflowRunId }) => {
      const where = `workflow run ${workflowRunId}`;
      return keep(where, options, async () => {
        const zip = await download(client, github, { kind: "artifact", id }, options);
        return (await readArchive(zip, ["results.json"])).get("results.json") ?? null;
      });
    }),
  );
  return {
    paths: read.flatMap(({ path }) => path ?? []),
    notes: [...notes, ...read.flatMap(({ note }) => note ?? [])],
  };
}

/**
 * What an earlier version left, which named artifacts by the tier alone, is part of the baseline as well where it can only be this
 * job's; where it may be another job's a new baseline begins, which is said once.
 */
async function addEarlier(
  client: GithubClient,
  { github, artifactName, run, isOnlyJob }: FetchOptions,
  { artifacts, notes }: Finding,
): Promise<Finding> {
  const { workflowFile } = github;
  const name = nameBaseline({ artifactName, tier: run.tier, id: null });
  const last = isOnlyJob ? LAST_RUNS - artifacts.length : 1;
  const isOurs = isOnlyJob && workflowFile !== null;
  const earlier = await findArtifacts(client, github, { name, last, ...(isOurs ? { workflowFile } : {}) });
  const found = earlier.artifacts.filter((each) => !artifacts.some(isSameRun(each)));
  if (found.length === 0) return { artifacts, notes };
  if (isOurs) {
    const note = `${plural(found.length, "run")} of an earlier version of this action counted in: ${name} can only be this job's`;
    return { artifacts: [...artifacts, ...found], notes: [...(artifacts.length === 0 ? [] : notes), note] };
  }
  if (artifacts.length > 0) return { artifacts, notes };
  const note = `a new baseline begins: ${name}, which an earlier version of this action left, does not say which job it is of`;
  return { artifacts, notes: [...notes, note] };
}

function isSameRun({ workflowRunId }: FoundArtifact): (other: FoundArtifact) => boolean {
  return (other) => other.workflowRunId === workflowRunId;
}

/** A release's assets that hold results: documents by their name, archives as the artifact is called. */
async function fetchFromRelease(client: GithubClient, tag: string | null, options: FetchOptions): Promise<Fetched> {
  const { owner, repo } = options.github;
  const shown = tag === null ? "the latest release" : `release ${tag}`;
  const { data: release } = await (tag === null
    ? client.rest.repos.getLatestRelease({ owner, repo })
    : client.rest.repos.getReleaseByTag({ owner, repo, tag })
  ).catch((error) => {
    if (options.signal.aborted) throw error;
    throw new BadInputError(`The baseline, ${shown}, could not be read: ${describeFailure(error)}`, {
      hint: adviseOn(error, RELEASE_HINT) ?? RELEASE_HINT,
      cause: error,
    });
  });
  const key = keyOf(options.artifactName, options.run);
  const archive = `${nameArtifact({ ...key, id: null }, 1)}.zip`;
  const archives = new Set([archive, `${nameArtifact(key, 1)}.zip`]);
  const assets = release.assets.filter(({ name }) => name.endsWith("results.json") || archives.has(name));
  const read = await Promise.all(
    assets.map(({ id, name }) =>
      keep(`${name} of ${shown}`, options, async () => {
        const content = await download(client, { owner, repo }, { kind: "asset", id }, options);
        if (!name.endsWith(".zip")) return content.toString("utf8");
        return (await readArchive(content, ["results.json"])).get("results.json") ?? null;
      }),
    ),
  );
  const none = assets.length === 0 ? [`${shown} has no results attached: no *results.json and no ${archive}`] : [];
  return { paths: read.flatMap(({ path }) => path ?? []), notes: [...none, ...read.flatMap(({ note }) => note ?? [])] };
}

/** Puts the results of one run into a folder of its own; gives a note in place of a run that is not there or damaged. */
async function keep(
  where: string,
  { directory, signal, run }: FetchOptions,
  fetch: () => Promise<string | null>,
): Promise<{ path: string | null; note: string | null }> {
  try {
    const text = await fetch();
    if (text === null) return { path: null, note: `left out: the artifact of ${where} holds no results.json` };
    const results = parseDocument(text, `the results.json of ${where}`, RESULTS);
    if (isOtherWorkload(results.run.workload, run.workload)) {
      return { path: null, note: `left out: ${where} is of ${describeWorkload(results.run.workload!)}` };
    }
    const path = join(directory, toFileName(where.replace(/[^\w.-]+/g, "-")));
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "results.json"), text);
    return { path, note: null };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof DownloadError) {
      const what = error.isGone ? "is gone" : "could not be downloaded";
      return { path: null, note: `left out: the artifact of ${where} ${what}: ${error.message}` };
    }
    if (error instanceof BadArchiveError) {
      return { path: null, note: `left out: the artifact of ${where} is damaged: ${error.message}` };
    }
    if (error instanceof BadInputError) return { path: null, note: `left out: ${error.message}` };
    throw error;
  }
}
