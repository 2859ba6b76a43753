import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  findJava,
  type JreRelease,
  javaRelease,
  parseJavaSettings,
  supportedJava,
} from "../../../../src/engine/local/install/java.ts";
import { PINS } from "../../../../src/lib/pins.ts";
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

  const NO_ARCHIVES: JreRelease = { ...PINS.jre, version: "17.0.99", archives: {} };
  const find = (versions: readonly string[], environment: Record<string, string> = {}, release = NO_ARCHIVES) =>
    findJava(
      versions,
      {
        environment: { ...machine.environment, PATH: machine.bin, ...environment },
        cacheDirectory: machine.spec.cacheDirectory,
        onNotice: (text) => notices.push(text),
        signal: new AbortController().signal,
      },
      release,
    );
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
        `java on PATH (${machine.bin}/java) does not say its version), and a JRE could not be installed. Temurin 17.0.99 is not known for ${process.platform}-${process.arch}.`,
      hint:
        "Install Java 17 (apt install openjdk-17-jre-headless) or set JAVA_HOME. It is downloaded from GitHub; behind a proxy, set " +
        "HTTPS_PROXY.",
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

  describe("where a machine has none", () => {
    const VECTOR = "--add-modules=jdk.incubator.vector";
    let server: Server;
    let asked: number;
    beforeEach(() => {
      asked = 0;
    });
    afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

    /** A release whose archive has a `java` of bash at a place. */
    const publish = async (java: string, script: string, given: { sha256?: string; maxBytes?: number } = {}) => {
      await machine.put(`packed/jdk-17.0.99+1-jre/${java}`, script);
      const archive = execFileSync("tar", ["-czf", "-", "-C", join(machine.root, "packed"), "jdk-17.0.99+1-jre"]);
      server = createServer((_, response) => {
        asked += 1;
        response.end(archive);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const sha256 = given.sha256 ?? createHash("sha256").update(archive).digest("hex");
      return {
        version: "17.0.99+1",
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        maxBytes: given.maxBytes ?? 1_000_000,
        archives: { [`${process.platform}-${process.arch}`]: { file: "jre.tar.gz", sha256 } },
      };
    };
    const settings = javaScript("17.0.99", "/x").replace("#!/bin/bash\n", "");
    const empty = async () => {
      await machine.put("bin/java", "#!/bin/sh\nexit 1\n");
      return { PATH: `${machine.bin}:/usr/bin:/bin`, JAVA_HOME: "" };
    };
    const target = () => join(machine.spec.cacheDirectory, "jre-17.0.99+1");

    it.each([
      ["bin/java", ""],
      ["Contents/Home/bin/java", "Contents/Home"],
    ])("gets one whose archive has %s, once", async (java, home) => {
      const release = await publish(java, `#!/bin/bash\n${settings}echo "$@"\n`);
      const expected = { home: join(target(), home), version: "17.0.99+1", source: "Temurin 17.0.99+1" };
      expect(await find(["3.5.9", "4.1.4"], await empty(), release)).toEqual(expected);
      expect(await find(["3.5.9", "4.1.4"], await empty(), release)).toEqual(expected);
      expect(asked).toBe(1);
      expect(readdirSync(target())).toEqual([java.split("/")[0]]);
    });

    it("keeps an option from one that has not the module that Spark 4 asks for", async () => {
      const script = `#!/bin/bash\nfor arg; do [ "$arg" = ${VECTOR} ] && exit 1; done\n${settings}echo "got $@"\n`;
      const { home } = await find(["4.1.4"], await empty(), await publish("bin/java", script));
      expect(home).toBe(join(target(), "wrapped"));
      const said = execFileSync(join(home, "bin", "java"), [VECTOR, "-Xmx1g", "a b"], { encoding: "utf8" });
      expect(said).toContain("got -Xmx1g a b\n");
    });

    it("takes nothing that is not what was pinned, and no more than it may have", async () => {
      const other = await publish("bin/java", settings, { sha256: "0".repeat(64) });
      await expect(find(["4.1.4"], await empty(), other)).rejects.toMatchObject({
        exitCode: 6,
        message: expect.stringMatching(
          /a JRE could not be installed\. http:\S+\/jre\.tar\.gz has the SHA-256 [0-9a-f]{64}, and 0{64} is pinned\.$/,
        ),
      });
      await new Promise((resolve) => server.close(resolve));
      const large = await publish("bin/java", settings, { maxBytes: 10 });
      await expect(find(["4.1.4"], await empty(), large)).rejects.toThrow(
        "It has more than 10 B, which is the most that is read",
      );
      expect(existsSync(target())).toBe(false);
    });
  });
});

describe("the JRE that is pinned", () => {
  it("is of the one Java that every Spark line supports, for every platform", () => {
    expect(javaRelease(PINS.jre.version)).toBe(supportedJava(["3.3.4", "3.5.9", "4.0.5", "4.3.0"])[0]);
    expect(Object.keys(PINS.jre.archives)).toEqual(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);
    const checksums = Object.values(PINS.jre.archives).map(({ sha256 }) => sha256);
    expect(checksums.filter((checksum) => !/^[0-9a-f]{64}$/.test(checksum))).toEqual([]);
    expect(new Set(checksums).size).toBe(4);
  });
});
