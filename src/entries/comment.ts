import * as core from "@actions/core";
import { endAction } from "../commands/action/action.ts";
import { executeComment } from "../commands/action/comment.ts";
import { readCommentConfig } from "../commands/action/comment-config.ts";

try {
  const config = readCommentConfig(core.getInput, process.env);
  process.exitCode = await executeComment(config);
} catch (error) {
  process.exitCode = endAction(error);
}
