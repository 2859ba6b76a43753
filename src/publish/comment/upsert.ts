import { type GithubClient, readPages, statusOf } from "../github/client.ts";
import type { RunKey } from "../github/run-key.ts";
import { isLater, type RunMark, readRunMark, renderMarker } from "./body.ts";

export interface Target {
  readonly owner: string;
  readonly repo: string;
  /** Number of the pull request. */
  readonly number: number;
}

export type UpsertResult =
  | { readonly kind: "created" | "updated"; readonly url: string }
  /** A later run has written its result already. */
  | { readonly kind: "outdated"; readonly url: string };

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
}

/**
 * Keeps one comment of a key up to date: updates ours wherever in the pull request it is, or makes it. Comments
 * that two runs made at the same time become one again. Throws the API's error.
 */
export async function upsertComment(
  client: GithubClient,
  target: Target,
  { key, body, mark }: { readonly key: RunKey; readonly body: string; readonly mark: RunMark },
): Promise<UpsertResult> {
  const { owner, repo, number: issue_number } = target;
  const own = await findOwn(client, target, key);
  const newer = own.find((comment) => {
    const written = readRunMark(comment.body);
    return written !== null && isLater(written, mark);
  });
  if (newer !== undefined) return { kind: "outdated", url: newer.url };
  const [first, ...others] = own;
  for (const { id } of others) await client.rest.issues.deleteComment({ owner, repo, comment_id: id });
  if (first !== undefined) {
    const updated = await ignoreGone(client.rest.issues.updateComment({ owner, repo, comment_id: first.id, body }));
    if (updated !== null) return { kind: "updated", url: updated.data.html_url };
  }
  try {
    const { data } = await client.rest.issues.createComment({ owner, repo, issue_number, body });
    return { kind: "created", url: data.html_url };
  } catch (error) {
    if (statusOf(error) !== 0 && statusOf(error) < 500) throw error;
    // GitHub may have made the comment although the request failed.
    const [made] = await findOwn(client, target, key);
    if (made !== undefined) return { kind: "created", url: made.url };
    const { data } = await client.rest.issues.createComment({ owner, repo, issue_number, body });
    return { kind: "created", url: data.html_url };
  }
}

/**
 * Our comments of the key, the oldest first, on every page. Where there is none, one that an earlier version wrote, whose key had no id:
 * the first job that comes takes it over, so that its text does not stay.
 */
async function findOwn(client: GithubClient, { owner, repo, number }: Target, key: RunKey): Promise<Comment[]> {
  const marker = renderMarker(key);
  const earlierMarker = renderMarker({ ...key, id: null });
  const login = await findLogin(client);
  const own: Comment[] = [];
  const earlier: Comment[] = [];
  const pages = client.paginate.iterator(client.rest.issues.listComments, {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  });
  for await (const data of readPages(pages, "comments")) {
    for (const { id, body, html_url, user } of data) {
      // Anybody can write the marker, so the author has to be us. A quotation of our comment does not begin with it.
      const isOurs = login === null ? user?.type === "Bot" : user?.login === login;
      if (!isOurs) continue;
      if (body?.startsWith(marker)) own.push({ id, body, url: html_url });
      else if (body?.startsWith(earlierMarker)) earlier.push({ id, body, url: html_url });
    }
  }
  return own.length > 0 ? own : earlier.slice(0, 1);
}

/** Who we are; null for a token of an app (a workflow's own token is one), which may not ask, and whose comments are a bot's. */
async function findLogin(client: GithubClient): Promise<string | null> {
  try {
    return (await client.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    if ([401, 403, 404].includes(statusOf(error))) return null;
    throw error;
  }
}

async function ignoreGone<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    // The comment has been deleted since it was found.
    if ([404, 410].includes(statusOf(error))) return null;
    throw error;
  }
}
