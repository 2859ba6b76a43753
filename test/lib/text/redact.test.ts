import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BadInputError } from "../../../src/lib/errors.ts";
import { describeError } from "../../../src/lib/text/describe-error.ts";
import {
  redactBeginning,
  redactCommand,
  redactConf,
  redactProperty,
  redactText,
} from "../../../src/lib/text/redact.ts";
import { PLAIN, PLAIN_MESSAGES, SPELLINGS } from "./spellings.ts";

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
  ["--password=a, b c", `--password=${HIDDEN}`],
  ["https://b/k?sig=a%2Bb", `https://b/k?sig=${HIDDEN}`],
  ["https://me:abc@b/k?token_type=x&sig=abc", `https://me:${HIDDEN}@b/k?token_type=x&sig=${HIDDEN}`],
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
    ["--password", "-x", "--token", "--y", "--api-key", "-Dz=1", "-v"],
    ["--password", HIDDEN, "--token", HIDDEN, "--api-key", HIDDEN, "-v"],
  ],
  [
    ["--password", "--token", "visible"],
    ["--password", HIDDEN, "visible"],
  ],
  [
    ["--num-tokens", "5", "--with-token", "true", "--password-stdin", "x"],
    ["--num-tokens", "5", "--with-token", "true", "--password-stdin", "x"],
  ],
  [
    ["a password", "abc", "token", "abc"],
    ["a password", "abc", "token", "abc"],
  ],
] as const;

const unmarked = SPELLINGS.map((spelling) => spelling.replace(/[«»]/g, ""));
const hidden = SPELLINGS.map((spelling) => spelling.replace(/«[^»]*»/g, HIDDEN));

/** What a function of the pods' Python gives for each of the values. */
function inPods(call: string, values: readonly unknown[], more = ""): unknown {
  const script = `import json, sys, time; from redaction import redact_command, redact_text\nvalues = json.load(sys.stdin)\n${more}print(json.dumps([${call} for each in values]))`;
  const options = {
    cwd: "workflows",
    input: JSON.stringify(values),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  };
  return JSON.parse(execFileSync("python3", ["-c", script], options).toString());
}

describe("usual spellings of secrets", () => {
  test("are many", () => expect([SPELLINGS.length >= 110, PLAIN.length >= 60]).toEqual([true, true]));

  test.each(unmarked.map((text, index) => [text, hidden[index]!]))("%j", (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
    // What is hidden once stays as it is.
    expect(redactText(redacted)).toBe(redacted);
  });

  test.each(PLAIN)("are not to be found in %j", (text) => {
    expect(redactText(text)).toBe(text);
    expect(redactCommand([text])).toEqual([text]);
  });

  test.each(PLAIN_MESSAGES)("are not to be found in the message %j", (text) => expect(redactText(text)).toBe(text));

  test("are the same in the pods, which have no TypeScript", () => {
    const plain = [...PLAIN, ...PLAIN_MESSAGES];
    expect(inPods("redact_text(each)", [...unmarked, ...hidden, ...plain])).toEqual([...hidden, ...hidden, ...plain]);
    const commands = [...COMMANDS, ...ARGUMENTS.map((pair) => pair.map((argument) => [argument]))];
    const alone = [...unmarked, ...PLAIN].map((text) => [text]);
    expect(inPods("redact_command(each)", [...commands.map(([command]) => command), ...alone])).toEqual([
      ...commands.map(([, redacted]) => redacted),
      ...alone.map((command) => redactCommand(command)),
    ]);
  });
});

describe("redaction", () => {
  test.each(ARGUMENTS)("%s", (argument, redacted) => expect(redactCommand([argument])).toEqual([redacted]));
  test.each(COMMANDS)("%j", (command, redacted) => expect(redactCommand(command)).toEqual(redacted));

  test("of properties", () => {
    expect(redactProperty("spark.oauth.token", "abc")).toBe(HIDDEN);
    expect(redactProperty("spark.oauth.token", "true")).toBe("true");
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

  test("of a beginning, with what is just behind it", () => {
    expect(redactBeginning(`password=${"x".repeat(1000)} end`, 100)).toBe(`password=${HIDDEN}`);
    expect(redactBeginning("y".repeat(200), 100)).toBe(`${"y".repeat(99)}…`);
  });

  test("leaves nothing of a secret whose beginning has a known shape", () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    expect(redactText(`password=${token}/more+of=it x`)).toBe(`password=${HIDDEN} x`);
  });
});

/** Of which expressions could take time that grows faster than their length. */
const PIECES = [
  ...[
    "token",
    "token ",
    "token  ",
    "token=",
    'password="',
    "password=\\\"a'",
    "password=a,",
    "password=[",
    "password=\\",
  ],
  ...[
    "-token ",
    "--token-",
    " -token",
    "(token,",
    "invalid token: ",
    "invalid token: a",
    "column token: is ",
    "_auth",
    "machine a login a ",
    "Digest a=",
    "sk-",
    "--token,",
    '"--token",',
    "--token, a",
    "<password",
    "password value ",
    "password: |\n a\n",
    "private_key",
  ],
  ...[
    "password=\\u0022",
    "password=&quot;",
    '"authorization: a" ',
    "cookie: a;",
    "://",
    "://a:b",
    "://a:b:",
    "https://a@",
  ],
  ...["%3A%2F%2F", "%", "eyJ", "eyJ-", "bearer ", "basic a", " -u a:", "jdbc:oracle:a:", "-----BEGIN PRIVATE KEY-----"],
  ...[
    "0123456789abcdef",
    "abcdefgh",
    "the quick brown fox ",
    "-",
    "\n",
    " ",
    "\\",
    '"',
    "aB",
    "ABC",
    "a.b.",
    "@a",
    "{",
    "&",
  ],
];

describe("takes time that grows with the length only", () => {
  const LENGTH = 100_000;
  const texts = PIECES.map((piece) => [piece, piece.repeat(LENGTH / piece.length)] as const);
  // A text of 2,000 characters took a second, and ten times as many a thousand times as long.
  test.each(texts)("of %j again and again", (_, text) => {
    const startedMs = performance.now();
    redactText(text);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  test("in the pods", () => {
    const timed = "\n".concat(
      "def timed(text):\n    started = time.monotonic()\n    redact_text(text)\n    return time.monotonic() - started\n",
    );
    const seconds = inPods(
      "timed(each)",
      texts.map(([, text]) => text),
      timed,
    ) as number[];
    const slow = texts.flatMap(([piece], index) => (seconds[index]! < 3 ? [] : [`${piece}: ${seconds[index]} s`]));
    expect(slow).toEqual([]);
  });

  test.each(["token-2000", "hex-20000"])("in a log with a message of %s", (name) => {
    const lines = readFileSync(`test/fixtures/one-long-word/${name}`, "utf8").trim().split("\n");
    const { "Task End Reason": reason } = JSON.parse(lines[2]!);
    const startedMs = performance.now();
    redactText(reason.Description);
    expect(performance.now() - startedMs).toBeLessThan(200);
  });
});

test.each([
  ["--image https://me:hush@registry/x is no image", "--image https://me:*********(redacted)@registry/x is no image"],
  ["Invalid URL: https://hush@10.0.0.1:6443", "Invalid URL: https://*********(redacted)@10.0.0.1:6443"],
])("an error that repeats what it was given is shown without its credentials: %s", (message, shown) => {
  const { text } = describeError(new BadInputError(message, { hint: "Give it again: --conf spark.token=..." }));
  expect(text).toBe(`spark-loadtest: ${shown}\n\n  Give it again: --conf spark.token=...\n`);
  expect(describeError(new Error(message)).text).not.toContain("hush");
});
