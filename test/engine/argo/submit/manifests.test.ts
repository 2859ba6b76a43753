import { describe, expect, it } from "vitest";
import {
  imageOf,
  type ManifestSpec,
  toConfigMap,
  toSecret,
  toWorkflow,
  type WorkflowCase,
} from "../../../../src/engine/argo/submit/manifests.ts";
import type { Case } from "../../../../src/model/documents.ts";
import { type Execution, planExecutions } from "../../../../src/plan/execution.ts";
import { toState } from "../../../../src/spec/state.ts";
import { makeCase } from "../../../plan/make-case.ts";
import { makeTier } from "../../../plan/make-tier.ts";
import { makeClusterSpec, makeSettings } from "../../../spec/make-spec.ts";

const caseOf = (sparkVersion: string, orchestrator: string, operation = "join", dataSize = "tiny"): Case =>
  makeCase({ sparkVersion, orchestrator, mode: "kubernetes", operation, dataSize });
const tier = makeTier({
  name: "t",
  sparkConf: {
    all: { "spark.sql.shuffle.partitions": "6" },
    byDimension: { operation: { join: { "spark.sql.autoBroadcastJoinThreshold": "-1" } } },
  },
});
const spec: ManifestSpec = {
  ...makeClusterSpec({
    tier,
    settings: makeSettings({ conf: { "spark.app.team": "x" }, workloadArgs: ["--fault=skew"] }),
  }),
  labels: { "spark-loadtest/run": "t-20260101t000000-ab12" },
  maxParallel: 2,
  parts: new Map(),
  hasGpu: false,
};
const once = (cases: readonly Case[]) => planExecutions(cases, null);
const document = (executions: readonly Execution[], of: ManifestSpec = spec) =>
  JSON.parse(toConfigMap(executions, of, {}).data["cases.json"]!);
const parameters = (executions: readonly Execution[], of: ManifestSpec = spec) => {
  const { parameters } = toWorkflow(executions, of).spec.arguments as { parameters: { name: string; value: string }[] };
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
};

it("tells the pods what it takes to know which span of the run's trace they are", () => {
  expect(document([]).settings.trace).toEqual(spec.runTrace);
});

describe("toConfigMap", () => {
  it("says what a case runs, and leaves to the pod what only the pod knows", () => {
    const testCase = caseOf("4.1.1", "connect");
    expect(document(once([testCase])).cases[testCase.name]).toEqual({
      orchestrator: "connect",
      mode: "kubernetes",
      sparkVersion: "4.1.1",
      dataSize: "tiny",
      parts: [],
      namespace: expect.stringMatching(/^t-4-1-1-connect-kubernetes-none-join-tiny-[0-9a-f]{8}$/),
      sparkConf: {},
      args: [
        ...["--operation", "join", "--data", "{data}", "--output", "{output}"],
        ...["--samples", "3", "--warmups", "1", "--result", "{result}", "--fault=skew"],
      ],
    });
  });

  it("writes the properties that all cases share once, the user's over the tier's over the defaults", () => {
    const cases = [caseOf("4.1.1", "submit", "join"), caseOf("4.1.1", "submit", "read")];
    const { settings, cases: each } = document(once(cases));
    expect(settings.sparkConf).toMatchObject({
      "spark.sql.shuffle.partitions": "6",
      "spark.sql.session.timeZone": "UTC",
      "spark.app.team": "x",
    });
    expect(each[cases[0]!.name].sparkConf).toEqual({ "spark.sql.autoBroadcastJoinThreshold": "-1" });
    expect(each[cases[1]!.name].sparkConf).toEqual({});
  });

  it("says how many executors a case has, and gives it as many partitions for a core as with one", () => {
    const own = { "spark.executor.instances": "4" };
    const of: ManifestSpec = {
      ...spec,
      tier: makeTier({ executors: 3, sparkConf: { all: {}, byDimension: { operation: { join: own } } } }),
    };
    const cases = [caseOf("4.1.1", "submit", "join"), caseOf("4.1.1", "submit", "read"), makeCase({ mode: "local" })];
    const { settings, cases: each } = document(once(cases), of);
    expect(settings).toMatchObject({ executors: 3, executorCores: 2, executorMemoryMb: 1024 });
    expect(cases.map(({ name }) => each[name].sparkConf["spark.sql.shuffle.partitions"])).toEqual(["32", "24", "8"]);
    expect(each[cases[0]!.name].sparkConf).toMatchObject(own);
  });

  it("leaves what is secret to a Secret", () => {
    const key = "spark.hadoop.fs.s3a.secret.key";
    const of = { ...spec, settings: { ...spec.settings, conf: { ...spec.settings.conf, [key]: "hush" } } };
    expect(JSON.stringify([toConfigMap(once([caseOf("4.1.1", "submit")]), of, {}), toWorkflow([], of)])).not.toContain(
      "hush",
    );
    expect(toSecret(once([caseOf("4.1.1", "submit")]), of)).toMatchObject({
      metadata: { name: spec.run.id, namespace: "load", labels: spec.labels },
      stringData: { "secret-conf.json": JSON.stringify({ [key]: "hush" }) },
    });
    expect(toSecret(once([caseOf("4.1.1", "submit")]), spec)).toBeNull();
  });

  it("leaves what is secret in the tier's properties and in arguments to it, too, each case its own", () => {
    const cases = [caseOf("4.1.1", "submit", "join"), caseOf("4.1.1", "submit", "read")];
    const of: ManifestSpec = {
      ...spec,
      tier: {
        ...tier,
        sparkConf: {
          all: { "spark.hadoop.fs.azure.account.key.acct": "hush1", "spark.redaction.regex": "(?i)team" },
          byDimension: { operation: { join: { "spark.db.password": "hush2" }, read: { "spark.db.password": "true" } } },
        },
        workload: { script: "/x.py", args: ["--op", "{operation}", "--url=jdbc:x://me:hush3@db/{operation}", "-v"] },
      },
      settings: { ...spec.settings, workloadArgs: ["--token", "-hush4"], conf: { "spark.app.team": "hush5" } },
    };
    const executions = once(cases);
    const shown = JSON.stringify([toConfigMap(executions, of, {}), toWorkflow(executions, of)]);
    expect(shown).not.toContain("hush");
    const { cases: each } = document(executions, of);
    expect(each[cases[0]!.name].args).toEqual([
      ...["--op", "join", "--url=jdbc:x://me:*********(redacted)@db/join", "-v", "--token", "*********(redacted)"],
    ]);
    expect(each[cases[1]!.name].sparkConf).toEqual({ "spark.db.password": "true" });
    const { stringData = {} } = toSecret(executions, of) ?? {};
    expect(Object.fromEntries(Object.entries(stringData).map(([name, text]) => [name, JSON.parse(text)]))).toEqual({
      "secret-conf.json": { "spark.hadoop.fs.azure.account.key.acct": "hush1", "spark.app.team": "hush5" },
      "secret-args.json": { 5: "-hush4" },
      "secret-cases.json": {
        [cases[0]!.name]: {
          sparkConf: { "spark.db.password": "hush2" },
          args: { 2: "--url=jdbc:x://me:hush3@db/join" },
        },
        [cases[1]!.name]: { sparkConf: {}, args: { 2: "--url=jdbc:x://me:hush3@db/read" } },
      },
    });
  });

  it("says where data and parts are, and which parts are a case's own", () => {
    const [first, second, third] = ["read", "join", "write"].map((each) => caseOf("4.1.1", "connect", each));
    const [client, server, iceberg] = ["client.tar", "server.jar", "iceberg.jar"].map((name) => ({
      name,
      sha256: name,
    }));
    const parts = new Map([
      [second!.name, { client: client!, jars: [server!] }],
      [third!.name, { client: client!, jars: [server!, iceberg!] }],
    ]);
    const made = document(once([first!, second!, third!]), { ...spec, parts });
    expect(made.settings).toMatchObject({ files: "spark-loadtest-store.load:7071", generatesData: true });
    expect(made.parts).toEqual([
      { ...client, is: "client" },
      { ...server, is: "jar" },
      { ...iceberg, is: "jar" },
    ]);
    const own = [first!, second!, third!].map(({ name }) => made.cases[name].parts);
    expect(own).toEqual([[], [0, 1], [0, 1, 2]]);
    expect(made.cases[first!.name].dataSize).toBe("tiny");
  });

  it("takes the user's own data in place of the generated", () => {
    const testCase = caseOf("4.1.1", "submit");
    const own = { ...spec, settings: { ...spec.settings, dataDirectory: "s3a://bucket/trips" } };
    expect(document(once([testCase]), own).cases[testCase.name].args).toContain("s3a://bucket/trips");
    expect(parameters(once([testCase]), own).dataSizes).toBe("[]");
    expect(document(once([testCase]), own).settings.generatesData).toBe(false);
  });

  it("holds the largest built-in tier", () => {
    const cases = once(Array.from({ length: 1280 }, (_, index) => caseOf("4.1.1", "submit", `op${index}`)));
    expect(
      Buffer.byteLength(JSON.stringify(toConfigMap(cases, spec, { "run_case.py": "x".repeat(60_000) }))),
    ).toBeLessThan(1_000_000);
    // Argo keeps it twice in 1 MiB, beside the nodes of the cases, which take 265 kB.
    expect(Buffer.byteLength(JSON.stringify(toWorkflow(cases, spec)))).toBeLessThan(380_000);
  });
});

describe("toWorkflow", () => {
  it("fills in the WorkflowTemplate", () => {
    const cases = once([
      caseOf("3.5.7", "submit"),
      caseOf("4.1.1", "submit", "join", "1gb"),
      caseOf("4.1.1", "connect"),
    ]);
    expect(JSON.parse(parameters(cases).cases!)).toEqual([
      {
        name: "t_3.5.7_submit_kubernetes_none_join_tiny",
        image: "apache/spark:3.5.7",
        spark: "3.5.7",
        via: "submit",
        mode: "kubernetes",
        with: "none",
        op: "join",
        size: "tiny",
        own: "",
      },
      expect.objectContaining({ image: "apache/spark:4.1.1", size: "1gb" }),
      expect.objectContaining({ image: "apache/spark:4.1.1", size: "tiny", via: "connect" }),
    ]);
    expect(JSON.parse(parameters(cases).dataSizes!)).toEqual([
      { size: "tiny", image: "apache/spark:3.5.7" },
      { size: "1gb", image: "apache/spark:4.1.1" },
    ]);
    expect(toWorkflow(cases, spec)).toMatchObject({
      metadata: {
        name: spec.run.id,
        namespace: "load",
        annotations: { "spark-loadtest/state": JSON.stringify(toState(spec)) },
      },
      spec: { workflowTemplateRef: { name: "spark-loadtest" }, parallelism: 2, activeDeadlineSeconds: 3720 },
    });
  });

  it("mounts a claim with the user's data, to be read only", () => {
    const of = (dataDirectory: string) => ({ ...spec, settings: { ...spec.settings, dataDirectory } });
    const patch = (data: string) => JSON.parse(toWorkflow([], of(data)).spec.podSpecPatch as string);
    const mount = { name: "own-data", mountPath: "/case/data", readOnly: true };
    expect(patch("pvc://trips/2024/yellow")).toEqual({
      containers: [{ name: "main", volumeMounts: [{ ...mount, subPath: "2024/yellow" }] }],
      volumes: [{ name: "own-data", persistentVolumeClaim: { claimName: "trips", readOnly: true } }],
    });
    expect(patch("pvc://trips").containers[0].volumeMounts).toEqual([mount]);
    expect(toWorkflow([], spec).spec).not.toHaveProperty("podSpecPatch");
    const testCase = caseOf("4.1.1", "submit");
    const made = document(once([testCase]), of("pvc://trips"));
    expect(made.cases[testCase.name].args).toContain("{data}");
    expect(made.settings.generatesData).toBe(false);
  });

  it("makes no data for a workload that asks for none", () => {
    const own = { ...spec, tier: { ...tier, workload: { script: "/x.py", args: ["--n", "{samples}"] } } };
    expect(parameters(once([caseOf("4.1.1", "submit")]), own).dataSizes).toBe("[]");
    expect(
      document(once([caseOf("4.1.1", "submit")]), own).cases["t_4.1.1_submit_kubernetes_none_join_tiny"].args,
    ).toEqual(["--n", "3", "--fault=skew"]);
  });
});

describe("the manifests of an A/B run", () => {
  const partner = { image: "old/spark:{sparkVersion}", pairs: 2 };
  const abSpec: ManifestSpec = {
    ...spec,
    settings: { ...spec.settings, partner },
    onCluster: { ...spec.onCluster, image: "spark:new" },
  };
  const executions = planExecutions([caseOf("4.1.1", "submit"), caseOf("3.5.7", "submit")], partner);
  const items = JSON.parse(parameters(executions, abSpec).cases!) as WorkflowCase[];

  it("run each case with either image, those of a pair next to each other", () => {
    expect(items.map(({ name, image }) => `${name.replace(/_submit.*/, "")} ${image}`)).toEqual([
      ...["t_4.1.1 spark:new", "baseline/t_4.1.1 old/spark:4.1.1"],
      ...["baseline/t_3.5.7 old/spark:3.5.7", "t_3.5.7 spark:new"],
      ...["baseline/pair-2/t_4.1.1 old/spark:4.1.1", "pair-2/t_4.1.1 spark:new"],
      ...["pair-2/t_3.5.7 spark:new", "baseline/pair-2/t_3.5.7 old/spark:3.5.7"],
    ]);
  });

  it("give each execution a namespace of its own, whose name says what it is", () => {
    const configs: Record<string, { namespace: string }> = document(executions, abSpec).cases;
    const namespaces = items.map(({ name }) => configs[name]!.namespace);
    expect(new Set(namespaces).size).toBe(8);
    expect(namespaces[4]).toMatch(/^baseline-pair-2-t-4-1-1-submit-kubernetes-none-join-[0-9a-f]{8}$/);
  });

  it("keep the metrics of the other image apart, and count cases", () => {
    expect(items.map(({ own }) => own).slice(0, 4)).toEqual(["", "side=baseline", "side=baseline", ""]);
    expect(parameters(executions, abSpec).caseCount).toBe("2");
  });

  it("tell both sides to do the same, on the same data", () => {
    const found = document(executions, abSpec).cases;
    const [name] = [caseOf("4.1.1", "submit").name];
    const { namespace } = found[`baseline/${name}`];
    expect(found[`baseline/${name}`]).toEqual({ ...found[name], namespace });
    expect(Object.keys(found)).toHaveLength(8);
    expect(JSON.parse(parameters(executions, abSpec).dataSizes!)).toEqual([{ size: "tiny", image: "spark:new" }]);
  });
});

describe("imageOf", () => {
  it.each([
    ["apache/spark:{sparkVersion}", "apache/spark:4.1.1"],
    ["my/spark-{orchestrator}:{sparkVersion}-{operation}", "my/spark-connect:4.1.1-join"],
    ["registry.example.com:5000/spark@sha256:abc", "registry.example.com:5000/spark@sha256:abc"],
  ])("%s", (template, expected) => {
    expect(imageOf(once([caseOf("4.1.1", "connect")])[0]!, { current: template, baseline: null })).toBe(expected);
  });

  it("refuses a placeholder that is no dimension", () => {
    expect(() =>
      imageOf(once([caseOf("4.1.1", "submit")])[0]!, { current: "spark:{version}", baseline: null }),
    ).toThrow("unknown placeholder {version}");
  });
});

describe("RAPIDS", () => {
  const ofCase = (dimensions: Partial<Case["dimensions"]>, hasGpu: boolean) => {
    const testCase = makeCase({ extensions: ["rapids"], mode: "kubernetes", ...dimensions });
    const { settings, cases } = document(once([testCase]), { ...spec, hasGpu });
    const [{ explained, sparkConf }] = Object.values(cases) as [{ explained?: true; sparkConf: object }];
    return { explained, conf: { ...settings.sparkConf, ...sparkConf } as Record<string, string> };
  };

  it("runs on the GPU of an executor's pod, where a node has one", () => {
    const { explained, conf } = ofCase({ sparkVersion: "4.0.4" }, true);
    expect(explained).toBeUndefined();
    expect(conf).toMatchObject({
      "spark.plugins": "com.nvidia.spark.SQLPlugin",
      "spark.rapids.sql.enabled": "true",
      "spark.executor.resource.gpu.amount": "1",
      "spark.executor.resource.gpu.vendor": "nvidia.com",
      "spark.task.resource.gpu.amount": String(1 / tier.cores),
    });
    expect(conf["spark.rapids.sql.mode"]).toBeUndefined();
  });

  it.each([
    ["no node has a GPU", {}, false],
    ["the driver does all the work, for which no GPU is asked", { mode: "local" }, true],
    ["workers ask for none", { mode: "standalone" }, true],
  ])("is explained only where %s", (_, dimensions, hasGpu) => {
    const { explained, conf } = ofCase(dimensions, hasGpu);
    expect(explained).toBe(true);
    expect(conf["spark.rapids.sql.mode"]).toBe("explainOnly");
    expect(conf["spark.executor.resource.gpu.amount"]).toBeUndefined();
  });

  it("is as the user's own properties say", () => {
    const { explained } = ofCase({}, false);
    expect(explained).toBe(true);
    const settings = makeSettings({ conf: { "spark.rapids.sql.mode": "executeOnGPU" } });
    const { cases } = document(once([makeCase({ extensions: ["rapids"], mode: "kubernetes" })]), { ...spec, settings });
    expect(Object.values(cases)[0]).not.toHaveProperty("explained");
  });
});
