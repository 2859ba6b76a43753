import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const LOG = resolve("test/fixtures/eventlogs/4.3.0-window");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "endings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell's text, in which $CLI is the command from its source and $D the test's folder. Ended after 20 s. */
function shell(text: string, env: Record<string, string> = {}): Promise<Ended> {
  const options = {
    env: { ...process.env, CLI: `${process.execPath} ${resolve("src/entries/cli.ts")}`, D: folder, ...env },
    timeout: 20_000,
    maxBuffer: 2 ** 26,
  };
  return new Promise((done) => {
    execFile("bash", ["-c", text], options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** A file name's bytes that are no UTF-8. */
const bad = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from(name)]);

describe("what is no file is refused with a sentence, and not waited for", () => {
  it.each([
    ["an event log", "$CLI events $D/it"],
    ["a baseline's event log", `$CLI explain --current ${LOG} --baseline $D/it`],
    ["results", "$CLI report --results $D/it --out $D/out"],
    ["a verdict", "$CLI report --results $D/it --verdict $D/it --out $D/out"],
    ["a baseline", "$CLI compare --current $D/it --baseline $D/it"],
    ["a tier file", "$CLI plan --tiers-file $D/it"],
    ["a workload's script", "$CLI run --tiers-file $D/tiers.yaml --out $D/out"],
    ["a kubeconfig", "KUBECONFIG=$D/it $CLI ui --cluster current"],
    ["a values file", "$CLI install --cluster current --values $D/it"],
    ["the state of a run", "mkdir $D/run; ln -s $D/it $D/run/run.json; $CLI run --resume $D/run"],
  ])(
    "%s",
    async (_, command) => {
      execFileSync("mkfifo", [join(folder, "it")]);
      writeFileSync(
        join(folder, "tiers.yaml"),
        "schema: spark-loadtest/tiers/v1\ntiers:\n  t:\n    workload: { script: it }\n    dimensions: { sparkVersion: [4.1.1] }\n",
      );
      const { code, stderr } = await shell(command);
      expect(stderr).not.toContain("internal error");
      expect(stderr).toMatch(/named pipe|no file|is not there/);
      expect(code).toBe(2);
    },
    30_000,
  );

  it.each([
    ["a device", "/dev/zero", "/dev/zero is a device, and no event log"],
    ["what the kernel tells", "/proc/self", "/proc/self holds no event log: it is the kernel's, as /proc is"],
    [
      "what the kernel tells of devices",
      "/sys/kernel",
      "/sys/kernel holds no event log: it is the kernel's, as /sys is",
    ],
  ])(
    "%s as an event log",
    async (_, path, message) => {
      const { code, stderr } = await shell(`$CLI events ${path}`);
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    },
    30_000,
  );

  it("a socket as an event log", async () => {
    const { code, stderr } = await shell(
      `python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("it")' && $CLI events it`.replaceAll(
        "it",
        `${folder}/it`,
      ),
    );
    expect(stderr).toContain("/it is a socket, and no event log");
    expect(code).toBe(2);
  }, 30_000);

  it("links that lead in a circle, a folder in place of a file", async () => {
    symlinkSync(join(folder, "b"), join(folder, "a"));
    symlinkSync(join(folder, "a"), join(folder, "b"));
    for (const command of [
      "events $D/a",
      "plan --tiers-file $D/a",
      "plan --tiers-file $D",
      "report --results $D/a --out $D/o",
      "run --tiers-file test/e2e/tiers.yaml --out $D/a",
    ]) {
      const { code, stderr } = await shell(`$CLI ${command}`);
      expect(stderr).not.toContain("internal error");
      expect({ command, code }).toEqual({ command, code: 2 });
    }
  }, 60_000);
});

describe("folders with what cannot be read", () => {
  it("of event logs: the others are read, and each is named with its reason", async () => {
    execFileSync("cp", ["-r", LOG, join(folder, "log")]);
    execFileSync("mkfifo", [join(folder, "pipe")]);
    symlinkSync(folder, join(folder, "circle"));
    writeFileSync(bad("log"), readFileSync(findFile(LOG)));
    mkdirSync(bad("folder"));
    const { code, stdout } = await shell("$CLI events $D --json");
    const { applications, passedOver } = JSON.parse(stdout);
    expect(applications).toHaveLength(1);
    expect(passedOver.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
      "has a name that is not UTF-8: rename it",
      "has a name that is not UTF-8: rename it",
      "is a link to a folder, which is not followed: give that folder itself",
      "is a named pipe",
    ]);
    expect(code).toBe(0);
  }, 30_000);

  it("of scenarios: the script is named", async () => {
    writeFileSync(bad("a.sh"), "#!/bin/sh\n", { mode: 0o755 });
    const { code, stderr } = await shell("$CLI scenarios --dir $D --out $D/out");
    expect(stderr).toContain("a.sh has a name that is not UTF-8");
    expect(code).toBe(2);
  }, 30_000);
});

function findFile(path: string): string {
  const [first] = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return first === undefined ? path : join(first.parentPath, first.name);
}

describe("a process that may open few files", () => {
  it("reads 2,000 event logs with 64", async () => {
    mkdirSync(join(folder, "logs"));
    const start = '{"Event":"SparkListenerLogStart","Spark Version":"4.1.1"}\n';
    for (let index = 0; index < 2_000; index++) writeFileSync(join(folder, "logs", `log-${index}`), start);
    const { code, stdout, stderr } = await shell("ulimit -n 64; $CLI events $D/logs --json");
    expect(stderr).not.toContain("EMFILE");
    expect(JSON.parse(stdout).applications).toHaveLength(2_000);
    expect(code).toBe(0);
  }, 60_000);

  it("looks at 20,000 scripts with 256", async () => {
    mkdirSync(join(folder, "scripts"));
    for (let index = 0; index < 20_000; index++) {
      writeFileSync(join(folder, "scripts", `s${index}.sh`), "#!/bin/sh\n", { mode: index === 7 ? 0o644 : 0o755 });
    }
    const { code, stderr } = await shell("ulimit -n 256; $CLI scenarios --dir $D/scripts --out $D/out");
    // The last word is on the one that has no run bit: all the others were looked at.
    expect(stderr).toContain("Not every scenario can be run: s7.sh has no run bit\n");
    expect(code).toBe(2);
  }, 60_000);

  it("ends with what to do where they are too few", async () => {
    const source = `
      import { openSync } from "node:fs";
      import { exec } from "${resolve("src/lib/process/exec.ts")}";
      import { describeError } from "${resolve("src/lib/text/describe-error.ts")}";
      const open = [];
      try { for (;;) open.push(openSync("/dev/null")); } catch (error) {
        const { text, exitCode } = describeError(error);
        process.stdout.write(exitCode + " " + text);
      }
      await exec("true", [], { env: {} }).catch((error) => process.stdout.write(error.name + " " + error.message));
    `;
    const { stdout } = await shell('ulimit -n 64; "$NODE" --input-type=module -e "$SOURCE"', {
      NODE: process.execPath,
      SOURCE: source,
    });
    expect(stdout).toContain("6 spark-loadtest: EMFILE: too many open files");
    expect(stdout).toContain("raise the limit (ulimit -n)");
    expect(stdout).toContain("ExecError true could not be started (EMFILE)");
  }, 30_000);
});

describe("what was unpacked by a process that was killed", () => {
  it("is removed by the next that unpacks something, and what runs keeps its own", async () => {
    const source = `
      import { withTemporaryFolder } from "${resolve("src/collect/log-files/unzip.ts")}";
      await withTemporaryFolder(async () => {
        process.stdout.write("begun");
        await new Promise(() => setInterval(() => {}, 1000));
      });
    `;
    const start = async () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
        env: { ...process.env, TMPDIR: folder },
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((done) => child.stdout.once("data", done));
      return child;
    };
    const killed = await start();
    const exited = new Promise((done) => killed.once("exit", done));
    killed.kill("SIGKILL");
    await exited;
    const [left] = readdirSync(folder);
    const running = await start();
    const after = readdirSync(folder);
    running.kill("SIGKILL");
    expect(left).toMatch(/^spark-loadtest-log-/);
    expect(after).toHaveLength(1);
    expect(after).not.toContain(left);
  }, 30_000);
});

describe("what a writer that was killed left beside a file", () => {
  it("is removed by the next that writes it, and nothing else", async () => {
    const source = `
      import { replaceFile } from "${resolve("src/lib/files/replace-file.ts")}";
      async function* endless() { yield "half"; process.stdout.write("begun\\n"); await new Promise(() => setInterval(() => {}, 1000)); }
      await replaceFile(process.env.D + "/report.html", endless());
    `;
    const start = async () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
        env: { ...process.env, D: folder },
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((done) => child.stdout.once("data", done));
      return child;
    };
    const names = () => readdirSync(folder).sort();
    const killed = await start();
    const exited = new Promise((done) => killed.once("exit", done));
    killed.kill("SIGKILL");
    await exited;
    const [left] = names();
    const running = await start();
    const [own] = names().filter((name) => name !== left);
    const recent = ".report.html.0123456789ab.tmp";
    const old = ".report.html.ba9876543210.tmp";
    const others = [".report.html.notes.tmp", ".other.html.ba9876543210.tmp"];
    for (const name of [recent, old, ...others]) writeFileSync(join(folder, name), "");
    execFileSync("touch", ["-d", "2 days ago", ...[old, ...others].map((name) => join(folder, name))]);
    const { replaceFile } = await import("../../../src/lib/files/replace-file.ts");
    await replaceFile(join(folder, "report.html"), "whole");
    running.kill("SIGKILL");
    expect(left).toMatch(/^\.report\.html\.\d+-.*\.tmp$/);
    // What still runs, and what earlier versions may be writing, is left alone.
    expect(names()).toEqual([own, recent, ...others, "report.html"].sort());
  }, 30_000);
});
