import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { factsOf } from "../../../../src/engine/argo/parts/image-facts.ts";

const podThatSaid = (message: string) =>
  ({ status: { containerStatuses: [{ state: { terminated: { message } } }] } }) as never;

it("is what the script says as an image's python3 is given it, without a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "facts-"));
  for (const name of [
    "jars/spark-core_2.13-9.jar",
    "jars/hadoop-client-api-3.4.2.jar",
    "jars/hadoop-aws-3.4.2.jar",
    "jars/iceberg-spark-runtime-9_2.13-1.jar",
    "connect/spark-connect_2.12-9.jar",
  ]) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  for (const name of ["grpc", "pandas"]) {
    mkdirSync(join(folder, "modules", name), { recursive: true });
    writeFileSync(join(folder, "modules", name, "__init__.py"), "");
  }
  const script = readFileSync("workflows/image_facts.py", "utf8");
  const environment = { PATH: process.env.PATH, SPARK_HOME: folder, PYTHONPATH: join(folder, "modules") };
  execFileSync("python3", ["-B", "-S", "-c", script, join(folder, "answer")], { env: environment });
  const facts = factsOf(podThatSaid(readFileSync(join(folder, "answer"), "utf8")));
  rmSync(folder, { recursive: true });
  expect(facts).toMatchObject({
    python: expect.stringMatching(/^3\.\d+$/),
    machine: execFileSync("uname", ["-m"], { encoding: "utf8" }).trim(),
    missingModules: ["grpc_status", "google.protobuf", "pyarrow"],
    hadoop: "3.4.2",
    jars: ["hadoop-aws-3.4.2.jar", "iceberg-spark-runtime-9_2.13-1.jar", "spark-connect_2.12-9.jar"],
  });
});

it.each(["", "python3: not found", '{"python":"3.11"}'])("is unknown where a pod said %j", (message) => {
  expect(factsOf(podThatSaid(message))).toBeNull();
});
