export const id = 632;
export const ids = [632];
export const modules = {

/***/ 10632:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  executeEvents: () => (/* binding */ executeEvents)
});

// EXTERNAL MODULE: ../node_modules/cli-table3/index.js
var cli_table3 = __webpack_require__(83898);
// EXTERNAL MODULE: ./src/lib/format.js
var format = __webpack_require__(59285);
// EXTERNAL MODULE: ./src/lib/plain-table.js
var plain_table = __webpack_require__(42653);
// EXTERNAL MODULE: ./src/model/metrics.js
var model_metrics = __webpack_require__(7011);
;// CONCATENATED MODULE: ./src/collect/describe-application.js




/** Stages that a person reads; the rest is in the JSON. */
const MAX_STAGES = 20;
const MAX_KEY_WIDTH = 60;
const STAGE_COLUMNS = [
    { title: "stage", value: ({ key }) => shorten(key) },
    { title: "tasks", value: metricOf("tasks") },
    { title: "wall", value: metricOf("wallMs") },
    { title: "CPU", value: metricOf("cpuMs") },
    { title: "GC", value: metricOf("gcMs") },
    { title: "task p50", value: metricOf("taskMsP50") },
    { title: "p99", value: metricOf("taskMsP99") },
    { title: "shuffle read", value: metricOf("shuffleReadBytes") },
    { title: "write", value: metricOf("shuffleWriteBytes") },
    { title: "disk spill", value: metricOf("diskSpilledBytes") },
    { title: "record skew", value: ({ shuffleRecordsSkew }) => (0,format/* formatMetric */.gI)("shuffleRecordsSkew", shuffleRecordsSkew) },
];
/** Applications as text for a terminal: how each ended, its metrics, what failed, and its stages, the most CPU time first. */
function describeApplications(applications) {
    return applications.map(describeApplication).join("\n\n");
}
function describeApplication(application) {
    const { id, name, sparkVersion, completed, partial, problems, metrics, samples } = application;
    const { failures, lostExecutors } = application.evidence;
    const lines = [
        `${name} (${id}), Spark ${sparkVersion ?? "of an unknown version"}, ${completed ? "completed" : "NOT COMPLETED"}`,
    ];
    if (partial)
        lines.push("PARTIAL: the figures cover only what could be read", ...problems.map((problem) => `  - ${problem}`));
    lines.push("", describeMetrics(metrics), "");
    lines.push((0,format/* plural */.LS)(samples.length, "measured repetition"));
    for (const { stage, kind, message, count } of failures) {
        lines.push(`FAILED ${(0,format/* formatCount */.B4)(count)}x in ${stage ?? "the application"}: ${kind}: ${message.split("\n", 1)[0]}`);
    }
    for (const { executorId, reason, memoryKill } of lostExecutors) {
        lines.push(`LOST executor ${executorId}${memoryKill ? " (killed for memory)" : ""}: ${reason.split("\n", 1)[0]}`);
    }
    lines.push(describeStages(application.stages));
    return lines.join("\n");
}
/** All metrics, in two columns of title and value. */
function describeMetrics(metrics) {
    const table = new cli_table3({ ...plain_table/* PLAIN_TABLE */.A, colAligns: ["left", "right", "left", "right"] });
    const cells = model_metrics/* METRICS */.Cb.map(({ name, title }) => [title, (0,format/* formatMetric */.gI)(name, metrics[name])]);
    const half = Math.ceil(cells.length / 2);
    for (let row = 0; row < half; row++)
        table.push([...cells[row], ...(cells[row + half] ?? ["", ""])]);
    return table.toString();
}
function describeStages(stages) {
    const byCpu = [...stages].sort((a, b) => (b.metrics.cpuMs ?? 0) - (a.metrics.cpuMs ?? 0));
    const table = new cli_table3({
        ...plain_table/* PLAIN_TABLE */.A,
        head: STAGE_COLUMNS.map(({ title }) => title),
        colAligns: STAGE_COLUMNS.map((_, index) => (index === 0 ? "left" : "right")),
    });
    for (const stage of byCpu.slice(0, MAX_STAGES))
        table.push(STAGE_COLUMNS.map(({ value }) => value(stage)));
    const more = byCpu.length - MAX_STAGES;
    return more > 0
        ? `${table}\nand ${(0,format/* formatCount */.B4)(more)} more with less CPU time (--json has them all)`
        : table.toString();
}
function metricOf(name) {
    return ({ metrics }) => (0,format/* formatMetric */.gI)(name, metrics[name]);
}
function shorten(key) {
    return key.length <= MAX_KEY_WIDTH ? key : `${key.slice(0, MAX_KEY_WIDTH - 1)}…`;
}

// EXTERNAL MODULE: ./src/collect/event-log.js + 23 modules
var event_log = __webpack_require__(24571);
// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
// EXTERNAL MODULE: ./src/commands/print.js
var print = __webpack_require__(31404);
;// CONCATENATED MODULE: ./src/commands/events.js




async function executeEvents({ paths, json }) {
    const applications = await (0,event_log/* readEventLogs */.U)(paths);
    const document = { schema: "spark-loadtest/events/v1", applications };
    (0,print/* print */.y)(json ? document : describeApplications(applications));
    return errors/* ExitCode */.yU.pass;
}


/***/ }),

/***/ 31404:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ print)
/* harmony export */ });
/* harmony import */ var _lib_printable_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38407);

/** Writes a text for people, or a document as the only thing on stdout. */
function print(output) {
    const text = typeof output === "string" ? (0,_lib_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .toPrintable */ .f)(output).trimEnd() : JSON.stringify(output, null, 2);
    process.stdout.write(`${text}\n`);
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

/***/ 42653:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ PLAIN_TABLE)
/* harmony export */ });
const FRAME = [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
];
/** Options of a table with neither colours nor frames, its columns two spaces apart: the text may go into a file. */
const PLAIN_TABLE = {
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: { ...Object.fromEntries(FRAME.map((name) => [name, ""])), middle: "  " },
};


/***/ })

};
