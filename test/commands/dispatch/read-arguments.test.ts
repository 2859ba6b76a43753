import { resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readArguments } from "../../../src/commands/dispatch/read-arguments.ts";
import { BadInputError } from "../../../src/lib/errors.ts";

const read = (line: string, env: Record<string, string> = {}) =>
  readArguments(line === "" ? [] : line.split(" "), { HOME: "/home/spark", ...env }, "1.2.3");

describe("readArguments", () => {
  it("runs with nothing but defaults", () => {
    const command = read("run", { SPARK_LOADTEST_CACHE: "/cache", USER: "me" });
    expect(command).toEqual({
      name: "run",
      config: {
        tier: null,
        tiersFile: null,
        only: [],
        exclude: [],
        coverage: "full",
        cluster: null,
        onCluster: {
          nodeImage: null,
          clusterArgs: [],
          argoChart: null,
          operatorChart: null,
          valuesFile: null,
          image: "apache/spark:{sparkVersion}",
          keepCluster: false,
          keepOnFailure: false,
          installCli: false,
          owner: "me",
        },
        partner: null,
        showLogs: false,
        maxParallel: null,
        samples: null,
        warmups: null,
        timeoutSeconds: null,
        caseTimeoutSeconds: null,
        retries: 2,
        dataDirectory: null,
        outDirectory: null,
        resumeDirectory: null,
        baseline: [],
        failOn: ["hard", "soft"],
        maxDetectableChange: 0.5,
        conf: {},
        workloadArgs: [],
        cacheDirectory: "/cache",
        artifactsDirectory: null,
        telemetry: {
          trace: { traceId: expect.stringMatching(/^[0-9a-f]{32}$/), parentId: null, sampled: true },
          otlp: null,
          problem: null,
        },
        commit: null,
        pushTo: null,
        ref: null,
      },
    });
  });

  it("reads what is given, repeated options in their order", () => {
    const command = read(
      "run --only operation=join --only dataSize=tiny --conf spark.a=1 --conf spark.b=x=y --workload-arg=--fault=skew " +
        "--baseline /runs/a --baseline /runs/b --fail-on hard --samples 5 --max-parallel 4",
      { XDG_CACHE_HOME: "/home/spark/.c", GITHUB_SHA: "abc", GITHUB_REF: "refs/heads/main" },
    );
    expect(command?.config).toMatchObject({
      only: ["operation=join", "dataSize=tiny"],
      conf: { "spark.a": "1", "spark.b": "x=y" },
      workloadArgs: ["--fault=skew"],
      baseline: ["/runs/a", "/runs/b"],
      failOn: ["hard"],
      samples: 5,
      maxParallel: 4,
      cacheDirectory: "/home/spark/.c/spark-loadtest",
      commit: "abc",
      ref: "refs/heads/main",
    });
  });

  it("installs Prometheus and Grafana for ui where it is asked to, from a version or a folder", () => {
    expect(read("ui")?.config).toMatchObject({ withMonitoring: false, monitoringChart: null });
    expect(read("ui --with-monitoring --monitoring-chart v88.5.3")?.config).toMatchObject({
      withMonitoring: true,
      monitoringChart: { kind: "version", version: "88.5.3" },
    });
    expect(read("ui --with-monitoring --monitoring-chart charts")?.config).toMatchObject({
      monitoringChart: { kind: "path", path: resolve("charts") },
    });
  });

  it("compares two images in three pairs unless told", () => {
    const given = "run --cluster kind --baseline-image old:{sparkVersion}";
    expect(read(given)?.config).toMatchObject({ partner: { image: "old:{sparkVersion}", pairs: 3 } });
    expect(read(`${given} --pairs 5`)?.config).toMatchObject({ partner: { pairs: 5 } });
  });

  it("takes none for --fail-on, and several baselines after one flag of compare", () => {
    expect(read("run --fail-on none")?.config).toMatchObject({ failOn: [] });
    expect(read("compare --current /a --baseline /b /c")?.config).toMatchObject({
      current: "/a",
      baseline: ["/b", "/c"],
      maxDetectableChange: 0.5,
    });
  });

  it.each([
    ["run --max-detectable-change 25", 0.25],
    ["run --max-detectable-change=12.5%", 0.125],
    ["compare --current /a --baseline /b --max-detectable-change 300", 3],
    ["collect t-1 --max-detectable-change 300", 3],
  ])("takes the percent of %s as a share", (line, maxDetectableChange) => {
    expect(read(line)?.config).toMatchObject({ maxDetectableChange });
  });

  it.each([
    ["plan", null],
    ["plan --cluster local", "machine"],
    ["plan --cluster kind", "cluster"],
    ["plan --cluster current", "cluster"],
  ])("takes %s for a plan in the place %s", (line, place) => {
    expect(read(line)?.config).toMatchObject({ place });
  });

  it.each(["run", "submit", "install"])("has %s look into a folder before it downloads", (name) => {
    expect(read(`${name} --artifacts charts`)?.config).toMatchObject({ artifactsDirectory: resolve("charts") });
    expect(read(name, { SPARK_LOADTEST_ARTIFACTS: "charts" })?.config).toMatchObject({
      artifactsDirectory: resolve("charts"),
    });
    expect(() => read(`${name} --artifacts nowhere`)).toThrow("--artifacts nowhere is no folder that is there.");
    expect(() => read(`${name} --artifacts package.json`)).toThrow(
      "--artifacts package.json is no folder that is there.",
    );
  });

  it.each([
    ["", "No command was given."],
    ["rum", "unknown command 'rum'"],
    ["run --teir quick", "(Did you mean --tier?)"],
    ["run --samples 0", "whole number from 1 to 1000"],
    ["run --samples -3", "whole number from 1 to 1000"],
    ["run --samples 1e9", "whole number from 1 to 1000"],
    ["run --samples NaN", "whole number from 1 to 1000"],
    ["run --samples 2.5", "whole number from 1 to 1000"],
    ["run --max-parallel 0", "whole number from 1 to 1024"],
    ["run --warmups -1", "whole number from 0 to 100"],
    ["run --timeout 0", "whole number from 1 to 604800"],
    ["run --case-timeout x", "whole number from 1 to 86400"],
    ["run --retries 11", "whole number from 0 to 10"],
    ["run --fail-on hard,sotf", "It must be none, or gates out of hard, soft, advisory"],
    ["run --max-detectable-change 0", "It must be a number of percent above 0"],
    ["run --max-detectable-change none", "It must be a number of percent above 0"],
    ["run --conf spark.a", "It must read PROPERTY=VALUE."],
    ["run --conf master=yarn", "Spark's properties start with spark."],
    ["run --coverage pairs", "Allowed choices are full, pairwise."],
    ["run --cluster yarn", "Allowed choices are local, kind, minikube, current."],
    ["run --resume /runs/a --samples 4", "--samples cannot be given with it"],
    ["run --baseline-image x", "--baseline-image says something about a cluster, and --cluster local has none"],
    ["run --cluster kind --baseline-image x --baseline /a", "and --baseline-image with the same run's own"],
    ["run --cluster kind --pairs 2", "--baseline-image is missing"],
    ["run --cluster kind --baseline-image x --pairs 0", "whole number from 1 to 100"],
    ["run quick", "too many arguments"],
    ["events", "missing required argument 'paths'"],
    ["compare --current a", "required option '--baseline"],
    ["explain --current a", "required option '--baseline"],
    ["ui --monitoring-chart 88.5.3", "--monitoring-chart says what --with-monitoring installs."],
    [
      "ui --with-monitoring --monitoring-chart nowhere",
      "nowhere is neither a version nor a folder or file that is there.",
    ],
    ["report --results a", "required option '--out"],
  ])("refuses `%s`", (line, message) => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      const attempt = () => read(line);
      expect(attempt).toThrow(BadInputError);
      expect(attempt).toThrow(message);
    } finally {
      write.mockRestore();
    }
  });

  it.each(["--help", "run --help", "plan --help", "--version"])("prints %s and asks for nothing", (line) => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      expect(read(line)).toBeNull();
      expect(write.mock.calls.join("")).toMatch(line === "--version" ? /^1\.2\.3/ : /Usage: spark-loadtest/);
    } finally {
      write.mockRestore();
    }
  });
});
