import { statusOf } from "./client.ts";

/** What GitHub's API says, and what to do then. The first that fits counts. */
const ADVICE: readonly (readonly [said: RegExp, advice: string])[] = [
  [/\blocked\b/i, "The conversation is locked: unlock it, or leave the comment out."],
  [
    /comment\w* .*(disabled|limit|more than|too many)|too many comments/i,
    "The conversation takes no more comments: delete some, or go on in a new pull request.",
  ],
  [/archived/i, "The repository is archived, and takes nothing more."],
  [
    /\bSAML\b|single sign-on/i,
    "Authorize the token for the organization's single sign-on, or leave github-token out for the job's own.",
  ],
  [/IP allow ?list/i, "Add the runner's address to the organization's list of allowed IP addresses."],
  [/rate limit|abuse detection/i, "The token has asked too often: run fewer jobs at once, or later."],
  [
    /bad credentials|requires authentication/i,
    "The token is wrong or has expired: renew it, or leave github-token out.",
  ],
  [/suspended/i, "The account or the app of the token is suspended: use another token."],
];

/**
 * What to do about a failure of GitHub's API, by what it says; the status alone says no more than that a right may be missing.
 *
 * @param right that the request needs, as a sentence: "Give the job the permission actions: read."
 * @returns null where nothing is known that would help
 */
export function adviseOn(error: unknown, right: string): string | null {
  const said = error instanceof Error ? error.message : String(error);
  const known = ADVICE.find(([pattern]) => pattern.test(said));
  if (known !== undefined) return known[1];
  return [401, 403, 404].includes(statusOf(error)) ? right : null;
}
