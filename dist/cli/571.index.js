export const id = 571;
export const ids = [571];
export const modules = {

/***/ 24571:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  U: () => (/* binding */ readEventLogs)
});

// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
;// CONCATENATED MODULE: ./src/collect/plan-nodes.js
/** Accumulators that are kept at once. A query has some hundred; beyond this the oldest, of queries long over, are let go. */
const MAX_ACCUMULATORS = 200_000;
/**
 * Which nodes of a SQL plan a stage ran: those whose metrics it updated.
 *
 * Timings are left out: whether a short task updates one (from 0) is chance, and the same stage must get the same nodes each time.
 */
class PlanIndex {
    #nodes = new Map();
    /** Takes in a plan, or what AQE has made of it in the meantime. */
    addPlan(root) {
        const inOrder = [];
        // A list of its own in place of recursion: plans of a thousand unions are deep.
        const waiting = [root];
        for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
            inOrder.push(node);
            for (const child of [...(node.children ?? [])].reverse())
                waiting.push(child);
        }
        for (const [index, node] of inOrder.entries()) {
            const name = normalizeNodeName(node.nodeName ?? "");
            if (name === "")
                continue;
            const known = { name, place: inOrder.length - index };
            for (const { accumulatorId, metricType } of node.metrics ?? []) {
                if (accumulatorId === undefined || metricType === "timing" || metricType === "nsTiming")
                    continue;
                this.#nodes.delete(accumulatorId);
                this.#nodes.set(accumulatorId, known);
            }
        }
        for (const oldest of this.#nodes.keys()) {
            if (this.#nodes.size <= MAX_ACCUMULATORS)
                break;
            this.#nodes.delete(oldest);
        }
    }
    /** Names of the nodes that these accumulators belong to, in the order in which the rows pass them. */
    nodesOf(accumulables) {
        const nodes = new Set();
        for (const { ID: id } of accumulables) {
            const node = id === undefined ? undefined : this.#nodes.get(id);
            if (node !== undefined)
                nodes.add(node);
        }
        return [...nodes].sort((a, b) => a.place - b.place).map(({ name }) => name);
    }
}
/** Names of the operations that made a stage's RDDs, first to last: what there is to tell a stage without a SQL plan. */
function scopeNames(stage) {
    const names = new Set();
    for (const { Scope: scope } of [...(stage["RDD Info"] ?? [])].reverse()) {
        const name = normalizeNodeName(readScopeName(scope));
        if (name !== "")
            names.add(name);
    }
    return [...names];
}
function readScopeName(scope) {
    if (scope === undefined)
        return "";
    try {
        const { name } = JSON.parse(scope);
        return typeof name === "string" ? name : "";
    }
    catch {
        return "";
    }
}
/**
 * A node's name as it is in every Spark version and run: without the number of its code generation stage, the table, the path or
 * the relation that it reads. Empty for a node that only wraps others.
 */
function normalizeNodeName(name) {
    const trimmed = name.trim();
    if (/^(WholeStageCodegen|InputAdapter)\b/.test(trimmed))
        return "";
    const scan = /^(\w*Scan)(?: (\w+))?/.exec(trimmed);
    // A v2 scan goes on with the table's name, a v1 scan with the format's.
    if (scan !== null)
        return scan[1] === "BatchScan" || scan[2] === undefined ? scan[1] : `${scan[1]} ${scan[2]}`;
    return trimmed.replace(/ \(\d+\)$/, "");
}

;// CONCATENATED MODULE: ./src/collect/numbers.js
/** A list of numbers in a typed array: 4 or 8 bytes a number where a plain array's parts would be spread over the heap. */
class NumberList {
    #values;
    #length = 0;
    constructor(values) {
        this.#values = values;
    }
    /** Whole numbers below 2^31. */
    static ofIntegers() {
        return new NumberList(new Int32Array(16));
    }
    static ofFloats() {
        return new NumberList(new Float64Array(16));
    }
    get length() {
        return this.#length;
    }
    push(value) {
        this.#reserve(this.#length + 1);
        this.#values[this.#length++] = value;
    }
    append(other) {
        this.#reserve(this.#length + other.#length);
        this.#values.set(other.#values.subarray(0, other.#length), this.#length);
        this.#length += other.#length;
    }
    /** In ascending order; the list's own memory, valid until the next push. */
    sort() {
        return this.#values.subarray(0, this.#length).sort();
    }
    #reserve(length) {
        if (length <= this.#values.length)
            return;
        const size = Math.max(length, this.#values.length * 2);
        const grown = this.#values instanceof Int32Array ? new Int32Array(size) : new Float64Array(size);
        grown.set(this.#values.subarray(0, this.#length));
        this.#values = grown;
    }
}
/**
 * A quantile as Spark's own task summary takes it: the value at floor(q * count), so always one that was measured.
 * Source: AppStatusStore.taskSummary. Null for no values.
 */
function quantile(sorted, q) {
    return sorted[Math.min(Math.floor(q * sorted.length), sorted.length - 1)] ?? null;
}
/**
 * Largest to median value. A median below 1 (most tasks got nothing) counts as 1, which keeps the ratio finite.
 * Null for fewer than two values and where all are 0.
 */
function skew(sorted) {
    const count = sorted.length;
    const largest = sorted[count - 1] ?? 0;
    if (count < 2 || largest <= 0)
        return null;
    const median = (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
    return largest / Math.max(median, 1);
}

;// CONCATENATED MODULE: ./src/collect/redact.js
/** What Spark itself writes for a secret. */
const REDACTED = "*********(redacted)";
/** Spark's own spark.redaction.regex, and the names that it leaves out. */
const SECRET_NAME = /secret|password|passwd|token|credential|access[._-]?key|api[._-]?key|private[._-]?key/i;
/** `-Ddb.password=x` and `?token=x` inside a value, and `scheme://user:password@host`. */
const SECRET_ASSIGNMENT = /([\w.-]*(?:secret|password|passwd|token|access[._-]?key|api[._-]?key)[\w.-]*["']?\s*[=:]\s*)[^\s&,;]+/gi;
const URL_PASSWORD = /(:\/\/[^\s/:@]*:)[^\s/@]+@/g;
/** A property's value, with what looks like a secret taken out, even where Spark did not see one. */
function redactProperty(name, value) {
    return SECRET_NAME.test(name) ? REDACTED : redactText(value);
}
/** A message of Spark's or of a user's code, likewise. */
function redactText(text) {
    return text.replace(SECRET_ASSIGNMENT, `$1${REDACTED}`).replace(URL_PASSWORD, `$1${REDACTED}@`);
}

;// CONCATENATED MODULE: ./src/collect/task-failures.js

const MAX_MESSAGE_LINES = 3;
const MAX_MESSAGE_CHARACTERS = 500;
/** A log of a job that fails a million times over must not fill the memory with its messages. */
const MAX_GROUPS = 200;
const TRACEBACK = "Traceback (most recent call last):";
const OUT_OF_MEMORY_CLASS = /(^|\.)(Spark)?OutOfMemoryError$/;
/**
 * How a task ended. Spark kills tasks whose result it no longer needs (the other copy of a speculative task was first, a stage was
 * cancelled because its job has ended or AQE found it superfluous): these are no failures.
 */
function classifyTaskEnd(reason) {
    if (reason === undefined || reason.Reason === undefined || reason.Reason === "Success")
        return "succeeded";
    if (reason.Reason === "TaskKilled") {
        return /another attempt succeeded|cancel|Job \S+ (was )?(finished|completed)/i.test(reason["Kill Reason"] ?? "")
            ? "not needed"
            : "failed";
    }
    return OUT_OF_MEMORY_CLASS.test(reason["Class Name"] ?? "") ? "out of memory" : "failed";
}
/** What Spark said about a task that failed, in a few lines. */
function describeTaskEnd(reason) {
    const { "Class Name": className, Description: description } = reason;
    if (className !== undefined)
        return shortenMessage(`${className}: ${description ?? ""}`);
    const said = reason["Loss Reason"] ?? reason["Kill Reason"] ?? reason.Message ?? reason.Reason ?? "no reason given";
    return shortenMessage(said);
}
/** The first lines of a message, secrets redacted; in place of a Python traceback the error that it ends with. */
function shortenMessage(message) {
    const lines = message
        .split("\n")
        .map((line) => line.trimEnd())
        .filter((line) => line.trim() !== "");
    const traceback = lines.findIndex((line) => line.includes(TRACEBACK));
    const kept = traceback === -1
        ? lines.slice(0, MAX_MESSAGE_LINES)
        : [...lines.slice(0, traceback), lines[traceback].replace(TRACEBACK, pythonError(lines, traceback))];
    const text = redactText(kept.join("\n"));
    return text.length > MAX_MESSAGE_CHARACTERS ? `${text.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…` : text;
}
/** The line of a traceback that names the error: the first behind it that is not indented. */
function pythonError(lines, traceback) {
    return lines.slice(traceback + 1).find((line) => !/^\s/.test(line)) ?? TRACEBACK;
}
/** Counts failures that are the same: in one stage, of one kind, with one first line but for its numbers. */
class FailureCounter {
    #groups = new Map();
    /** @param stageId null where the failure is no stage's */
    count(stageId, kind, message) {
        const firstLine = message.split("\n", 1)[0].replace(/\d+/g, "#");
        const key = `${stageId} ${kind} ${firstLine}`;
        const group = this.#groups.get(key);
        if (group !== undefined)
            group.count += 1;
        else if (this.#groups.size < MAX_GROUPS)
            this.#groups.set(key, { stageId, kind, message, count: 1 });
    }
    /** In the order of their first occurrence. */
    toFailures(stageKey) {
        return [...this.#groups.values()].map(({ stageId, kind, message, count }) => ({
            stage: stageId === null ? null : stageKey(stageId),
            kind,
            message,
            count,
        }));
    }
}

;// CONCATENATED MODULE: ./src/collect/task-totals.js


/** 24 days, the largest that four bytes hold. */
const LONGEST_MS = 2 ** 31 - 1;
/** Sums that a task adds to. */
const SUMS = [
    "cpuNs",
    "runMs",
    "gcMs",
    "inputBytes",
    "inputRecords",
    "outputBytes",
    "outputRecords",
    "shuffleReadBytes",
    "shuffleReadRecords",
    "shuffleWriteBytes",
    "shuffleWriteRecords",
    "memorySpilledBytes",
    "diskSpilledBytes",
];
/**
 * What the tasks of a stage, or of several, come to.
 *
 * Sums take in the tasks that failed and the attempts that were repeated, as far as Spark reports their metrics: it is work that was
 * done. Durations and the shuffle figures by task are of successful tasks only: 20 bytes of memory a task, 6 MB for 300,000.
 */
class TaskTotals {
    tasks = 0;
    failedTasks = 0;
    outOfMemoryTasks = 0;
    /** Tasks that reported metrics; without any, sums are unknown and not 0. */
    #measured = 0;
    #peakExecutionMemoryBytes = 0;
    #sums = Object.fromEntries(SUMS.map((name) => [name, 0]));
    #durationsMs = NumberList.ofIntegers();
    #shuffleReadBytes = NumberList.ofFloats();
    #shuffleReadRecords = NumberList.ofFloats();
    addTask({ "Task End Reason": reason, "Task Info": info, "Task Metrics": metrics }) {
        const outcome = classifyTaskEnd(reason);
        this.tasks += 1;
        if (outcome === "failed")
            this.failedTasks += 1;
        if (outcome === "out of memory") {
            this.failedTasks += 1;
            this.outOfMemoryTasks += 1;
        }
        const succeeded = outcome === "succeeded";
        const launched = numberOf(info?.["Launch Time"]);
        const finished = numberOf(info?.["Finish Time"]);
        if (succeeded && launched > 0 && finished > 0) {
            this.#durationsMs.push(Math.min(Math.max(0, finished - launched), LONGEST_MS));
        }
        if (metrics == null)
            return;
        this.#measured += 1;
        const sums = this.#sums;
        const read = metrics["Shuffle Read Metrics"];
        const write = metrics["Shuffle Write Metrics"];
        const input = metrics["Input Metrics"];
        const output = metrics["Output Metrics"];
        const readBytes = numberOf(read?.["Remote Bytes Read"]) + numberOf(read?.["Local Bytes Read"]);
        const readRecords = numberOf(read?.["Total Records Read"]);
        sums.cpuNs += numberOf(metrics["Executor CPU Time"]);
        sums.runMs += numberOf(metrics["Executor Run Time"]);
        sums.gcMs += numberOf(metrics["JVM GC Time"]);
        sums.inputBytes += numberOf(input?.["Bytes Read"]);
        sums.inputRecords += numberOf(input?.["Records Read"]);
        sums.outputBytes += numberOf(output?.["Bytes Written"]);
        sums.outputRecords += numberOf(output?.["Records Written"]);
        sums.shuffleReadBytes += readBytes;
        sums.shuffleReadRecords += readRecords;
        sums.shuffleWriteBytes += numberOf(write?.["Shuffle Bytes Written"]);
        sums.shuffleWriteRecords += numberOf(write?.["Shuffle Records Written"]);
        sums.memorySpilledBytes += numberOf(metrics["Memory Bytes Spilled"]);
        sums.diskSpilledBytes += numberOf(metrics["Disk Bytes Spilled"]);
        this.#peakExecutionMemoryBytes = Math.max(this.#peakExecutionMemoryBytes, numberOf(metrics["Peak Execution Memory"]));
        if (succeeded) {
            this.#shuffleReadBytes.push(readBytes);
            this.#shuffleReadRecords.push(readRecords);
        }
    }
    add(other) {
        this.tasks += other.tasks;
        this.failedTasks += other.failedTasks;
        this.outOfMemoryTasks += other.outOfMemoryTasks;
        this.#measured += other.#measured;
        this.#peakExecutionMemoryBytes = Math.max(this.#peakExecutionMemoryBytes, other.#peakExecutionMemoryBytes);
        for (const name of SUMS)
            this.#sums[name] += other.#sums[name];
        this.#durationsMs.append(other.#durationsMs);
        this.#shuffleReadBytes.append(other.#shuffleReadBytes);
        this.#shuffleReadRecords.append(other.#shuffleReadRecords);
    }
    /** The metrics that tasks make up; what is known of stages, executors and the clock is the caller's. */
    toMetrics(of) {
        const measured = (value) => (this.#measured === 0 ? null : value);
        const { cpuNs, ...sums } = this.#sums;
        const durations = this.#durationsMs.sort();
        const measuredSums = Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, measured(value)]));
        return {
            ...of,
            ...measuredSums,
            // To the microsecond: a float's further digits only blow up the documents.
            cpuMs: measured(Math.round(cpuNs / 1000) / 1000),
            tasks: this.tasks,
            failedTasks: this.failedTasks,
            peakExecutionMemoryBytes: measured(this.#peakExecutionMemoryBytes),
            taskMsP50: quantile(durations, 0.5),
            taskMsP95: quantile(durations, 0.95),
            taskMsP99: quantile(durations, 0.99),
        };
    }
    toSkews() {
        return {
            shuffleRecordsSkew: skew(this.#shuffleReadRecords.sort()),
            shuffleBytesSkew: skew(this.#shuffleReadBytes.sort()),
            taskMsSkew: skew(this.#durationsMs.sort()),
        };
    }
}
/** A damaged log may hold anything where a number belongs. */
function numberOf(value) {
    return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

;// CONCATENATED MODULE: ./src/collect/stage-record.js


/** One stage of an application with all its attempts, as the events go by. */
class StageRecord {
    id;
    totals = new TaskTotals();
    name = "";
    /** Whole `spark.jobGroup.id`, repetition included. */
    jobGroup = "";
    submittedAtMs = null;
    completedAtMs = null;
    /** Empty where the stage has no SQL plan, or did not complete. */
    planNodes = [];
    #scopes = [];
    #attempts = new Set();
    constructor(id) {
        this.id = id;
    }
    /** Takes in what an event says of the stage; which of its events comes first depends on where the log begins. */
    describe(info) {
        this.addAttempt(info["Stage Attempt ID"]);
        this.name = info["Stage Name"] ?? this.name;
        if (this.#scopes.length === 0)
            this.#scopes = scopeNames(info);
        this.submittedAtMs ??= info["Submission Time"] ?? null;
        this.completedAtMs = info["Completion Time"] ?? this.completedAtMs;
    }
    addAttempt(attempt = 0) {
        this.#attempts.add(attempt);
    }
    get attempts() {
        return this.#attempts.size;
    }
    get retries() {
        return this.#attempts.has(0) ? this.#attempts.size - 1 : this.#attempts.size;
    }
    /** What names the stage in its key. */
    get nodes() {
        return this.planNodes.length > 0 ? this.planNodes : this.#scopes;
    }
    get wallMs() {
        return this.submittedAtMs === null || this.completedAtMs === null ? null : this.completedAtMs - this.submittedAtMs;
    }
}

;// CONCATENATED MODULE: ./src/collect/application-record.js



const JOB_GROUP = "spark.jobGroup.id";
/** An application as its events go by: everything that the figures are made of, and nothing that grows with the tasks but their durations. */
class ApplicationRecord {
    id = null;
    name = null;
    sparkVersion = null;
    javaVersion = null;
    startedAtMs = null;
    endedAtMs = null;
    /** Time of the last event that had one: as far as an unfinished log reaches. */
    lastSeenAtMs = 0;
    properties = new Map();
    stages = new Map();
    groups = new Map();
    removedExecutors = [];
    failures = new FailureCounter();
    /** Groups of the jobs that have not ended. */
    openJobs = new Map();
    #plans = new PlanIndex();
    LogStart = (event) => {
        this.sparkVersion = event["Spark Version"] ?? null;
    };
    ApplicationStart = (event) => {
        this.id = event["App ID"] ?? null;
        this.name = event["App Name"] ?? null;
        this.startedAtMs = event.Timestamp ?? null;
        this.#see(event.Timestamp);
    };
    ApplicationEnd = (event) => {
        this.endedAtMs = event.Timestamp ?? this.lastSeenAtMs;
        this.#see(event.Timestamp);
    };
    EnvironmentUpdate = (event) => {
        this.javaVersion = event["JVM Information"]?.["Java Version"] ?? this.javaVersion;
        const properties = event["Spark Properties"] ?? {};
        this.#addProperties(Array.isArray(properties) ? Object.fromEntries(properties) : properties);
    };
    JobStart = (event) => {
        const group = event.Properties?.[JOB_GROUP] ?? "";
        const startedAtMs = event["Submission Time"] ?? this.lastSeenAtMs;
        const span = this.groups.get(group);
        if (span === undefined)
            this.groups.set(group, { startedAtMs, endedAtMs: null });
        this.openJobs.set(event["Job ID"], group);
        this.#see(startedAtMs);
    };
    JobEnd = (event) => {
        const endedAtMs = event["Completion Time"] ?? this.lastSeenAtMs;
        this.#see(endedAtMs);
        const span = this.groups.get(this.openJobs.get(event["Job ID"]) ?? "");
        this.openJobs.delete(event["Job ID"]);
        if (span !== undefined)
            span.endedAtMs = Math.max(span.endedAtMs ?? 0, endedAtMs);
        const { Result: result, Exception: exception } = event["Job Result"] ?? {};
        if (result !== "JobFailed")
            return;
        this.failures.count(null, "JobFailed", shortenMessage(exception?.Message ?? "no reason given"));
    };
    StageSubmitted = (event) => {
        const stage = this.#describeStage(event["Stage Info"]);
        stage.jobGroup = event.Properties?.[JOB_GROUP] ?? stage.jobGroup;
    };
    StageCompleted = (event) => {
        const stage = this.#describeStage(event["Stage Info"]);
        const nodes = this.#plans.nodesOf(event["Stage Info"].Accumulables ?? []);
        // A repeated attempt runs only what was lost, and may leave nodes out.
        if (nodes.length > stage.planNodes.length)
            stage.planNodes = nodes;
    };
    TaskEnd = (event) => {
        const stage = this.#stage(event["Stage ID"]);
        stage.addAttempt(event["Stage Attempt ID"]);
        stage.totals.addTask(event);
        this.#see(event["Task Info"]?.["Finish Time"]);
        const reason = event["Task End Reason"];
        const outcome = classifyTaskEnd(reason);
        if (reason === undefined || outcome === "succeeded" || outcome === "not needed")
            return;
        this.failures.count(stage.id, reason.Reason ?? "unknown", describeTaskEnd(reason));
    };
    ExecutorRemoved = (event) => {
        this.removedExecutors.push({
            executorId: event["Executor ID"] ?? "",
            atMs: event.Timestamp ?? this.lastSeenAtMs,
            reason: event["Removed Reason"] ?? "",
        });
        this.#see(event.Timestamp);
    };
    SQLExecutionStart = (event) => {
        if (event.sparkPlanInfo != null)
            this.#plans.addPlan(event.sparkPlanInfo);
        this.#addProperties(event.modifiedConfigs ?? {});
    };
    SQLAdaptiveExecutionUpdate = (event) => {
        if (event.sparkPlanInfo != null)
            this.#plans.addPlan(event.sparkPlanInfo);
    };
    #stage(id) {
        let stage = this.stages.get(id);
        if (stage === undefined) {
            stage = new StageRecord(id);
            this.stages.set(id, stage);
        }
        return stage;
    }
    #describeStage(info) {
        const stage = this.#stage(info["Stage ID"]);
        stage.describe(info);
        this.#see(info["Submission Time"]);
        this.#see(info["Completion Time"]);
        return stage;
    }
    #addProperties(properties) {
        for (const [name, value] of Object.entries(properties))
            this.properties.set(name, String(value));
    }
    #see(atMs) {
        if (atMs !== undefined && atMs > this.lastSeenAtMs)
            this.lastSeenAtMs = atMs;
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./src/collect/codecs/decode.js
/** The stream cannot be decoded any further. What came before this error is good. */
class DecodeError extends Error {
    name = "DecodeError";
}
const NOTHING = Buffer.alloc(0);
const EMPTY_BLOCK = NOTHING;
/** No writer of these formats makes blocks near this size: a larger length is damage, and must not become an allocation. */
const MAX_BLOCK_BYTES = 64 * 2 ** 20;
/**
 * Decodes a format that is a sequence of blocks with their lengths in front.
 *
 * @param readBlock gives the block at the offset, or null when not all of its bytes are there yet; throws DecodeError
 */
function* decodeBlocks(chunks, format, readBlock) {
    let pending = NOTHING;
    for (const chunk of chunks) {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        let offset = 0;
        for (let block = readBlock(pending, 0); block !== null; block = readBlock(pending, offset)) {
            offset = block.next;
            if (block.content.length > 0)
                yield block.content;
        }
        pending = pending.subarray(offset);
    }
    if (pending.length > 0)
        throw new DecodeError(`the ${format} stream ends in the middle of a block`);
}

;// CONCATENATED MODULE: ./src/collect/codecs/lz4-block.js

/**
 * What lz4-java's LZ4BlockOutputStream writes, which is not the standard LZ4 frame: per block the magic "LZ4Block", a token
 * (compression method in the upper half), compressed and decompressed length and a checksum (little-endian, 4 bytes each).
 * The checksums (xxHash32) are not checked: damage shows itself as a line that is no JSON.
 * Source: https://github.com/lz4/lz4-java, LZ4BlockOutputStream.
 */
const LZ4_BLOCK_MAGIC = Buffer.from("LZ4Block");
const HEADER_BYTES = 21;
const METHOD_RAW = 0x10;
const METHOD_LZ4 = 0x20;
function decodeLz4Block(chunks) {
    return decodeBlocks(chunks, "LZ4Block", readLz4Block);
}
function readLz4Block(bytes, offset) {
    if (bytes.length - offset < HEADER_BYTES)
        return null;
    if (bytes.compare(LZ4_BLOCK_MAGIC, 0, 8, offset, offset + 8) !== 0) {
        throw new DecodeError("the LZ4Block stream has a damaged block header");
    }
    const method = bytes[offset + 8] & 0xf0;
    const compressedBytes = bytes.readUInt32LE(offset + 9);
    const contentBytes = bytes.readUInt32LE(offset + 13);
    if (compressedBytes > MAX_BLOCK_BYTES || contentBytes > MAX_BLOCK_BYTES) {
        throw new DecodeError("the LZ4Block stream has a damaged block header");
    }
    const start = offset + HEADER_BYTES;
    const next = start + compressedBytes;
    if (bytes.length < next)
        return null;
    // An empty block marks the end of one stream; another one may follow.
    if (contentBytes === 0)
        return { content: EMPTY_BLOCK, next };
    const compressed = bytes.subarray(start, next);
    if (method === METHOD_RAW)
        return { content: compressed, next };
    if (method !== METHOD_LZ4)
        throw new DecodeError(`the LZ4Block stream has an unknown method ${method}`);
    return { content: decompressLz4(compressed, contentBytes), next };
}
/** Decompresses one raw LZ4 block. Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
function decompressLz4(input, outputBytes) {
    const output = Buffer.allocUnsafe(outputBytes);
    let from = 0;
    let to = 0;
    const readLength = (nibble) => {
        let length = nibble;
        if (nibble === 15) {
            let byte = 255;
            while (byte === 255) {
                byte = input[from++] ?? 0;
                length += byte;
            }
        }
        return length;
    };
    while (from < input.length) {
        const token = input[from++];
        const literals = readLength(token >> 4);
        if (from + literals > input.length || to + literals > outputBytes)
            throw new DecodeError("damaged LZ4 block");
        for (const end = to + literals; to < end;)
            output[to++] = input[from++];
        if (from >= input.length)
            break;
        const distance = input[from] | (input[from + 1] << 8);
        from += 2;
        const matched = readLength(token & 15) + 4;
        if (distance === 0 || distance > to || to + matched > outputBytes)
            throw new DecodeError("damaged LZ4 block");
        // Byte by byte: a match may overlap what it is writing.
        for (const end = to + matched; to < end; to++)
            output[to] = output[to - distance];
    }
    if (to !== outputBytes)
        throw new DecodeError("damaged LZ4 block");
    return output;
}

;// CONCATENATED MODULE: ./src/collect/codecs/lzf.js

/**
 * What compress-lzf's LZFOutputStream writes: per chunk "ZV", a type (0 stored, 1 compressed), the compressed length and, where
 * compressed, the content's length (big-endian, 2 bytes each). Source: https://github.com/ning/compress/wiki/LZFFormat
 */
const LZF_MAGIC = Buffer.from("ZV");
function decodeLzf(chunks) {
    return decodeBlocks(chunks, "LZF", readLzfBlock);
}
function readLzfBlock(bytes, offset) {
    if (bytes.length - offset < 7)
        return null;
    const type = bytes[offset + 2];
    if (bytes[offset] !== LZF_MAGIC[0] || bytes[offset + 1] !== LZF_MAGIC[1] || type > 1) {
        throw new DecodeError("the LZF stream has a damaged chunk header");
    }
    const start = offset + (type === 0 ? 5 : 7);
    const next = start + bytes.readUInt16BE(offset + 3);
    if (bytes.length < next)
        return null;
    const chunk = bytes.subarray(start, next);
    return { content: type === 0 ? chunk : decompressLzf(chunk, bytes.readUInt16BE(offset + 5)), next };
}
function decompressLzf(input, outputBytes) {
    const output = Buffer.allocUnsafe(outputBytes);
    let from = 0;
    let to = 0;
    while (from < input.length) {
        const control = input[from++];
        if (control < 32) {
            if (to + control + 1 > outputBytes || from + control + 1 > input.length)
                throw new DecodeError("damaged LZF chunk");
            for (const end = to + control + 1; to < end;)
                output[to++] = input[from++];
            continue;
        }
        const length = (control >> 5 === 7 ? 7 + (input[from++] ?? 0) : control >> 5) + 2;
        const distance = (((control & 31) << 8) | (input[from++] ?? 0)) + 1;
        if (distance > to || to + length > outputBytes)
            throw new DecodeError("damaged LZF chunk");
        for (const end = to + length; to < end; to++)
            output[to] = output[to - distance];
    }
    if (to !== outputBytes)
        throw new DecodeError("damaged LZF chunk");
    return output;
}

;// CONCATENATED MODULE: ./src/collect/codecs/snappy-java.js

/**
 * What snappy-java's SnappyOutputStream writes, which is not the standard snappy frame: a header of 16 bytes (magic, version,
 * oldest compatible version), then raw snappy blocks, each with its length in front (big-endian, 4 bytes).
 * Source: https://github.com/xerial/snappy-java, SnappyCodec and SnappyOutputStream.
 */
const SNAPPY_JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const snappy_java_HEADER_BYTES = 16;
function decodeSnappyJava(chunks) {
    return decodeBlocks(chunks, "snappy", readSnappyBlock);
}
function readSnappyBlock(bytes, offset) {
    const available = bytes.length - offset;
    if (available < 4)
        return null;
    // Streams may be concatenated, so a header may come where a length would.
    if (bytes[offset] === 0x82)
        return available < snappy_java_HEADER_BYTES ? null : { content: EMPTY_BLOCK, next: offset + snappy_java_HEADER_BYTES };
    const compressedBytes = bytes.readUInt32BE(offset);
    if (compressedBytes > MAX_BLOCK_BYTES)
        throw new DecodeError("the snappy stream has a damaged block length");
    const start = offset + 4;
    const next = start + compressedBytes;
    if (bytes.length < next)
        return null;
    return { content: decompressSnappy(bytes.subarray(start, next)), next };
}
/** Decompresses one raw snappy block. Source: https://github.com/google/snappy/blob/main/format_description.txt */
function decompressSnappy(input) {
    const damaged = () => new DecodeError("damaged snappy block");
    let from = 0;
    let outputBytes = 0;
    for (let shift = 0;; shift += 7) {
        const byte = input[from++];
        if (byte === undefined || shift > 28)
            throw damaged();
        outputBytes += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80)
            break;
    }
    if (outputBytes > MAX_BLOCK_BYTES)
        throw damaged();
    const output = Buffer.allocUnsafe(outputBytes);
    const readLittleEndian = (bytes) => {
        let value = 0;
        for (let index = 0; index < bytes; index++)
            value += (input[from++] ?? 0) * 2 ** (8 * index);
        return value;
    };
    let to = 0;
    while (from < input.length) {
        const tag = input[from++];
        if ((tag & 3) === 0) {
            const short = tag >> 2;
            const length = (short < 60 ? short : readLittleEndian(short - 59)) + 1;
            if (from + length > input.length || to + length > outputBytes)
                throw damaged();
            for (const end = to + length; to < end;)
                output[to++] = input[from++];
            continue;
        }
        let length = (tag >> 2) + 1;
        let distance;
        if ((tag & 3) === 1) {
            length = ((tag >> 2) & 7) + 4;
            distance = ((tag >> 5) << 8) | (input[from++] ?? 0);
        }
        else {
            distance = readLittleEndian((tag & 3) === 2 ? 2 : 4);
        }
        if (distance === 0 || distance > to || to + length > outputBytes)
            throw damaged();
        // Byte by byte: a copy may overlap what it is writing.
        for (const end = to + length; to < end; to++)
            output[to] = output[to - distance];
    }
    if (to !== outputBytes)
        throw damaged();
    return output;
}

// EXTERNAL MODULE: ../node_modules/zstddec/dist/zstddec-stream.mjs
var zstddec_stream = __webpack_require__(66102);
;// CONCATENATED MODULE: ./src/collect/codecs/zstd.js



const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const decoder = new zstddec_stream/* ZSTDDecoder */.A();
/** Frames without content are legal, but nobody writes this many of them in a row. */
const MAX_EMPTY_PIECES = 10_000;
/** Compiles the WebAssembly of the decoder; to be awaited once before decodeZstd. */
async function prepareZstd() {
    await decoder.init();
}
/**
 * Decodes Zstandard, frame after frame: Spark writes tens to hundreds of them into one file, while Node's own decoder (which Node 20
 * does not have) stops after the first without an error. A last frame that is cut off gives its whole blocks and then a DecodeError.
 *
 * The decoder is the reference implementation in WebAssembly; on event logs it decoded 1.9 GB a CPU second, fzstd 0.3.
 */
function* decodeZstd(chunks) {
    let emptyPieces = 0;
    const pieces = decoder.decodeStreaming(chunks);
    for (;;) {
        let next;
        try {
            next = pieces.next();
        }
        catch (error) {
            if (/incomplete stream/i.test((0,errors/* errorMessage */.gJ)(error))) {
                throw new DecodeError("the zstd stream ends in the middle of a frame");
            }
            throw error;
        }
        if (next.done)
            return;
        emptyPieces = next.value.length === 0 ? emptyPieces + 1 : 0;
        // On damage the decoder makes no progress, and does not say so.
        if (emptyPieces > MAX_EMPTY_PIECES)
            throw new DecodeError("the zstd stream is damaged");
        if (next.value.length > 0)
            yield next.value;
    }
}

;// CONCATENATED MODULE: ./src/collect/codecs/detect-codec.js




/** Bytes of a file's beginning that tell its format. */
const SNIFF_BYTES = 16;
function* passThrough(chunks) {
    yield* chunks;
}
/** By content: people rename files, and an event log in progress has a second suffix. */
const CODECS = [
    { magics: [ZSTD_MAGIC], decode: decodeZstd, prepare: prepareZstd },
    { magics: [LZ4_BLOCK_MAGIC], decode: decodeLz4Block },
    { magics: [SNAPPY_JAVA_MAGIC], decode: decodeSnappyJava },
    { magics: [0, 1].map((type) => Buffer.from([...LZF_MAGIC, type])), decode: decodeLzf },
    { magics: [Buffer.from("{")], decode: passThrough },
];
/** Formats that Spark does not write but that people put logs into. */
const FOREIGN = [
    {
        magic: Buffer.from([0x50, 0x4b, 0x03, 0x04]),
        name: "a zip archive",
        hint: "Unzip it first: a History Server's /logs answer is a zip of the event log.",
    },
    { magic: Buffer.from([0x1f, 0x8b]), name: "compressed by gzip", hint: "Decompress it first: gzip -d." },
    {
        magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]),
        name: "a standard LZ4 frame, which Spark does not write",
        hint: "Decompress it first: lz4 -d.",
    },
];
/** How to decode a file that begins so; undefined for what is no event log. */
function detectCodec(head) {
    return CODECS.find(({ magics }) => magics.some((magic) => startsWith(head, magic)));
}
/** What a file is that is none of Spark's formats, in words, and what to do. */
function describeForeignFormat(head) {
    return FOREIGN.find(({ magic }) => startsWith(head, magic));
}
function startsWith(head, magic) {
    return head.length >= magic.length && head.compare(magic, 0, magic.length, 0, magic.length) === 0;
}

;// CONCATENATED MODULE: ./src/collect/find-logs.js




/** How deep folders are searched: a run's `eventlogs/<case>/<log>` and one more. */
const MAX_DEPTH = 3;
const IN_PROGRESS = ".inprogress";
/** `events_<index>_<application>[.codec][.compact]` */
const ROLLING_FILE = /^events_(\d+)_.+?(\.compact)?$/;
/** Finds the logs that a path stands for. Throws BadInputError where there is none. */
async function findLogs(logPath) {
    const stats = await (0,promises_.stat)(logPath).catch((error) => {
        throw new errors/* BadInputError */.Ys(`Cannot read the event log ${logPath}: ${(0,errors/* errorMessage */.gJ)(error)}`, {
            hint: (0,errors/* errorCode */.CA)(error) === "ENOENT"
                ? "Give a log file, a rolling folder (eventlog_v2_...) or a folder that holds some."
                : "Check the permissions of the file and its folders.",
            cause: error,
        });
    });
    if (!stats.isDirectory()) {
        if (!stats.isFile())
            throw new errors/* BadInputError */.Ys(`${logPath} is neither a file nor a folder`);
        return [toFileSource(logPath)];
    }
    const sources = await searchFolder(logPath, MAX_DEPTH);
    if (sources.length === 0) {
        throw new errors/* BadInputError */.Ys(`No event log found in the folder ${logPath}`, {
            hint: "Spark writes logs there when spark.eventLog.enabled is true and spark.eventLog.dir names the folder.",
        });
    }
    return sources;
}
function toFileSource(file) {
    return { name: external_node_path_.basename(file), files: [file], inProgress: file.endsWith(IN_PROGRESS), problems: [] };
}
async function searchFolder(folder, depth) {
    const entries = await (0,promises_.readdir)(folder, { withFileTypes: true }).catch((error) => {
        throw new errors/* BadInputError */.Ys(`Cannot read the folder ${folder}: ${(0,errors/* errorMessage */.gJ)(error)}`, {
            hint: "Check its permissions.",
            cause: error,
        });
    });
    // Hidden files are Hadoop's checksums (.events_1_app.crc) and what its file system has not finished.
    const visible = entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => compareNames(a.name, b.name));
    const files = visible.filter((entry) => entry.isFile() && !entry.name.endsWith(".crc")).map(({ name }) => name);
    const rolling = files.filter((name) => ROLLING_FILE.test(name));
    if (rolling.length > 0 || external_node_path_.basename(folder).startsWith("eventlog_v2_"))
        return [toRollingSource(folder, files)];
    const sources = [];
    for (const name of files) {
        const file = external_node_path_.join(folder, name);
        if (await mayBeLog(file))
            sources.push(toFileSource(file));
    }
    for (const entry of visible) {
        if (entry.isDirectory() && depth > 1)
            sources.push(...(await searchFolder(external_node_path_.join(folder, entry.name), depth - 1)));
    }
    return sources;
}
/** Other files may lie beside logs; by name and content these are no logs. Empty and unreadable ones are, so that they are reported. */
async function mayBeLog(file) {
    if (/\.(json|jsonl|md|html|xml|txt|log|out|err|tmp)$/.test(file))
        return false;
    const handle = await (0,promises_.open)(file).catch(() => null);
    if (handle === null)
        return true;
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
        return bytesRead === 0 || detectCodec(buffer.subarray(0, bytesRead)) !== undefined;
    }
    finally {
        await handle.close();
    }
}
function toRollingSource(folder, names) {
    const found = [];
    for (const name of names) {
        const match = ROLLING_FILE.exec(name);
        if (match !== null)
            found.push({ index: Number(match[1]), name, compacted: match[2] !== undefined });
    }
    found.sort((a, b) => a.index - b.index || Number(b.compacted) - Number(a.compacted));
    const problems = [];
    // A History Server replaces the oldest files by a compact one that has the last one's index.
    const compact = found.findLastIndex(({ compacted }) => compacted);
    const parts = found.slice(Math.max(compact, 0)).filter((part, index, all) => part.index !== all[index - 1]?.index);
    if (compact !== -1)
        problems.push("a History Server has compacted the log: events of jobs that had ended are gone");
    let expected = compact === -1 ? 1 : (parts[0]?.index ?? 1);
    for (const { index } of parts) {
        if (index > expected)
            problems.push(describeGap(expected, index - 1));
        expected = index + 1;
    }
    if (parts.length === 0)
        problems.push("the rolling folder holds no events file");
    return {
        name: external_node_path_.basename(folder).replace(/^eventlog_v2_/, ""),
        files: parts.map(({ name }) => external_node_path_.join(folder, name)),
        inProgress: names.some((name) => name.startsWith("appstatus_") && name.endsWith(IN_PROGRESS)),
        problems,
    };
}
function describeGap(from, to) {
    return from === to
        ? `the rolling file events_${from} is missing`
        : `the rolling files events_${from} to ${to} are missing`;
}
function compareNames(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./src/collect/spark-events.js
/** The parts of Spark's listener events that are read, as JsonProtocol and the SQL listener write them. Anything may be absent. */
const EVENT_NAMES = new Set([
    "LogStart",
    "ApplicationStart",
    "ApplicationEnd",
    "EnvironmentUpdate",
    "JobStart",
    "JobEnd",
    "StageSubmitted",
    "StageCompleted",
    "TaskEnd",
    "ExecutorRemoved",
    "SQLExecutionStart",
    "SQLAdaptiveExecutionUpdate",
]);

;// CONCATENATED MODULE: ./src/collect/parse-event.js

const PREFIX = Buffer.from('{"Event":"');
const QUOTE = 34;
/** The SQL events have their whole class name. */
const PACKAGES = /^(?:SparkListener|org\.apache\.spark\.sql\.execution\.ui\.SparkListener)/;
const mark = (text, closing = "") => ({ mark: Buffer.from(text), closing });
const PLAN_CUT = {
    from: Buffer.from('"physicalPlanDescription":"'),
    to: [mark('","sparkPlanInfo":{')],
};
const CUTS = {
    // A task that was lost has no metrics.
    TaskEnd: {
        from: Buffer.from('"Accumulables":['),
        to: [mark('"Task Metrics":{', "]},"), mark(']},"Task Executor Metrics":{')],
    },
    JobStart: { from: Buffer.from('"Stage Infos":['), to: [mark('],"Stage IDs":[')] },
    SQLExecutionStart: PLAN_CUT,
    SQLAdaptiveExecutionUpdate: PLAN_CUT,
};
/** Without these an event says nothing, whatever else it holds. */
const REQUIRED = {
    JobStart: "Job ID",
    JobEnd: "Job ID",
    StageSubmitted: "Stage Info",
    StageCompleted: "Stage Info",
    TaskEnd: "Stage ID",
};
/** Reads lines of an event log and hands on the events that have a handler. */
function createLineReader(handlers) {
    const known = new Map();
    const lookUp = (event) => {
        const name = event.replace(PACKAGES, "");
        return EVENT_NAMES.has(name) ? name : null;
    };
    return (bytes, start, end) => {
        if (bytes.compare(PREFIX, 0, PREFIX.length, start, Math.min(start + PREFIX.length, end)) !== 0)
            return "damaged";
        const nameStart = start + PREFIX.length;
        const nameEnd = bytes.indexOf(QUOTE, nameStart);
        if (nameEnd === -1 || nameEnd > end)
            return "damaged";
        const fullName = bytes.toString("latin1", nameStart, nameEnd);
        let name = known.get(fullName);
        if (name === undefined) {
            name = lookUp(fullName);
            known.set(fullName, name);
        }
        if (name === null)
            return bytes[end - 1] === 125 ? "passed over" : "damaged";
        const event = parseObject(cutBulk(bytes.subarray(start, end), CUTS[name]));
        const required = REQUIRED[name];
        if (event === undefined || (required !== undefined && event[required] == null))
            return "damaged";
        handlers[name](event);
        return "read";
    };
}
function parseObject(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function cutBulk(line, bulk) {
    const found = bulk === undefined ? -1 : line.indexOf(bulk.from);
    if (bulk === undefined || found === -1)
        return line.toString("utf8");
    const keep = found + bulk.from.length;
    for (const { mark, closing } of bulk.to) {
        const to = line.indexOf(mark, keep);
        if (to !== -1)
            return line.toString("utf8", 0, keep) + closing + line.toString("utf8", to);
    }
    return line.toString("utf8");
}

;// CONCATENATED MODULE: ./src/collect/split-lines.js
const NEWLINE = 10;
/** Spark's largest lines are SQL plans of some megabytes. Beyond this, a line is taken for damage and not held in memory. */
const DEFAULT_MAX_LINE_BYTES = 64 * 2 ** 20;
/** Cuts a stream of bytes into lines without making strings of them. Memory is bounded by the longest line allowed. */
class LineSplitter {
    #handlers;
    #maxLineBytes;
    #held = [];
    #heldBytes = 0;
    /** Length so far of the line that is being passed over; 0 when none is. */
    #passedOver = 0;
    constructor(handlers, maxLineBytes = DEFAULT_MAX_LINE_BYTES) {
        this.#handlers = handlers;
        this.#maxLineBytes = maxLineBytes;
    }
    write(piece) {
        const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
        let start = 0;
        for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
            this.#endLine(bytes, start, end);
            start = end + 1;
        }
        if (start < bytes.length)
            this.#hold(bytes.subarray(start));
    }
    /** The stream has ended. Returns the bytes behind the last newline, which were handed over as a line like all others. */
    end() {
        const rest = this.#heldBytes + this.#passedOver;
        if (rest > 0)
            this.#endLine(Buffer.alloc(0), 0, 0);
        return rest;
    }
    #endLine(bytes, start, end) {
        if (this.#passedOver > 0) {
            this.#handlers.onLongLine(this.#passedOver + end - start);
            this.#passedOver = 0;
        }
        else if (this.#heldBytes + end - start > this.#maxLineBytes) {
            this.#handlers.onLongLine(this.#heldBytes + end - start);
        }
        else if (this.#heldBytes > 0) {
            const line = Buffer.concat([...this.#held, bytes.subarray(start, end)]);
            this.#handlers.onLine(line, 0, line.length);
        }
        else if (end > start) {
            this.#handlers.onLine(bytes, start, end);
        }
        this.#held = [];
        this.#heldBytes = 0;
    }
    #hold(rest) {
        if (this.#passedOver > 0) {
            this.#passedOver += rest.length;
        }
        else if (this.#heldBytes + rest.length > this.#maxLineBytes) {
            this.#passedOver = this.#heldBytes + rest.length;
            this.#held = [];
            this.#heldBytes = 0;
        }
        else {
            // A copy: the decoder may reuse what it handed over.
            this.#held.push(Buffer.from(rest));
            this.#heldBytes += rest.length;
        }
    }
}

;// CONCATENATED MODULE: ./src/collect/read-log-file.js







const READ_BYTES = 256 * 1024;
/** Work between two looks at the event loop, some 10 ms: progress is drawn and Ctrl-C heard while a large log is read. */
const BYTES_IN_ONE_GO = 4 * 2 ** 20;
/**
 * Feeds one file's events to the handlers, and counts. Returns why it could not be read to its end, or null. Throws BadInputError
 * for a file that cannot be read or is no event log by its first bytes.
 */
async function readLogFile(file, handlers, tally, { maxLineBytes = DEFAULT_MAX_LINE_BYTES }) {
    const readLine = createLineReader(handlers);
    let lastLineDamaged = false;
    const splitter = new LineSplitter({
        onLine: (bytes, start, end) => {
            const outcome = readLine(bytes, start, end);
            lastLineDamaged = outcome === "damaged";
            if (lastLineDamaged)
                tally.damagedLines += 1;
            else
                tally.events += 1;
        },
        onLongLine: (length) => {
            lastLineDamaged = false;
            tally.longLines += 1;
            tally.longestLineBytes = Math.max(tally.longestLineBytes, length);
        },
    }, maxLineBytes);
    let problem = null;
    let descriptor;
    try {
        descriptor = (0,external_node_fs_.openSync)(file, "r");
        const codec = chooseCodec(file, descriptor);
        await codec.prepare?.();
        let bytesInOneGo = 0;
        for (const piece of codec.decode(readChunks(descriptor))) {
            splitter.write(piece);
            bytesInOneGo += piece.length;
            if (bytesInOneGo < BYTES_IN_ONE_GO)
                continue;
            bytesInOneGo = 0;
            await (0,external_node_timers_promises_.setImmediate)();
        }
    }
    catch (error) {
        if (error instanceof DecodeError)
            problem = error.message;
        else if ((0,errors/* errorCode */.CA)(error) === undefined || error instanceof errors/* BadInputError */.Ys)
            throw error;
        else {
            throw new errors/* BadInputError */.Ys(`Cannot read the event log ${file}: ${(0,errors/* errorMessage */.gJ)(error)}`, {
                hint: "Check the file, its permissions and its disk.",
                cause: error,
            });
        }
    }
    finally {
        if (descriptor !== undefined)
            (0,external_node_fs_.closeSync)(descriptor);
    }
    // A last line without its newline is whole or cut off; cut off, it is the writer's end and no damage of its own.
    if (splitter.end() > 0 && lastLineDamaged) {
        tally.damagedLines -= 1;
        problem ??= "the log ends in the middle of a line";
    }
    return problem;
}
/** The file's bytes. Each chunk is a buffer of its own: decoders hold on to the end of one until the next has come. */
function* readChunks(descriptor) {
    for (let at = 0;;) {
        const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
        const bytesRead = (0,external_node_fs_.readSync)(descriptor, buffer, 0, READ_BYTES, at);
        if (bytesRead === 0)
            return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
    }
}
function chooseCodec(file, descriptor) {
    const buffer = Buffer.alloc(SNIFF_BYTES);
    const head = buffer.subarray(0, (0,external_node_fs_.readSync)(descriptor, buffer, 0, SNIFF_BYTES, 0));
    if (head.length === 0)
        throw new errors/* BadInputError */.Ys(`The event log ${file} is empty`);
    const codec = detectCodec(head);
    if (codec !== undefined)
        return codec;
    const foreign = describeForeignFormat(head);
    throw new errors/* BadInputError */.Ys(`${file} is not a Spark event log: it ${foreign ? `is ${foreign.name}` : "begins like none"}`, {
        hint: foreign?.hint ?? "Spark writes event logs as lines of JSON, plain or compressed by zstd, lz4, snappy or lzf.",
    });
}

// EXTERNAL MODULE: ./src/model/metrics.js
var metrics = __webpack_require__(7011);
;// CONCATENATED MODULE: ./src/collect/job-group.js
/**
 * Reads the job groups that the built-in workload sets: `<operation>/warmup-<n>`, `<operation>/sample-<n>`, and
 * `<operation>/verify-<repetition>`, whose jobs check a result and are not measured. Other names stand for themselves.
 */
function parseJobGroup(name) {
    const [, operation, kind, repetition] = /^(.*)\/(warmup|sample|verify)-(\d+|(?<=verify-)[^/]+)$/s.exec(name) ?? [];
    if (operation === undefined)
        return { base: name, sample: null };
    if (kind === "verify")
        return { base: `${operation}/verify`, sample: null };
    return { base: operation, sample: kind === "sample" ? Number(repetition) : null };
}

;// CONCATENATED MODULE: ./src/collect/lost-executors.js

/** What Spark says of executors that it let go by itself: at the end, or because they were idle. */
const ORDERLY = /driver (was |is )?(stopp|shut)|killed by driver|idle|shutdown hooks cannot be modified during shutdown/i;
/** What says memory by itself; 52 is Spark's own code for an OutOfMemoryError (SparkExitCode.OOM). */
const MEMORY_KILL = /\bexit(ed)?( with)?( a)? ?(code|status)?:? ?52\b|OOM|out ?of ?memory|exceeding (memory|physical|virtual)/i;
/** 128 + SIGKILL: the way of Kubernetes and YARN with a container over its memory. */
const KILLED = /\bexit(ed)?( with)?( a)? ?(code|status)?:? ?137\b/i;
/** Masters whose executors are in no container: there anybody may have sent the SIGKILL. */
const WITHOUT_CONTAINERS = /^(local|spark:)/;
/**
 * The executors that an application lost, in the order of their loss. Those that went when all jobs had ended belong to the
 * teardown, whatever code is given (143 by a standalone worker, 137 by a Kubernetes that ran out of patience), unless the reason says
 * memory.
 */
function findLostExecutors(record) {
    const allJobsEnded = record.openJobs.size === 0;
    const lastJobEndMs = Math.max(...[...record.groups.values()].map(({ endedAtMs }) => endedAtMs ?? 0), 0);
    const contained = !WITHOUT_CONTAINERS.test(record.properties.get("spark.master") ?? "");
    const lost = [];
    for (const { executorId, atMs, reason } of record.removedExecutors) {
        const saysMemory = MEMORY_KILL.test(reason);
        const teardown = allJobsEnded && lastJobEndMs > 0 && atMs >= lastJobEndMs;
        if (!saysMemory && (teardown || ORDERLY.test(reason)))
            continue;
        const memoryKill = saysMemory || (contained && KILLED.test(reason));
        lost.push({ executorId, atMs, reason: shortenMessage(reason), memoryKill });
    }
    return lost;
}

;// CONCATENATED MODULE: ./src/collect/properties.js

/** Properties that differ in each run, or from machine to machine, and say nothing about how a case ran. */
const VOLATILE = [
    /^spark\.app\.(id|startTime|submitTime|initial\..*|attempt\.id)$/,
    /^spark\.driver\.(port|host|bindAddress|blockManager\.port|appUIAddress)$/,
    /^spark\.executor\.id$/,
    /^spark\.(blockManager|ui|shuffle\.service)\.port$/,
    /^spark\.(eventLog\.dir|history\..*|local\.dir|sql\.warehouse\.dir|repl\..*|jars(\..*)?|files|archives)$/,
    /^spark\.(submit\.pyFiles|yarn\.dist\..*|yarn\.jars|home|ui\.proxyBase|org\.apache\.hadoop\..*)$/,
    /^spark\.kubernetes\.(namespace|driver\.pod\.name|executor\.podNamePrefix|authenticate\..*|resource\..*)$/,
    /^spark\.ui\.showConsoleProgress$/,
    /^spark\.sql\.(artifact\.isolation\.enabled|execution\.id|execution\.root\.id)$/,
];
/** Options that spark-submit adds by itself, other ones in each version, and folders of one run. */
const JAVA_OPTIONS = /^spark\.(driver|executor)\.(extra|default)JavaOptions$/;
const OWN_JAVA_OPTION = /^(-XX:\+IgnoreUnrecognizedVMOptions|--add-(opens|modules)=.*|--enable-native-access=.*|--sun-misc-unsafe-memory-access=.*|-Djdk\.reflect\..*|-Dio\.netty\..*|-Djava\.net\.preferIPv6Addresses=.*|"?-Djava\.io\.tmpdir=.*)$/;
/** Spark properties and SQL settings as evidence: sorted by name, secrets redacted, without the volatile ones. */
function toEvidenceProperties(properties) {
    const kept = [];
    for (const [name, value] of properties) {
        if (VOLATILE.some((pattern) => pattern.test(name)))
            continue;
        const said = JAVA_OPTIONS.test(name) ? withoutOwnJavaOptions(value) : value;
        if (said !== "" || !JAVA_OPTIONS.test(name))
            kept.push([name, redactProperty(name, said)]);
    }
    return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}
function withoutOwnJavaOptions(value) {
    const kept = value
        .match(/(?:"[^"]*"|[^\s"])+/g)
        ?.filter((option) => !OWN_JAVA_OPTION.test(option))
        .join(" ");
    return kept ?? "";
}

;// CONCATENATED MODULE: ./src/collect/to-stages.js


/**
 * Gives each executed stage a key that is the same in another run and another Spark version: the job group without its repetition,
 * the stage's ordinal among the executed ones of that repetition (by stage id; skipped stages have ids too), and its plan nodes.
 */
function placeStages(records) {
    const nextOrdinal = new Map();
    return [...records]
        .sort((a, b) => a.id - b.id)
        .map((record) => {
        const ordinal = nextOrdinal.get(record.jobGroup) ?? 0;
        nextOrdinal.set(record.jobGroup, ordinal + 1);
        const group = parseJobGroup(record.jobGroup);
        return { record, group, ordinal, key: `${group.base}/${ordinal}/${record.nodes.join("+")}` };
    });
}
/** The stages as a document has them; stages of one key (repetitions of one job group) are added up. */
function toStages(placed) {
    const byKey = new Map();
    for (const stage of placed) {
        const same = byKey.get(stage.key);
        if (same === undefined)
            byKey.set(stage.key, [stage]);
        else
            same.push(stage);
    }
    return [...byKey.values()].map(toStage);
}
function toStage(same) {
    const { record, group, ordinal, key } = same[0];
    const records = same.map((stage) => stage.record);
    const totals = addTotals(records);
    return {
        key,
        jobGroup: group.base,
        ordinal,
        planNodes: [...record.nodes],
        name: record.name,
        metrics: totals.toMetrics({
            wallMs: records.reduce((sum, { wallMs }) => (wallMs === null ? sum : (sum ?? 0) + wallMs), null),
            ...countAttempts(records),
            // An executor runs tasks of many stages; which of them it was lost to is not known.
            lostExecutors: null,
            oomKills: totals.outOfMemoryTasks,
        }),
        ...totals.toSkews(),
    };
}
function addTotals(records) {
    if (records.length === 1)
        return records[0].totals;
    const sum = new TaskTotals();
    for (const { totals } of records)
        sum.add(totals);
    return sum;
}
function countAttempts(records) {
    let stages = 0;
    let retriedStages = 0;
    for (const { attempts, retries } of records) {
        stages += attempts;
        retriedStages += retries;
    }
    return { stages, retriedStages };
}

;// CONCATENATED MODULE: ./src/collect/to-application.js






/**
 * The document of an application from what its events left.
 *
 * Of the metrics: stages are attempts that Spark submitted, not those it skipped; tasks are all that ended; failed tasks are those
 * that ended otherwise than with success, but for tasks killed as no longer needed; memory kills are executors killed for memory and tasks
 * that died of an OutOfMemoryError; sums take in failed attempts; `wallMs` of the application is from its start to its end (of an
 * unfinished log: to its last event), of a sample from its first job's start to its last job's end, of a stage from submission to
 * completion, repetitions added up.
 */
function toApplication(record, reading) {
    const ended = record.endedAtMs !== null;
    const completed = ended && !reading.inProgress;
    const problems = [...reading.problems];
    if (reading.inProgress)
        problems.push("the log is marked as in progress: the application was running, or its driver died");
    else if (!ended)
        problems.push("the log has no end of the application: its driver died, or the rest of the log is missing");
    const placed = placeStages(record.stages.values());
    const lost = findLostExecutors(record);
    const startedAtMs = record.startedAtMs;
    const finishedAtMs = record.endedAtMs;
    const lastMs = finishedAtMs ?? (record.lastSeenAtMs > 0 ? record.lastSeenAtMs : null);
    const metrics = measure(placed, startedAtMs === null || lastMs === null ? null : lastMs - startedAtMs, lost);
    const stages = toStages(placed);
    const samples = toSamples(record, placed, lost);
    const id = record.id ?? reading.logName;
    const keyOfStage = new Map(placed.map((stage) => [stage.record.id, stage.key]));
    return {
        id,
        name: record.name ?? id,
        sparkVersion: record.sparkVersion,
        completed,
        partial: problems.length > 0,
        problems,
        startedAtMs,
        finishedAtMs,
        metrics,
        stages,
        samples: samples.length > 0 ? samples : [{ metrics, stages }],
        evidence: {
            applicationId: record.id,
            sparkVersion: record.sparkVersion,
            javaVersion: record.javaVersion,
            completed,
            partial: problems.length > 0,
            properties: toEvidenceProperties(record.properties),
            failures: record.failures.toFailures((stageId) => keyOfStage.get(stageId) ?? null),
            lostExecutors: lost,
        },
    };
}
/** Stands for a log of which nothing could be read, so that it is shown with the reason and not taken for one without work. */
function toUnreadApplication(logName, problem) {
    const nothing = Object.fromEntries(metrics/* METRICS */.Cb.map(({ name }) => [name, null]));
    const known = toApplication(new ApplicationRecord(), { logName, inProgress: false, problems: [] });
    return { ...known, partial: true, problems: [problem], metrics: nothing, samples: [] };
}
function measure(placed, wallMs, lost) {
    const records = placed.map(({ record }) => record);
    const totals = addTotals(records);
    return totals.toMetrics({
        wallMs,
        ...countAttempts(records),
        lostExecutors: lost.length,
        oomKills: lost.filter(({ memoryKill }) => memoryKill).length + totals.outOfMemoryTasks,
    });
}
/** The measured repetitions, in their order. */
function toSamples(record, placed, lost) {
    const spans = findSpans(record);
    const numbers = [...spans.keys()].sort((a, b) => a - b);
    return numbers.map((number) => {
        const own = placed.filter(({ group }) => group.sample === number);
        const { startMs, endMs } = spans.get(number);
        const lostHere = lost.filter(({ atMs }) => nearestSample(spans, atMs) === number);
        return { metrics: measure(own, endMs - startMs, lostHere), stages: toStages(own) };
    });
}
function findSpans(record) {
    const spans = new Map();
    const unfinished = new Set(record.openJobs.values());
    for (const [name, { startedAtMs, endedAtMs }] of record.groups) {
        const { sample } = parseJobGroup(name);
        if (sample === null)
            continue;
        const endMs = unfinished.has(name) || endedAtMs === null ? record.lastSeenAtMs : endedAtMs;
        const span = spans.get(sample);
        spans.set(sample, {
            startMs: Math.min(span?.startMs ?? startedAtMs, startedAtMs),
            endMs: Math.max(span?.endMs ?? endMs, endMs),
        });
    }
    return spans;
}
/** The sample that ran at that time, else the one nearest to it: an executor lost between two samples must not be dropped. */
function nearestSample(spans, atMs) {
    let nearest;
    let nearestMs = Number.POSITIVE_INFINITY;
    for (const [number, { startMs, endMs }] of spans) {
        const distanceMs = Math.max(startMs - atMs, atMs - endMs, 0);
        if (distanceMs < nearestMs) {
            nearest = number;
            nearestMs = distanceMs;
        }
    }
    return nearest;
}

;// CONCATENATED MODULE: ./src/collect/event-log.js





/**
 * Reads Spark event logs of 3.x and 4.x: files, plain or compressed by zstd, lz4, snappy or lzf as Spark writes them, rolling folders,
 * and folders of both. Streaming: memory grows by 20 bytes a task.
 *
 * A log that is damaged, cut off or unfinished gives what could be read, `partial`, and the reason in `problems`. Throws
 * BadInputError for a path that holds no log at all, or none that can be read.
 */
async function readEventLogs(paths, options = {}) {
    const applications = [];
    for (const logPath of paths) {
        const sources = await findLogs(logPath);
        const unreadable = [];
        const before = applications.length;
        for (const source of sources) {
            try {
                applications.push(await readLog(source, options));
            }
            catch (error) {
                if (!(error instanceof errors/* BadInputError */.Ys))
                    throw error;
                unreadable.push({ source, error });
            }
        }
        const [first] = unreadable;
        if (first !== undefined && applications.length === before)
            throw first.error;
        // Beside logs that could be read, one that could not is shown with its reason in place of stopping everything.
        for (const { source, error } of unreadable)
            applications.push(toUnreadApplication(source.name, error.message));
    }
    return applications;
}
async function readLog(source, options) {
    const record = new ApplicationRecord();
    const tally = { events: 0, damagedLines: 0, longLines: 0, longestLineBytes: 0 };
    const problems = [...source.problems];
    let refusal;
    for (const file of source.files) {
        try {
            const problem = await readLogFile(file, record, tally, options);
            if (problem !== null)
                problems.push(tally.events > 0 ? `${problem}; what came before is read` : problem);
        }
        catch (error) {
            if (!(error instanceof errors/* BadInputError */.Ys))
                throw error;
            refusal ??= error;
            problems.push(error.message);
        }
    }
    if (tally.events === 0) {
        throw (refusal ??
            new errors/* BadInputError */.Ys(`${source.files[0] ?? source.name} is not a Spark event log: ${problems[0] ?? "it has no event in it"}`, {
                hint: 'An event log has one JSON object a line, each with an "Event".',
            }));
    }
    if (tally.damagedLines > 0)
        problems.push(`${tally.damagedLines} of its lines are damaged and were left out`);
    if (tally.longLines > 0) {
        problems.push(`${tally.longLines} of its lines are longer than can be read (the longest has ${tally.longestLineBytes} bytes) and were left out`);
    }
    return toApplication(record, { logName: source.name, inProgress: source.inProgress, problems });
}


/***/ })

};
