import { createGithubClient, type GithubClient } from "../../src/publish/github-client.ts";

/** A client as the action's, in less of a hurry to give up and more to try again. It reads GITHUB_API_URL when it is loaded. */
export function testClient(
  url: string,
  waits: string[] = [],
  options: { requestTimeoutMs?: number } = {},
): GithubClient {
  const client = createGithubClient({
    token: "a-token",
    signal: new AbortController().signal,
    onWait: (message) => waits.push(message),
    firstDelayMs: 5,
    longestWaitMs: 3_000,
    ...options,
  });
  client.hook.before("request", (parameters) => {
    parameters.baseUrl = url;
  });
  return client;
}
