import { brotliCompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createStatusReader, type WorkflowObject } from "../../../../src/engine/argo/objects/node-status.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";
import { pods, workflows } from "../recordings.ts";

const read = (workflow: WorkflowObject) => createStatusReader()(workflow);

/** A status in short: each case with its phase, and its attempts' phases, exit codes and messages. */
function brief(workflow: WorkflowObject) {
  const { phase, message, cases } = read(workflow);
  const attempt = (node: { phase: string; exitCode: number | null; message: string | null }) =>
    `${node.phase}${node.exitCode === null ? "" : ` ${node.exitCode}`}${node.message === null ? "" : `: ${node.message.slice(0, 45)}`}`;
  return {
    phase,
    message,
    cases: Object.fromEntries(
      [...cases]
        .toSorted()
        .map(([name, nodes]) => [name, [nodes.phase, nodes.message, ...nodes.attempts.map(attempt)]]),
    ),
  };
}

describe("createStatusReader", () => {
  test("reads a workflow that has ended", () => {
    expect(brief(workflows.ended)).toMatchInlineSnapshot(`
      {
        "cases": {
          "again": [
            "Failed",
            "No more retries left",
            "Failed 75: main: Error (exit code 75)",
            "Failed 75: main: Error (exit code 75)",
            "Failed 75: main: Error (exit code 75)",
          ],
          "crash": [
            "Failed",
            "retryStrategy.expression evaluated to false",
            "Failed 1: main: Error (exit code 1)",
          ],
          "failed": [
            "Failed",
            "retryStrategy.expression evaluated to false",
            "Failed 3: main: Error (exit code 3)",
          ],
          "good": [
            "Succeeded",
            null,
            "Succeeded 0",
          ],
          "nocpu": [
            "Failed",
            "retryStrategy.expression evaluated to false",
            "Failed: Unschedulable: 0/1 nodes are available: 1 Ins",
          ],
          "noimage": [
            "Failed",
            "retryStrategy.expression evaluated to false",
            "Failed 137: Pod was active on the node longer than the sp",
          ],
          "oom": [
            "Failed",
            "retryStrategy.expression evaluated to false",
            "Failed 137: main: OOMKilled (exit code 137)",
          ],
        },
        "message": "child 'a1-772126788' failed",
        "phase": "Failed",
      }
    `);
  });

  test("reads one that retries", () => {
    expect(brief(workflows.backoff)).toMatchInlineSnapshot(`
      {
        "cases": {
          "c1": [
            "Running",
            null,
            "Running",
          ],
          "c2": [
            "Running",
            null,
            "Running",
          ],
          "del": [
            "Running",
            "Backoff for 2 seconds",
            "Error: pod deleted",
          ],
          "failed": [
            "Failed",
            "retryStrategy.expression evaluated to false",
            "Failed 3: main: Error (exit code 3)",
          ],
          "good": [
            "Running",
            null,
            "Running",
          ],
        },
        "message": null,
        "phase": "Running",
      }
    `);
  });

  test("reads what waits: for the mutex, for a quota, for a controller", () => {
    expect([workflows.mutex, workflows.quota, workflows.new].map(brief)).toMatchInlineSnapshot(`
      [
        {
          "cases": {},
          "message": "Waiting for default/Mutex/spark-loadtest lock. Lock status: 0/1",
          "phase": "Pending",
        },
        {
          "cases": {
            "good": [
              "Running",
              null,
              "Pending: pods "e1-case-2525702847" is forbidden: excee",
            ],
            "good2": [
              "Running",
              null,
              "Pending: pods "e1-case-2367192728" is forbidden: excee",
            ],
          },
          "message": null,
          "phase": "Running",
        },
        {
          "cases": {},
          "message": null,
          "phase": "",
        },
      ]
    `);
  });

  test("reads the result of a case", () => {
    const status = read(workflows.backoff);
    expect(status.cases.get("failed")?.attempts[0]?.result).toEqual({
      status: "failed",
      reason: "wrong result",
      checksum: "abc",
      namespace: "ns-1",
      startedAt: "2026-11-24T12:00:00Z",
      finishedAt: "2026-11-24T12:00:05Z",
    });
  });

  test("knows the names of pods, also of those that are gone", () => {
    const names = new Map(
      Object.values(workflows)
        .flatMap((workflow) => [...read(workflow).cases.values()])
        .flatMap(({ attempts }) => attempts.map(({ id, podName }) => [id, podName] as const)),
    );
    const known = Object.values(pods).filter((pod) => names.has(nodeIdOf(pod)));
    expect(known.length).toBeGreaterThan(10);
    for (const pod of known) expect(names.get(nodeIdOf(pod))).toBe(pod.metadata!.name);
  });

  test("reads compressed nodes, and the same ones once", () => {
    const { compressedNodes } = workflows.compressed.status!;
    const status = read(workflows.compressed);
    expect(status.phase).toBe("Succeeded");
    expect(status.others.map(({ phase, exitCode }) => [phase, exitCode])).toEqual(Array(3).fill(["Succeeded", 0]));
    const nodes = gunzipSync(Buffer.from(compressedNodes!, "base64"));
    const brotli = brotliCompressSync(nodes).toString("base64");
    expect(
      read({ ...workflows.compressed, status: { ...workflows.compressed.status, compressedNodes: brotli } }),
    ).toEqual(status);
  });

  test.each([
    ["kept in Argo's database", { offloadNodeStatusVersion: "fnv:1" }, /in its database/],
    ["broken", { compressedNodes: "H4sIAAAA" }, /cannot be read/],
  ])("refuses nodes that are %s", (_what, status, message) => {
    const workflow = { metadata: { name: "w" }, status };
    expect(() => read(workflow)).toThrow(message);
    expect(() => read(workflow)).toThrow(InfrastructureError);
  });
});

function nodeIdOf(pod: (typeof pods)[string]): string {
  return pod.metadata?.annotations?.["workflows.argoproj.io/node-id"] ?? "";
}
