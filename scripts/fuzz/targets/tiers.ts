import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { parseTiersFile } from "../../../src/plan/tiers/tiers-file.ts";
import { HOSTILE_TEXTS, mutateJson } from "../mutate-json.ts";
import { callProduct, checkDocument, mayRefuse } from "../product.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

const BUILT_IN = readFileSync(join(import.meta.dirname, "../../../workflows/tiers/tiers.yaml"), "utf8");
/** Every key that there is. */
const OWN = `schema: spark-loadtest/tiers/v1
tiers:
  own:
    description: a tier of one's own
    dimensions:
      sparkVersion: [4.1.4]
      extensions: [none, iceberg]
      shufflePartitions: [8, 200]
      constructor: [toString, valueOf]
    exclude:
      - shufflePartitions: 200
        constructor: valueOf
    samples: 2
    warmups: 1
    executors: 2
    cores: 1
    memoryMb: 1024
    caseTimeoutSeconds: 60
    timeoutSeconds: 600
    sparkConf:
      all: { spark.a: b }
      shufflePartitions:
        "8": { spark.sql.shuffle.partitions: 8 }
    workload:
      script: job.py
      args: ["--shuffle={shufflePartitions}", "{data}"]
`;
const TOKENS: readonly string[] = [
  ...HOSTILE_TEXTS,
  "&a [*a]",
  "&a",
  "*a",
  "<<: *a",
  "!!js/function x",
  "!!binary x",
  "%YAML 1.1",
  "---",
  "? ",
  "- ",
  "|",
  ">-",
  "'",
  '"',
  "[".repeat(3000),
  "{a: ".repeat(3000),
  "\t",
  "#",
  "~",
  "0x10",
  "1_000",
  "99999999999999999999",
];
const ONLY: readonly string[] = [
  "constructor=toString",
  "constructor=valueOf,constructor=toString",
  "toString=x",
  "__proto__=x",
  "extensions=none",
  "sparkVersion=4",
  "=",
  "a",
];

function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let left = random.few(6); left > 0; left--) {
    const lines = mutated.split("\n");
    const at = random.below(lines.length);
    const line = lines[at]!;
    const place = random.below(line.length + 1);
    const changes = [
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, ...lines.slice(at, at + random.few(5))),
      () => lines.splice(at, 1, `${line.slice(0, place)}${random.pick(TOKENS)}${line.slice(place)}`),
      () =>
        lines.splice(
          at,
          1,
          line.replace(/:.*$/, () => `: ${random.pick(TOKENS)}`),
        ),
      () =>
        lines.splice(
          at,
          1,
          line.replace(/[\w.]+:/, () => `${random.pick(TOKENS)}:`),
        ),
      () => lines.splice(at, 1, `  ${line}`),
    ];
    random.pick(changes)();
    mutated = lines.join("\n");
  }
  return mutated;
}

/** Tier files: `plan`. */
export const TIERS: Target = {
  name: "tiers",
  make: (random) => {
    const source = random.chance(0.6) ? OWN : BUILT_IN;
    // What is JSON is YAML, too.
    const text = random.chance(0.5) ? mutateText(source, random) : mutateJson(parse(source), random);
    const tier = random.pick(source === OWN ? ["own"] : ["quick", "p0_smoke", "constructor"]);
    const options = [
      ...(random.chance(0.3) ? ["--only", random.pick(ONLY)] : []),
      ...(random.chance(0.3) ? ["--exclude", random.pick(ONLY)] : []),
      ...(random.chance(0.3) ? ["--coverage", "pairwise"] : []),
      ...(random.chance(0.3) ? ["--cluster", random.pick(["local", "kind"])] : []),
    ];
    const check = async (folder: string) => {
      const argv = ["plan", "--tiers-file", join(folder, "tiers.yaml"), "--tier", tier, ...options];
      const { code, stdout } = await callProduct([...argv, "--json"]);
      if (code === 0) checkDocument(stdout, "plan");
      await callProduct(argv);
      // What can be read can be written and read again.
      const tiers = await mayRefuse(() => parseTiersFile(text, "tiers.yaml"));
      if (tiers !== undefined) stringify(tiers);
    };
    return {
      files: new Map([
        ["tiers.yaml", text],
        ["job.py", ""],
      ]),
      check,
    };
  },
};
