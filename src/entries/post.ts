import { readActionState } from "../commands/action/action-state.ts";
import { describeError } from "../lib/text/describe-error.ts";
import { getState, warn } from "../publish/github/runner.ts";

try {
  const state = readActionState(getState);
  const isDone = state === null || (state.cleaned && state.uploaded);
  if (!isDone) await (await import("../commands/action/post.ts")).finishRun(state);
} catch (error) {
  // What was measured stands, whatever is left over.
  warn(describeError(error).text);
}
