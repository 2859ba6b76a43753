import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPython, oldestPython } from "../../../../src/engine/local/install/python.ts";
import { createFakeMachine, type FakeMachine } from "../fake-machine.ts";

describe("oldestPython", () => {
  it.each([
    [["3.5.9"], "3.9"],
    [["4.0.5"], "3.9"],
    [["4.1.4"], "3.10"],
    [["4.2.1", "3.5.9"], "3.10"],
    [["3.5.9", "4.3.0", "4.1.4"], "3.11"],
    [["4.10.0"], "3.11"],
  ])("%j: %s", (versions, oldest) => {
    expect(oldestPython(versions)).toBe(oldest);
  });
});

describe("findPython", () => {
  let machine: FakeMachine;
  beforeEach(async () => {
    machine = await createFakeMachine();
    await machine.put("bin/bash", '#!/bin/sh\nexec /bin/bash "$@"\n');
  });
  afterEach(() => machine.remove());
  const pythonOf = (version: string) => `#!/bin/bash\necho "$0"\necho ${version}\n`;
  const find = (versions: readonly string[]) =>
    findPython(versions, { PATH: machine.bin }, new AbortController().signal);

  it("goes on to the next one where the first is too old or does not run", async () => {
    await machine.put("bin/python3", pythonOf("3.8.18"));
    await machine.put("bin/python", "#!/bin/bash\necho shim without a version >&2\nexit 127\n");
    await machine.put("bin/python3.12", pythonOf("3.12.1"));
    expect(await find(["4.1.4"])).toEqual({ path: `${machine.bin}/python3.12`, version: "3.12.1" });
  });

  it("says what was found and what to install", async () => {
    await machine.put("bin/python3", pythonOf("3.10.13"));
    await expect(find(["4.1.4", "4.3.0"])).rejects.toMatchObject({
      exitCode: 6,
      message:
        "No Python 3.11 or newer, which Spark 4.1.4, 4.3.0 needs: looked on PATH for python3, python, python3.14 ... python3.9 and uv; " +
        `${machine.bin}/python3 is 3.10.13.`,
      hint: "Install Python 3.11 or newer (apt install python3, or brew install python), or uv.",
    });
  });

  it("asks uv where PATH has none, and lets it install one", async () => {
    await machine.put("bin/python3", pythonOf("3.8.18"));
    await machine.put("managed/python3.12", pythonOf("3.12.4"));
    await machine.put(
      "bin/uv",
      `#!/bin/bash\ncd "$(/usr/bin/dirname "$0")"\ncase "$2" in\n` +
        `find) [ -e installed ] || exit 2; echo "${machine.root}/managed/python3.12" ;;\ninstall) echo > installed ;;\nesac\n`,
    );
    expect(await find(["4.3.0"])).toEqual({ path: `${machine.root}/managed/python3.12`, version: "3.12.4" });
  });
});
