import { describe, expect, it } from "vitest";
import { parseTiersFile } from "../../../src/plan/tiers/tiers-file.ts";

const HEAD = "schema: spark-loadtest/tiers/v1\ntiers:\n";

function parse(text: string) {
  return parseTiersFile(text, "/project/my.yaml");
}

describe("a tier file", () => {
  it("may leave out all but dimensions", () => {
    expect(parse(`${HEAD}  mine: { dimensions: {} }\n`)).toEqual([
      {
        name: "mine",
        description: "",
        dimensions: {
          sparkVersion: ["4.3.0"],
          orchestrator: ["submit"],
          mode: ["local"],
          extensions: ["none"],
          operation: ["read", "aggregate", "join", "window", "write"],
          dataSize: ["tiny"],
        },
        exclude: [],
        samples: 3,
        warmups: 1,
        executors: 1,
        cores: 2,
        memoryMb: 1024,
        caseTimeoutSeconds: 600,
        timeoutSeconds: 3600,
        sparkConf: { all: {}, byDimension: {} },
        workload: null,
      },
    ]);
  });

  it("can hold dimensions, settings and a workload of the user's own", () => {
    const [tier] = parse(`${HEAD}
  mine:
    description: Our job
    dimensions:
      shufflePartitions: [8, "200"]
      aqe: [true, false]
      sparkVersion: 4.1.4
    exclude:
      - { aqe: false, shufflePartitions: 200 }
    samples: 5
    warmups: 0
    executors: 3
    timeoutSeconds: 90
    sparkConf:
      all: { spark.sql.session.timeZone: UTC }
      shufflePartitions:
        8: { spark.sql.shuffle.partitions: 8 }
        200: { spark.sql.shuffle.partitions: 200 }
      aqe: { false: { spark.sql.adaptive.enabled: false } }
    workload:
      script: jobs/etl.py
      args: [--partitions, "{shufflePartitions}", --conf, '{"retries": 3}', "{data}/{operation}", 7]
`);
    expect(tier).toMatchObject({
      description: "Our job",
      exclude: [{ aqe: ["false"], shufflePartitions: ["200"] }],
      samples: 5,
      warmups: 0,
      executors: 3,
      caseTimeoutSeconds: 90,
      timeoutSeconds: 90,
      sparkConf: {
        all: { "spark.sql.session.timeZone": "UTC" },
        byDimension: {
          shufflePartitions: {
            "8": { "spark.sql.shuffle.partitions": "8" },
            "200": { "spark.sql.shuffle.partitions": "200" },
          },
          aqe: { false: { "spark.sql.adaptive.enabled": "false" } },
        },
      },
      workload: {
        script: "/project/jobs/etl.py",
        args: ["--partitions", "{shufflePartitions}", "--conf", '{"retries": 3}', "{data}/{operation}", "7"],
      },
    });
    expect(Object.entries(tier!.dimensions)).toEqual([
      ["sparkVersion", ["4.1.4"]],
      ["orchestrator", ["submit"]],
      ["mode", ["local"]],
      ["extensions", ["none"]],
      ["operation", ["custom"]],
      ["dataSize", ["tiny"]],
      ["shufflePartitions", ["8", "200"]],
      ["aqe", ["true", "false"]],
    ]);
  });

  it("keeps values as they are written, where YAML would make numbers and booleans of them", () => {
    const [tier] = parse(`${HEAD}  mine: { dimensions: { python: [3.10, 3.1, 1e3, 0x10, 007, no, On, True] } }\n`);
    expect(tier!.dimensions.python).toEqual(["3.10", "3.1", "1e3", "0x10", "007", "no", "On", "True"]);
  });

  it("can share parts through anchors, have Windows line ends and a byte order mark", () => {
    const tiers = parse(
      `\ufeff${HEAD}  a: { dimensions: &d { mode: [local, standalone] }, exclude: &e [{ mode: local, operation: join }] }\n  b: { dimensions: *d, exclude: *e }\n`.replaceAll(
        "\n",
        "\r\n",
      ),
    );
    expect(tiers.map(({ name, dimensions, exclude }) => [name, dimensions.mode, exclude])).toEqual([
      ["a", ["local", "standalone"], [{ mode: ["local"], operation: ["join"] }]],
      ["b", ["local", "standalone"], [{ mode: ["local"], operation: ["join"] }]],
    ]);
  });
});
