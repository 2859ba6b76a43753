import type { TaskEndReason } from "./spark-events.ts";

/** A word that is no part of a host's name, a file's or another word: "OOM" in "container OOM", not in "room", "oom-worker-1" or "oom:7077". */
function asWord(pattern: string): string {
  return `(?<![\\w.-])(?:${pattern})(?!\\w|[.-]\\w|:\\d)`;
}

/**
 * What Spark says of executors that the driver let go: it stopped, dynamic allocation took away what was idle (Spark's own words, and those
 * of the allocators for YARN and Kubernetes), or it decommissioned them to scale down or, by the executor roll plugin, to replace them.
 * A decommission that a node or a user asked for is a loss.
 * Source: CoarseGrainedSchedulerBackend, YarnAllocator, ExecutorAllocationManager, ExecutorRollPlugin.
 */
const RELEASED = new RegExp(
  [
    "driver (was |is )?(stopp|shut)",
    "killed by driver",
    asWord("idle"),
    "exited from explicit termination request",
    "exited after application shutdown",
    "executor decommission: (spark scale down|rolling via )",
    "shutdown hooks cannot be modified during shutdown",
  ].join("|"),
  "i",
);

export function saysReleased(reason: string): boolean {
  return RELEASED.test(reason);
}

/**
 * What Spark says of a job that somebody cancelled: a user, a query or a stream that was stopped, a client that went away. A job that ended
 * with its SparkContext failed. Source: DAGScheduler.
 */
const CANCELLED = /^(?:\[[A-Z_]+\] )?Job \d+ cancelled\b(?! because SparkContext)/;

export function saysCancelled(reason: string): boolean {
  return CANCELLED.test(reason);
}

/** The name of a class, in a sentence or a stack; no part of another word or of a page's address. */
const OUT_OF_MEMORY_ERROR = /(?<![\w/-])\w{0,60}OutOfMemory(?:Error|Exception)(?!\w|[.-]\w)/;
/** 52 is Spark's own code for an OutOfMemoryError (SparkExitCode.OOM). */
const MEMORY_EXIT_CODE = /\bexit(?:ed)?(?: with)?(?: a)? ?(?:code|status)?(?: is)?:? ?52\b/i;
const MEMORY_WORDS = new RegExp(
  [
    asWord("OOM(?:-?kill(?:ed|er|ing|s)?)?"),
    asWord("out[ -]of[ -]memory"),
    "exceeding (?:memory|physical|virtual)",
    "beyond (?:the )?'?(?:physical|virtual)'? memory limit",
  ].join("|"),
  "i",
);

/** Whether the message of a failure names an OutOfMemoryError. */
export function saysOutOfMemoryError(message: string): boolean {
  return OUT_OF_MEMORY_ERROR.test(message);
}

/** Whether a reason says memory by itself. */
export function saysMemory(reason: string): boolean {
  return [MEMORY_WORDS, OUT_OF_MEMORY_ERROR, MEMORY_EXIT_CODE, GPU_MEMORY].some((words) => words.test(reason));
}

/** Of the JVM's heap (Spark's own class among them), and of a GPU by the RAPIDS Accelerator: GpuOOM, GpuRetryOOM, GpuSplitAndRetryOOM. */
const MEMORY_CLASS = /(?:^|\.)(?:\w*OutOfMemoryError|[CG]pu(?:Split)?(?:And)?(?:Retry)?OOM)$/;
/** Of a GPU: CUDA's own words, by RMM and cuDF, PyTorch, TensorFlow, JAX and CuPy. */
const GPU_MEMORY =
  /\bCUDA(?: error)?:? out of (?:memory|resources?)\b|\bCUDA_ERROR_OUT_OF_MEMORY\b|\bcudaErrorMemoryAllocation\b|\bcudaErrorLaunchOutOfResources\b|\bbad_alloc: out_of_memory\b|\bCU(?:BLAS|DNN)_STATUS_ALLOC_FAILED\b|\bresource[ _]?exhausted(?:Error)?: (?:OOM|out of memory)\b/i;
/** What a Python traceback ends with: MemoryError, numpy's _ArrayMemoryError, torch.cuda.OutOfMemoryError. */
const PYTHON_MEMORY_ERROR = /^(?:[\w.]+\.)?_?(?:Array|OutOf)?MemoryError\b/m;

/** Whether a task ended because memory ran out, that of a GPU or of its Python process among them. */
export function isOutOfMemory({ "Class Name": className = "", Description: description = "" }: TaskEndReason): boolean {
  return MEMORY_CLASS.test(className) || GPU_MEMORY.test(description) || PYTHON_MEMORY_ERROR.test(description);
}

const BOUNDARIES = /([\s()[\]{}<>"'`,;=]+)/;
/** What stands before the name of a machine, a pod, a container. */
const NAMED =
  /\b((?:host(?:name)?|node|worker|pod|container|server|executor|on|to|from)[:\s]+)[a-z][a-z_-]*(?:[.-][a-z_-]+)+(?![\w(])/g;
const NAMED_BEFORE = /(?<![a-z_.-])[a-z_.-]+(?= executor #)/g;
const UNITS = /# ?(?:[KMGT]i?B|bytes|B|ms|s|min|m|h)\b/g;
/** What follows a class's name in Java's `Object.toString`. */
const OBJECT_HASH = /@[0-9a-f]{4,}\b/g;

/**
 * A message's first line without what differs between two occurrences of one failure: addresses, ids and counters with the words they are
 * part of, names of machines, units.
 */
export function withoutIds(message: string): string {
  return message
    .split("\n", 1)[0]!
    .replace(OBJECT_HASH, "@#")
    .split(BOUNDARIES)
    .map((word) => (/\d/.test(word) ? "#" : word))
    .join("")
    .replace(NAMED, "$1#")
    .replace(NAMED_BEFORE, "#")
    .replace(UNITS, "#");
}
