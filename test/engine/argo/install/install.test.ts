import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checkValues, readValues, valueArgs } from "../../../../src/engine/argo/install/charts.ts";
import { type InstallContext, install } from "../../../../src/engine/argo/install/install.ts";
import { MadeParts } from "../../../../src/engine/argo/install/made.ts";
import { ExitCode } from "../../../../src/lib/errors.ts";
import { type ApiRequest, type ApiServer, refusal, startApiServer } from "../../../kube/api-server.ts";

let api: ApiServer | undefined;
afterEach(() => api?.stop());

/** Installs into a cluster that answers as told, until `signal` ends it. */
async function installUntil(signal: AbortSignal, made: MadeParts, given: Partial<InstallContext> = {}): Promise<void> {
  await install(
    { namespace: "load", valuesFile: null },
    {
      plan: { controller: null, installsArgo: true, argoVersion: "v4.0.6", release: null, installsOwn: true },
      helm: async () => {
        throw new Error("not here");
      },
      readArgoChart: async () => ({ version: "1.0.18", appVersion: "v4.0.6", args: ["/chart.tgz"], note: null }),
      ...{
        kubeConfig: api!.kubeConfig(),
        made,
        assetsDirectory: "/nowhere",
        namedImages: {},
        wantsAdmissionPolicy: true,
      },
      imagesLoaded: {
        argo: Promise.resolve(),
        store: Promise.resolve({ historyServer: "spark", objectStore: "store" }),
      },
      ...{ withServer: false, caseCount: 4, signal, onStep: () => undefined },
      ...given,
    },
  );
}

const isNamespace = ({ path }: ApiRequest) => path.startsWith("/api/v1/namespaces");

describe("install", () => {
  it("knows of a namespace that it asked for before it hears that there is one", async () => {
    const end = new AbortController();
    const made = new MadeParts();
    const look = () => {
      const parts = made.takeAll().reverse();
      for (const part of parts) made.begin(part);
      return parts;
    };
    const known: string[] = [];
    api = await startApiServer((request) => {
      if (request.method === "POST" && isNamespace(request)) {
        known.push(`${request.body.metadata.name}: ${look().join(", ")}`);
        // Ended with both requests on their way.
        if (known.length === 2) end.abort();
        return refusal(503, "starting");
      }
      return undefined;
    });
    await expect(installUntil(end.signal, made)).rejects.toThrow();
    expect(known.sort()).toEqual([
      expect.stringMatching(/^argo: .*argo-namespace/),
      expect.stringMatching(/^load: namespace/),
    ]);
    expect(look()).toEqual(["namespace", "argo-namespace"]);
  });
});

describe("the chart of Argo Workflows", () => {
  it.each([
    ["that was checked is given to helm", ["/cache/argo-workflows-1.0.18.tgz"], null, "v4.0.6"],
    [
      "that was not checked is said to be so",
      ["argo-workflows", "--version", "1.0.17"],
      "not checked",
      "v4.0.6, not checked",
    ],
  ])("%s", async (_, args, note, detail) => {
    api = await startApiServer();
    const bin = mkdtempSync(join(tmpdir(), "install-"));
    const end = new AbortController();
    try {
      const helm = join(bin, "helm");
      writeFileSync(helm, `#!/bin/sh\necho "$*" > ${bin}/calls\n`);
      chmodSync(helm, 0o755);
      const environment = { PATH: process.env.PATH! };
      const steps: string[] = [];
      const installing = installUntil(end.signal, new MadeParts(), {
        helm: async () => ({ helm, environment, signal: end.signal, kubeconfigPath: "/kubeconfig", kubeContext: "x" }),
        readArgoChart: async () => ({ version: "1.0.18", appVersion: "v4.0.6", args, note }),
        onStep: ({ step, state, detail }) => {
          steps.push(`${step}: ${state}: ${detail}`);
          if (state === "done") end.abort();
        },
      });
      await expect(installing).rejects.toThrow();
      const call = readFileSync(join(bin, "calls"), "utf8");
      expect(call).toMatch(new RegExp(`^upgrade --install argo-workflows ${args.join(" ")} --set-json `));
      expect(steps).toEqual(["Argo Workflows: running: v4.0.6", `Argo Workflows: done: ${detail}`]);
    } finally {
      rmSync(bin, { recursive: true });
    }
  });
});

describe("a user's values", () => {
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), "values-"));
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  const write = (text: string) => {
    const path = join(place, "values.yaml");
    writeFileSync(path, text);
    return path;
  };
  const images = { historyServer: "spark:4", objectStore: "store:1" };
  const valueArgsOf = async (file: string | null) => valueArgs(file, (await readValues(file)).namedImages, images);

  it("stay beside the images that they do not name", async () => {
    const file = write("historyServer: {resources: {}}\nobjectStore: {image: mine:2}\n");
    expect(await valueArgsOf(file)).toEqual(["--values", file, "--set-json", 'historyServer.image="spark:4"']);
  });

  it("are those of the install before where there is no file", async () => {
    const ours = ["--set-json", 'historyServer.image="spark:4"', "--set-json", 'objectStore.image="store:1"'];
    expect(await valueArgsOf(null)).toEqual(["--reset-then-reuse-values", ...ours]);
    const empty = write("# nothing yet\n");
    expect(await valueArgsOf(empty)).toEqual(["--values", empty, ...ours]);
  });

  it("are refused in helm's words where the chart does not take them", async () => {
    const helm = join(place, "helm");
    // What helm 3.19 says.
    const said = `Error: values don't meet the specifications of the schema(s) in the following chart(s):
spark-loadtest:
- at '/historyServer': additional properties 'resourcez' not allowed`;
    writeFileSync(helm, `#!/bin/sh\ncat >&2 <<'E'\n${said}\nE\nexit 1\n`);
    chmodSync(helm, 0o755);
    const file = write("historyServer: {resourcez: {}}\n");
    const context = { helm, environment: { PATH: process.env.PATH! }, signal: new AbortController().signal };
    await expect(checkValues(file, "/assets", async () => context)).rejects.toMatchObject({
      message: `The chart spark-loadtest does not take ${file}: at '/historyServer': additional properties 'resourcez' not allowed`,
      exitCode: ExitCode.badInput,
    });
    await expect(
      checkValues(null, "/assets", () => Promise.reject(new Error("no helm is needed"))),
    ).resolves.toBeUndefined();
  });
});
