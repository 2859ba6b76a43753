import { completeProxyVariables } from "../lib/http/proxy.ts";

// Libraries and programs that are started read fewer of the variables than this project does.
Object.assign(process.env, completeProxyVariables(process.env));

/**
 * What the files below dist/ start, each a chunk of one bundle: the command line and the action's steps share what they need of the
 * pipeline.
 */
export const start = {
  cli: () => import("./cli.ts"),
  main: () => import("./main.ts"),
  post: () => import("./post.ts"),
  comment: () => import("./comment.ts"),
} as const;
