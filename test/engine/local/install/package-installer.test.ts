import { afterEach, describe, expect, it } from "vitest";
import { explainInstallFailure, findInstaller } from "../../../../src/engine/local/install/package-installer.ts";
import { createFakeMachine, type FakeMachine } from "../fake-machine.ts";

const python = { path: "/usr/bin/python3", version: "3.10.13" };
const explain = (version: string, output: string, tool = "pip") => {
  const error = explainInstallFailure({ name: "pyspark", version, tool, python, logFile: "/cache/logs/x.log", output });
  return { name: error.name, exitCode: error.exitCode, message: error.message, hint: error.hint };
};

// The outputs are those of pip 23.2 and uv 0.13, shortened.
const NOT_THERE = `ERROR: Ignored the following versions that require a different python version: 4.3.0 Requires-Python >=3.11
ERROR: Could not find a version that satisfies the requirement pyspark==VERSION (from versions: 3.5.0, 3.5.8, 3.5.9, 4.1.0.dev1, 4.1.3, 4.1.4, 4.2.0)
ERROR: No matching distribution found for pyspark==VERSION`;

describe("explainInstallFailure", () => {
  it.each([
    ["4.1.99", "The package index has no pyspark 4.1.99; it has 4.1.3, 4.1.4."],
    ["3.5.10", "The package index has no pyspark 3.5.10; it has 3.5.0, 3.5.8, 3.5.9."],
    ["9.9", "The package index has no pyspark 9.9; it has 3.5.8, 3.5.9, 4.1.3, 4.1.4, 4.2.0."],
  ])("names near versions for %s", (version, message) => {
    expect(explain(version, NOT_THERE.replaceAll("VERSION", version))).toMatchObject({
      name: "BadInputError",
      exitCode: 2,
      message,
    });
  });

  it("takes uv's word for a version that is not there", () => {
    const output =
      "error: No solution found when resolving dependencies\n  cause: Because there is no version of pyspark==9.9.9 and you require " +
      "pyspark==9.9.9, we can conclude that your requirements are unsatisfiable.";
    expect(explain("9.9.9", output, "uv")).toMatchObject({
      exitCode: 2,
      message: "The package index has no pyspark 9.9.9.",
    });
  });

  it("says that it is the Python and not the version", () => {
    expect(explain("4.3.0", NOT_THERE.replaceAll("VERSION", "4.3.0"))).toMatchObject({
      exitCode: 6,
      message: "pip could not install pyspark 4.3.0: it needs Python >=3.11, and /usr/bin/python3 is 3.10.13.",
    });
  });

  it.each([
    [
      "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/pyspark/\nERROR: Could not find a version that satisfies the requirement pyspark==4.1.4 (from versions: none)",
      "pip could not install pyspark 4.1.4: the package index could not be reached ([Errno -3] Temporary failure in name resolution).",
    ],
    [
      "error: Request failed after 3 retries in 6.9s\n  cause: Failed to fetch: `http://user:pw@127.0.0.1:9/simple/pyspark/`",
      "pip could not install pyspark 4.1.4: the package index could not be reached.\n  error: Request failed after 3 retries in 6.9s\n  cause: Failed to fetch: `http://***@127.0.0.1:9/simple/pyspark/`",
    ],
    [
      "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
      "pip could not install pyspark 4.1.4: no space left on device.",
    ],
    [
      "  Building wheel for pyspark (pyproject.toml): finished with status 'error'\n  error: subprocess-exited-with-error\nERROR: Failed building wheel for pyspark\n",
      "pip could not install pyspark 4.1.4.\n  error: subprocess-exited-with-error\n  ERROR: Failed building wheel for pyspark",
    ],
    ["", "pip could not install pyspark 4.1.4.\n  "],
  ])("%j", (output, message) => {
    expect(explain("4.1.4", output)).toMatchObject({ name: "InfrastructureError", exitCode: 6, message });
  });
});

describe("findInstaller", () => {
  let machine: FakeMachine;
  afterEach(() => machine.remove());
  const find = async (environment: Record<string, string> = {}) => {
    machine = await createFakeMachine();
    const fake = { path: `${machine.bin}/python3`, version: "3.12.1" };
    const all = { ...machine.environment, ...environment };
    return findInstaller(fake, all, machine.spec.cacheDirectory, new AbortController().signal);
  };

  it("is the pip of the Python", async () => {
    expect((await find()).command.slice(0, 4)).toEqual([`${machine.bin}/python3`, "-m", "pip", "install"]);
  });

  it("is that of a virtual environment where the Python has none", async () => {
    const { command } = await find({ FAKE_NO_PIP: "1" });
    expect(command[0]).toBe(`${machine.spec.cacheDirectory}/venv-3.12.1/bin/python`);
  });

  it("says what to install where there is neither", async () => {
    await expect(find({ FAKE_NO_PIP: "1", FAKE_VENV: "none" })).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(
        /^Python 3\.12\.1 \(.*\) has neither pip nor venv: .*ensurepip is not available\.$/,
      ),
      hint: "Install one of them (apt install python3-venv), or uv.",
    });
  });
});
