import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { placeParts } from "../../../../src/engine/argo/parts/place-parts.ts";
import type { ObjectStore } from "../../../../src/engine/argo/store/object-store.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";
import { PINS } from "../../../../src/lib/pins.ts";
import type { Dimensions } from "../../../../src/model/documents.ts";
import { planExecutions } from "../../../../src/plan/execution.ts";
import { type ApiServer, startApiServer } from "../../../kube/api-server.ts";
import { makeCase } from "../../../plan/make-case.ts";
import { makeTier } from "../../../plan/make-tier.ts";
import { makeClusterSpec } from "../../../spec/make-spec.ts";

const { artifact, version } = PINS.jars.iceberg["4.1"];
const JAR = `${artifact}-${version}.jar`;
const FACTS = {
  python: "3.11",
  machine: "x86_64",
  libc: "glibc",
  libcVersion: "2.36",
  hadoop: "3.4.2",
  missingModules: [],
  jars: [],
};

let api: ApiServer;
let folder: string;
/** What pods say when they end, by their image. */
let answers: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "parts-"));
  // As an earlier run left it, for a machine without a network.
  mkdirSync(join(folder, "jars", `${artifact}-${version}`), { recursive: true });
  writeFileSync(join(folder, "jars", `${artifact}-${version}`, JAR), "the jar");
  answers = { "spark:4.1.1": JSON.stringify(FACTS) };
  api = await startApiServer(({ method, pathname, query }) => {
    if (method !== "GET" || !pathname.endsWith("/namespaces/load/pods")) return undefined;
    const name = query.get("labelSelector")?.replace("batch.kubernetes.io/job-name=", "");
    const job = api.received.find(({ body }) => body?.kind === "Job" && body.metadata.name === name)?.body;
    const message = answers[job.spec.template.spec.containers[0].image];
    const terminated = { message };
    const status = { phase: message === "" ? "Failed" : "Succeeded", containerStatuses: [{ state: { terminated } }] };
    return { body: { kind: "PodList", items: [{ metadata: { name: "pod" }, status }] } };
  });
});
afterEach(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

async function place(...dimensions: Partial<Dimensions>[]) {
  const sent: string[] = [];
  const told: string[] = [];
  const store: Partial<ObjectStore> = {
    async upload(key, path) {
      sent.push(`${key} ${readFileSync(path, "utf8")}`);
      return true;
    },
  };
  const spec = {
    ...makeClusterSpec({ tier: makeTier() }, { image: "spark:{sparkVersion}" }),
    ...{
      cacheDirectory: folder,
      assetsDirectory: ".",
      environment: {
        PATH: `${join(folder, "bin")}:${process.env.PATH}`,
        DEFAULT_ARTIFACT_REPOSITORY: "http://127.0.0.1:1",
      },
    },
  };
  const cases = dimensions.map((each) => makeCase({ mode: "kubernetes", sparkVersion: "4.1.1", ...each }));
  const parts = await placeParts(planExecutions(cases, null), spec, {
    ...{ kubeConfig: api.kubeConfig(), openStore: async () => store as ObjectStore },
    onEvent: ({ step, state, detail }) => void (state === "done" && told.push(`${step}: ${detail}`)),
    signal: new AbortController().signal,
  });
  return { parts: [...parts.values()], sent, told };
}
const jobs = (method: string) =>
  api.received.filter((each) => each.method === method && each.pathname.includes("/jobs")).length;

it("sends each file once, for every case that needs it", async () => {
  const { parts, sent, told } = await place(
    { extensions: ["iceberg"], operation: "read" },
    { extensions: ["iceberg"], operation: "join" },
    { orchestrator: "connect" },
    { orchestrator: "submit" },
  );
  expect(sent).toEqual([`parts/${JAR} the jar`]);
  const placed = { name: JAR, sha256: createHash("sha256").update("the jar").digest("hex") };
  expect(parts).toEqual([
    { client: null, jars: [placed] },
    { client: null, jars: [placed] },
    { client: null, jars: [] },
  ]);
  expect(told).toEqual(["Parts of the images: 1 image", `${JAR}: sent to the object store`]);
  expect([jobs("POST"), jobs("DELETE")]).toEqual([1, 1]);
});

it("asks nothing where no case may need anything", async () => {
  expect(await place({ orchestrator: "submit" })).toEqual({ parts: [], sent: [], told: [] });
  expect(api.received).toEqual([]);
});

it("leaves it to the case to say why its image does not answer", async () => {
  answers["spark:4.1.1"] = "";
  const { parts, sent, told } = await place({ extensions: ["iceberg"] });
  expect([parts, sent]).toEqual([[], []]);
  expect(told).toEqual(["Parts of the images: no answer of spark:4.1.1"]);
  expect(jobs("DELETE")).toBe(1);
});

it("says what could not be had, and leaves no Job", async () => {
  rmSync(join(folder, "jars"), { recursive: true });
  await expect(place({ extensions: ["iceberg"] })).rejects.toThrow(`The jar ${JAR} could not be had`);
  expect(jobs("DELETE")).toBe(1);
});

it("says for which Python there are no wheels", async () => {
  answers["spark:4.1.1"] = JSON.stringify({ ...FACTS, python: "3.7", missingModules: ["grpc"] });
  // What uv 0.13.9 printed for Python 3.7.
  const words = [
    "error: No solution found when resolving dependencies",
    "  cause: Because the requested Python version (>=3.7) does not satisfy Python>=3.10 and googleapis-common-protos==1.76.0 depends on Python>=3.10, we can conclude that googleapis-common-protos==1.76.0 cannot be used.",
  ];
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/uv"), `#!/bin/sh\ncat >&2 <<'END'\n${words.join("\n")}\nEND\nexit 1\n`, {
    mode: 0o755,
  });
  const failed = place({ orchestrator: "connect" });
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(
    "There are no wheels of Spark Connect's client for the Python of an image, 3.7 on x86_64-manylinux_2_28: ",
  );
  expect(jobs("DELETE")).toBe(1);
});
