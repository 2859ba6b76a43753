export const id = 845;
export const ids = [845];
export const modules = {

/***/ 70954:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ao: () => (/* binding */ quoteSettings),
/* harmony export */   C2: () => (/* binding */ changeOf),
/* harmony export */   KI: () => (/* binding */ metricEvidence),
/* harmony export */   L1: () => (/* binding */ instead),
/* harmony export */   Of: () => (/* binding */ buildComparison),
/* harmony export */   Rj: () => (/* binding */ recordsInto),
/* harmony export */   Zn: () => (/* binding */ settingsLike),
/* harmony export */   _6: () => (/* binding */ nameStage),
/* harmony export */   cq: () => (/* binding */ isSameWork),
/* harmony export */   ef: () => (/* binding */ settingEvidence),
/* harmony export */   v: () => (/* binding */ andMore),
/* harmony export */   wU: () => (/* binding */ largestBy),
/* harmony export */   yA: () => (/* binding */ stageEvidence)
/* harmony export */ });
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59285);
/* harmony import */ var _model_metrics_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7011);
/* harmony import */ var _subject_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(58062);



/** Two counts of records are taken for the same work up to this share. */
const SAME_WORK = 0.25;
function buildComparison(current, baseline, minimumCpuChange) {
    return {
        current,
        baseline,
        stages: (0,_subject_js__WEBPACK_IMPORTED_MODULE_2__/* .matchStages */ .PZ)(current.stages, baseline.stages),
        settings: compareSettings(current.evidence, baseline.evidence),
        minimumCpuChange,
    };
}
/** Settings that differ from run to run by nature, or do not change what Spark does: names, ids, hosts, folders, logs. */
const VOLATILE = /^spark\.(app\.|driver\.(host|port|bindAddress|appUIAddress)|executor\.id|eventLog\.|history\.|ui\.|log\.|local\.dir|sql\.warehouse\.dir|submit\.|jars|files|archives|repl\.|pyspark\.|job|kubernetes\.|yarn\.|sql\.execution\.id|callstack|hadoop\.|home)/;
/** Set by Spark itself, differently by version. */
const BY_VERSION = /extraJavaOptions$|^spark\.sql\.artifact\./;
function compareSettings(current, baseline) {
    if (current === null || baseline === null)
        return [];
    const sameVersion = current.sparkVersion === baseline.sparkVersion;
    const names = [...new Set([...Object.keys(current.properties), ...Object.keys(baseline.properties)])].sort();
    return names
        .filter((name) => !VOLATILE.test(name) && (sameVersion || !BY_VERSION.test(name)))
        .map((name) => ({
        name,
        baseline: baseline.properties[name] ?? null,
        current: current.properties[name] ?? null,
    }))
        .filter((change) => change.baseline !== change.current);
}
/** The changed settings that a mechanism depends on. */
function settingsLike({ settings }, pattern) {
    return settings.filter(({ name }) => pattern.test(name));
}
/** " (spark.sql.shuffle.partitions 8 -> 1)", empty for none. */
function quoteSettings(settings) {
    if (settings.length === 0)
        return "";
    return ` (${settings.map(({ name, baseline, current }) => `${name} ${baseline ?? "unset"} -> ${current ?? "unset"}`).join(", ")})`;
}
function settingEvidence(settings) {
    return settings.map(({ name, baseline, current }) => ({
        what: name,
        baseline: baseline ?? "unset",
        current: current ?? "unset",
    }));
}
/** A metric of both sides as a line of evidence; none where neither side measured it. */
function metricEvidence(name, baseline, current) {
    if (baseline == null && current == null)
        return [];
    return [
        {
            what: (0,_model_metrics_js__WEBPACK_IMPORTED_MODULE_1__/* .findMetric */ .GF)(name)?.title ?? name,
            baseline: (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMetric */ .gI)(name, baseline ?? null),
            current: (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMetric */ .gI)(name, current ?? null),
        },
    ];
}
/** Metrics of a stage's two sides as lines of evidence. */
function stageEvidence(pair, names) {
    return names.flatMap((name) => metricEvidence(name, pair.baseline.metrics[name], pair.current.metrics[name]));
}
/** Nodes that say where rows flow, not what is done with them. */
const PLUMBING = /^(WholeStageCodegen|InputAdapter|AQEShuffleRead|CustomShuffleReader|ShuffleQueryStage|ColumnarToRow|Project)/;
/** A stage as people find it: "stage 2 of window (Window, Sort)". */
function nameStage(stage) {
    const nodes = [...new Set(stage.planNodes.filter((node) => !PLUMBING.test(node)))].slice(0, 3);
    const group = stage.jobGroup === "" ? "" : ` of ${stage.jobGroup}`;
    return `stage ${stage.ordinal + 1}${group}${nodes.length === 0 ? "" : ` (${nodes.join(", ")})`}`;
}
/** Records that a stage takes in, from files and from shuffles; null where it counted none. */
function recordsInto(stage) {
    const { inputRecords, shuffleReadRecords } = stage.metrics;
    const records = (inputRecords ?? 0) + (shuffleReadRecords ?? 0);
    return records > 0 ? records : null;
}
/** Whether both sides of a stage take in about the same records. */
function isSameWork({ current, baseline }) {
    const now = recordsInto(current);
    const before = recordsInto(baseline);
    return now !== null && before !== null && Math.abs(now / before - 1) <= SAME_WORK;
}
/** current / baseline - 1; null where one is missing or the baseline is 0. */
function changeOf(baseline, current) {
    if (baseline == null || current == null || baseline === 0)
        return null;
    return current / baseline - 1;
}
/** "43 MiB instead of 10 MiB (+330 %)" */
function instead(name, baseline, current) {
    const change = changeOf(baseline, current);
    const suffix = change === null ? "" : ` (${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(change)})`;
    return `${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMetric */ .gI)(name, current)} instead of ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMetric */ .gI)(name, baseline)}${suffix}`;
}
/** The entry with the largest figure; undefined of none. */
function largestBy(entries, figure) {
    return entries.reduce((best, entry) => (best === undefined || figure(entry) > figure(best) ? entry : best), undefined);
}
/** " (and 2 more stages)" */
function andMore(count) {
    return count <= 0 ? "" : ` (and ${count} more ${count === 1 ? "stage" : "stages"})`;
}


/***/ }),

/***/ 24030:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TF: () => (/* binding */ explainEnvironment),
/* harmony export */   XP: () => (/* binding */ SPILL_GROWTH),
/* harmony export */   Y: () => (/* binding */ explainCpu),
/* harmony export */   Zm: () => (/* binding */ SMALLEST_SPILL_BYTES),
/* harmony export */   av: () => (/* binding */ explainSpill),
/* harmony export */   ku: () => (/* binding */ explainGc),
/* harmony export */   wA: () => (/* binding */ explainSkew)
/* harmony export */ });
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59285);
/* harmony import */ var _comparison_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(70954);
/* harmony import */ var _skew_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38366);



/** Smaller spills are a last buffer, not a shortage. */
const SMALLEST_SPILL_BYTES = 1024 * 1024;
/** How much is spilled depends on which tasks meet: less than this is chance. */
const SPILL_GROWTH = 0.5;
const MEMORY_SETTINGS = /memory|spark\.(executor\.cores|task\.cpus|master)$|shuffle\.partitions$/i;
/** Bytes that a stage spilled: to disk, or where that was not counted, from memory. */
function spilledBytes(stage) {
    return stage?.metrics.diskSpilledBytes || (stage?.metrics.memorySpilledBytes ?? 0);
}
/** Tasks had too little memory and wrote to disk. */
const explainSpill = (comparison) => {
    const { current, baseline, stages } = comparison;
    const before = spilledBytes(baseline);
    const now = spilledBytes(current);
    if (now - before < SMALLEST_SPILL_BYTES || now < before * (1 + SPILL_GROWTH))
        return null;
    const sides = [
        ...stages.pairs.map((pair) => ({ stage: pair.current, before: spilledBytes(pair.baseline) })),
        ...stages.added.map((stage) => ({ stage, before: 0 })),
    ].filter((side) => spilledBytes(side.stage) > side.before);
    const most = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .largestBy */ .wU)(sides, (side) => spilledBytes(side.stage) - side.before);
    const settings = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .settingsLike */ .Zn)(comparison, MEMORY_SETTINGS);
    const where = most === undefined ? "the case" : (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .nameStage */ ._6)(most.stage);
    const size = most === undefined ? now : spilledBytes(most.stage);
    return {
        kind: "spill",
        stage: most?.stage.key ?? null,
        sentence: `${where} spills ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatBytes */ .z3)(size)} to disk instead of ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatBytes */ .z3)(most?.before ?? before)}` +
            `${(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .quoteSettings */ .Ao)(settings)}${(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .andMore */ .v)(sides.length - 1)}`,
        evidence: [
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("diskSpilledBytes", baseline.metrics.diskSpilledBytes, current.metrics.diskSpilledBytes),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("memorySpilledBytes", baseline.metrics.memorySpilledBytes, current.metrics.memorySpilledBytes),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("peakExecutionMemoryBytes", baseline.metrics.peakExecutionMemoryBytes, current.metrics.peakExecutionMemoryBytes),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .settingEvidence */ .ef)(settings),
        ],
    };
};
/** One task of a stage gets far more records than the others. */
const explainSkew = ({ stages }) => {
    const skewed = stages.pairs.filter(_skew_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .isMoreSkewed */ .v);
    const most = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .largestBy */ .wU)(skewed, (pair) => pair.current.shuffleRecordsSkew ?? 0);
    if (most === undefined)
        return null;
    const ratio = (value) => (value === null ? "not measured" : (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatRatio */ .B0)(value));
    return {
        kind: "skew",
        stage: most.current.key,
        sentence: `the largest task of ${(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .nameStage */ ._6)(most.current)} reads ${ratio(most.current.shuffleRecordsSkew)} the records of the ` +
            `median task instead of ${ratio(most.baseline.shuffleRecordsSkew)}: a skewed key${(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .andMore */ .v)(skewed.length - 1)}`,
        evidence: [
            {
                what: "Shuffle records, largest to median task",
                baseline: ratio(most.baseline.shuffleRecordsSkew),
                current: ratio(most.current.shuffleRecordsSkew),
            },
            {
                what: "Shuffle bytes, largest to median task",
                baseline: ratio(most.baseline.shuffleBytesSkew),
                current: ratio(most.current.shuffleBytesSkew),
            },
            {
                what: "Task duration, largest to median task",
                baseline: ratio(most.baseline.taskMsSkew),
                current: ratio(most.current.taskMsSkew),
            },
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .stageEvidence */ .yA)(most, ["peakExecutionMemoryBytes"]),
        ],
    };
};
/** Share of the run time that garbage collection takes on top before it explains anything; identical code varies by half of it. */
const GC_SHARE_GROWTH = 0.1;
const GC_GROWTH = 2;
/** Garbage collection takes a larger share of the tasks' time. */
const explainGc = ({ current, baseline, stages }) => {
    const now = current.metrics.gcMs;
    const before = baseline.metrics.gcMs;
    const run = current.metrics.runMs;
    const runBefore = baseline.metrics.runMs;
    if (now === null || before === null || !run || !runBefore)
        return null;
    if (now / run - before / runBefore < GC_SHARE_GROWTH || now < before * GC_GROWTH)
        return null;
    const most = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .largestBy */ .wU)(stages.pairs, (pair) => (pair.current.metrics.gcMs ?? 0) - (pair.baseline.metrics.gcMs ?? 0));
    const share = (gc, of) => `${Math.round((gc / of) * 100)} %`;
    return {
        kind: "gc",
        stage: most?.current.key ?? null,
        sentence: `garbage collection takes ${share(now, run)} of the run time instead of ${share(before, runBefore)} (${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMs */ ._V)(now)} instead of ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMs */ ._V)(before)})`,
        evidence: [
            { what: "GC share of run time", baseline: share(before, runBefore), current: share(now, run) },
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("gcMs", before, now),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("peakExecutionMemoryBytes", baseline.metrics.peakExecutionMemoryBytes, current.metrics.peakExecutionMemoryBytes),
        ],
    };
};
/** CPU time below this is start-up of code paths, not work. */
const SMALLEST_CPU_MS = 100;
/** How far the figures of the work may differ for the work to be the same. */
const SAME_WORK_SHARE = 0.05;
/** The same records cost more CPU time. */
const explainCpu = ({ current, baseline, stages, minimumCpuChange }) => {
    const change = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .changeOf */ .C2)(baseline.metrics.cpuMs, current.metrics.cpuMs);
    if (change === null || change < minimumCpuChange)
        return null;
    if ((current.metrics.cpuMs ?? 0) - (baseline.metrics.cpuMs ?? 0) < SMALLEST_CPU_MS * minimumCpuChange)
        return null;
    const sameWork = ["inputRecords", "shuffleWriteRecords"].every((name) => Math.abs((0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .changeOf */ .C2)(baseline.metrics[name], current.metrics[name]) ?? 0) <= SAME_WORK_SHARE);
    const most = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .largestBy */ .wU)(stages.pairs, (pair) => (pair.current.metrics.cpuMs ?? 0) - (pair.baseline.metrics.cpuMs ?? 0));
    const where = most === undefined
        ? ""
        : `, most of it in ${(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .nameStage */ ._6)(most.current)}: ${(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .instead */ .L1)("cpuMs", most.baseline.metrics.cpuMs, most.current.metrics.cpuMs)}`;
    return {
        kind: "cpu",
        stage: most?.current.key ?? null,
        sentence: `${sameWork ? "the same work" : "the work"} takes ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(change)} CPU time${where}`,
        evidence: [
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("cpuMs", baseline.metrics.cpuMs, current.metrics.cpuMs),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("inputRecords", baseline.metrics.inputRecords, current.metrics.inputRecords),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("runMs", baseline.metrics.runMs, current.metrics.runMs),
        ],
    };
};
/** Identical code varies by a third on the clock; growth of less explains nothing. */
const CLOCK_GROWTH = 0.4;
const FLAT_CPU = 0.1;
const SMALLEST_CLOCK_MS = 300;
/** The clock ran on while the CPU time stayed: the machine was busy with something else. */
const explainEnvironment = ({ current, baseline }) => {
    const cpu = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .changeOf */ .C2)(baseline.metrics.cpuMs, current.metrics.cpuMs);
    if (cpu === null || Math.abs(cpu) > FLAT_CPU)
        return null;
    const slower = ["runMs", "wallMs"].find((name) => {
        const change = (0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .changeOf */ .C2)(baseline.metrics[name], current.metrics[name]);
        const more = (current.metrics[name] ?? 0) - (baseline.metrics[name] ?? 0);
        return change !== null && change >= CLOCK_GROWTH && more >= SMALLEST_CLOCK_MS;
    });
    if (slower === undefined)
        return null;
    const clock = slower === "runMs" ? "executor run time" : "wall time";
    return {
        kind: "environment",
        stage: null,
        sentence: `${clock} ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)((0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .changeOf */ .C2)(baseline.metrics[slower], current.metrics[slower]))} while CPU time stays ` +
            `(${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(cpu)}): the machine was busy, not the code slower`,
        evidence: [
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("cpuMs", baseline.metrics.cpuMs, current.metrics.cpuMs),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("runMs", baseline.metrics.runMs, current.metrics.runMs),
            ...(0,_comparison_js__WEBPACK_IMPORTED_MODULE_1__/* .metricEvidence */ .KI)("wallMs", baseline.metrics.wallMs, current.metrics.wallMs),
        ],
    };
};


/***/ }),

/***/ 38366:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ isMoreSkewed)
/* harmony export */ });
/* unused harmony export skewLimit */
/** Stages that read fewer records are uneven by chance: a handful of groups over a handful of partitions. */
const FEWEST_RECORDS = 1000;
const FEWEST_TASKS = 3;
/**
 * Whether a stage's largest task has grown away from its median task: to more than twice the ratio of the baseline and by more
 * than 3 (identical data give the same ratio to the last record; 1.5 became 34.7 with one key skewed).
 */
function isMoreSkewed({ current, baseline }) {
    const now = current.shuffleRecordsSkew;
    const before = baseline.shuffleRecordsSkew;
    if (now === null || before === null)
        return false;
    if ((current.metrics.shuffleReadRecords ?? 0) < FEWEST_RECORDS)
        return false;
    if ((current.metrics.tasks ?? 0) < FEWEST_TASKS)
        return false;
    return now > skewLimit(before);
}
/** The ratio from which a stage counts as skewed, given the baseline's. */
function skewLimit(before) {
    return Math.max(2 * before, before + 3);
}


/***/ }),

/***/ 71754:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  W: () => (/* binding */ explain)
});

// EXTERNAL MODULE: ./src/analyse/causes/comparison.js
var causes_comparison = __webpack_require__(70954);
// EXTERNAL MODULE: ./src/lib/format.js
var format = __webpack_require__(59285);
;// CONCATENATED MODULE: ./src/analyse/causes/failures.js


const MEMORY_SETTINGS = /memory|spark\.(executor\.cores|task\.cpus|master)$/i;
const LONGEST_MESSAGE = 240;
/** Failures that follow from the loss of an executor, and say nothing of their own. */
const CONSEQUENCES = new Set(["ExecutorLostFailure", "FetchFailed", "TaskKilled"]);
function lostExecutors({ evidence, metrics }) {
    return Math.max(evidence?.lostExecutors.length ?? 0, metrics.lostExecutors ?? 0);
}
function killedExecutors(evidence) {
    return (evidence?.lostExecutors ?? []).filter(({ memoryKill }) => memoryKill);
}
function killsOf({ evidence, metrics }) {
    return Math.max(killedExecutors(evidence).length, metrics.oomKills ?? 0);
}
function outOfMemoryFailures({ evidence }) {
    return (evidence?.failures ?? []).filter(({ message }) => /OutOfMemoryError/.test(message));
}
function countOf(failures) {
    return failures.reduce((sum, { count }) => sum + count, 0);
}
/** The first line of a message, shortened. */
function firstLine(message) {
    const line = message.trim().split("\n", 1)[0].trim();
    return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}...` : line;
}
function stageOf(failures) {
    return failures.find(({ stage }) => stage !== null)?.stage ?? null;
}
/** An executor was killed for its memory, or a task ran out of heap. */
const explainMemoryKill = (comparison) => {
    const { current, baseline } = comparison;
    const kills = { baseline: killsOf(baseline), current: killsOf(current) };
    const failures = { baseline: outOfMemoryFailures(baseline), current: outOfMemoryFailures(current) };
    if (kills.current <= kills.baseline && countOf(failures.current) <= countOf(failures.baseline))
        return null;
    const settings = (0,causes_comparison/* settingsLike */.Zn)(comparison, MEMORY_SETTINGS);
    const killed = killedExecutors(current.evidence)[0];
    const said = killed?.reason ?? failures.current[0]?.message;
    const what = kills.current > kills.baseline
        ? `${(0,format/* plural */.LS)(kills.current, "executor")} killed for memory`
        : `${(0,format/* plural */.LS)(countOf(failures.current), "task")} ran out of memory`;
    return {
        kind: "memory-kill",
        stage: stageOf(failures.current) ?? stageOf(current.evidence?.failures ?? []),
        sentence: `${what}${said === undefined ? "" : `: ${firstLine(said)}`}${(0,causes_comparison/* quoteSettings */.Ao)(settings)}`,
        evidence: [
            ...(0,causes_comparison/* metricEvidence */.KI)("oomKills", kills.baseline, kills.current),
            ...(0,causes_comparison/* metricEvidence */.KI)("peakExecutionMemoryBytes", baseline.metrics.peakExecutionMemoryBytes, current.metrics.peakExecutionMemoryBytes),
            ...(0,causes_comparison/* settingEvidence */.ef)(settings),
        ],
    };
};
/** An executor went away, and its tasks and shuffle files with it. */
const explainExecutorLoss = ({ current, baseline, stages }) => {
    const lost = { baseline: lostExecutors(baseline), current: lostExecutors(current) };
    if (lost.current <= lost.baseline)
        return null;
    const failures = (current.evidence?.failures ?? []).filter(({ kind }) => CONSEQUENCES.has(kind));
    const retried = current.metrics.retriedStages ?? 0;
    const failed = current.metrics.failedTasks ?? 0;
    const reason = current.evidence?.lostExecutors.find(({ memoryKill }) => !memoryKill)?.reason;
    const repeated = [
        failed > 0 ? `${(0,format/* plural */.LS)(failed, "task")} failed` : null,
        retried > 0 ? `${(0,format/* plural */.LS)(retried, "stage")} ran again` : null,
    ].filter((part) => part !== null);
    const retriedStage = [...stages.pairs.map((pair) => pair.current), ...stages.added].find(({ metrics }) => (metrics.retriedStages ?? 0) > 0 || (metrics.failedTasks ?? 0) > 0);
    return {
        kind: "executor-loss",
        stage: stageOf(failures) ?? retriedStage?.key ?? null,
        sentence: `${(0,format/* plural */.LS)(lost.current, "executor")} lost` +
            `${repeated.length === 0 ? "" : `, and ${repeated.join(" and ")}`}` +
            `${reason === undefined ? "" : `: ${firstLine(reason)}`}`,
        evidence: [
            ...(0,causes_comparison/* metricEvidence */.KI)("lostExecutors", lost.baseline, lost.current),
            ...(0,causes_comparison/* metricEvidence */.KI)("failedTasks", baseline.metrics.failedTasks, current.metrics.failedTasks),
            ...(0,causes_comparison/* metricEvidence */.KI)("retriedStages", baseline.metrics.retriedStages, current.metrics.retriedStages),
            ...(0,causes_comparison/* metricEvidence */.KI)("wallMs", baseline.metrics.wallMs, current.metrics.wallMs),
        ],
    };
};
/** Tasks, a job or the whole case failed for a reason of their own. */
const explainFailure = ({ current, baseline }) => {
    const own = (side) => (side.evidence?.failures ?? []).filter(({ kind }) => !CONSEQUENCES.has(kind));
    const failures = own(current);
    const failedNow = current.status === "failed" || current.status === "infrastructure";
    const failedBefore = baseline.status === "failed" || baseline.status === "infrastructure";
    if (countOf(failures) <= countOf(own(baseline)) && (!failedNow || failedBefore))
        return null;
    // A task's own exception says more than the job that it brought down.
    const first = failures.find(({ kind }) => kind === "ExceptionFailure") ?? failures[0];
    const said = first?.message ?? current.reason;
    const subject = failedNow ? "the case failed" : `${(0,format/* plural */.LS)(countOf(failures), "failure")} that Spark retried`;
    return {
        kind: "failure",
        stage: stageOf(failures),
        sentence: said === null || said === undefined ? subject : `${subject}: ${firstLine(said)}`,
        evidence: [
            { what: "Status", baseline: baseline.status ?? format/* NOT_MEASURED */.pJ, current: current.status ?? format/* NOT_MEASURED */.pJ },
            ...(0,causes_comparison/* metricEvidence */.KI)("failedTasks", baseline.metrics.failedTasks, current.metrics.failedTasks),
        ],
    };
};

// EXTERNAL MODULE: ./src/analyse/causes/resources.js
var resources = __webpack_require__(24030);
// EXTERNAL MODULE: ./src/analyse/subject.js
var subject = __webpack_require__(58062);
;// CONCATENATED MODULE: ./src/analyse/causes/work.js



/** Records are counted exactly; this only forgives a log that lost a line. */
const SAME_RECORDS = 0.001;
/** Growth of what a stage passes on, at equal input, that shows other data. */
const OTHER_FAN_OUT = 0.1;
const PARTITION_SETTINGS = /partition|parallelism|spark\.sql\.adaptive|spark\.(cores\.max|executor\.instances|executor\.cores|master)$/i;
/** The case reads more or other records. */
const explainInputChanged = ({ current, baseline, stages }) => {
    const change = (0,causes_comparison/* changeOf */.C2)(baseline.metrics.inputRecords, current.metrics.inputRecords);
    if (change === null || Math.abs(change) <= SAME_RECORDS)
        return null;
    const reading = [
        ...stages.pairs.map((pair) => ({ stage: pair.current, before: pair.baseline.metrics.inputRecords ?? 0 })),
        ...stages.added.map((stage) => ({ stage, before: 0 })),
    ];
    const most = (0,causes_comparison/* largestBy */.wU)(reading, ({ stage, before }) => Math.abs((stage.metrics.inputRecords ?? 0) - before));
    const counts = { baseline: baseline.metrics.stages, current: current.metrics.stages };
    const stagesToo = counts.baseline !== null && counts.current !== null && counts.baseline !== counts.current
        ? `, in ${(0,format/* plural */.LS)(counts.current, "stage")} instead of ${(0,format/* formatCount */.B4)(counts.baseline)}`
        : "";
    return {
        kind: "input-changed",
        stage: most?.stage.key ?? null,
        sentence: `reads ${(0,format/* formatCount */.B4)(current.metrics.inputRecords ?? 0)} records instead of ` +
            `${(0,format/* formatCount */.B4)(baseline.metrics.inputRecords ?? 0)} (${(0,format/* formatChange */.eD)(change)})${stagesToo}`,
        evidence: [
            ...(0,causes_comparison/* metricEvidence */.KI)("inputRecords", baseline.metrics.inputRecords, current.metrics.inputRecords),
            ...(0,causes_comparison/* metricEvidence */.KI)("shuffleWriteRecords", baseline.metrics.shuffleWriteRecords, current.metrics.shuffleWriteRecords),
            ...(0,causes_comparison/* metricEvidence */.KI)("cpuMs", baseline.metrics.cpuMs, current.metrics.cpuMs),
            ...(0,causes_comparison/* metricEvidence */.KI)("stages", counts.baseline, counts.current),
        ],
    };
};
/** As many records read, by as many tasks, but a stage passes on more of them: other values in the data, or another query. */
const explainFanOut = ({ stages, baseline, current }) => {
    const records = (0,causes_comparison/* changeOf */.C2)(baseline.metrics.inputRecords, current.metrics.inputRecords);
    if (records !== null && Math.abs(records) > SAME_RECORDS)
        return null;
    const grown = stages.pairs.filter((pair) => {
        const change = (0,causes_comparison/* changeOf */.C2)(pair.baseline.metrics.shuffleWriteRecords, pair.current.metrics.shuffleWriteRecords);
        const sameTasks = pair.baseline.metrics.tasks === pair.current.metrics.tasks;
        return change !== null && Math.abs(change) > OTHER_FAN_OUT && sameTasks;
    });
    const first = grown[0];
    if (first === undefined)
        return null;
    return {
        kind: "input-changed",
        stage: first.current.key,
        sentence: `${(0,causes_comparison/* nameStage */._6)(first.current)} passes on ` +
            `${(0,causes_comparison/* instead */.L1)("shuffleWriteRecords", first.baseline.metrics.shuffleWriteRecords, first.current.metrics.shuffleWriteRecords)} ` +
            `records although as many are read: the data or the query changed${(0,causes_comparison/* andMore */.v)(grown.length - 1)}`,
        evidence: [
            ...(0,causes_comparison/* metricEvidence */.KI)("inputRecords", baseline.metrics.inputRecords, current.metrics.inputRecords),
            ...(0,causes_comparison/* stageEvidence */.yA)(first, ["shuffleWriteRecords", "shuffleWriteBytes"]),
        ],
    };
};
/** Nodes that come and go with the data's size, or only wrap others. */
const CHANGING_NODES = /^(AQEShuffleRead|CustomShuffleReader|WholeStageCodegen|InputAdapter|ColumnarToRow|Project)/;
/** Spark runs another plan: other nodes, more or fewer stages. */
const explainPlanChanged = ({ current, baseline, stages }) => {
    const before = (0,subject/* countNodes */.d8)(baseline.stages);
    const now = (0,subject/* countNodes */.d8)(current.stages);
    const names = [...new Set([...before.keys(), ...now.keys()])].filter((name) => !CHANGING_NODES.test(name)).sort();
    const gained = names.filter((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
    const lost = names.filter((name) => (before.get(name) ?? 0) > (now.get(name) ?? 0));
    const counted = current.stages.length > 0 && baseline.stages.length > 0;
    const stagesDiffer = counted && current.stages.length !== baseline.stages.length;
    if (!counted || (gained.length === 0 && lost.length === 0 && !stagesDiffer))
        return null;
    const parts = [
        gained.length > 0 ? `more ${gained.join(", ")}` : null,
        lost.length > 0 ? `less ${lost.join(", ")}` : null,
        stagesDiffer ? `${(0,format/* plural */.LS)(current.stages.length, "stage")} instead of ${baseline.stages.length}` : null,
    ].filter((part) => part !== null);
    const listNodes = (counts) => [...gained, ...lost].map((name) => `${counts.get(name) ?? 0} ${name}`).join(", ") || "the same nodes";
    const changed = stages.added[0] ?? stages.pairs.find((pair) => pair.current.key !== pair.baseline.key)?.current;
    const versions = [baseline.evidence?.sparkVersion, current.evidence?.sparkVersion];
    return {
        kind: "plan-changed",
        stage: changed?.key ?? null,
        sentence: `the plan changed: ${parts.join("; ")}`,
        evidence: [
            { what: "Plan nodes", baseline: listNodes(before), current: listNodes(now) },
            { what: "Stages", baseline: String(baseline.stages.length), current: String(current.stages.length) },
            ...(versions[0] !== versions[1]
                ? [{ what: "Spark version", baseline: versions[0] ?? "unknown", current: versions[1] ?? "unknown" }]
                : []),
        ],
    };
};
/** Factor between the numbers of tasks that counts as another partitioning. */
const OTHER_PARTITIONING = 2;
function findPartitioning(comparison, factor) {
    return comparison.stages.pairs
        .filter((pair) => (0,causes_comparison/* isSameWork */.cq)(pair) && factor(pair) >= OTHER_PARTITIONING)
        .sort((a, b) => ((0,causes_comparison/* recordsInto */.Rj)(b.current) ?? 0) - ((0,causes_comparison/* recordsInto */.Rj)(a.current) ?? 0));
}
function describePartitioning(comparison, pairs) {
    const pair = pairs[0];
    const settings = (0,causes_comparison/* settingsLike */.Zn)(comparison, PARTITION_SETTINGS);
    return {
        stage: pair.current.key,
        sentence: `${(0,causes_comparison/* nameStage */._6)(pair.current)} runs in ${(0,format/* plural */.LS)(pair.current.metrics.tasks ?? 0, "task")} instead of ` +
            `${(0,format/* formatCount */.B4)(pair.baseline.metrics.tasks ?? 0)} with the same ` +
            `${(0,format/* formatCount */.B4)((0,causes_comparison/* recordsInto */.Rj)(pair.current) ?? 0)} records${(0,causes_comparison/* quoteSettings */.Ao)(settings)}${(0,causes_comparison/* andMore */.v)(pairs.length - 1)}`,
    };
}
function tasksOf({ current, baseline }) {
    return { now: current.metrics.tasks ?? 0, before: baseline.metrics.tasks ?? 0 };
}
/** A stage does the same work in fewer tasks: less parallel, and each needs more memory. */
const explainTooFewPartitions = (comparison) => {
    const pairs = findPartitioning(comparison, (pair) => {
        const { now, before } = tasksOf(pair);
        return now === 0 ? 0 : before / now;
    });
    if (pairs.length === 0)
        return null;
    return {
        kind: "too-few-partitions",
        ...describePartitioning(comparison, pairs),
        evidence: [
            ...(0,causes_comparison/* stageEvidence */.yA)(pairs[0], ["tasks", "peakExecutionMemoryBytes", "diskSpilledBytes", "taskMsP50"]),
            ...(0,causes_comparison/* settingEvidence */.ef)((0,causes_comparison/* settingsLike */.Zn)(comparison, PARTITION_SETTINGS)),
        ],
    };
};
/** A stage does the same work in more tasks: each has its overhead, its shuffle blocks and its output file. */
const explainTooManyPartitions = (comparison) => {
    const pairs = findPartitioning(comparison, (pair) => {
        const { now, before } = tasksOf(pair);
        return before === 0 ? 0 : now / before;
    });
    if (pairs.length === 0)
        return null;
    return {
        kind: "too-many-partitions",
        ...describePartitioning(comparison, pairs),
        evidence: [
            ...(0,causes_comparison/* stageEvidence */.yA)(pairs[0], ["tasks", "cpuMs", "shuffleReadBytes", "taskMsP50"]),
            ...(0,causes_comparison/* settingEvidence */.ef)((0,causes_comparison/* settingsLike */.Zn)(comparison, PARTITION_SETTINGS)),
        ],
    };
};
/** Settings differ, whatever they did. */
const explainConfigChanged = ({ settings }) => {
    if (settings.length === 0)
        return null;
    const shown = settings.slice(0, 5);
    const more = settings.length - shown.length;
    return {
        kind: "config-changed",
        stage: null,
        sentence: `${(0,format/* plural */.LS)(settings.length, "setting")} changed: ` +
            shown.map(({ name, baseline, current }) => `${name} ${baseline ?? "unset"} -> ${current ?? "unset"}`).join(", ") +
            (more > 0 ? `, and ${more} more` : ""),
        evidence: (0,causes_comparison/* settingEvidence */.ef)(settings),
    };
};

;// CONCATENATED MODULE: ./src/analyse/explain.js





/**
 * The rules in the order of likelihood. What breaks comes first, then what changes the work, then what the work costs. A mechanism
 * comes before the setting that set it off, which its sentence quotes: one partition fills the memory, skews nothing and may
 * spill, while a spill explains neither. A plan may change with the partitioning (one partition needs no further exchange), so
 * it comes after it, and before the spill that another plan may bring. A skewed key also changes how many rows a join gives, and says
 * more than that.
 */
const RULES = [
    explainMemoryKill,
    explainExecutorLoss,
    explainFailure,
    explainInputChanged,
    explainTooFewPartitions,
    explainTooManyPartitions,
    resources/* explainSkew */.wA,
    explainFanOut,
    explainPlanChanged,
    resources/* explainSpill */.av,
    explainConfigChanged,
    resources/* explainGc */.ku,
    resources/* explainCpu */.Y,
];
/** Without a test, CPU time must grow by more than the 7 % that identical code varies by, three times over. */
const UNTESTED_CPU_CHANGE = 0.2;
/**
 * Why `current` differs from `baseline`: the likeliest cause first, at most one of a kind; none for identical subjects.
 * @param options minimumCpuChange: growth of the CPU time that counts; give a smaller one where a test has found it significant
 */
function explain(current, baseline, options = {}) {
    const comparison = (0,causes_comparison/* buildComparison */.Of)((0,subject/* summarise */.fS)(current), (0,subject/* summarise */.fS)(baseline), options.minimumCpuChange ?? UNTESTED_CPU_CHANGE);
    const causes = RULES.map((rule) => rule(comparison)).filter((cause) => cause !== null);
    if (causes.length > 0)
        return causes;
    // The machine is to blame only where nothing else is.
    const environment = (0,resources/* explainEnvironment */.TF)(comparison);
    return environment === null ? [] : [environment];
}


/***/ }),

/***/ 50252:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ describeFinding),
/* harmony export */   m: () => (/* binding */ writeHeadline)
/* harmony export */ });
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59285);
/* harmony import */ var _lib_group_by_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(86937);
/* harmony import */ var _model_metrics_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7011);



/** The verdict in one sentence: what, where, by how much, why. */
function writeHeadline(judged) {
    const { verdict, current, baseline, pairing, findings, gates, noise } = judged;
    const gating = findings.filter(({ gate }) => gates.includes(gate));
    const worse = gating.filter(({ direction }) => direction === "worse");
    switch (verdict) {
        case "failed":
            return describeFailed(pairing, current, worse);
        case "regression":
            return describeChanged(worse, pairing, baseline, "got worse");
        case "improvement":
            return `${describeChanged(gating, pairing, baseline, "got better")} Nothing got worse.`;
        case "no-change": {
            const detectable = noise === null
                ? ""
                : `; a change of CPU time from ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(noise.smallestDetectableChange)} on would have been seen`;
            return `No case got worse: ${count(pairing.pairs.length, "case")} compared with ${count(baseline.runs.length, "run")}${detectable}.`;
        }
        case "inconclusive": {
            const first = judged.limits.find(({ blocking }) => blocking)?.note ?? "no case passed";
            return `Nothing was seen to get worse, but not everything could be compared: ${first}.`;
        }
        case "no-baseline": {
            const passed = current.cases.filter(({ status }) => status === "passed").length;
            return `${count(passed, "case")} passed; there is no baseline to compare with yet.`;
        }
    }
}
function describeFailed({ failed, pairs }, current, worse) {
    const names = new Set(failed.map(({ name }) => name));
    // The failed case that tells most of why.
    const telling = worse.find(({ metric, subject, cause }) => metric !== "status" && cause !== null && names.has(subject));
    const first = failed.find(({ name }) => name === telling?.subject) ?? failed[0];
    const own = worse.filter(({ subject }) => subject === first.name);
    const failure = own.find(({ metric }) => metric === "status")?.cause;
    const deeper = own.find(({ cause }) => cause !== null && cause.kind !== "failure")?.cause;
    const why = [
        trimDot(failure?.sentence ?? first.reason ?? "no reason was given"),
        ...(deeper != null && deeper !== failure ? [trimDot(deeper.sentence)] : []),
    ].join("; ");
    const more = failed.length > 1 ? `; ${count(failed.length - 1, "more case")} failed` : "";
    const others = new Set(worse.map(({ subject }) => subject).filter((subject) => !names.has(subject))).size;
    const also = others > 0 && pairs.length > 0 ? `; ${count(others, "other case")} got worse` : "";
    return `${failed.length} of ${current.cases.length} cases failed: ${first.name}: ${why}${more}${also}.`;
}
/** The leading finding with its cause, and how many cases share that kind of cause or have another. */
function describeChanged(gating, { pairs }, { runs }, what) {
    const first = gating[0];
    const cases = [
        ...(0,_lib_group_by_js__WEBPACK_IMPORTED_MODULE_2__/* .groupBy */ .$)(gating.filter(({ scope }) => scope === "case"), ({ subject }) => subject).keys(),
    ];
    const total = cases.length === 0
        ? ""
        : `${cases.length} of ${pairs.length} compared cases ${what} than in ${count(runs.length, "baseline run")}: `;
    const change = describeFinding(first);
    const why = first.cause === null ? "" : `; cause: ${trimDot(first.cause.sentence)}`;
    return `${total}${first.subject}: ${change}${why}.`;
}
/** "Tasks 17 instead of 31 (-45.2 %)" */
function describeFinding({ metric, baseline, current, change, direction }) {
    if (metric === "status")
        return direction === "worse" ? "failed" : "passes again";
    if (metric === "checksum")
        return "the result differs from the baseline's";
    const title = metric === "shuffleRecordsSkew" ? "Shuffle skew" : ((0,_model_metrics_js__WEBPACK_IMPORTED_MODULE_1__/* .findMetric */ .GF)(metric)?.title ?? metric);
    if (current === null || baseline === null)
        return `${title} ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(change)}`;
    const suffix = change === null ? "" : ` (${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(change)})`;
    return `${title} ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMetric */ .gI)(metric, current)} instead of ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatMetric */ .gI)(metric, baseline)}${suffix}`;
}
function count(number, word) {
    return `${number} ${word}${number === 1 ? "" : "s"}`;
}
function trimDot(text) {
    return text.replace(/\.$/, "");
}


/***/ }),

/***/ 2779:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A1: () => (/* binding */ robustStandardDeviation),
/* harmony export */   Ig: () => (/* binding */ squaresOf),
/* harmony export */   J$: () => (/* binding */ medianOrNull),
/* harmony export */   hm: () => (/* binding */ meanOf),
/* harmony export */   oy: () => (/* binding */ QN_EFFICIENCY),
/* harmony export */   uA: () => (/* binding */ adjustPValues)
/* harmony export */ });
/* harmony import */ var simple_statistics__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(21091);

/** Median of finite numbers; null of none. */
function medianOrNull(values) {
    return values.length === 0 ? null : (0,simple_statistics__WEBPACK_IMPORTED_MODULE_0__/* .median */ .JZ)([...values]);
}
/** Arithmetic mean; NaN of none. */
function meanOf(values) {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}
/** Sum of squared deviations from the mean. */
function squaresOf(values) {
    const center = meanOf(values);
    return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}
/** What makes the order statistic below consistent for the normal distribution, and unbiased in 2 to 9 values. */
const QN_NORMAL = 2.2219;
const QN_SMALL_SAMPLE = [0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872];
/**
 * Standard deviation from the first quartile of the distances between all values (Qn), so that a few changed cases do not widen it:
 * up to half of the values may be anything. P. J. Rousseeuw and C. Croux, "Alternatives to the median absolute deviation", Journal
 * of the American Statistical Association 88 (1993); factors for few values: C. Croux and P. J. Rousseeuw, "Time-efficient algorithms
 * for two highly robust estimators of scale", Computational Statistics 1 (1992). Needs two values.
 */
function robustStandardDeviation(values) {
    const n = values.length;
    const distances = new Float64Array((n * (n - 1)) / 2);
    let filled = 0;
    for (let i = 1; i < n; i += 1) {
        for (let j = 0; j < i; j += 1)
            distances[filled++] = Math.abs(values[i] - values[j]);
    }
    distances.sort();
    const half = Math.floor(n / 2) + 1;
    const factor = QN_SMALL_SAMPLE[n - 2] ?? (n % 2 === 1 ? n / (n + 1.4) : n / (n + 3.8));
    return QN_NORMAL * factor * distances[(half * (half - 1)) / 2 - 1];
}
/** What Qn is worth beside the standard deviation, as the share of the degrees of freedom: 0.82 in many values, 0.6 in ten. */
const QN_EFFICIENCY = 0.6;
/**
 * P-values adjusted for their number: the false discovery rate at which each one would just be a discovery.
 * Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995).
 * In the order of the input.
 */
function adjustPValues(pValues) {
    const order = pValues.map((_, index) => index).sort((a, b) => pValues[b] - pValues[a]);
    const adjusted = new Array(pValues.length);
    let smallest = 1;
    order.forEach((index, position) => {
        const rank = pValues.length - position;
        smallest = Math.min(smallest, (pValues[index] * pValues.length) / rank);
        adjusted[index] = smallest;
    });
    return adjusted;
}


/***/ }),

/***/ 58062:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OI: () => (/* binding */ toSubject),
/* harmony export */   PZ: () => (/* binding */ matchStages),
/* harmony export */   d8: () => (/* binding */ countNodes),
/* harmony export */   et: () => (/* binding */ subjectOf),
/* harmony export */   fS: () => (/* binding */ summarise)
/* harmony export */ });
/* unused harmony export FAULT_METRICS */
/* harmony import */ var _lib_group_by_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(86937);
/* harmony import */ var _model_metrics_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7011);
/* harmony import */ var _statistics_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2779);



/** What should never happen; one sample in which it did is enough. */
const FAULT_METRICS = ["failedTasks", "retriedStages", "lostExecutors", "oomKills"];
const faults = new Set(FAULT_METRICS);
function subjectOf(result) {
    return { samples: result.samples, evidence: result.evidence, status: result.status, reason: result.reason };
}
/** What an event log's application gives to explain. */
function toSubject({ samples, evidence }) {
    return { samples, evidence };
}
/** The samples of a subject in one. */
function summarise(subject) {
    const stages = new Map();
    for (const sample of subject.samples) {
        for (const [identity, stage] of identifyStages(sample.stages)) {
            const same = stages.get(identity) ?? [];
            same.push(stage);
            stages.set(identity, same);
        }
    }
    // A stage of one odd sample (a job that only ran once) is no part of what the case usually does.
    const usual = [...stages.values()].filter((same) => 2 * same.length >= subject.samples.length);
    return {
        metrics: summariseMetrics(subject.samples.map((sample) => sample.metrics)),
        stages: usual.map(summariseStages).sort((a, b) => a.ordinal - b.ordinal),
        evidence: subject.evidence,
        status: subject.status ?? (subject.samples.length === 0 && subject.evidence === null ? null : "passed"),
        reason: subject.reason ?? null,
    };
}
/**
 * A sample's stages by what they do: job group, plan nodes, and which of those with the same nodes. Stages that do not wait for each
 * other (the two sides of a join) are submitted in either order, so that the ordinals, and with them the keys, may be swapped.
 */
function identifyStages(stages) {
    const seen = new Map();
    return [...stages]
        .sort((a, b) => a.ordinal - b.ordinal)
        .map((stage) => {
        const nodes = JSON.stringify([stage.jobGroup, ...[...stage.planNodes].sort()]);
        const place = seen.get(nodes) ?? 0;
        seen.set(nodes, place + 1);
        return [`${place} ${nodes}`, stage];
    });
}
function summariseStages(same) {
    const median = (pick) => (0,_statistics_js__WEBPACK_IMPORTED_MODULE_1__/* .medianOrNull */ .J$)(same.map(pick).filter((value) => value !== null));
    return {
        ...mostCommonBy(same, (stage) => stage.key),
        metrics: summariseMetrics(same.map((stage) => stage.metrics)),
        shuffleRecordsSkew: median((stage) => stage.shuffleRecordsSkew),
        shuffleBytesSkew: median((stage) => stage.shuffleBytesSkew),
        taskMsSkew: median((stage) => stage.taskMsSkew),
    };
}
/** The first of those whose key most of them have. */
function mostCommonBy(items, keyOf) {
    const groups = [...(0,_lib_group_by_js__WEBPACK_IMPORTED_MODULE_2__/* .groupBy */ .$)(items, keyOf).values()];
    return groups.reduce((best, group) => (group.length > best.length ? group : best))[0];
}
function summariseMetrics(all) {
    return Object.fromEntries(_model_metrics_js__WEBPACK_IMPORTED_MODULE_0__/* .METRICS */ .Cb.map(({ name }) => [name, summariseMetric(name, all)]));
}
function summariseMetric(name, all) {
    const values = all.map((metrics) => metrics[name]).filter((value) => value !== null);
    if (values.length === 0)
        return null;
    return faults.has(name) ? Math.max(...values) : (0,_statistics_js__WEBPACK_IMPORTED_MODULE_1__/* .medianOrNull */ .J$)(values);
}
/** Two stages are taken for the same when at least half of the plan's nodes that either has are in both. */
const SIMILAR_NODES = 0.5;
/**
 * Pairs the stages of two summaries by what they do: the first with the same plan nodes in the same job group with the first, and so
 * on (keys will not do: a stage put in before them moves the ordinals of those that follow); then those of similar nodes, in the
 * same place first.
 */
function matchStages(current, baseline) {
    const pairs = [];
    let added = [...current];
    let removed = [...baseline];
    const pairUp = (same) => {
        const left = [];
        for (const stage of added) {
            const candidates = removed.filter((other) => same(stage, other));
            const nearest = candidates.sort((a, b) => Math.abs(a.ordinal - stage.ordinal) - Math.abs(b.ordinal - stage.ordinal))[0];
            if (nearest === undefined) {
                left.push(stage);
            }
            else {
                pairs.push({ current: stage, baseline: nearest });
                removed = removed.filter((other) => other !== nearest);
            }
        }
        added = left;
    };
    const identities = new Map([...identifyStages(current), ...identifyStages(baseline)].map(([identity, stage]) => [stage, identity]));
    const group = (a, b) => a.jobGroup === b.jobGroup;
    pairUp((a, b) => identities.get(a) === identities.get(b));
    pairUp((a, b) => group(a, b) && a.ordinal === b.ordinal && similarity(a, b) >= SIMILAR_NODES);
    pairUp((a, b) => group(a, b) && similarity(a, b) >= SIMILAR_NODES);
    pairs.sort((a, b) => a.current.ordinal - b.current.ordinal);
    return { pairs, added, removed };
}
/** Share of the plan nodes of two stages that both have, counted as often as they occur (Jaccard); 1 for two stages without any. */
function similarity(a, b) {
    const first = countNodes([a]);
    const second = countNodes([b]);
    let shared = 0;
    let all = 0;
    for (const node of new Set([...first.keys(), ...second.keys()])) {
        shared += Math.min(first.get(node) ?? 0, second.get(node) ?? 0);
        all += Math.max(first.get(node) ?? 0, second.get(node) ?? 0);
    }
    return all === 0 ? 1 : shared / all;
}
/** How often each plan node occurs in some stages. */
function countNodes(stages) {
    const counts = new Map();
    for (const node of stages.flatMap((stage) => stage.planNodes))
        counts.set(node, (counts.get(node) ?? 0) + 1);
    return counts;
}


/***/ }),

/***/ 59285:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B0: () => (/* binding */ formatRatio),
/* harmony export */   B4: () => (/* binding */ formatCount),
/* harmony export */   LS: () => (/* binding */ plural),
/* harmony export */   _V: () => (/* binding */ formatMs),
/* harmony export */   eD: () => (/* binding */ formatChange),
/* harmony export */   gI: () => (/* binding */ formatMetric),
/* harmony export */   pJ: () => (/* binding */ NOT_MEASURED),
/* harmony export */   z3: () => (/* binding */ formatBytes)
/* harmony export */ });
/* harmony import */ var _model_metrics_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7011);

/** What stands where nothing was measured, so that it is not taken for 0. */
const NOT_MEASURED = "–";
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
/** A number with `digits` decimals at most below 10 and none above 100: three figures are what people compare. */
function formatThreeFigures(value) {
    const size = Math.abs(value);
    const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return String(Number(value.toFixed(digits)));
}
/** Bytes in binary units with three figures: "0 B", "9.2 MiB", "1.5 GiB". */
function formatBytes(bytes) {
    let value = bytes;
    let unit = 0;
    while (Math.abs(value) >= 1023.5 && unit < BYTE_UNITS.length - 1) {
        value /= 1024;
        unit += 1;
    }
    return `${unit === 0 ? Math.round(value) : formatThreeFigures(value)} ${BYTE_UNITS[unit]}`;
}
/** Milliseconds as people say them: "870 ms", "12.3 s", "2 min 5 s", "3 h 7 min". */
function formatMs(ms) {
    const sign = ms < 0 ? "-" : "";
    const size = Math.abs(ms);
    if (size < 999.5)
        return `${sign}${size < 10 ? formatThreeFigures(size) : Math.round(size)} ms`;
    if (size < 59_950)
        return `${sign}${formatThreeFigures(size / 1000)} s`;
    const seconds = Math.round(size / 1000);
    if (seconds < 3600)
        return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const minutes = Math.round(seconds / 60);
    return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
/** A whole number with thousands separators, "1,048,576"; fractions (means, medians) keep three figures. */
function formatCount(count) {
    if (!Number.isInteger(count) && Math.abs(count) < 1000)
        return formatThreeFigures(count);
    return Math.round(count)
        .toString()
        .replace(/\B(?=(\d{3})+$)/g, ",");
}
/** "1 case", "1,280 cases". */
function plural(count, word) {
    return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}
/** How many times as large: "1.5x", "34.7x". */
function formatRatio(ratio) {
    return `${formatThreeFigures(ratio)}x`;
}
/**
 * A relative change, where `change` is current / baseline - 1: "+12.3 %", "-5 %", "0 %"; "12x" from ten times on, where
 * percents stop saying anything; "from 0" for null (the baseline was 0).
 */
function formatChange(change) {
    if (change === null)
        return "from 0";
    if (change >= 9)
        return formatRatio(change + 1);
    const percent = formatThreeFigures(change * 100);
    if (percent === "0" || percent === "-0")
        return change === 0 ? "0 %" : `${change > 0 ? "+" : "-"}<0.01 %`;
    return `${change > 0 ? "+" : ""}${percent} %`;
}
const formatters = {
    ms: formatMs,
    bytes: formatBytes,
    records: formatCount,
    count: formatCount,
};
/** A metric's value in human units; names that are no metric (`shuffleRecordsSkew`) are ratios. */
function formatMetric(name, value) {
    if (value === null)
        return NOT_MEASURED;
    const metric = (0,_model_metrics_js__WEBPACK_IMPORTED_MODULE_0__/* .findMetric */ .GF)(name);
    return metric === undefined ? formatRatio(value) : formatters[metric.unit](value);
}


/***/ }),

/***/ 86937:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ groupBy)
/* harmony export */ });
/** The items by key, keys in order of first sight (Map.groupBy, which Node 20 lacks). */
function groupBy(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined)
            groups.set(key, [item]);
        else
            group.push(item);
    }
    return groups;
}


/***/ })

};
