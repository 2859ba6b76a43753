import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toSkippedResult } from "../../src/collect/case-result.ts";
import { RunFolder } from "../../src/spec/run-folder.ts";
import { restoreSecrets } from "../../src/spec/secrets.ts";
import type { RunState } from "../../src/spec/spec.ts";
import { parseRunState, toState } from "../../src/spec/state.ts";
import { makeCase } from "../plan/make-case.ts";
import { makePlan, makeSettings, makeState, RUN } from "./make-spec.ts";

const names = ["a", "b"];
const plan = makePlan(names.map((name) => ({ ...makeCase(), name })));
const state = makeState({
  run: { ...RUN, id: "t-1" },
  settings: makeSettings({ samples: 1, warmups: 0 }),
});

let root: string;
const recordIn = (directory: string, of: RunState = state) => ({ ...of, plan, directory });
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "run-folder-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("secrets of a run", () => {
  const conf = {
    "spark.hadoop.fs.s3a.secret.key": "hush",
    "spark.url": "jdbc:x://me:hush@db",
    "spark.sql.shuffle.partitions": "8",
  };
  const secret: RunState = { ...state, settings: { ...state.settings, conf } };

  it("are not in its folder, and asked for when it is continued", async () => {
    const { path } = await RunFolder.create(recordIn(root, secret));
    expect(await readFile(join(path, "run.json"), "utf8")).not.toContain("hush");
    const opened = await RunFolder.open(path);
    expect(() => restoreSecrets(opened.record, { conf: {}, workloadArgs: [] })).toThrow(
      "The run's folder does not hold what is secret: spark.hadoop.fs.s3a.secret.key, spark.url.",
    );
    const { "spark.sql.shuffle.partitions": settled, ...given } = conf;
    expect(restoreSecrets(opened.record, { conf: given, workloadArgs: [] }).conf).toEqual(conf);
    const other = { conf: { "spark.sql.shuffle.partitions": settled }, workloadArgs: [] };
    expect(() => restoreSecrets(opened.record, other)).toThrow(
      "--resume continues a run as it was begun, so --conf cannot set spark.sql.shuffle.partitions.",
    );
  });

  it("are not asked for where there are none", () =>
    expect(restoreSecrets(state, { conf: {}, workloadArgs: [] })).toEqual(state.settings));

  it("are not in its folder either where arguments or a tiers file hold them", async () => {
    const args = ["--user=me", "--password=hush", "--url=jdbc:x://me:hush@db"];
    const key = "spark.hadoop.fs.s3a.secret.key";
    const sparkConf = { all: { [key]: "hush" }, byDimension: { operation: { read: { "spark.token": "hush" } } } };
    const tier = { ...state.tier, sparkConf, workload: { script: "/x.py", args: ["--api-key=hush"] } };
    const { path } = await RunFolder.create(
      recordIn(root, { ...state, tier, settings: { ...state.settings, workloadArgs: args } }),
    );
    expect(await readFile(join(path, "run.json"), "utf8")).not.toContain("hush");
    const opened = (await RunFolder.open(path)).record;
    expect(() => restoreSecrets(opened, { conf: {}, workloadArgs: [] })).toThrow(
      `does not hold what is secret: ${key}, spark.token, --password, --url=jdbc:x://me:*********(redacted)@db, --api-key.`,
    );
    const own = { ...opened, tier: { ...opened.tier, workload: null } };
    const conf = { [key]: "hush", "spark.token": "hush" };
    expect(() => restoreSecrets(own, { conf, workloadArgs: [] })).toThrow(
      expect.objectContaining({
        hint: "Give it again: --workload-arg=--password=... --workload-arg=--url=jdbc:x://me:...@db",
      }),
    );
    const restored = restoreSecrets(own, { conf, workloadArgs: [args[2]!, args[1]!] });
    expect(restored).toMatchObject({ conf, workloadArgs: args });
    expect(() => restoreSecrets(own, { conf, workloadArgs: [...args.slice(1), "--fault=skew"] })).toThrow(
      "--resume continues a run as it was begun, so --workload-arg cannot be --fault=skew.",
    );
  });

  it("may be an argument after the option that they are the value of", async () => {
    const args = ["--password", "hush", "--user", "me", "--token", "-hush=", "--verbose"];
    const { path } = await RunFolder.create(
      recordIn(root, { ...state, settings: { ...state.settings, workloadArgs: args } }),
    );
    expect(await readFile(join(path, "run.json"), "utf8")).not.toContain("hush");
    const opened = (await RunFolder.open(path)).record;
    const restore = (...workloadArgs: string[]) => restoreSecrets(opened, { conf: {}, workloadArgs });
    expect(() => restore("--token", "-hush=")).toThrow(
      expect.objectContaining({
        message: "The run's folder does not hold what is secret: --password.",
        hint: "Give it again: --workload-arg=--password --workload-arg=...",
      }),
    );
    expect(restore("--token", "-hush=", "--password", "hush").workloadArgs).toEqual(args);
    expect(() => restore("--password", "hush", "--token", "-hush=", "--user", "me")).toThrow(
      "--workload-arg cannot be --user.",
    );
    expect(() => restore("--password", "hush", "--token", "-hush=", "--api-key", "hush")).toThrow(
      "--workload-arg cannot be --api-key *********(redacted).",
    );
  });

  it("are not on a cluster either", () => {
    const settings = { ...secret.settings, workloadArgs: ["--password=hush", "--token", "hush"] };
    expect(JSON.stringify(toState({ ...secret, settings }))).not.toContain("hush");
    expect(parseRunState(JSON.stringify(toState(secret)))?.settings.partner).toBeNull();
  });
});

describe("RunFolder", () => {
  it("gives back what a run was begun with and what it finished, the last word on each case", async () => {
    const folder = await RunFolder.create(recordIn(join(root, "new", "run")));
    await folder.append({ ...toSkippedResult(plan.cases[0]!, "first"), status: "infrastructure" });
    await folder.append(toSkippedResult(plan.cases[0]!, "second"));
    const opened = await RunFolder.open(folder.path);
    expect(opened.record).toEqual(recordIn(folder.path));
    expect(opened.finished.map(({ name, reason }) => [name, reason])).toEqual([["a", "second"]]);
  });

  it("gives a run that an earlier version began one executor a case", async () => {
    const { executors, ...tier } = state.tier;
    expect(executors).toBe(1);
    await RunFolder.create(recordIn(root, { ...state, tier: tier as RunState["tier"] }));
    expect((await RunFolder.open(root)).record.tier).toEqual(state.tier);
  });

  it("reads over the line that a kill cut short", async () => {
    const folder = await RunFolder.create(recordIn(root));
    await folder.append(toSkippedResult(plan.cases[0]!, "whole"));
    await appendFile(join(root, "cases.jsonl"), '{"name":"b","dimen');
    await folder.append(toSkippedResult(plan.cases[1]!, "after the kill"));
    const { finished } = await RunFolder.open(root);
    expect(finished.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("does not begin a second run in the same folder", async () => {
    await RunFolder.create(recordIn(root));
    const before = await readFile(join(root, "run.json"), "utf8");
    await expect(
      RunFolder.create(recordIn(root, { ...state, run: { ...state.run, id: "t-2" } })),
    ).rejects.toMatchObject({
      exitCode: 2,
      message: `${root} holds a run already.`,
    });
    expect(await readFile(join(root, "run.json"), "utf8")).toBe(before);
  });

  it.each([
    ["there is none", async () => undefined, "There is no run to continue"],
    ["it is cut short", () => writeFile(join(root, "run.json"), '{"schema":'), "is not what `run` wrote"],
    ["it is another document", () => writeFile(join(root, "run.json"), '{"schema":"x/v1"}'), "is not what `run` wrote"],
  ])("says so when %s", async (_, prepare, message) => {
    await prepare();
    await expect(RunFolder.open(root)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  it("says so when the folder cannot be written", async () => {
    await writeFile(join(root, "file"), "");
    await expect(RunFolder.create(recordIn(join(root, "file", "run")))).rejects.toMatchObject({
      exitCode: 2,
      hint: "A part of the path is a file. Choose another folder with --out.",
    });
  });
});
