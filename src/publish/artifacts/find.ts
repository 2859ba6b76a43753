import { plural } from "../../lib/text/format.ts";
import { type GithubClient, statusOf } from "../github/client.ts";
import type { GithubContext } from "../github/context.ts";
import type { Repository } from "./download.ts";

/** Pages of a hundred artifacts of one name: more than a year of nightly runs. */
const MOST_PAGES = 5;
/** Branches that may have been renamed to the default branch are asked for one by one. */
const MOST_FORMER_NAMES = 5;
/** What may start a run on the default branch. A pull request, whatever its branch is called, may not. */
const TRUSTED_EVENTS = ["push", "schedule", "workflow_dispatch", "release", "repository_dispatch", "workflow_call"];

/** An artifact of a run on the default branch. */
export interface FoundArtifact {
  readonly id: number;
  readonly workflowRunId: number;
}

export interface Finding {
  /** The newest first. */
  readonly artifacts: readonly FoundArtifact[];
  /** What people should know of those that are missing. */
  readonly notes: readonly string[];
}

/**
 * The newest artifacts of a name that runs on the default branch uploaded, this run's own left out. Trusts none that a run of
 * another repository, of a pull request, or on another branch made; a branch that was renamed to the default branch counts.
 * Throws the API's error.
 */
export async function findArtifacts(
  client: GithubClient,
  github: Pick<GithubContext, "owner" | "repo" | "runId" | "defaultBranch">,
  { name, last }: { readonly name: string; readonly last: number },
): Promise<Finding> {
  const { owner, repo } = github;
  const branches = new Branches(client, { owner, repo }, await findDefaultBranch(client, github));
  const artifacts: FoundArtifact[] = [];
  const others = { expired: 0, untrusted: 0 };
  let pages = 0;
  const listing = client.paginate.iterator(client.rest.actions.listArtifactsForRepo, {
    owner,
    repo,
    name,
    per_page: 100,
  });
  for await (const { data } of listing) {
    for (const artifact of data) {
      const runId = artifact.workflow_run?.id;
      if (artifact.name !== name || runId === undefined || runId === github.runId) continue;
      // The newest attempt of a run stands for it.
      if (artifacts.some(({ workflowRunId }) => workflowRunId === runId)) continue;
      if (artifacts.length === last) return { artifacts, notes: describeOthers(others, artifacts.length, branches) };
      if (!isFromBranch(artifact) || !(await branches.isDefault(artifact.workflow_run?.head_branch ?? null))) {
        others.untrusted += 1;
      } else if (artifact.expired) {
        others.expired += 1;
      } else if (await hasTrustedEvent(client, { owner, repo }, runId)) {
        artifacts.push({ id: artifact.id, workflowRunId: runId });
      } else {
        others.untrusted += 1;
      }
    }
    pages += 1;
    if (pages === MOST_PAGES) break;
  }
  return { artifacts, notes: describeOthers(others, artifacts.length, branches) };
}

/** Whether a run of this repository's own branches made it, and not one of a fork, whose branches may have any name. */
function isFromBranch({ workflow_run: run }: { readonly workflow_run?: RunOfArtifact | null }): boolean {
  return run?.repository_id !== undefined && run.head_repository_id === run.repository_id;
}

interface RunOfArtifact {
  readonly repository_id?: number;
  readonly head_repository_id?: number;
}

function describeOthers(
  { expired, untrusted }: { readonly expired: number; readonly untrusted: number },
  found: number,
  branches: Branches,
): string[] {
  return [
    ...(found === 0 && expired === 0
      ? [`no earlier run of the tier on ${branches.defaultBranch} was found: this may be the first`]
      : []),
    ...(expired > 0
      ? [`the artifacts of ${plural(expired, "earlier run")} on ${branches.defaultBranch} have expired`]
      : []),
    ...(untrusted > 0
      ? [`${plural(untrusted, "earlier run")} left out: not of ${branches.defaultBranch} of this repository`]
      : []),
    ...branches.formerNames.map((name) => `${name} was renamed to ${branches.defaultBranch}: its runs are used`),
  ];
}

async function findDefaultBranch(
  client: GithubClient,
  { owner, repo, defaultBranch }: Pick<GithubContext, "owner" | "repo" | "defaultBranch">,
): Promise<string> {
  // The events of a schedule do not say.
  return defaultBranch ?? (await client.rest.repos.get({ owner, repo })).data.default_branch;
}

async function hasTrustedEvent(client: GithubClient, { owner, repo }: Repository, runId: number): Promise<boolean> {
  try {
    const { data } = await client.rest.actions.getWorkflowRun({ owner, repo, run_id: runId });
    return TRUSTED_EVENTS.includes(data.event);
  } catch (error) {
    // The run was deleted after it was listed.
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** Names under which the default branch is or was known. */
class Branches {
  readonly defaultBranch: string;
  readonly #known = new Map<string, boolean>();
  readonly #client: GithubClient;
  readonly #repository: Repository;

  constructor(client: GithubClient, repository: Repository, defaultBranch: string) {
    this.#client = client;
    this.#repository = repository;
    this.defaultBranch = defaultBranch;
  }

  get formerNames(): string[] {
    return [...this.#known].filter(([, isDefault]) => isDefault).map(([name]) => name);
  }

  async isDefault(name: string | null): Promise<boolean> {
    if (name === null) return false;
    if (name === this.defaultBranch) return true;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_FORMER_NAMES) return false;
    const isDefault = (await this.#currentName(name)) === this.defaultBranch;
    this.#known.set(name, isDefault);
    return isDefault;
  }

  /** GitHub answers the old name of a branch that was renamed with the branch under its new name. */
  async #currentName(branch: string): Promise<string | null> {
    try {
      return (await this.#client.rest.repos.getBranch({ ...this.#repository, branch })).data.name;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }
}
