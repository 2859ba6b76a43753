import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { missingFilesOf, withArtifacts } from "../../../src/cluster/tools/artifacts.ts";
import { prepareMachine } from "../../../src/engine/local/prepare.ts";
import { planExecutions } from "../../../src/plan/execution.ts";
import { caseOf, createFakeMachine, type FakeMachine } from "./fake-machine.ts";

const ICEBERG = "iceberg-spark-runtime-3.5_2.12-1.12.0.jar";
const CONNECT = "spark-connect_2.12-3.5.7.jar";
/** What uv 0.13.9 says without a network. */
const UNREACHABLE = "error: Failed to fetch: `https://pypi.org/simple/x/`\n  cause: dns error\n";
const FOR = `for Python 3.12 on ${execFileSync("uname", ["-m"], { encoding: "utf8" }).trim()}`;

let machine: FakeMachine;
beforeEach(async () => {
  machine = await createFakeMachine();
  const said = await machine.put("said", UNREACHABLE);
  const nowhere = {
    DEFAULT_ARTIFACT_REPOSITORY: "http://127.0.0.1:9",
    UV_DEFAULT_INDEX: "http://me:pw@127.0.0.1:9/simple",
  };
  Object.assign(machine.environment, { FAKE_UV: "offline", FAKE_UV_OUTPUT: said, ...nowhere });
});
afterEach(() => machine.remove());

async function prepare(environment = machine.environment as Readonly<Record<string, string | undefined>>) {
  const cases = [caseOf({ sparkVersion: "3.5.7", orchestrator: "connect", extensions: ["iceberg"] })];
  const spec = { ...machine.spec, environment };
  const { signal } = new AbortController();
  return prepareMachine(planExecutions(cases, null), spec, () => undefined, signal).catch((error) => error);
}

it("names everything that a run lacks at once, with where it comes from", async () => {
  const error = await prepare();
  expect(error).toMatchObject({ exitCode: 6, hint: expect.stringContaining("--artifacts") });
  const [why, first, ...lines] = error.message.split("\n");
  expect(why).toBe("uv could not install pyspark 3.5.7: the package index could not be reached (dns error).");
  expect(first).toBe("6 files could not be downloaded:");
  expect(lines.toSorted()).toEqual([
    `  grpcio-1-*.whl  http://127.0.0.1:9/simple/grpcio/ ${FOR}`,
    expect.stringMatching(`^  ${ICEBERG}  http://127.0.0.1:9/org/apache/iceberg/.*: connect ECONNREFUSED`),
    `  py4j-0.10.9.7-*.whl  http://127.0.0.1:9/simple/py4j/ ${FOR}`,
    "  pyspark-3.5.7.tar.gz  http://127.0.0.1:9/simple/pyspark/",
    `  setuptools-82.0.1-*.whl  http://127.0.0.1:9/simple/setuptools/ ${FOR}`,
    expect.stringMatching(`^  ${CONNECT}  http://127.0.0.1:9/org/apache/spark/.*: connect ECONNREFUSED`),
  ]);
});

it("names none of what the folder of artifacts has", async () => {
  for (const name of ["pyspark-3.5.7.tar.gz", "py4j-0.10.9.7-py2.py3-none-any.whl"]) {
    await machine.put(join("artifacts", name), "");
  }
  const error = await prepare(withArtifacts(machine.environment, join(machine.root, "artifacts")));
  expect(
    missingFilesOf(error)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["grpcio-1-*.whl", ICEBERG, "setuptools-82.0.1-*.whl", CONNECT]);
});

it("names a mirror's answer where that has not everything", async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const mirror = `http://127.0.0.1:${port}`;
  Object.assign(machine.environment, { DEFAULT_ARTIFACT_REPOSITORY: mirror, FAKE_UV: "" });
  const error = await prepare();
  await new Promise((resolve) => server.close(resolve));
  const places = [
    `iceberg/iceberg-spark-runtime-3.5_2.12/1.12.0/${ICEBERG}`,
    `spark/spark-connect_2.12/3.5.7/${CONNECT}`,
  ];
  const lines = places.map((place) => `${mirror}/org/apache/${place} answers HTTP 404`);
  expect(
    missingFilesOf(error)
      .map(({ source }) => source)
      .toSorted(),
  ).toEqual(lines.toSorted());
});
