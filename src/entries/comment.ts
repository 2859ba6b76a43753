import { endAction } from "../commands/action/action.ts";
import { executeComment } from "../commands/action/comment.ts";
import { readCommentConfig } from "../commands/action/comment-config.ts";
import { getInput } from "../publish/github/runner.ts";

try {
  const config = readCommentConfig(getInput, process.env);
  process.exitCode = await executeComment(config);
} catch (error) {
  process.exitCode = endAction(error);
}
