import { describe, expect, it } from "vitest";
import { explainInstallFailure } from "../../../../src/engine/local/install/package-installer.ts";

const python = { path: "/usr/bin/python3", version: "3.10.13" };
const OFFERED = ["4.1.10", "3.5.0", "4.1.0.dev1", "4.1.4", "3.5.8", "4.1.3", "4.2.0", "3.5.9"];
const explain = (version: string, output: string, offered: readonly string[] = []) => {
  const error = explainInstallFailure({
    name: "pyspark",
    version,
    python,
    logFile: "/cache/logs/x.log",
    output,
    place: "the package index",
    offered,
  });
  return { name: error.name, exitCode: error.exitCode, message: error.message, hint: error.hint };
};

// The outputs are those of uv 0.13.9.
const USING = "Using CPython 3.10.13 interpreter at: /usr/bin/python3\n";
const NOT_THERE = `${USING}error: No solution found when resolving dependencies
  cause: Because there is no version of pyspark==VERSION and you require pyspark==VERSION, we can conclude that your requirements are unsatisfiable.
`;

describe("explainInstallFailure", () => {
  it.each([
    ["4.1.99", OFFERED, "The package index has no pyspark 4.1.99; it has 4.1.3, 4.1.4, 4.1.10."],
    ["3.5.10", OFFERED, "The package index has no pyspark 3.5.10; it has 3.5.0, 3.5.8, 3.5.9."],
    ["9.9", OFFERED, "The package index has no pyspark 9.9; it has 3.5.9, 4.1.3, 4.1.4, 4.1.10, 4.2.0."],
    ["9.9.9", [], "The package index has no pyspark 9.9.9."],
  ])("names near versions for %s", (version, offered, message) => {
    expect(explain(version, NOT_THERE.replaceAll("VERSION", version), offered)).toMatchObject({
      name: "BadInputError",
      exitCode: 2,
      message,
    });
  });

  it("says that it is the Python and not the version", () => {
    const output = `${USING}error: No solution found when resolving dependencies
  cause: Because the current Python version (3.10.13) does not satisfy Python>=3.11 and pyspark==4.3.0 depends on Python>=3.11, we can conclude that pyspark==4.3.0 cannot be used.
         And because only pyspark<=4.3.0 is available and you require pyspark==4.3.0, we can conclude that your requirements are unsatisfiable.
`;
    expect(explain("4.3.0", output)).toMatchObject({
      exitCode: 6,
      message: "uv could not install pyspark 4.3.0: it needs Python >=3.11, and /usr/bin/python3 is 3.10.13.",
    });
  });

  it("understands older releases, which wrap their lines", () => {
    const wrapped =
      "  × No solution found when resolving dependencies:\n  ╰─▶ Because the current Python version (3.10.13) does not satisfy\n      Python>=3.11 and pyspark==4.3.0 depends on Python>=3.11, we can conclude\n      that pyspark==4.3.0 cannot be used.\n";
    expect(explain("4.3.0", USING + wrapped).message).toMatch("it needs Python >=3.11, and");
    const unknown =
      "  × No solution found when resolving dependencies:\n  ╰─▶ Because there is no version of\n      pyspark==4.1.99 and you require pyspark==4.1.99, we can conclude that your\n      requirements are unsatisfiable.\n";
    expect(explain("4.1.99", USING + unknown)).toMatchObject({ exitCode: 2 });
    const refused =
      "error: Failed to fetch: `http://127.0.0.1:9/simple/pyspark/`\n  Caused by: Request failed after 3 retries\n  Caused by: tcp connect error\n  Caused by: Connection refused (os error 111)\n";
    expect(explain("4.1.4", USING + refused).message).toMatch("(Connection refused (os error 111)).");
  });

  it.each([
    [
      "error: Request failed after 3 retries in 9.1s\n  cause: Failed to fetch: https://nosuch.invalid/simple/pyspark/\n  cause: error sending request for url (https://nosuch.invalid/simple/pyspark/)\n  cause: client error (Connect)\n  cause: dns error\n  cause: error resolving DNS\n  cause: failed to lookup address information: Name does not resolve\n",
      "uv could not install pyspark 4.1.4: the package index could not be reached (failed to lookup address information: Name does not resolve).",
    ],
    [
      "error: Failed to fetch: http://user:pw@127.0.0.1:8123/f/pyspark-4.1.4.tar.gz\n  cause: HTTP status client error (404 Not Found) for url (http://user:pw@127.0.0.1:8123/f/pyspark-4.1.4.tar.gz)\n",
      "uv could not install pyspark 4.1.4: the package index could not be reached (HTTP status client error (404 Not Found) for url (http://***@127.0.0.1:8123/f/pyspark-4.1.4.tar.gz)).",
    ],
    [
      "error: Failed to download and build `pyspark==4.1.4`\n  cause: Failed to extract archive: pyspark==4.1.4\n  cause: Invalid tar file\n  cause: error decoding response body\n  cause: request or response body error\n  cause: operation timed out\n",
      "uv could not install pyspark 4.1.4: the package index could not be reached (operation timed out).",
    ],
    [
      "error: Failed to download and build `pyspark==4.1.4`\n  cause: Failed to extract archive: pyspark==4.1.4\n  cause: Invalid tar file\n  cause: failed to write file pyspark-4.1.4/deps/jars/rocksdbjni-9.8.4.jar: No space left on device (os error 28)\n  cause: No space left on device (os error 28)\n",
      "uv could not install pyspark 4.1.4: no space left on device.",
    ],
    [
      "error: No solution found when resolving dependencies\n  cause: Because pyspark was not found in the cache and you require pyspark==4.1.4, we can conclude that your requirements are unsatisfiable.\n\nhint: Packages were unavailable because the network was disabled. When the network is disabled, registry packages may only be read from the cache.\n",
      "uv could not install pyspark 4.1.4.\n  error: No solution found when resolving dependencies\n  cause: Because pyspark was not found in the cache and you require pyspark==4.1.4, we can conclude that your requirements are unsatisfiable.",
    ],
    [
      "error: Failed to download and build `pyspark==4.1.4`\n  cause: Hash mismatch for `pyspark==4.1.4`\n\n         Expected:\n           sha256:00\n",
      "uv could not install pyspark 4.1.4: what the package index has as pyspark==4.1.4 is not the file whose checksum is known.",
    ],
    [
      "error: Failed to download and build `pyspark==3.4.4`\n  cause: Failed to install requirements from `build-system.requires`\n  cause: Failed to download `setuptools==82.0.1`\n  cause: Hash mismatch for `setuptools==82.0.1`\n",
      "uv could not install pyspark 4.1.4: what the package index has as setuptools==82.0.1 is not the file whose checksum is known.",
    ],
    ["", "uv could not install pyspark 4.1.4.\n  "],
  ])("%j", (output, message) => {
    expect(explain("4.1.4", USING + output)).toMatchObject({
      name: "InfrastructureError",
      exitCode: 6,
      message: output === "" ? `${message}${USING.trim()}` : message,
    });
  });

  it("names the folder that a package came from", () => {
    const explainFolder = (output: string) =>
      explainInstallFailure({
        ...{
          name: "connect-client",
          version: "4",
          python,
          logFile: "/x.log",
          place: "/artifacts",
          offered: [],
          output,
        },
      }).message;
    expect(explainFolder("cause: Hash mismatch for `grpcio==1.71.2`\n")).toBe(
      "uv could not install connect-client 4 from /artifacts: what /artifacts has as grpcio==1.71.2 is not the file whose checksum is known.",
    );
    expect(
      explainFolder(
        "error: No solution found when resolving dependencies\n  cause: Because grpcio==1.71.2 has an invalid package format and you require grpcio==1.71.2, we can conclude that your requirements are unsatisfiable.\n",
      ),
    ).toMatch(
      /^uv could not install connect-client 4 from \/artifacts\.\n.*\n {2}cause: Because grpcio==1\.71\.2 has an invalid/,
    );
  });
});
