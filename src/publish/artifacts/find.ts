import { plural } from "../../lib/text/format.ts";
import { type GithubClient, readPages, statusOf } from "../github/client.ts";
import type { GithubContext } from "../github/context.ts";
import { describeOtherEvent, type Standing, standingOf } from "../github/standing.ts";
import type { Repository } from "./download.ts";

/** Branches that may have been renamed to the default branch are asked for one by one. */
const MOST_FORMER_NAMES = 5;
/** So are runs. A job's token has a thousand requests an hour, and another workflow may have artifacts of the same name. */
const MOST_RUNS_ASKED = 100;

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

export interface FindOptions {
  readonly name: string;
  /** How many are wanted. */
  readonly last: number;
  /** Takes runs of this workflow alone, such as `.github/workflows/ci.yml`. */
  readonly workflowFile?: string;
}

/**
 * The newest artifacts of a name that runs of the baseline uploaded, this run's own left out. Trusts none that a run of another
 * repository, of a pull request, on another branch or of an unfit event made; a branch that was renamed to the default branch counts.
 * Throws the API's error.
 */
export async function findArtifacts(
  client: GithubClient,
  github: Pick<GithubContext, "owner" | "repo" | "runId" | "defaultBranch">,
  { name, last, workflowFile }: FindOptions,
): Promise<Finding> {
  const { owner, repo } = github;
  const branches = new Branches(client, { owner, repo }, await findDefaultBranch(client, github));
  const artifacts: FoundArtifact[] = [];
  const others: Others = { expired: 0, untrusted: 0, events: [] };
  let asked = 0;
  const listing = client.paginate.iterator(client.rest.actions.listArtifactsForRepo, {
    owner,
    repo,
    name,
    per_page: 100,
  });
  for await (const data of readPages(listing, `artifacts ${name}`)) {
    // GitHub does not say in which order it lists them; ids grow.
    for (const artifact of data.toSorted((a, b) => b.id - a.id)) {
      const runId = artifact.workflow_run?.id;
      if (artifact.name !== name || runId === undefined || runId === github.runId) continue;
      // The newest attempt of a run stands for it.
      if (artifacts.some(({ workflowRunId }) => workflowRunId === runId)) continue;
      if (artifacts.length === last || asked === MOST_RUNS_ASKED) {
        return { artifacts, notes: describeOthers(others, artifacts.length, branches) };
      }
      const isOwn = isFromBranch(artifact);
      if (!isOwn || !(await branches.isDefault(artifact.workflow_run?.head_branch ?? null))) {
        others.untrusted += 1;
        continue;
      }
      if (artifact.expired) {
        others.expired += 1;
        continue;
      }
      asked += 1;
      const run = await findRun(client, { owner, repo }, runId);
      if (workflowFile !== undefined && run?.workflowFile !== workflowFile) continue;
      const { defaultBranch } = branches;
      const standing: Standing =
        run === null ? "other-branch" : standingOf({ event: run.event, branch: defaultBranch, defaultBranch, isOwn });
      if (standing === "baseline") artifacts.push({ id: artifact.id, workflowRunId: runId });
      else if (standing === "other-event") others.events.push(run!.event);
      else others.untrusted += 1;
    }
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

/** What is left out, counted. */
interface Others {
  expired: number;
  untrusted: number;
  /** What started the runs that are left out for it. */
  readonly events: string[];
}

function describeOthers({ expired, untrusted, events }: Others, found: number, branches: Branches): string[] {
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
    ...[...new Set(events)].map((event) => {
      const count = events.filter((each) => each === event).length;
      return `${plural(count, "earlier run")} left out: ${describeOtherEvent(event)}`;
    }),
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

/** null for a run that was deleted after it was listed. */
async function findRun(
  client: GithubClient,
  { owner, repo }: Repository,
  runId: number,
): Promise<{ readonly event: string; readonly workflowFile: string } | null> {
  try {
    const { data } = await client.rest.actions.getWorkflowRun({ owner, repo, run_id: runId });
    // ".github/workflows/ci.yml@main"
    return { event: data.event, workflowFile: data.path.split("@")[0]! };
  } catch (error) {
    if (statusOf(error) === 404) return null;
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
