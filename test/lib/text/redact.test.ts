import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { redactCommand, redactConf, redactProperty, redactText } from "../../../src/lib/text/redact.ts";

const HIDDEN = "*********(redacted)";

/** Arguments, and how they may stand in a log. */
const ARGUMENTS = [
  ["spark.hadoop.fs.s3a.access.key=AKIA", `spark.hadoop.fs.s3a.access.key=${HIDDEN}`],
  ["spark.hadoop.fs.s3a.secret.key=abc", `spark.hadoop.fs.s3a.secret.key=${HIDDEN}`],
  ["spark.db.PASSWORD=a=b", `spark.db.PASSWORD=${HIDDEN}`],
  ["spark.db.passwd=abc", `spark.db.passwd=${HIDDEN}`],
  ["spark.oauth.token=abc", `spark.oauth.token=${HIDDEN}`],
  ["spark.tokens=1", `spark.tokens=${HIDDEN}`],
  ["spark.x.credentials=abc", `spark.x.credentials=${HIDDEN}`],
  ["spark.x.accessKey=abc", `spark.x.accessKey=${HIDDEN}`],
  ["spark.my.apiKey=abc", `spark.my.apiKey=${HIDDEN}`],
  ["spark.my.private-key=abc", `spark.my.private-key=${HIDDEN}`],
  ["spark.sql.shuffle.partitions=8", "spark.sql.shuffle.partitions=8"],
  [
    "spark.driver.extraJavaOptions=-Ddb.password=abc -Xmx1g",
    `spark.driver.extraJavaOptions=-Ddb.password=${HIDDEN} -Xmx1g`,
  ],
  ["spark.my.url=jdbc:postgresql://me:abc@db/x", `spark.my.url=jdbc:postgresql://me:${HIDDEN}@db/x`],
  ["--url", "--url"],
  ["https://me:abc@host/x", `https://me:${HIDDEN}@host/x`],
  ["--password=abc", `--password=${HIDDEN}`],
  ["spark.my.options=--user me --password abc -v", `spark.my.options=--user me --password ${HIDDEN} -v`],
  ["spark.my.options=--use-token --user me", "spark.my.options=--use-token --user me"],
  ["a=secret", "a=secret"],
] as const;

/** Likewise, of several arguments. */
const COMMANDS = [
  [
    ["--user", "me", "--password", "abc", "--verbose"],
    ["--user", "me", "--password", HIDDEN, "--verbose"],
  ],
  [
    ["-token", "a=b", "c"],
    ["-token", HIDDEN, "c"],
  ],
  [
    ["--use-token", "--conf", "spark.token=abc"],
    ["--use-token", "--conf", `spark.token=${HIDDEN}`],
  ],
  [
    ["--password", "-abc=", "--password", HIDDEN],
    ["--password", HIDDEN, "--password", HIDDEN],
  ],
  [
    ["a password", "abc", "token", "abc"],
    ["a password", "abc", "token", "abc"],
  ],
] as const;

describe("redaction", () => {
  // A text of 2,000 characters took a second, and ten times as many a thousand times as long.
  test.each(["token", "0123456789abcdef", " -token", "--token-", "token  "])("of %j again and again", (piece) => {
    const text = piece.repeat(200_000 / piece.length);
    const startedMs = performance.now();
    expect(redactText(text)).toHaveLength(text.length);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  test.each(ARGUMENTS)("%s", (argument, redacted) => expect(redactCommand([argument])).toEqual([redacted]));
  test.each(COMMANDS)("%j", (command, redacted) => expect(redactCommand(command)).toEqual(redacted));

  test("is the same in the pods, which have no TypeScript", () => {
    const script =
      "import json, sys; from spark_command import redact; print(json.dumps([redact(each) for each in json.load(sys.stdin)]))";
    const commands = [...COMMANDS, ...ARGUMENTS.map((pair) => pair.map((argument) => [argument]))];
    const answer = execFileSync("python3", ["-c", script], {
      cwd: "workflows",
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
      input: JSON.stringify(commands.map(([command]) => command)),
    });
    expect(JSON.parse(answer.toString())).toEqual(commands.map(([, redacted]) => redacted));
  });

  test("of properties", () => {
    expect(redactProperty("spark.oauth.token", "abc")).toBe(HIDDEN);
    expect(redactConf({ "spark.oauth.token": "abc", "spark.x": "y" })).toEqual({
      "spark.oauth.token": HIDDEN,
      "spark.x": "y",
    });
  });

  test("of messages", () => {
    expect(redactText('{"token": "abc", "user": "me"} at https://x/?access_key=abc&y=1')).toBe(
      `{"token": ${HIDDEN}, "user": "me"} at https://x/?access_key=${HIDDEN}&y=1`,
    );
    expect(redactText("unrecognized arguments: --api-key abc -x")).toBe(
      `unrecognized arguments: --api-key ${HIDDEN} -x`,
    );
    const nothing = "the following arguments are required: --password, --token";
    expect(redactText(nothing)).toBe(nothing);
  });
});
