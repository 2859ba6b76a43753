import { describe, expect, it } from "vitest";
import { BadInputError } from "../../../src/lib/errors.ts";
import { parseTiersFile } from "../../../src/plan/tiers/tiers-file.ts";

const HEAD = "schema: spark-loadtest/tiers/v1\ntiers:\n";

function refusalOf(text: string, fileExists?: (path: string) => boolean): string {
  try {
    parseTiersFile(text, "/project/my.yaml", fileExists);
  } catch (error) {
    if (error instanceof BadInputError) return error.message.replaceAll("/project/my.yaml", "my.yaml");
    throw error;
  }
  return "nothing was refused";
}

const TIER_KEYS =
  "(known: description, dimensions, exclude, samples, warmups, executors, cores, memoryMb, caseTimeoutSeconds, timeoutSeconds, sparkConf, workload)";
const RULE = "{ orchestrator: operator, mode: [standalone, local] }";

const refusals: [what: string, text: string, message: string][] = [
  ["an empty file", "", "my.yaml:1:1: the file must be a mapping with `schema` and `tiers`, but is empty"],
  ["a list", "- a\n", "my.yaml:1:1: the file must be a mapping with `schema` and `tiers`, but is a list"],
  [
    "a newer schema, whatever else it has",
    "schema: spark-loadtest/tiers/v2\nlevels: {}\n",
    "my.yaml:1:9: the file is written for a newer spark-loadtest: its schema is spark-loadtest/tiers/v2, and this one knows spark-loadtest/tiers/v1; update spark-loadtest",
  ],
  [
    "no schema",
    "tiers: { a: { dimensions: {} } }",
    'my.yaml:1:1: "schema" is missing; it must be `spark-loadtest/tiers/v1`',
  ],
  [
    "no tier",
    `${HEAD}  {}\n`,
    'my.yaml:3:3: "tiers" must be a mapping of names to tiers, at least one, but is an empty mapping',
  ],
  ["an empty tier", `${HEAD}  a:\n`, 'my.yaml:3:3: "a" must be a mapping with at least `dimensions`, but is empty'],
  [
    "no dimensions",
    `${HEAD}  a:\n    samples: 3\n`,
    'my.yaml:4:5: "dimensions" is missing; it must be a mapping of dimensions to their values, such as `operation: [read, join]`',
  ],
  [
    "a tier's name that is no file name",
    `${HEAD}  a/b: { dimensions: {} }\n`,
    'my.yaml:3:3: "a/b" must be a letter, then up to 31 letters, digits, `-` and `_`',
  ],
  [
    "an open list",
    `${HEAD}  a: { dimensions: { mode: [local } }\n`,
    "my.yaml:3:35: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  ["a tab", `${HEAD}\ta: {}\n`, "my.yaml:3:1: Tabs are not allowed as indentation"],
  ["a key twice", `${HEAD}  a: { dimensions: {} }\n  a: {}\n`, "my.yaml:4:3: Map keys must be unique"],
  ["an alias of nothing", `${HEAD}  a: { dimensions: *b }\n`, "my.yaml:3:20: there is no anchor &b before this alias"],
  ["an unknown tag", `${HEAD}  a: { dimensions: { mode: !env local } }\n`, "my.yaml:3:28: Unresolved tag: !env"],
  ["__proto__", `${HEAD}  a: { dimensions: { __proto__: [x] } }\n`, "my.yaml:3:22: no key can be called __proto__"],
  [
    "an unknown key",
    `${HEAD}  a:\n    sample: 3\n    dimensions: {}\n`,
    `my.yaml:4:5: unknown key "sample"; did you mean "samples"? ${TIER_KEYS}`,
  ],
  [
    "an unknown key of the workload",
    `${HEAD}  a: { dimensions: {}, workload: { script: a.py, arg: [] } }\n`,
    'my.yaml:3:50: unknown key "arg"; did you mean "args"? (known: script, args)',
  ],
  [
    "zero samples",
    `${HEAD}  a: { dimensions: {}, samples: 0 }\n`,
    'my.yaml:3:33: "samples" must be a whole number from 1 to 1000, but is "0"',
  ],
  [
    "half a sample",
    `${HEAD}  a: { dimensions: {}, samples: 1.5 }\n`,
    'my.yaml:3:33: "samples" must be a whole number from 1 to 1000, but is "1.5"',
  ],
  [
    "a number that is none",
    `${HEAD}  a: { dimensions: {}, samples: .nan }\n`,
    'my.yaml:3:33: "samples" must be a whole number from 1 to 1000, but is ".nan"',
  ],
  [
    "a negative number",
    `${HEAD}  a: { dimensions: {}, warmups: -1 }\n`,
    'my.yaml:3:33: "warmups" must be a whole number from 0 to 100, but is "-1"',
  ],
  [
    "too many cores",
    `${HEAD}  a: { dimensions: {}, cores: 1025 }\n`,
    'my.yaml:3:31: "cores" must be a whole number from 1 to 1024, but is "1025"',
  ],
  [
    "hardly any memory",
    `${HEAD}  a: { dimensions: {}, memoryMb: 255 }\n`,
    'my.yaml:3:34: "memoryMb" must be a whole number from 256 to 16777216, but is "255"',
  ],
  [
    "a time limit that a timer cannot hold",
    `${HEAD}  a: { dimensions: {}, timeoutSeconds: 2147484 }\n`,
    'my.yaml:3:40: "timeoutSeconds" must be a whole number from 1 to 2000000, but is "2147484"',
  ],
  [
    "a case that may take longer than the run",
    `${HEAD}  a:\n    dimensions: {}\n    caseTimeoutSeconds: 100\n    timeoutSeconds: 99\n`,
    "my.yaml:5:25: a case may take 100 s, but the whole run only 99 s",
  ],
  [
    "a dimension without values",
    `${HEAD}  a: { dimensions: { mode: [] } }\n`,
    'my.yaml:3:28: "mode" must be a value or a list with at least one value, but is an empty list',
  ],
  [
    "a value twice",
    `${HEAD}  a: { dimensions: { mode: [local, standalone, local] } }\n`,
    'my.yaml:3:48: mode has the value "local" twice',
  ],
  [
    "a value that this tool does not know",
    `${HEAD}  a: { dimensions: { mode: [kubernets] } }\n`,
    'my.yaml:3:29: unknown value "kubernets" of mode; did you mean "kubernetes"? (known: kubernetes, standalone, local); anything else can be a dimension of the tier\'s own',
  ],
  [
    "an operation that the built-in workload does not have",
    `${HEAD}  a: { dimensions: { operation: sort } }\n`,
    'my.yaml:3:33: unknown value "sort" of operation (known: read, aggregate, join, window, write); another operation needs a `workload` of the tier\'s own',
  ],
  [
    "half a version",
    `${HEAD}  a: { dimensions: { sparkVersion: [4.1] } }\n`,
    'my.yaml:3:37: sparkVersion has the value "4.1", which is no full version such as 4.3.0',
  ],
  [
    "a built-in dimension with a slip",
    `${HEAD}  a: { dimensions: { spark-version: 4.1.4 } }\n`,
    'my.yaml:3:22: unknown dimension "spark-version"; did you mean "sparkVersion"? One of the tier\'s own needs a name less like it',
  ],
  [
    "a dimension's name that cannot be a placeholder",
    `${HEAD}  a: { dimensions: { ünder: x } }\n`,
    'my.yaml:3:22: "ünder" cannot name a dimension: a lower-case letter, then up to 31 letters and digits',
  ],
  [
    "a name with a meaning",
    `${HEAD}  a: { dimensions: { output: x } }\n`,
    'my.yaml:3:22: "output" cannot name a dimension: it has a meaning of its own; take another name',
  ],
  [
    "a name that objects have",
    `${HEAD}  a: { dimensions: { constructor: x } }\n`,
    'my.yaml:3:22: "constructor" cannot name a dimension: it has a meaning of its own; take another name',
  ],
  [
    "a value that leaves the folder",
    `${HEAD}  a: { dimensions: { job: ../../etc } }\n`,
    'my.yaml:3:27: job has the value "../../etc", which cannot be part of a case\'s name: letters, digits, and after the first . + - _, at most 64; give it a short name and put the text itself into sparkConf',
  ],
  [
    "an unknown dimension of an exclude",
    `${HEAD}  a:\n    dimensions: {}\n    exclude:\n      - { sparkversion: 4.3.0 }\n`,
    'my.yaml:6:11: unknown dimension "sparkversion"; did you mean "sparkVersion"? (known: sparkVersion, orchestrator, mode, extensions, operation, dataSize)',
  ],
  [
    "an exclude of a value that the tier does not have",
    `${HEAD}  a:\n    dimensions: {}\n    exclude:\n      - mode: [local, kubernetes]\n`,
    'my.yaml:6:23: tier "a" has no value "kubernetes" of mode (known: local)',
  ],
  [
    "an empty rule",
    `${HEAD}  a: { dimensions: {}, exclude: [{}] }\n`,
    `my.yaml:3:34: item 1 of "exclude" must be a mapping of dimensions to values such as \`${RULE}\`, but is an empty mapping`,
  ],
  [
    "excludes that are no list",
    `${HEAD}  a: { dimensions: {}, exclude: { mode: local } }\n`,
    `my.yaml:3:33: "exclude" must be a list of rules such as \`- ${RULE}\`, but is a mapping`,
  ],
  [
    "excludes that leave nothing",
    `${HEAD}  a:\n    dimensions: {}\n    exclude: [{ mode: local }]\n`,
    'my.yaml:5:5: the excludes of tier "a" leave no case',
  ],
  [
    "settings of an unknown dimension",
    `${HEAD}  a: { dimensions: {}, sparkConf: { opration: {} } }\n`,
    'my.yaml:3:37: unknown dimension "opration"; did you mean "operation"? (known: sparkVersion, orchestrator, mode, extensions, operation, dataSize)',
  ],
  [
    "settings of an unknown value",
    `${HEAD}  a: { dimensions: {}, sparkConf: { operation: { reed: {} } } }\n`,
    'my.yaml:3:50: tier "a" has no value "reed" of operation; did you mean "read"? (known: read, aggregate, join, window, write)',
  ],
  [
    "a setting that Spark ignores",
    `${HEAD}  a: { dimensions: {}, sparkConf: { all: { sql.ansi.enabled: true } } }\n`,
    'my.yaml:3:44: "sql.ansi.enabled" must be a Spark property: Spark ignores those that do not begin with `spark.`',
  ],
  [
    "a setting of two lines",
    `${HEAD}  a: { dimensions: {}, sparkConf: { all: { spark.app.x: "a\\nb" } } }\n`,
    "my.yaml:3:57: spark.app.x has a line break or another character that cannot be passed to Spark",
  ],
  ...["0", "1.5", "two", "1e9", "1001", "-1", "[2]", "{ 11gb: 4 }"].map((given): [string, string, string] => [
    `executors that are no number of them: ${given}`,
    `${HEAD}  a: { dimensions: {}, executors: ${given} }\n`,
    `my.yaml:3:35: "executors" must be a whole number from 1 to 1000, but is ${given === "[2]" ? "a list" : given.startsWith("{") ? "a mapping" : `"${given}"`}`,
  ]),
  [
    "an unknown placeholder",
    `${HEAD}  a:\n    dimensions: { zone: x }\n    workload:\n      script: a.py\n      args: [a, "--in={zones}"]\n`,
    'my.yaml:7:17: unknown placeholder {zones} in "--in={zones}"; did you mean "zone"? (known: sparkVersion, orchestrator, mode, extensions, operation, dataSize, zone, data, output, samples, warmups, result)',
  ],
  [
    "two cases of one name",
    `${HEAD}  a: { dimensions: { x: [1_2, 1], y: [3, 2_3] } }\n`,
    'my.yaml:3:8: tier "a" has two cases of the name "a_4.3.0_submit_local_none_read_tiny_1_2_3": leave out _ in values, or capitals, until each has its own',
  ],
  [
    "two cases that only capitals tell apart",
    `${HEAD}  a: { dimensions: { operation: read, x: [A, a] } }\n`,
    'my.yaml:3:8: tier "a" has two cases of the name "a_4.3.0_submit_local_none_read_tiny_a": leave out _ in values, or capitals, until each has its own',
  ],
  [
    "too many cases",
    `${HEAD}  a: { dimensions: { x: [${numbers(50)}], y: [${numbers(50)}] } }\n`,
    'my.yaml:3:8: tier "a" has 12500 cases, more than the 10000 that a run can have; exclude some or split the tier',
  ],
  [
    "far too many combinations",
    `${HEAD}  a: { dimensions: { x: [${numbers(1000)}], y: [${numbers(1000)}] } }\n`,
    'my.yaml:3:8: tier "a" has 5000000 combinations, more than the 1000000 that are tried; split it into several tiers',
  ],
  [
    "more dimensions than any case has",
    `${HEAD}  a: { dimensions: { ${Array.from({ length: 95 }, (_, index) => `d${index}: [a]`).join(", ")} } }\n`,
    'my.yaml:3:8: tier "a" has 101 dimensions, and 100 are the most; split it into several tiers',
  ],
  [
    "more values than cases",
    `${HEAD}  a: { dimensions: { x: [${numbers(20_000)}] } }\n`,
    expect.stringMatching(/^my.yaml:3:8: tier "a" has 200\d\d values of dimensions, and 10000 are the most; split it/),
  ],
  [
    "more excludes than anybody writes",
    `${HEAD}  a: { dimensions: { x: [a, b] }, exclude: [${"{ x: a }, ".repeat(1_001)}] }\n`,
    expect.stringContaining('tier "a" has 1001 excludes, and 1000 are the most'),
  ],
  [
    "an exclude of more values than there are",
    `${HEAD}  a: { dimensions: { x: [a, b] }, exclude: [{ x: [${"a, ".repeat(100_000)}] }] }\n`,
    expect.stringContaining('tier "a" has 100000 values in its excludes, and 10000 are the most'),
  ],
  [
    "more combinations and excludes than can be held against each other",
    `${HEAD}  a: { dimensions: { operation: read, x: [${numbers(1000)}], y: [${numbers(1000)}] }, exclude: [${"{ x: 1 }, ".repeat(101)}] }\n`,
    expect.stringContaining("1000000 combinations and 101 excludes, more than the 100000000 trials"),
  ],
  [
    "more aliases than are looked for",
    `${HEAD}  a: &a { dimensions: {} }\n  b: [${"*a, ".repeat(100_000)}]\n`,
    expect.stringContaining("the file has more than 1000 aliases (*name), which are the most"),
  ],
  [
    "a name that is too long for a file",
    `${HEAD}  a: { dimensions: { operation: read, w: ${"w".repeat(64)}, x: ${"x".repeat(64)}, y: ${"y".repeat(64)} } }\n`,
    `my.yaml:3:8: a case of tier "a" has a name of 230 characters, more than 200: "a_4.3.0_submit_local_none_read_tiny_${"w".repeat(64)}_${"x".repeat(64)}_${"y".repeat(64)}"; shorten its values`,
  ],
];

function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => index).join(", ");
}

describe("a tier file is refused with its line for", () => {
  it.each(refusals)("%s", (_, text, message) => {
    const startMs = performance.now();
    expect(refusalOf(text).split("\n")[0]).toEqual(message);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it("a workload's script that is not there", () => {
    const asked: string[] = [];
    const text = `${HEAD}  a:\n    dimensions: {}\n    workload:\n      script: ../jobs/a.py\n`;
    const message = refusalOf(text, (path) => {
      asked.push(path);
      return false;
    });
    expect(message).toBe(
      "my.yaml:6:15: the workload's script is not there: /jobs/a.py (the path is relative to the tier file)",
    );
    expect(asked).toEqual(["/jobs/a.py"]);
  });

  it("several mistakes at once, in the order of the file, each once", () => {
    const text = `${HEAD}  b:\n    exclude: &e\n      - { mode: lokal }\n    dimensions: &d { mode: [local, x] }\n  a: { exclude: *e, dimensions: *d }\n`;
    expect(
      refusalOf(text)
        .split("\n")
        .map((line) => line.slice(0, 60)),
    ).toEqual([
      'my.yaml:5:17: tier "b" has no value "lokal" of mode; did you',
      'my.yaml:5:17: tier "a" has no value "lokal" of mode; did you',
      'my.yaml:6:36: unknown value "x" of mode (known: kubernetes, ',
    ]);
  });

  it("an alias of itself, a document that unfolds without end, and one that is nested too deeply", () => {
    expect(refusalOf("a: &a { b: *a }")).toContain('my.yaml:1:1: unknown key "a"');
    const laughs = Array.from({ length: 9 }, (_, i) => `x${i}: &x${i} [${`*x${i - 1},`.repeat(i === 0 ? 0 : 9)} 1]`);
    expect(refusalOf(laughs.join("\n"))).toContain("my.yaml cannot be read as YAML: Excessive alias count");
    expect(refusalOf("[".repeat(5_000))).toMatch(/^my\.yaml:1:\d+: /);
  });

  it("binary content", () => {
    expect(refusalOf("PAR1\u0015\u0004\u0000\u0000\u0001")).toMatch(/^my\.yaml:1:1: /);
  });
});
