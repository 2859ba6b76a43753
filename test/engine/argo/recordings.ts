import { readFileSync } from "node:fs";
import type { V1Pod } from "@kubernetes/client-node";
import type { WorkflowObject } from "../../../src/engine/argo/objects/node-status.ts";

/** Objects of a real cluster (Kubernetes 1.34, Argo Workflows 4.0.6), less the fields that nothing here reads. */
function readRecording<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/argo/${name}.json`, import.meta.url), "utf8")) as T;
}

/** Pods in the states that their names say. */
export const pods = readRecording<Record<string, V1Pod>>("pods");

/** Workflows: new, waiting for the mutex, between two attempts, without room in a quota, stopped, ended, compressed. */
export const workflows =
  readRecording<
    Record<
      "new" | "mutex" | "failed-before-retry" | "backoff" | "quota" | "stopped" | "ended" | "compressed",
      WorkflowObject
    >
  >("workflows");
