import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findJava, javaRelease, parseJavaSettings, supportedJava } from "../../../../src/engine/local/install/java.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";
import { createFakeMachine, type FakeMachine, javaScript } from "../fake-machine.ts";

describe("javaRelease", () => {
  it.each([
    ["1.8.0_392", 8],
    ["9.0.4", 9],
    ["11.0.21", 11],
    ["17", 17],
    ["17-ea", 17],
    ["17.0.15", 17],
    ["21.0.8.2", 21],
    ["25.0.1", 25],
  ])("%s: %i", (version, release) => {
    expect(javaRelease(version)).toBe(release);
  });
});

describe("supportedJava", () => {
  it.each([
    [["3.5.9"], [8, 11, 17]],
    [["4.1.4"], [17, 21]],
    [["4.3.0"], [17, 21, 25]],
    [["4.10.0"], [17, 21, 25]],
    [["3.5.9", "4.1.4"], [17]],
    [
      ["4.0.5", "4.3.0"],
      [17, 21],
    ],
  ])("%j: %j", (versions, releases) => {
    expect(supportedJava(versions)).toEqual(releases);
  });
});

describe("parseJavaSettings", () => {
  it.each([
    [
      "Property settings:\n    java.home = /usr/lib/jvm/java 17\n    java.version = 17.0.15\n    java.version.date = 2025-04-15\n",
      { version: "17.0.15", home: "/usr/lib/jvm/java 17" },
    ],
    [
      "    java.home = /opt/jdk8/jre\r\n    java.version = 1.8.0_392\r\n",
      { version: "1.8.0_392", home: "/opt/jdk8/jre" },
    ],
    ['openjdk version "17.0.15" 2025-04-15', null],
    ["", null],
  ])("%j", (text, expected) => {
    expect(parseJavaSettings(text)).toEqual(expected);
  });
});

describe("findJava", () => {
  let machine: FakeMachine;
  let notices: string[];
  beforeEach(async () => {
    machine = await createFakeMachine();
    notices = [];
  });
  afterEach(() => machine.remove());

  const find = (versions: readonly string[], environment: Record<string, string> = {}) =>
    findJava(versions, {
      environment: { ...machine.environment, PATH: machine.bin, ...environment },
      cacheDirectory: machine.spec.cacheDirectory,
      installer: () => Promise.reject(new InfrastructureError("No network.", { hint: "Plug it in." })),
      onNotice: (text) => notices.push(text),
      signal: new AbortController().signal,
    });
  const javaAt = async (folder: string, script: string) => {
    await machine.put(`${folder}/bin/java`, script);
    return `${machine.root}/${folder}`;
  };
  const shell = (script: string) => `#!/bin/bash\n${script}\n`;

  it("takes JAVA_HOME first, then PATH, then what CI machines name", async () => {
    const home = await javaAt("jdk-home", javaScript("17.0.1", "/first"));
    const ci = await javaAt("jdk-ci", javaScript("17.0.3", "/third"));
    const all = { JAVA_HOME: home, JAVA_HOME_17_X64: ci, PATH: `${machine.bin}:/bin:/usr/bin` };
    expect(await find(["4.1.4"], all)).toEqual({ version: "17.0.1", home: "/first", source: "JAVA_HOME" });
    expect(await find(["4.1.4"], { ...all, JAVA_HOME: "" })).toMatchObject({ source: "java on PATH" });
    await machine.put("bin/java", shell("exit 1"));
    expect(await find(["4.1.4"], { ...all, JAVA_HOME: "" })).toMatchObject({ home: "/third" });
  });

  it("goes on from a JAVA_HOME that does not serve, and says so where nothing else does", async () => {
    const old = await javaAt("jdk-8", javaScript("1.8.0_392", "/old"));
    const path = `${machine.bin}:/bin:/usr/bin`;
    expect(await find(["3.5.9"], { JAVA_HOME: old, PATH: path })).toMatchObject({ home: "/old" });
    expect(await find(["4.1.4"], { JAVA_HOME: old, PATH: path })).toMatchObject({ source: "java on PATH" });
    await machine.put("bin/java", shell("echo nonsense"));
    await expect(find(["4.1.4"], { JAVA_HOME: old, PATH: path })).rejects.toMatchObject({
      exitCode: 6,
      message:
        `No Java 17 or 21 found (JAVA_HOME is Java 1.8.0_392 (/old), ` +
        `java on PATH (${machine.bin}/java) does not say its version), and a JRE could not be installed. No network.`,
      hint: "Install Java 17 (apt install openjdk-17-jre-headless) or set JAVA_HOME. Plug it in.",
    });
    expect(notices).toEqual([
      expect.stringMatching(/^JAVA_HOME is Java 1\.8\.0_392 .*; Spark 4\.1\.4 needs Java 17 or 21$/),
    ]);
  });

  it("does not take a stripped runtime for Spark 4, whose JVMs would not start", async () => {
    const words = "java.lang.module.FindException: Module jdk.incubator.vector not found";
    const stripped = `case "$1" in --add-modules=*) echo "${words}" >&2; exit 1 ;; esac`;
    await machine.put("bin/java", javaScript("17.0.9", "/jre").replace("\n", `\n${stripped}\n`));
    const path = { PATH: `${machine.bin}:/bin:/usr/bin` };
    expect(await find(["3.5.9"], path)).toMatchObject({ home: "/jre" });
    await expect(find(["4.1.4"], path)).rejects.toThrow("without the module jdk.incubator.vector, which Spark 4 needs");
  });

  it("does not let options from the environment into the probe", async () => {
    await machine.put("bin/java", javaScript("17.0.2", "$JAVA_TOOL_OPTIONS$JDK_JAVA_OPTIONS|"));
    const options = { PATH: `${machine.bin}:/bin:/usr/bin`, JAVA_TOOL_OPTIONS: "x", JDK_JAVA_OPTIONS: "y" };
    expect(await find(["4.1.4"], options)).toMatchObject({ home: "|" });
  });
});
