import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { quoteCommand } from "../../../src/lib/text/shell.ts";

it.each([
  [["kubectl", "-n", "argo", "get", "pods"], "kubectl -n argo get pods"],
  [["run", "--resume", "/tmp/my runs/1"], "run --resume '/tmp/my runs/1'"],
  [["KUBECONFIG=/a b/c", "argo", "list"], "KUBECONFIG='/a b/c' argo list"],
  [["it's", "", "$HOME", "~", "a;b", "*"], "'it'\\''s' '' '$HOME' '~' 'a;b' '*'"],
  [["--context", "arn:aws:eks:eu-west-1:1:cluster/x"], "--context arn:aws:eks:eu-west-1:1:cluster/x"],
])("%j is pasted as %s", (words, text) => {
  expect(quoteCommand(words)).toBe(text);
});

it("gives a shell the words that it was made of", () => {
  const words = ["a b", "it's", '"', "$(id)", "`id`", "\\", "a\nb", "x=1 2", "!", "#", "&", "ä"];
  const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${quoteCommand(words)}`], { encoding: "utf8" });
  expect(printed.split("\0").slice(0, -1)).toEqual(words);
});
