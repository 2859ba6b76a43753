import type { BaselineSource } from "../config/action-config.ts";
import type { GithubContext } from "../config/github-context.ts";

export interface FetchOptions {
  readonly token: string | null;
  readonly github: GithubContext;
  readonly artifactName: string;
  readonly tier: string;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

export async function fetchBaseline(_source: BaselineSource, _options: FetchOptions) {
  return { paths: [] as string[], notes: [] as string[] };
}
