import { describe, expect, test } from "vitest";
import {
  type CaseNodes,
  createStatusReader,
  type PodNode,
  type ReportedResult,
} from "../../../../src/engine/argo/objects/node-status.ts";
import { toOutcome, toUnreached } from "../../../../src/engine/argo/outcome/case-outcome.ts";
import { pods, workflows } from "../recordings.ts";

const NOW = "2026-11-24T13:00:00Z";
const node = (extra: Partial<PodNode>): PodNode => ({
  id: "i",
  podName: "p",
  displayName: "case(0:x)(0)",
  template: "case",
  phase: "Failed",
  message: null,
  startedAt: "2026-11-24T12:00:00Z",
  finishedAt: "2026-11-24T12:01:00Z",
  exitCode: null,
  progress: null,
  result: null,
  resultPending: false,
  inputs: {},
  ...extra,
});
const nodes = (last: Partial<PodNode>, extra: Partial<CaseNodes> = {}): CaseNodes => ({
  attempts: [node(last)],
  phase: last.phase ?? "Failed",
  message: "retryStrategy.expression evaluated to false",
  ...extra,
});
const result = (extra: Partial<ReportedResult>): ReportedResult => ({
  status: "passed",
  reason: null,
  checksum: "abc",
  namespace: "ns",
  startedAt: "a",
  finishedAt: "b",
  ...extra,
});

describe("toOutcome", () => {
  test.each([
    ["passed", nodes({ phase: "Succeeded", result: result({}) }), undefined, "passed", null],
    [
      "explained",
      nodes({ phase: "Succeeded", result: result({ status: "explained" }) }),
      undefined,
      "explained",
      "There was no GPU to run on: the RAPIDS Accelerator only said what would not run on one.",
    ],
    [
      "failed",
      nodes({ result: result({ status: "failed", reason: "wrong" }), exitCode: 3 }),
      undefined,
      "failed",
      "wrong",
    ],
    [
      "passed, but its outputs were lost",
      nodes({ phase: "Error", message: "failed to save outputs: timeout", result: result({}) }),
      undefined,
      "infrastructure",
      "the case passed, but what it made could not be kept: failed to save outputs: timeout",
    ],
    ["pod deleted", nodes({ phase: "Error", message: "pod deleted" }), undefined, "infrastructure", "pod deleted"],
    [
      "out of memory",
      nodes({ message: "main: OOMKilled (exit code 137)", exitCode: 137 }),
      pods["failed-OOMKilled-137"],
      "failed",
      "the driver's container was killed for lack of memory (OOMKilled, exit code 137)",
    ],
    [
      "killed",
      nodes({ message: "main: Error (exit code 137)", exitCode: 137 }),
      undefined,
      "infrastructure",
      "the pod was killed (main: Error (exit code 137))",
    ],
    [
      "evicted",
      nodes({ message: "The node was low on resource: memory." }),
      { status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." } },
      "infrastructure",
      "Evicted: The node was low on resource: memory.",
    ],
    [
      "deadline",
      nodes({ message: "Pod was active on the node longer than the specified deadline", exitCode: 137 }),
      pods["failed-DeadlineExceeded"],
      "infrastructure",
      "DeadlineExceeded: Pod was active on the node longer than the specified deadline",
    ],
    [
      "init container",
      nodes({ phase: "Error", message: "init: Error (exit code 64): no such bucket" }),
      undefined,
      "infrastructure",
      "init: Error (exit code 64): no such bucket",
    ],
    [
      "command not in the image",
      nodes({ message: "main: Error (exit code 64): failed to find name in PATH", exitCode: 64 }),
      pods["failed-Error-64"],
      "infrastructure",
      "main: Error (exit code 64): failed to find name in PATH",
    ],
    [
      "failed without a result",
      nodes({ message: "main: Error (exit code 3)", exitCode: 3 }),
      pods["failed-Error-3"],
      "failed",
      "main: Error (exit code 3)",
    ],
    [
      "infrastructure without a result",
      nodes({ message: "main: Error (exit code 6)", exitCode: 6 }),
      undefined,
      "infrastructure",
      "main: Error (exit code 6)",
    ],
    [
      "no word",
      nodes({ phase: "Succeeded", exitCode: 0 }),
      undefined,
      "infrastructure",
      "the pod ended well, but its result did not reach Argo",
    ],
    [
      "no pod",
      nodes({}, { attempts: [], phase: "Error", message: "pods is forbidden: violates PodSecurity" }),
      undefined,
      "infrastructure",
      "pods is forbidden: violates PodSecurity",
    ],
  ] as const)("%s", (_what, found, pod, status, reason) => {
    expect(toOutcome(found, pod as never, NOW)).toMatchObject({ status, reason });
  });

  test("of recorded cases", () => {
    const { cases } = createStatusReader()(workflows.ended);
    const found = [...cases].toSorted().map(([name, caseNodes]) => {
      const { status, attempts, reason } = toOutcome(caseNodes, undefined, NOW);
      return [name, attempts, status, reason?.slice(0, 70)];
    });
    expect(found).toMatchInlineSnapshot(`
      [
        [
          "again",
          3,
          "infrastructure",
          "main: Error (exit code 75)",
        ],
        [
          "crash",
          1,
          "infrastructure",
          "main: Error (exit code 1)",
        ],
        [
          "failed",
          1,
          "failed",
          "main: Error (exit code 3)",
        ],
        [
          "good",
          1,
          "infrastructure",
          "the pod ended well, but its result did not reach Argo",
        ],
        [
          "nocpu",
          1,
          "infrastructure",
          "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. no new cla",
        ],
        [
          "noimage",
          1,
          "infrastructure",
          "Pod was active on the node longer than the specified deadline",
        ],
        [
          "oom",
          1,
          "failed",
          "the driver's container was killed for lack of memory (OOMKilled, exit ",
        ],
      ]
    `);
  });
});

test("the attempts have the times of their pods", () => {
  const first = node({ finishedAt: "2026-11-24T12:00:30Z" });
  const second = node({ startedAt: "2026-11-24T12:00:40Z", finishedAt: null });
  const unmade = node({ startedAt: null, finishedAt: null });
  const { attemptTimes } = toOutcome(nodes({}, { attempts: [first, second, unmade] }), undefined, NOW);
  expect(attemptTimes).toEqual([
    { startedAt: "2026-11-24T12:00:00Z", finishedAt: "2026-11-24T12:00:30Z" },
    { startedAt: "2026-11-24T12:00:40Z", finishedAt: NOW },
  ]);
});

test("toUnreached", () => {
  expect(toUnreached(undefined, "data 1gb: no space", NOW)).toEqual({
    status: "infrastructure",
    reason: "data 1gb: no space",
    attempts: 0,
    pod: null,
    namespace: null,
    eventLog: null,
    startedAt: NOW,
    finishedAt: NOW,
    attemptTimes: [],
    checksum: null,
  });
});
