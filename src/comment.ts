import * as core from "@actions/core";
import { endAction } from "./commands/action.ts";
import { executeComment } from "./commands/comment.ts";
import { readCommentConfig } from "./config/comment-config.ts";

try {
  const config = readCommentConfig(core.getInput, process.env);
  process.exitCode = await executeComment(config);
} catch (error) {
  process.exitCode = endAction(error);
}
