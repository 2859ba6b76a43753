import * as zlib from "node:zlib";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { z } from "zod";
import { errorMessage, InfrastructureError } from "../../../lib/errors.ts";
import { parseJson } from "../../../lib/text/parse-json.ts";
import { podNameOf } from "./pod-name.ts";

/** Empty until a controller has taken the workflow up. */
export type WorkflowPhase = "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
export type NodePhase = "" | "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";

/** The Workflow object as the API server gives it; only what is read here. */
export interface WorkflowObject {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly activeDeadlineSeconds?: number };
  readonly status?: {
    readonly phase?: WorkflowPhase;
    readonly message?: string;
    readonly startedAt?: string | null;
    readonly finishedAt?: string | null;
    readonly nodes?: Readonly<Record<string, NodeObject>>;
    readonly compressedNodes?: string;
    readonly offloadNodeStatusVersion?: string;
  };
}

interface Parameter {
  readonly name: string;
  readonly value?: unknown;
}

interface NodeObject {
  readonly id: string;
  readonly name: string;
  readonly displayName?: string;
  readonly type: string;
  readonly templateName?: string;
  readonly templateRef?: { readonly template?: string };
  readonly phase?: NodePhase;
  readonly message?: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly progress?: string;
  readonly boundaryID?: string;
  readonly children?: readonly string[];
  readonly nodeFlag?: { readonly hooked?: boolean; readonly retried?: boolean };
  readonly inputs?: { readonly parameters?: readonly Parameter[] };
  readonly outputs?: { readonly exitCode?: string; readonly parameters?: readonly Parameter[] };
  readonly taskResultSynced?: boolean;
}

const resultSchema = z.object({
  status: z.enum(["passed", "explained", "failed", "infrastructure"]),
  reason: z.string().nullable(),
  checksum: z.string().nullable(),
  namespace: z.string().nullable(),
  /** Cases of version 0.1.0 have none; theirs is called like the namespace. */
  eventLog: z.string().nullish(),
  startedAt: z.string(),
  finishedAt: z.string(),
});
/** What run_case.py says of its case, the output parameter `result` of its pod. */
export type ReportedResult = z.infer<typeof resultSchema>;

/** One pod that the workflow asked for, whether or not it is (still) there. */
export interface PodNode {
  readonly id: string;
  readonly podName: string;
  readonly displayName: string;
  readonly template: string;
  readonly phase: NodePhase;
  readonly message: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  /** What the pod says of itself, done and all; null for Argo's own 0/1 and 1/1. */
  readonly progress: { readonly done: number; readonly all: number } | null;
  readonly result: ReportedResult | null;
  /** Whether the result may still come. */
  readonly resultPending: boolean;
  readonly inputs: Readonly<Record<string, string>>;
}

/** A case as the workflow sees it. */
export interface CaseNodes {
  /** First attempt first. */
  readonly attempts: readonly PodNode[];
  /** Of the case as a whole: its Retry node where it has one, else its pod. */
  readonly phase: NodePhase;
  readonly message: string | null;
}

/** `atMs`: milliseconds since 1970, a whole second. */
export interface Deadline {
  readonly atMs: number;
  readonly seconds: number;
}

export interface WorkflowStatus {
  readonly phase: WorkflowPhase;
  readonly message: string | null;
  readonly startedAt: string | null;
  /** When the controller ends all pods but the exit handler's, and how long after the start that is; null before the start. */
  readonly deadline: Deadline | null;
  readonly finishedAt: string | null;
  readonly cases: ReadonlyMap<string, CaseNodes>;
  /** Pods that are no case: data sets, the exit handler. */
  readonly others: readonly PodNode[];
}

const FULFILLED: ReadonlySet<NodePhase> = new Set(["Succeeded", "Skipped", "Failed", "Error", "Omitted"]);

/** Whether nothing more will happen to the node. */
export function isFulfilled(phase: NodePhase): boolean {
  return FULFILLED.has(phase);
}

export function isOver(phase: WorkflowPhase): boolean {
  return phase === "Succeeded" || phase === "Failed" || phase === "Error";
}

/** Reads Workflow objects one after the other; nodes that came compressed and have not changed are not read again. */
export function createStatusReader(): (workflow: WorkflowObject) => WorkflowStatus {
  let known: { readonly compressed: string; readonly nodes: Readonly<Record<string, NodeObject>> } | undefined;
  return (workflow) => {
    const compressed = workflow.status?.compressedNodes ?? "";
    if (compressed === "") return toStatus(workflow, nodesInPlain(workflow));
    if (known?.compressed !== compressed) known = { compressed, nodes: decompressNodes(compressed) };
    return toStatus(workflow, known.nodes);
  };
}

function nodesInPlain({ metadata, status }: WorkflowObject): Readonly<Record<string, NodeObject>> {
  if (status?.nodes === undefined && (status?.offloadNodeStatusVersion ?? "") !== "") {
    throw new InfrastructureError(
      `Argo keeps the node status of the workflow ${metadata.name} in its database, where it cannot be followed.`,
      { hint: "Set nodeStatusOffLoad: false in the controller's configuration, or run fewer cases at once (--only)." },
    );
  }
  return status?.nodes ?? {};
}

/** Enough for some hundred thousand nodes, and a bound for what is no node status. */
const LARGEST_NODES_BYTES = 256 * 1024 * 1024;

/** `compressedNodes`: base64 of gzip; from Argo 4.1 on also of zstd or brotli, which has no magic number. */
function decompressNodes(compressed: string): Readonly<Record<string, NodeObject>> {
  const bytes = Buffer.from(compressed, "base64");
  const limit = { maxOutputLength: LARGEST_NODES_BYTES };
  try {
    const text =
      bytes.readUInt16BE(0) === 0x1f8b
        ? gunzipSync(bytes, limit)
        : bytes.readUInt32BE(0) === 0x28b52ffd
          ? decompressZstd(bytes, limit)
          : brotliDecompressSync(bytes, limit);
    return JSON.parse(text.toString("utf8"));
  } catch (error) {
    throw new InfrastructureError(`Argo's compressed node status cannot be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function decompressZstd(bytes: Buffer, limit: { readonly maxOutputLength: number }): Buffer {
  if (typeof zlib.zstdDecompressSync !== "function") throw new Error("zstd needs Node.js 22.15 or later");
  return zlib.zstdDecompressSync(bytes, limit);
}

function toStatus(workflow: WorkflowObject, nodes: Readonly<Record<string, NodeObject>>): WorkflowStatus {
  const { status, metadata } = workflow;
  const all = Object.values(nodes);
  const retryOf = new Map<string, NodeObject>();
  for (const node of all) {
    if (node.type === "Retry") for (const child of node.children ?? []) retryOf.set(child, node);
  }
  const cases = new Map<string, { attempts: PodNode[]; retry: NodeObject | undefined }>();
  const others: PodNode[] = [];
  for (const node of all) {
    if (node.type === "Retry") {
      // Before its first pod, and after the failure to make one, this is all that there is.
      const name = caseNameOf(node);
      if (name !== undefined && !cases.has(name)) cases.set(name, { attempts: [], retry: node });
    }
    if (node.type !== "Pod") continue;
    const retry = retryOf.get(node.id);
    const name = caseNameOf(node) ?? (retry === undefined ? undefined : caseNameOf(retry));
    const pod = toPodNode(node, metadata);
    if (name === undefined) {
      others.push(pod);
      continue;
    }
    const found = cases.get(name);
    if (found === undefined) cases.set(name, { attempts: [pod], retry });
    else found.attempts.push(pod);
  }
  return {
    phase: status?.phase ?? "",
    message: status?.message || null,
    startedAt: status?.startedAt ?? null,
    deadline: deadlineOf(workflow),
    finishedAt: status?.finishedAt ?? null,
    cases: new Map([...cases].map(([name, { attempts, retry }]) => [name, toCaseNodes(attempts, retry)])),
    others,
  };
}

/** As Argo's getWorkflowDeadline has it (workflow/controller/operator.go). */
function deadlineOf({ spec, status }: WorkflowObject): Deadline | null {
  const seconds = spec?.activeDeadlineSeconds;
  const startedAtMs = Date.parse(status?.startedAt ?? "");
  return seconds === undefined || Number.isNaN(startedAtMs) ? null : { atMs: startedAtMs + seconds * 1000, seconds };
}

function toCaseNodes(attempts: PodNode[], retry: NodeObject | undefined): CaseNodes {
  if (attempts.length > 1) attempts.sort((a, b) => attemptIndex(a) - attemptIndex(b));
  const last = attempts.at(-1);
  if (retry === undefined) return { attempts, phase: last?.phase ?? "", message: last?.message ?? null };
  return { attempts, phase: retry.phase ?? "", message: retry.message || null };
}

/** Argo numbers the attempts of a Retry node: "name(0)", "name(1)". */
function attemptIndex({ displayName }: PodNode): number {
  return Number(/\((\d+)\)$/.exec(displayName)?.[1] ?? 0);
}

function caseNameOf(node: NodeObject): string | undefined {
  const value = node.inputs?.parameters?.find(({ name }) => name === "name")?.value;
  return typeof value === "string" ? value : undefined;
}

function toPodNode(node: NodeObject, metadata: WorkflowObject["metadata"]): PodNode {
  const reported = node.outputs?.parameters?.find(({ name }) => name === "result")?.value;
  const result = typeof reported === "string" ? resultSchema.safeParse(parseJson(reported)).data : undefined;
  const exitCode = Number.parseInt(node.outputs?.exitCode ?? "", 10);
  const parameters = node.inputs?.parameters ?? [];
  return {
    id: node.id,
    podName: podNameOf(metadata, node),
    displayName: node.displayName ?? node.name,
    template: node.templateRef?.template ?? node.templateName ?? "",
    phase: node.phase ?? "",
    message: node.message || null,
    startedAt: node.startedAt ?? null,
    finishedAt: node.finishedAt ?? null,
    exitCode: Number.isNaN(exitCode) ? null : exitCode,
    progress: parseProgress(node.progress),
    result: result ?? null,
    resultPending: result === undefined && node.taskResultSynced === false,
    inputs: Object.fromEntries(
      parameters.flatMap(({ name, value }) => (typeof value === "string" ? [[name, value]] : [])),
    ),
  };
}

function parseProgress(progress: string | undefined): PodNode["progress"] {
  const [, done, all] = /^(\d+)\/(\d+)$/.exec(progress ?? "") ?? [];
  if (done === undefined || all === undefined || all === "1") return null;
  return { done: Number(done), all: Number(all) };
}
