import type { Environment } from "../../lib/process/environment.ts";

/** The server that the workflow runs on. */
export interface Server {
  readonly url: string;
  readonly host: string;
  /** Whether the artifacts of version 4 are there, which are the only ones that GitHub's client has. */
  readonly hasArtifacts: boolean;
}

/**
 * GITHUB_SERVER_URL. The rule is that of @actions/artifact (isGhes in lib/internal/shared/config.js), which refuses every other server,
 * with advice that does not help there.
 */
export function readServer(env: Environment): Server {
  const url = env.GITHUB_SERVER_URL || "https://github.com";
  const host = URL.parse(url)?.hostname ?? url;
  return { url, host, hasArtifacts: host === "github.com" || /\.(ghe\.com|localhost)$/.test(host) };
}

/** What there is in place of artifacts where there are none. */
export function describeMissingArtifacts({ host }: Server): string {
  return `${host} has no artifacts that this action can use (as GitHub Enterprise Server and Gitea): keep the run's folder in a step of your own, and name a folder or a release as baseline, as docs/baselines.md shows`;
}
