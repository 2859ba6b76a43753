import { describe, expect, it } from "vitest";
import { EXPIRES_LABEL, KEEP_LABEL, PROCESS_ANNOTATION, RUN_LABEL } from "../../../../src/cluster/namespaces/labels.ts";
import { type CleanupScope, isOwnedSelected, selectRuns } from "../../../../src/engine/argo/cleanup/cleanup.ts";
import type { WorkflowPhase } from "../../../../src/engine/argo/objects/node-status.ts";
import type { WorkflowObject } from "../../../../src/engine/argo/objects/workflow-client.ts";
import { identifyProcess } from "../../../../src/lib/process/identity.ts";

const NOW_MS = 1_700_000_000_000;
const HOUR_SECONDS = 3_600;
const labels = (run: string, expiresInSeconds: number, more: Record<string, string> = {}) => ({
  [RUN_LABEL]: run,
  [EXPIRES_LABEL]: String(NOW_MS / 1000 + expiresInSeconds),
  ...more,
});
const workflow = (run: string, phase: WorkflowPhase, expiresInSeconds = HOUR_SECONDS): WorkflowObject => ({
  metadata: { name: run, namespace: "spark-loadtest", uid: run, labels: labels(run, expiresInSeconds) },
  spec: {},
  status: { phase },
});
const namespace = (run: string, expiresInSeconds = HOUR_SECONDS, more: Record<string, string> = {}) => ({
  metadata: { name: `ns-${run}`, labels: labels(run, expiresInSeconds, more) },
});

const workflows = [
  workflow("running", "Running"),
  workflow("done", "Succeeded"),
  workflow("kept", "Failed"),
  workflow("stale", "Running", -1),
];
const namespaces = [
  namespace("running"),
  namespace("done"),
  namespace("kept", HOUR_SECONDS, { [KEEP_LABEL]: "true" }),
  namespace("stale", -1),
  namespace("orphan"),
  namespace("kept-long-ago", -1, { [KEEP_LABEL]: "true" }),
];

describe("selectRuns", () => {
  it.each<[CleanupScope, string[]]>([
    [{ kind: "expired", nowMs: NOW_MS }, ["kept-long-ago", "stale"]],
    [{ kind: "left-over", nowMs: NOW_MS }, ["done", "kept-long-ago", "orphan", "stale"]],
    [{ kind: "run", runId: "kept" }, ["kept"]],
    [{ kind: "run", runId: "elsewhere" }, []],
    [{ kind: "all" }, ["done", "kept", "kept-long-ago", "orphan", "running", "stale"]],
  ])("%o", (scope, expected) => {
    expect([...selectRuns(workflows, namespaces, scope).runs].sort()).toEqual(expected);
  });

  it("never takes what carries no run, or no expiry that can be read", () => {
    const odd = [
      { metadata: { labels: {} } },
      {},
      { metadata: { labels: { [RUN_LABEL]: "odd", [EXPIRES_LABEL]: "soon" } } },
    ];
    expect(selectRuns([], odd, { kind: "expired", nowMs: NOW_MS }).runs).toEqual(new Set());
  });
});

describe("isOwnedSelected", () => {
  const owner = identifyProcess();
  const owned = (expiresInSeconds: number, process: object, more: Record<string, string> = {}) => ({
    metadata: {
      labels: labels("scenarios-1", expiresInSeconds, more),
      annotations: { [PROCESS_ANNOTATION]: JSON.stringify({ ...owner, ...process }) },
    },
  });
  const ended = { pid: 2 ** 22 + 1 };
  const selections = {
    running: owned(HOUR_SECONDS, {}),
    ended: owned(HOUR_SECONDS, ended),
    "kept by one that ended": owned(HOUR_SECONDS, ended, { [KEEP_LABEL]: "true" }),
    elsewhere: owned(HOUR_SECONDS, { host: "elsewhere" }),
    expired: owned(-1, { host: "elsewhere" }),
    "kept and expired": owned(-1, ended, { [KEEP_LABEL]: "true" }),
  };

  it.each<[CleanupScope, string[]]>([
    [{ kind: "expired", nowMs: NOW_MS }, ["expired", "kept and expired"]],
    [{ kind: "left-over", nowMs: NOW_MS }, ["ended", "expired", "kept and expired"]],
    [{ kind: "run", runId: "scenarios-1" }, Object.keys(selections)],
    [{ kind: "run", runId: "scenarios-2" }, []],
    [{ kind: "all" }, Object.keys(selections)],
  ])("%o", (scope, expected) => {
    const selected = Object.entries(selections).filter(([, namespace]) => isOwnedSelected(namespace, scope));
    expect(selected.map(([name]) => name)).toEqual(expected);
  });
});
