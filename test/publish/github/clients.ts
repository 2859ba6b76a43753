import { createGithubClient, type GithubClient } from "../../../src/publish/github/client.ts";

/** A client as the action's, in a hurry. */
export function testClient(baseUrl: string, waits: string[] = []): GithubClient {
  return createGithubClient({
    token: "a-token",
    environment: {},
    signal: new AbortController().signal,
    onWait: (message) => waits.push(message),
    firstDelayMs: 5,
    longestWaitMs: 3_000,
    baseUrl,
  });
}
