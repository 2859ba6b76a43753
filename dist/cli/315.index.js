export const id = 315;
export const ids = [315];
export const modules = {

/***/ 30118:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ makeDirectory)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38513);



/**
 * Makes a folder and those above it. Throws Node.js' system error.
 * (mkdir's own `recursive` never returns where a file system answers ENOENT below a folder that exists, as /proc does.)
 */
async function makeDirectory(path) {
    try {
        await makeOne(path);
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .errorCode */ .CA)(error) !== "ENOENT")
            throw error;
        await makeDirectory((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path));
        await makeOne(path);
    }
}
async function makeOne(path) {
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)(path);
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .errorCode */ .CA)(error) !== "EEXIST" || !(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path)).isDirectory())
            throw error;
    }
}


/***/ }),

/***/ 8634:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ pathExists)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38513);


/** Whether something is at a path. Throws Node.js' system error where that cannot be told. */
async function pathExists(path) {
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path);
        return true;
    }
    catch (error) {
        // Below a file there is nothing either.
        if (["ENOENT", "ENOTDIR"].includes((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .errorCode */ .CA)(error) ?? ""))
            return false;
        throw error;
    }
}


/***/ }),

/***/ 67526:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AN: () => (/* binding */ layMatrix),
/* harmony export */   V$: () => (/* binding */ distinctValues),
/* harmony export */   iS: () => (/* binding */ dimensionValue),
/* harmony export */   wM: () => (/* binding */ labelCases)
/* harmony export */ });
/* unused harmony export describeValue */
/* harmony import */ var _plan_dimensions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(27445);

/** How cases are named for people, and how a matrix of them is laid out in two directions. */
/** Order in which a label says the values; a tier's own dimensions follow. */
const LABEL_ORDER = ["operation", "dataSize", "sparkVersion", "orchestrator", "mode", "extensions"];
/** Dimensions that go across, as far as they vary: they say where a case runs. The others, what it does, go down. */
const ACROSS = ["sparkVersion", "orchestrator", "mode"];
const BUILT_IN = new Set(LABEL_ORDER);
/** A dimension's value as text; empty where the case has no such dimension. */
function dimensionValue(dimensions, dimension) {
    const value = dimensions[dimension];
    return value === undefined ? "" : (0,_plan_dimensions_js__WEBPACK_IMPORTED_MODULE_0__/* .formatValue */ .Fl)(value);
}
/** A dimension's value as it reads without its dimension's name beside it. */
function describeValue(dimension, value) {
    if (dimension === "sparkVersion")
        return `Spark ${value}`;
    if (dimension === "extensions")
        return value === "none" ? "no extensions" : value;
    return BUILT_IN.has(dimension) ? value : `${dimension}=${value}`;
}
function allDimensions(cases) {
    const own = new Set();
    for (const { dimensions } of cases)
        for (const key of Object.keys(dimensions))
            if (!BUILT_IN.has(key))
                own.add(key);
    return [...LABEL_ORDER, ...own];
}
/** The distinct values of a dimension in the order of the cases. */
function distinctValues(cases, dimension) {
    return [...new Set(cases.map(({ dimensions }) => dimensionValue(dimensions, dimension)))];
}
function labelCases(cases) {
    const dimensions = allDimensions(cases);
    const varying = dimensions.filter((dimension) => distinctValues(cases, dimension).length > 1);
    const named = varying.length > 0 ? varying : LABEL_ORDER.slice(0, 3);
    const shared = dimensions.filter((dimension) => !named.includes(dimension));
    const describe = (testCase, list) => list
        .map((dimension) => [dimension, dimensionValue(testCase.dimensions, dimension)])
        .filter(([, value]) => value !== "")
        .map(([dimension, value]) => describeValue(dimension, value))
        .join(" · ");
    const first = cases[0];
    return {
        label: (testCase) => describe(testCase, named) || testCase.name,
        shared: first === undefined ? "" : describe(first, shared),
    };
}
function layAxis(cases, dimensions) {
    const [first, ...rest] = dimensions;
    const grouped = dimensions.length > 1;
    const innerDimensions = grouped ? rest : first === undefined ? [] : [first];
    const outer = (testCase) => grouped && first !== undefined ? describeValue(first, dimensionValue(testCase.dimensions, first)) : "";
    const inner = (testCase) => innerDimensions.map((dimension) => dimensionValue(testCase.dimensions, dimension)).join(" · ");
    return {
        outer,
        inner,
        outerValues: [...new Set(cases.map(outer))],
        innerValues: orderedProduct(cases, innerDimensions, inner),
    };
}
/** The inner values that occur, ordered by the first appearance of each dimension's value and not by the order of the cases. */
function orderedProduct(cases, dimensions, inner) {
    const ranks = dimensions.map((dimension) => new Map(distinctValues(cases, dimension).map((value, rank) => [value, rank])));
    const rankOf = (testCase) => dimensions.map((dimension, index) => ranks[index]?.get(dimensionValue(testCase.dimensions, dimension)) ?? 0);
    const byValue = new Map(cases.map((testCase) => [inner(testCase), rankOf(testCase)]));
    return [...byValue]
        .sort(([, a], [, b]) => {
        const at = a.findIndex((rank, index) => rank !== b[index]);
        return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
    })
        .map(([value]) => value);
}
/** Two directions for any set of cases: where they run goes across, what they do goes down. */
function layMatrix(cases) {
    const varying = allDimensions(cases).filter((dimension) => distinctValues(cases, dimension).length > 1);
    let across = varying.filter((dimension) => ACROSS.includes(dimension));
    let down = varying.filter((dimension) => !ACROSS.includes(dimension));
    if (across.length === 0 && down.length > 1) {
        across = down.slice(-1);
        down = down.slice(0, -1);
    }
    else if (down.length === 0 && across.length > 1) {
        down = across.slice(1);
        across = across.slice(0, 1);
    }
    if (down.length === 0)
        down = ["operation"];
    if (across.length === 0)
        across = ["sparkVersion"];
    return { across: layAxis(cases, across), down: layAxis(cases, down) };
}


/***/ }),

/***/ 81266:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HK: () => (/* binding */ formatComparedChange),
/* harmony export */   JB: () => (/* binding */ earlierMetric),
/* harmony export */   JP: () => (/* binding */ compareStages),
/* harmony export */   Vu: () => (/* binding */ metricTitle),
/* harmony export */   jb: () => (/* binding */ describeFinding),
/* harmony export */   ox: () => (/* binding */ compareCase),
/* harmony export */   sQ: () => (/* binding */ summariseSamples),
/* harmony export */   tf: () => (/* binding */ formatFinding),
/* harmony export */   u7: () => (/* binding */ listMetrics)
/* harmony export */ });
/* unused harmony export labelStage */
/* harmony import */ var _analyse_statistics_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2779);
/* harmony import */ var _analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(58062);
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(59285);
/* harmony import */ var _model_metrics_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7011);




/** The numbers that a report shows of a case and its stages, and how they read. */
function medianOf(values) {
    return (0,_analyse_statistics_js__WEBPACK_IMPORTED_MODULE_0__/* .medianOrNull */ .J$)(values.filter((value) => value !== null));
}
/** A case's samples in one, as the verdict sees them; the stages are left out, since few cases show them. */
function summariseSamples(result) {
    const samples = result.samples.map(({ metrics }) => ({ metrics, stages: [] }));
    return (0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .summarise */ .fS)({ ...(0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .subjectOf */ .et)(result), samples }).metrics;
}
/** The metric in each earlier run, runs without it left out. */
function earlierMetric(view, metric) {
    return view.earlier.map(({ metrics }) => metrics[metric]).filter((value) => value !== null);
}
function compareNumbers(current, baseline) {
    if (current === null || baseline === null)
        return { current, baseline, change: undefined };
    if (baseline === 0)
        return { current, baseline, change: current === 0 ? 0 : null };
    return { current, baseline, change: current / baseline - 1 };
}
function compareCase(view, metric) {
    return compareNumbers(view.metrics[metric], medianOf(earlierMetric(view, metric)));
}
/** A relative change for people; a dash where there is nothing to compare. */
function formatComparedChange(change) {
    return change === undefined ? _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ : (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .formatChange */ .eD)(change);
}
/** The stages of a case in the order of their submission; those that only the baseline has come last. */
function compareStages(view) {
    const current = (0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .summarise */ .fS)((0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .subjectOf */ .et)(view.result)).stages;
    const before = new Map(current.map((stage) => [stage, []]));
    const removed = new Map();
    for (const { result } of view.earlier) {
        const match = (0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .matchStages */ .PZ)(current, (0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .summarise */ .fS)((0,_analyse_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .subjectOf */ .et)(result)).stages);
        for (const pair of match.pairs)
            before.get(pair.current)?.push(pair.baseline);
        for (const stage of match.removed)
            removed.set(stage.key, [...(removed.get(stage.key) ?? []), stage]);
    }
    return [
        ...current.map((stage) => compareStage(stage, stage, before.get(stage) ?? [])),
        ...[...removed.values()].flatMap((stages) => stages[0] === undefined ? [] : compareStage(stages[0], null, stages)),
    ];
}
function compareStage(stage, current, before) {
    const compare = (read) => compareNumbers(current === null ? null : read(current), medianOf(before.map(read)));
    return {
        key: stage.key,
        label: labelStage(stage),
        inCurrent: current !== null,
        inBaseline: before.length > 0,
        metric: (name) => compare(({ metrics }) => metrics[name]),
        skew: (name) => compare((one) => one[name]),
    };
}
// Nodes that every stage has; the others say what a stage does.
const COMMON_NODES = /^(WholeStageCodegen|InputAdapter|AQEShuffleRead|ColumnarToRow|Project)\b/;
/**
 * "3 · SortMergeJoin, Exchange": the stage's place in its job group, counted from 1 as the causes do, and what it does; Spark's
 * call site where it has no plan.
 */
function labelStage(stage) {
    const nodes = [...new Set(stage.planNodes.filter((node) => !COMMON_NODES.test(node)))];
    const what = nodes.length > 0 ? nodes.join(", ") : stage.planNodes.length > 0 ? stage.planNodes.join(", ") : stage.name;
    return `${stage.ordinal + 1} · ${what}`;
}
const OTHER_TITLES = new Map([
    ["shuffleRecordsSkew", "Shuffle records, largest to median task"],
    ["shuffleBytesSkew", "Shuffle bytes, largest to median task"],
    ["taskMsSkew", "Task duration, largest to median"],
    ["status", "Status"],
    ["checksum", "Checksum of the result"],
]);
/** A finding's metric for people. */
function metricTitle(name) {
    return (0,_model_metrics_js__WEBPACK_IMPORTED_MODULE_3__/* .findMetric */ .GF)(name)?.title ?? OTHER_TITLES.get(name) ?? name;
}
/** What stands in place of the numbers of a finding that has none, the worse side first. */
const OTHER_VALUES = new Map([
    ["checksum", ["different", "usual"]],
]);
function formatStatus(status) {
    return status === null ? _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ : status === 0 ? "passed" : "did not pass";
}
/** A finding's numbers for people. */
function formatFinding(finding) {
    if (finding.metric === "status") {
        const [baseline, current] = [formatStatus(finding.baseline), formatStatus(finding.current)];
        return { baseline, current, change: _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ };
    }
    const values = OTHER_VALUES.get(finding.metric);
    if (values !== undefined) {
        const [worse, better] = values;
        return finding.direction === "worse"
            ? { baseline: better, current: worse, change: _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ }
            : { baseline: worse, current: better, change: _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ };
    }
    return {
        baseline: (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .formatMetric */ .gI)(finding.metric, finding.baseline),
        current: (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .formatMetric */ .gI)(finding.metric, finding.current),
        change: finding.baseline === null || finding.current === null ? _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ : (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .formatChange */ .eD)(finding.change),
    };
}
/** A finding in a line: "Executor CPU time 5.01 s → 7.76 s (+54.9 %)". */
function describeFinding(finding) {
    const { baseline, current, change } = formatFinding(finding);
    const title = metricTitle(finding.metric);
    return `${title} ${baseline} → ${current}${change === _lib_format_js__WEBPACK_IMPORTED_MODULE_2__/* .NOT_MEASURED */ .pJ ? "" : ` (${change})`}`;
}
/** Every metric of a case that was measured in this run or an earlier one, in the order of the model. */
function listMetrics(view) {
    return _model_metrics_js__WEBPACK_IMPORTED_MODULE_3__/* .METRICS */ .Cb.map(({ name, title, gate }) => ({ name, title, gate, values: compareCase(view, name) })).filter(({ values }) => values.current !== null || values.baseline !== null);
}


/***/ }),

/***/ 11298:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Bv: () => (/* reexport */ write/* prepareOutDirectory */.Bv),
  ft: () => (/* reexport */ write/* writeDocument */.ft),
  Li: () => (/* binding */ writeReports)
});

// UNUSED EXPORTS: renderReports

// EXTERNAL MODULE: ../node_modules/preact/jsx-runtime/dist/jsxRuntime.mjs
var jsxRuntime = __webpack_require__(22382);
// EXTERNAL MODULE: ../node_modules/preact-render-to-string/dist/index.mjs
var dist = __webpack_require__(81417);
// EXTERNAL MODULE: ./src/lib/format.js
var format = __webpack_require__(59285);
// EXTERNAL MODULE: ../node_modules/@observablehq/plot/src/index.js + 61 modules
var src = __webpack_require__(5172);
// EXTERNAL MODULE: ./src/report/dimensions.js
var report_dimensions = __webpack_require__(67526);
// EXTERNAL MODULE: ./src/report/figures.js
var figures = __webpack_require__(81266);
// EXTERNAL MODULE: ./src/report/text.js
var report_text = __webpack_require__(74500);
// EXTERNAL MODULE: ./src/report/view.js
var report_view = __webpack_require__(11258);
// EXTERNAL MODULE: ../node_modules/linkedom/esm/index.js + 184 modules
var esm = __webpack_require__(47838);
;// CONCATENATED MODULE: ./src/report/plots/draw.js


/** Width of a plot that fits a phone without scrolling or shrinking its text; on a wide screen several stand side by side. */
const NARROW_PX = 336;
let draw_document;
/**
 * Draws a plot as static SVG markup. Its colours are `currentColor` and the custom properties of the report's stylesheet, so
 * that one drawing serves light, dark and print. `description` is what a screen reader says in its place.
 */
function drawPlot(options, description) {
    // One empty document serves all plots: Plot only creates elements with it and attaches none.
    draw_document ??= (0,esm/* parseHTML */.BW)("<!doctype html><html><body></body></html>").document;
    const svg = src/* plot */.QI({ ...options, document: draw_document, className: "plot" });
    // Its rules are in the report's stylesheet once and not in every drawing.
    svg.querySelector("style")?.remove();
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", description);
    // Keyboards reach the cases through the table that stands beside every plot and not through a thousand cells.
    for (const link of svg.querySelectorAll("a"))
        link.setAttribute("tabindex", "-1");
    return svg.outerHTML;
}

;// CONCATENATED MODULE: ./src/report/plots/heat-map.js







/** Size of a cell: with words in it, or with a symbol only where there are many. */
const WORDS = { width: 104, height: 30, mostAcross: 9, mostDown: 40 };
const SYMBOLS = { width: 22, height: 16 };
const CHARACTER_PX = 6;
/** A change of CPU time that gets the strongest of the three faint shades. */
const STRONG_CHANGE = 0.25;
/** The matrix of the run: what a case does goes down, where it runs goes across; each cell leads to its case. */
function drawHeatMap(views) {
    const { across, down } = (0,report_dimensions/* layMatrix */.AN)(views.map(({ result }) => result));
    const columns = across.innerValues.length * across.outerValues.length;
    const rows = down.innerValues.length * down.outerValues.length;
    const words = columns <= WORDS.mostAcross && rows <= WORDS.mostDown;
    const size = words ? WORDS : SYMBOLS;
    const cells = views.map((view) => {
        const { result } = view;
        return {
            fx: across.outer(result),
            fy: down.outer(result),
            x: across.inner(result),
            y: down.inner(result),
            fill: `var(--cell-${shadeOf(view)})`,
            color: `var(--cell-${shadeOf(view)}-text)`,
            text: words ? cellText(view) : report_view/* CASE_MARKS */.Wy[view.standing].symbol,
            title: describeCell(view),
            href: `#${view.id}`,
        };
    });
    const grouped = { across: across.outerValues.length > 1, down: down.outerValues.length > 1 };
    const longest = (values) => Math.max(0, ...values.map((value) => Math.min(value.length, 40)));
    // Names across stand upright where they are longer than their column.
    const upright = longest(across.innerValues) * CHARACTER_PX > size.width - 4;
    const marginTop = (upright ? longest(across.innerValues) * CHARACTER_PX + 12 : 22) + (grouped.across ? 20 : 0);
    const marginLeft = longest(down.innerValues) * CHARACTER_PX + 14;
    const marginRight = grouped.down ? longest(down.outerValues) * CHARACTER_PX + 14 : 8;
    const groupGap = 8;
    const short = (value) => (0,report_text/* oneLine */.TN)(value, 40);
    return drawPlot({
        width: marginLeft + marginRight + columns * size.width + (across.outerValues.length - 1) * groupGap,
        height: marginTop + 8 + rows * size.height + (down.outerValues.length - 1) * groupGap,
        marginTop,
        marginBottom: 8,
        marginLeft,
        marginRight,
        color: { type: "identity" },
        x: { type: "band", domain: [...across.innerValues], label: null, padding: 0.06 },
        y: { type: "band", domain: [...down.innerValues], label: null, padding: 0.08 },
        ...(grouped.across || grouped.down
            ? {
                fx: facetScale(across, size.width, groupGap),
                fy: facetScale(down, size.height, groupGap),
            }
            : {}),
        marks: [
            src/* axisX */.sF({
                anchor: "top",
                tickSize: 0,
                tickFormat: short,
                tickRotate: upright ? -90 : 0,
                textAnchor: upright ? "start" : "middle",
                fontSize: 11,
            }),
            src/* axisY */.l3({ tickSize: 0, tickFormat: short, fontSize: 11 }),
            ...(grouped.across
                ? [
                    src/* axisFx */.yH({
                        anchor: "top",
                        dy: upright ? -(longest(across.innerValues) * CHARACTER_PX) : -14,
                        label: null,
                        fontSize: 12,
                        fontWeight: 600,
                    }),
                ]
                : []),
            ...(grouped.down
                ? [src/* axisFy */.r5({ anchor: "right", label: null, fontSize: 12, fontWeight: 600, tickFormat: short })]
                : []),
            src/* cell */.Hn(cells, { ...channels(grouped), fill: "fill", title: "title", href: "href", rx: 3 }),
            src/* text */.Qq(cells, { ...channels(grouped), text: "text", fill: "color", fontSize: 11, pointerEvents: "none" }),
        ],
    }, `Matrix of ${views.length} cases; the table of all cases has the same in words`);
}
function channels(grouped) {
    return {
        x: "x",
        y: "y",
        ...(grouped.across ? { fx: "fx" } : {}),
        ...(grouped.down ? { fy: "fy" } : {}),
    };
}
function facetScale(axis, bandPx, gapPx) {
    const groupPx = axis.innerValues.length * bandPx;
    return { domain: [...axis.outerValues], padding: 0, paddingInner: gapPx / (groupPx + gapPx), label: null };
}
/** Cases that differ without a finding get a faint shade of their CPU time's change: noise should look like noise. */
function shadeOf(view) {
    if (view.standing !== "unchanged")
        return view.standing;
    const { change } = (0,figures/* compareCase */.ox)(view, "cpuMs");
    if (change === undefined || change === null)
        return "unchanged";
    const step = Math.min(3, Math.floor((Math.abs(change) / STRONG_CHANGE) * 3));
    return step === 0 ? "unchanged" : `${change > 0 ? "up" : "down"}-${step}`;
}
function cellText(view) {
    const { symbol, word } = report_view/* CASE_MARKS */.Wy[view.standing];
    const finding = view.findings[0];
    if (view.standing === "unjudged")
        return (0,format/* formatMs */._V)(view.metrics.wallMs ?? 0);
    if (view.standing === "unchanged")
        return (0,figures/* formatComparedChange */.HK)((0,figures/* compareCase */.ox)(view, "cpuMs").change);
    if (finding !== undefined && finding.current !== null && view.result.status === "passed") {
        const { current, change } = (0,figures/* formatFinding */.tf)(finding);
        return `${symbol} ${finding.change === null ? current : change}`;
    }
    return `${symbol} ${word === "infrastructure" ? "infra" : word}`;
}
function describeCell(view) {
    const { word } = report_view/* CASE_MARKS */.Wy[view.standing];
    const lines = [`${view.label}: ${word}`];
    if (view.result.reason !== null)
        lines.push((0,report_text/* oneLine */.TN)(view.result.reason, 160));
    lines.push(...view.findings.slice(0, 3).map(figures/* describeFinding */.jb));
    const cpu = (0,figures/* compareCase */.ox)(view, "cpuMs");
    if (cpu.current !== null) {
        const change = cpu.change === undefined ? "" : `, ${(0,figures/* formatComparedChange */.HK)(cpu.change)} against the baseline`;
        lines.push(`CPU ${(0,format/* formatMs */._V)(cpu.current)}${change}`);
    }
    return lines.join("\n");
}

;// CONCATENATED MODULE: ./src/report/plots/range.js




const EARLIER = "earlier runs";
const NOW = "this run";
/**
 * A time of a case against its baseline: a dot for every earlier run, a ring for every sample of this run, a thick mark for its
 * median, and a line through the median of the earlier runs. Null where this run measured nothing.
 */
function drawRange(view, metric, title) {
    const samples = view.result.samples.map(({ metrics }) => metrics[metric]).filter((value) => value !== null);
    const { current, baseline } = (0,figures/* compareCase */.ox)(view, metric);
    if (current === null)
        return null;
    const earlier = (0,figures/* earlierMetric */.JB)(view, metric);
    const compared = baseline !== null;
    const description = compared
        ? `${title}: ${(0,format/* formatMs */._V)(current)} in this run, ${(0,format/* formatMs */._V)(baseline)} in the median of ${earlier.length} earlier runs`
        : `${title}: ${(0,format/* formatMs */._V)(current)} in this run, no earlier runs`;
    return drawPlot({
        width: NARROW_PX,
        height: compared ? 92 : 62,
        marginLeft: 78,
        marginRight: 18,
        marginTop: 6,
        marginBottom: 24,
        x: { type: "linear", domain: widen([...samples, ...earlier]), label: null },
        y: { type: "band", padding: 0.3, domain: compared ? [EARLIER, NOW] : [NOW], label: null },
        marks: [
            src/* axisX */.sF({ ticks: 4, tickFormat: (value) => (0,format/* formatMs */._V)(value), tickSize: 4 }),
            src/* axisY */.l3({ tickSize: 0, fontSize: 11 }),
            ...(compared
                ? [
                    src/* ruleY */.OJ([{ from: Math.min(...earlier), to: Math.max(...earlier) }], {
                        x1: "from",
                        x2: "to",
                        y: () => EARLIER,
                        stroke: "var(--plot-range)",
                        strokeWidth: 14,
                        strokeLinecap: "round",
                    }),
                    src/* ruleX */.hI([baseline], { stroke: "var(--plot-baseline)", strokeDasharray: "3 3" }),
                    src/* dot */.Om(earlier, {
                        x: (value) => value,
                        y: () => EARLIER,
                        r: 3.5,
                        fill: "var(--plot-baseline)",
                        title: (value) => `earlier run: ${(0,format/* formatMs */._V)(value)}`,
                    }),
                ]
                : []),
            src/* tickX */.SW([current], {
                x: (value) => value,
                y: () => NOW,
                stroke: "var(--plot-now)",
                strokeWidth: 3,
                title: (value) => `median of this run: ${(0,format/* formatMs */._V)(value)}`,
            }),
            src/* dot */.Om(samples, {
                x: (value) => value,
                y: () => NOW,
                r: 4,
                stroke: "var(--plot-now)",
                strokeWidth: 1.5,
                title: (value) => `sample: ${(0,format/* formatMs */._V)(value)}`,
            }),
        ],
    }, description);
}
/** A domain with air around the values, so that a difference of a few per cent does not fill the plot. */
function widen(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const air = Math.max((high - low) * 0.12, high * 0.08, 1);
    return [Math.max(0, low - air), high + air];
}

;// CONCATENATED MODULE: ./src/report/stage-marks.js

/** Largest to median from which one task holds the others up; below it is what hashing does to any keys. */
const NOTABLE_SKEW = 4;
/** Skew, spill, failed tasks, and stages that only one of the two sides has. */
function stageMarks(stage) {
    const marks = [];
    const compared = stage.inBaseline || !stage.inCurrent;
    if (!stage.inCurrent)
        return [{ kind: "gone", text: "not in this run" }];
    const skew = Math.max(stage.skew("shuffleRecordsSkew").current ?? 0, stage.skew("shuffleBytesSkew").current ?? 0);
    if (skew >= NOTABLE_SKEW)
        marks.push({ kind: "skew", text: `skew ${(0,format/* formatRatio */.B0)(skew)}` });
    const spilled = stage.metric("diskSpilledBytes").current ?? 0;
    if (spilled > 0)
        marks.push({ kind: "spill", text: `spilled ${(0,format/* formatBytes */.z3)(spilled)}` });
    const failed = stage.metric("failedTasks").current ?? 0;
    if (failed > 0)
        marks.push({ kind: "failed", text: `${failed} failed tasks` });
    if (!compared)
        marks.push({ kind: "new", text: "not in the baseline" });
    return marks;
}

;// CONCATENATED MODULE: ./src/report/plots/stages.js






/** More bars than these are not read; the table has all of them. */
const MOST_STAGES = 12;
const LINE_PX = 15;
const BAR_PX = 9;
const BASELINE_PX = 5;
const GAP_PX = 9;
/**
 * The stages of a case as bars of run time with the CPU time in them, this run above the baseline, with marks of skew and spill.
 * Null where no stage has a time.
 */
function drawStages(stages, caseLabel) {
    const shown = largestInOrder(stages);
    const left = [];
    const right = [];
    const bars = [];
    let top = 0;
    for (const stage of shown) {
        const run = stage.metric("runMs");
        const cpu = stage.metric("cpuMs");
        left.push({ top, text: (0,report_text/* oneLine */.TN)(stage.label, 32) });
        right.push({ top, text: describeChange(cpu) });
        top += LINE_PX;
        const marks = stageMarks(stage).map(({ text }) => `▲ ${text}`);
        if (marks.length > 0) {
            left.push({ top, text: (0,report_text/* oneLine */.TN)(marks.join("  "), 56) });
            top += LINE_PX;
        }
        const pair = [
            { what: "this run", height: BAR_PX, runMs: run.current, cpuMs: cpu.current, name: "now" },
            { what: "baseline", height: BASELINE_PX, runMs: run.baseline, cpuMs: cpu.baseline, name: "baseline" },
        ];
        for (const { what, height, runMs, cpuMs, name } of pair) {
            if (runMs === null && cpuMs === null)
                continue;
            const title = `${stage.label}, ${what}: ${(0,format/* formatMs */._V)(runMs ?? 0)} run time, ${(0,format/* formatMs */._V)(cpuMs ?? 0)} CPU time`;
            const at = { top, bottom: top + height, title };
            bars.push({ toMs: runMs ?? 0, fill: `var(--plot-${name}-soft)`, ...at });
            bars.push({ toMs: cpuMs ?? 0, fill: `var(--plot-${name})`, ...at });
            top += height + 1;
        }
        top += GAP_PX;
    }
    const longest = Math.max(0, ...bars.map(({ toMs }) => toMs));
    if (longest === 0)
        return null;
    return drawPlot({
        width: NARROW_PX,
        height: top + 24,
        margin: 0,
        marginBottom: 24,
        marginRight: 4,
        x: { type: "linear", domain: [0, longest * 1.02], label: null },
        y: { type: "linear", domain: [0, top], range: [0, top], axis: null },
        color: { type: "identity" },
        marks: [
            src/* axisX */.sF({ ticks: 4, tickFormat: (value) => (value === 0 ? "" : (0,format/* formatMs */._V)(value)), tickSize: 4 }),
            src/* rect */.Pc(bars, { x1: 0, x2: "toMs", y1: "top", y2: "bottom", fill: "fill", title: "title" }),
            src/* ruleX */.hI([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
            src/* text */.Qq(left, {
                text: "text",
                y: "top",
                frameAnchor: "left",
                textAnchor: "start",
                lineAnchor: "top",
                fontSize: 11,
            }),
            src/* text */.Qq(right, {
                text: "text",
                y: "top",
                frameAnchor: "right",
                textAnchor: "end",
                lineAnchor: "top",
                fontSize: 11,
            }),
        ],
    }, `Run time and CPU time of ${shown.length} stages of ${caseLabel}; the table of stages has the numbers`);
}
function largestInOrder(stages) {
    const size = (stage) => {
        const { current, baseline } = stage.metric("runMs");
        return Math.max(current ?? 0, baseline ?? 0);
    };
    const kept = new Set(stages.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_STAGES));
    return stages.filter((stage) => kept.has(stage));
}
function describeChange(cpu) {
    if (cpu.current === null)
        return "only in the baseline";
    const change = cpu.change === undefined ? "" : ` (${(0,figures/* formatComparedChange */.HK)(cpu.change)})`;
    return `${(0,format/* formatMs */._V)(cpu.current)} CPU${change}`;
}

// EXTERNAL MODULE: ./src/report/sentences.js
var sentences = __webpack_require__(25789);
;// CONCATENATED MODULE: ./src/report/html/parts.js



/** A state as symbol and word; the colour only repeats it. */
function Badge({ mark, text }) {
    return ((0,jsxRuntime/* jsxs */.FD)("span", { class: `badge ${mark.tone}`, children: [(0,jsxRuntime/* jsx */.Y)("span", { "aria-hidden": "true", children: mark.symbol }), " ", text ?? mark.word] }));
}
function StandingBadge({ standing }) {
    return (0,jsxRuntime/* jsx */.Y)(Badge, { mark: report_view/* CASE_MARKS */.Wy[standing] });
}
/** The likely cause of a finding: its kind, the sentence, and the stage that shows it. */
function Cause({ cause }) {
    return ((0,jsxRuntime/* jsxs */.FD)("p", { class: "cause", children: [(0,jsxRuntime/* jsx */.Y)("span", { class: "kind", children: cause.kind }), " ", cause.sentence, cause.stage !== null && ((0,jsxRuntime/* jsxs */.FD)("span", { class: "stage", children: [" ", "(stage ", (0,jsxRuntime/* jsx */.Y)("code", { children: (0,report_text/* oneLine */.TN)(cause.stage, 160) }), ")"] }))] }));
}
/** A drawing made by plots/: markup of our own in which every text was escaped by the serialiser. */
function Figure({ svg, caption }) {
    if (svg === null)
        return null;
    return ((0,jsxRuntime/* jsxs */.FD)("figure", { children: [(0,jsxRuntime/* jsx */.Y)("figcaption", { children: caption }), (0,jsxRuntime/* jsx */.Y)("div", { class: "scroll", dangerouslySetInnerHTML: { __html: svg } })] }));
}
/** A table that scrolls in its own box where the screen is narrow. */
function Scroll({ label, children }) {
    return ((0,jsxRuntime/* jsx */.Y)("div", { class: "scroll", role: "group", "aria-label": label, children: children }));
}
/** Cells of a table's head; those named in `numeric` are aligned right. */
function Head({ columns }) {
    return ((0,jsxRuntime/* jsx */.Y)("thead", { children: (0,jsxRuntime/* jsx */.Y)("tr", { children: columns.map((column) => typeof column === "string" ? ((0,jsxRuntime/* jsx */.Y)("th", { scope: "col", children: column }, column)) : ((0,jsxRuntime/* jsx */.Y)("th", { scope: "col", class: "num", children: column.number }, column.number))) }) }));
}

;// CONCATENATED MODULE: ./src/report/html/evidence.js





const MOST_PROPERTIES = 150;
/** What the event log says beside the numbers: failures, lost executors, the settings. */
function Evidence({ result }) {
    const { evidence } = result;
    if (evidence === null)
        return null;
    const properties = Object.entries(evidence.properties);
    return ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [evidence.partial && ((0,jsxRuntime/* jsx */.Y)("p", { class: "note warn", children: "The event log could not be read to its end; the figures cover what could be read." })), evidence.failures.length > 0 && ((0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Failures", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Failure", { number: "Times" }, "Stage", "What Spark said"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: evidence.failures.map((failure, index) => ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: failure.kind }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: failure.count }), (0,jsxRuntime/* jsx */.Y)("td", { class: "wide", children: failure.stage ?? "" }), (0,jsxRuntime/* jsx */.Y)("td", { class: "wide", children: (0,jsxRuntime/* jsx */.Y)("pre", { children: failure.message }) })] }, `${index} ${failure.kind}`))) })] }) })), evidence.lostExecutors.length > 0 && ((0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Lost executors", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Lost executor", "At", "Killed for memory", "Reason"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: evidence.lostExecutors.map((lost) => ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: lost.executorId }), (0,jsxRuntime/* jsx */.Y)("td", { children: formatEpochMs(lost.atMs) }), (0,jsxRuntime/* jsx */.Y)("td", { children: lost.memoryKill ? "yes" : "no" }), (0,jsxRuntime/* jsx */.Y)("td", { class: "wide", children: lost.reason })] }, `${lost.executorId} ${lost.atMs}`))) })] }) })), properties.length > 0 && ((0,jsxRuntime/* jsxs */.FD)("details", { children: [(0,jsxRuntime/* jsxs */.FD)("summary", { children: [(0,format/* plural */.LS)(properties.length, "setting"), " of the application"] }), (0,jsxRuntime/* jsx */.Y)("p", { class: "muted small", children: [
                            evidence.applicationId ?? "",
                            evidence.sparkVersion === null ? "" : `Spark ${evidence.sparkVersion}`,
                            evidence.javaVersion === null ? "" : `Java ${evidence.javaVersion}`,
                        ]
                            .filter((text) => text !== "")
                            .join(" · ") }), (0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Settings", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Property", "Value"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: properties.slice(0, MOST_PROPERTIES).map(([name, value]) => ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: (0,jsxRuntime/* jsx */.Y)("code", { children: name }) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "wide", children: (0,jsxRuntime/* jsx */.Y)("code", { children: (0,report_text/* oneLine */.TN)(value, 300) }) })] }, name))) })] }) })] }))] }));
}
function formatEpochMs(ms) {
    const time = new Date(ms);
    return Number.isNaN(time.getTime()) ? String(ms) : (0,sentences/* formatTime */.fU)(time.toISOString());
}

;// CONCATENATED MODULE: ./src/report/html/case-details.js











const MOST_STAGE_ROWS = 40;
/** Everything about one case. */
function CaseDetails({ view, open }) {
    const { result, label } = view;
    const stages = (0,figures/* compareStages */.JP)(view);
    const cpu = (0,figures/* compareCase */.ox)(view, "cpuMs");
    return ((0,jsxRuntime/* jsxs */.FD)("details", { class: "case", open: open, children: [(0,jsxRuntime/* jsxs */.FD)("summary", { children: [(0,jsxRuntime/* jsx */.Y)("h3", { children: label }), " ", (0,jsxRuntime/* jsx */.Y)(StandingBadge, { standing: view.standing }), " ", cpu.current !== null && ((0,jsxRuntime/* jsxs */.FD)("span", { class: "muted", children: [(0,format/* formatMetric */.gI)("cpuMs", cpu.current), " CPU", cpu.change === undefined ? "" : `, ${(0,figures/* formatComparedChange */.HK)(cpu.change)}`] }))] }), (0,jsxRuntime/* jsxs */.FD)("div", { id: view.id, class: "body", children: [result.reason !== null && (0,jsxRuntime/* jsx */.Y)("pre", { class: "reason", children: result.reason }), (0,jsxRuntime/* jsx */.Y)(Findings, { view: view }), (0,jsxRuntime/* jsxs */.FD)("div", { class: "plots", children: [(0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)(Figure, { svg: drawRange(view, "cpuMs", `CPU time of ${label}`), caption: "CPU time" }), (0,jsxRuntime/* jsx */.Y)(Figure, { svg: drawRange(view, "wallMs", `Wall time of ${label}`), caption: "Wall time" })] }), (0,jsxRuntime/* jsx */.Y)(Figure, { svg: drawStages(stages, label), caption: (0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: ["Stages ", (0,jsxRuntime/* jsx */.Y)("span", { class: "key now", children: "CPU" }), " ", (0,jsxRuntime/* jsx */.Y)("span", { class: "key now-soft", children: "run time" }), " ", view.earlier.length > 0 && (0,jsxRuntime/* jsx */.Y)("span", { class: "key baseline", children: "baseline" })] }) })] }), stages.length > 0 && (0,jsxRuntime/* jsx */.Y)(StageTable, { stages: stages }), (0,jsxRuntime/* jsx */.Y)(MetricTable, { view: view }), (0,jsxRuntime/* jsx */.Y)(Evidence, { result: result }), (0,jsxRuntime/* jsxs */.FD)("p", { class: "muted small", children: [(0,jsxRuntime/* jsx */.Y)("code", { children: result.name }), result.startedAt !== null && (0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [" \u00B7 started ", (0,sentences/* formatTime */.fU)(result.startedAt)] }), result.attempts > 1 && (0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [" \u00B7 ", result.attempts, " attempts"] }), result.namespace !== null && (0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [" \u00B7 namespace ", result.namespace] }), result.checksum !== null && ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [" ", "\u00B7 checksum of the result ", (0,jsxRuntime/* jsx */.Y)("code", { children: (0,report_text/* oneLine */.TN)(result.checksum, 80) })] })), result.attempts > 0 && ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [" ", "\u00B7 ", (0,jsxRuntime/* jsx */.Y)("a", { href: `logs/${encodeURIComponent(result.name)}.log`, children: "log" }), " \u00B7", " ", (0,jsxRuntime/* jsx */.Y)("a", { href: `eventlogs/${encodeURIComponent(result.name)}/`, children: "event log" })] }))] })] })] }));
}
function Findings({ view }) {
    if (view.findings.length === 0)
        return null;
    const evidence = view.findings.flatMap(({ cause }) => cause?.evidence ?? []);
    const rows = [...new Map(evidence.map((row) => [`${row.what} ${row.baseline} ${row.current}`, row])).values()];
    return ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [(0,report_view/* distinctCauses */.x6)(view.findings).map((cause) => ((0,jsxRuntime/* jsx */.Y)(Cause, { cause: cause }, cause.sentence))), (0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Findings", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Finding", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: view.findings.map((finding) => {
                                const { baseline, current, change } = (0,figures/* formatFinding */.tf)(finding);
                                const chance = finding.pValue === null ? "" : `, p ${finding.pValue.toPrecision(2)}`;
                                return ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsxs */.FD)("th", { scope: "row", children: [finding.direction === "worse" ? "▲" : "▼", " ", (0,figures/* metricTitle */.Vu)(finding.metric)] }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: baseline }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num strong", children: current }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num strong", children: change }), (0,jsxRuntime/* jsxs */.FD)("td", { children: [finding.gate, chance] })] }, finding.metric));
                            }) })] }) }), rows.length > 0 && ((0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Evidence", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["What the cause rests on", { number: "Baseline" }, { number: "This run" }] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: rows.map(({ what, baseline, current }) => ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: what }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: baseline }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num strong", children: current })] }, `${what} ${baseline} ${current}`))) })] }) }))] }));
}
function StageTable({ stages }) {
    const shown = stages.slice(0, MOST_STAGE_ROWS);
    return ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [(0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Stages", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: [
                                "Stage",
                                { number: "CPU" },
                                { number: "Baseline" },
                                { number: "Change" },
                                { number: "Run time" },
                                { number: "Tasks" },
                                { number: "Shuffle read" },
                                "Marks",
                            ] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: shown.map((stage) => {
                                const cpu = stage.metric("cpuMs");
                                return ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", class: "wide", title: stage.key, children: (0,report_text/* oneLine */.TN)(stage.label, 90) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)("cpuMs", cpu.current) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)("cpuMs", cpu.baseline) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,figures/* formatComparedChange */.HK)(cpu.change) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)("runMs", stage.metric("runMs").current) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)("tasks", stage.metric("tasks").current) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)("shuffleReadRecords", stage.metric("shuffleReadRecords").current) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "wide", children: stageMarks(stage)
                                                .map(({ text }) => text)
                                                .join(", ") })] }, stage.key));
                            }) })] }) }), stages.length > shown.length && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: ["and ", stages.length - shown.length, " more stages in results.json"] }))] }));
}
function MetricTable({ view }) {
    const metrics = (0,figures/* listMetrics */.u7)(view);
    if (metrics.length === 0)
        return null;
    return ((0,jsxRuntime/* jsxs */.FD)("details", { children: [(0,jsxRuntime/* jsxs */.FD)("summary", { children: ["All metrics, medians of ", view.result.samples.length, " samples"] }), (0,jsxRuntime/* jsx */.Y)(Scroll, { label: "All metrics", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: metrics.map(({ name, title, gate, values }) => ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: title }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)(name, values.baseline) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,format/* formatMetric */.gI)(name, values.current) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,figures/* formatComparedChange */.HK)(values.change) }), (0,jsxRuntime/* jsx */.Y)("td", { children: gate })] }, name))) })] }) })] }));
}

;// CONCATENATED MODULE: ./src/report/html/case-table.js






/** A table longer than this is closed at first; the heat map and the first screen lead into it. */
const MOST_OPEN = 60;
/** Every case in a row, the most urgent first. `detailed` are the ids that have a section of their own. */
function CaseTable(props) {
    const { cases, detailed } = props;
    const compared = cases.some(({ earlier }) => earlier.length > 0);
    return ((0,jsxRuntime/* jsxs */.FD)("details", { open: cases.length <= MOST_OPEN, children: [(0,jsxRuntime/* jsxs */.FD)("summary", { children: ["All ", (0,format/* plural */.LS)(cases.length, "case"), ", the most urgent first"] }), (0,jsxRuntime/* jsx */.Y)(Scroll, { label: "All cases", children: (0,jsxRuntime/* jsxs */.FD)("table", { class: "cases", children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: [
                                "Case",
                                "Result",
                                ...(compared ? [{ number: "CPU against baseline" }] : []),
                                { number: "CPU" },
                                { number: "Wall" },
                                { number: "Shuffle written" },
                                { number: "Spilled" },
                                "Note",
                            ] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: (0,report_view/* sortByStanding */.OW)(cases).map((view) => ((0,jsxRuntime/* jsx */.Y)(CaseRow, { view: view, detailed: detailed.has(view.id), compared: compared }, view.id))) })] }) })] }));
}
function CaseRow(props) {
    const { view, detailed, compared } = props;
    const cpu = (0,figures/* compareCase */.ox)(view, "cpuMs");
    const value = (metric) => (0,format/* formatMetric */.gI)(metric, (0,figures/* compareCase */.ox)(view, metric).current);
    return ((0,jsxRuntime/* jsxs */.FD)("tr", { id: detailed ? undefined : view.id, children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", title: view.result.name, children: detailed ? (0,jsxRuntime/* jsx */.Y)("a", { href: `#${view.id}`, children: view.label }) : view.label }), (0,jsxRuntime/* jsx */.Y)("td", { children: (0,jsxRuntime/* jsx */.Y)(StandingBadge, { standing: view.standing }) }), compared && (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: (0,figures/* formatComparedChange */.HK)(cpu.change) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: value("cpuMs") }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: value("wallMs") }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: value("shuffleWriteBytes") }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: value("diskSpilledBytes") }), (0,jsxRuntime/* jsx */.Y)("td", { class: "wide", children: caseNote(view) })] }));
}
/** The one thing to know about a case: why it did not pass, or its worst finding. */
function caseNote(view) {
    if (view.result.reason !== null)
        return (0,report_text/* firstLine */.TM)(view.result.reason, 140);
    const finding = view.findings[0];
    return finding === undefined ? "" : (0,figures/* describeFinding */.jb)(finding);
}

;// CONCATENATED MODULE: ./src/report/html/context.js






/** What the verdict rests on, and what it cannot say. */
function Confidence({ view }) {
    const { baseline, noise } = view.verdict;
    return ((0,jsxRuntime/* jsxs */.FD)("section", { "aria-labelledby": "confidence", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "confidence", children: "What this run could have seen" }), (0,jsxRuntime/* jsx */.Y)("p", { children: (0,sentences/* describeNoise */.YI)(view.verdict) }), baseline.notes.length > 0 && ((0,jsxRuntime/* jsx */.Y)("ul", { children: baseline.notes.map((note) => ((0,jsxRuntime/* jsx */.Y)("li", { children: note }, note))) })), (0,jsxRuntime/* jsxs */.FD)("dl", { class: "facts", children: [(0,jsxRuntime/* jsx */.Y)(Fact, { title: "Noise of CPU time (CV)", value: noise.cpuCoefficientOfVariation }), (0,jsxRuntime/* jsx */.Y)(Fact, { title: "Smallest change to be found", value: noise.smallestDetectableChange }), (0,jsxRuntime/* jsx */.Y)(Fact, { title: "Shift that all cases share", value: noise.sharedShift }), noise.degreesOfFreedom !== null && ((0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)("dt", { children: "Degrees of freedom" }), (0,jsxRuntime/* jsx */.Y)("dd", { children: Number(noise.degreesOfFreedom.toFixed(1)) })] }))] }), baseline.runs.length > 0 && ((0,jsxRuntime/* jsx */.Y)(Scroll, { label: "Baseline runs", children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Baseline run", "Started", "Commit"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: baseline.runs.map((run, index) => ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: run.id }), (0,jsxRuntime/* jsx */.Y)("td", { children: (0,sentences/* formatTime */.fU)(run.startedAt) }), (0,jsxRuntime/* jsx */.Y)("td", { children: run.commit === null ? "unknown" : (0,jsxRuntime/* jsx */.Y)("code", { children: run.commit.slice(0, 12) }) })] }, `${index} ${run.id}`))) })] }) }))] }));
}
function Fact({ title, value }) {
    if (value === null)
        return null;
    return ((0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)("dt", { children: title }), (0,jsxRuntime/* jsx */.Y)("dd", { children: (0,sentences/* formatPercent */.l9)(value) })] }));
}
/** Cases that did not run, by reason. */
function Skipped({ clusters }) {
    if (clusters.length === 0)
        return null;
    return ((0,jsxRuntime/* jsxs */.FD)("section", { "aria-labelledby": "skipped", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "skipped", children: "What did not run" }), clusters.map(({ lead, others }) => ((0,jsxRuntime/* jsxs */.FD)("details", { children: [(0,jsxRuntime/* jsxs */.FD)("summary", { children: [(0,format/* plural */.LS)(others.length + 1, "case"), ": ", (0,report_text/* oneLine */.TN)(lead.result.reason ?? sentences/* NO_REASON */.je, 300)] }), (0,jsxRuntime/* jsx */.Y)("p", { class: "small", children: [lead, ...others].map(({ label }) => label).join(", ") })] }, lead.id)))] }));
}
function Environment({ view }) {
    const { run, cases } = view.results;
    const { host } = run;
    const javaVersions = [...new Set(cases.flatMap(({ evidence }) => evidence?.javaVersion ?? []))];
    const rows = [
        ["Run", run.id],
        ["Engine", run.engine],
        ["Host", `${host.cpus} CPUs (${host.cpuModel}), ${(0,format/* formatBytes */.z3)(host.memoryBytes)}, ${host.os}`],
        ["Spark", (0,report_dimensions/* distinctValues */.V$)(cases, "sparkVersion").join(", ")],
        ["Java", javaVersions.join(", ")],
        ["Commit", [run.commit, run.ref].filter((text) => text !== null).join(" on ")],
        ["Started", (0,sentences/* formatTime */.fU)(run.startedAt)],
        ["Finished", run.finishedAt === null ? "ended early" : (0,sentences/* formatTime */.fU)(run.finishedAt)],
        ["spark-loadtest", run.toolVersion],
    ];
    return ((0,jsxRuntime/* jsxs */.FD)("section", { "aria-labelledby": "environment", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "environment", children: "Environment and files" }), (0,jsxRuntime/* jsx */.Y)("dl", { class: "list", children: rows
                    .filter(([, value]) => value !== "")
                    .map(([title, value]) => ((0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)("dt", { children: title }), (0,jsxRuntime/* jsx */.Y)("dd", { children: value })] }, title))) }), (0,jsxRuntime/* jsxs */.FD)("p", { children: ["In the run's folder: ", (0,jsxRuntime/* jsx */.Y)("code", { children: "results.json" }), " and ", (0,jsxRuntime/* jsx */.Y)("code", { children: "verdict.json" }), " (all numbers),", " ", (0,jsxRuntime/* jsx */.Y)("code", { children: "junit.xml" }), ", ", (0,jsxRuntime/* jsx */.Y)("code", { children: "logs/<case>.log" }), " (what a case printed),", " ", (0,jsxRuntime/* jsx */.Y)("code", { children: "eventlogs/<case>/" }), " (its Spark event log)."] })] }));
}

;// CONCATENATED MODULE: ./src/report/html/first-screen.js







/** What the first screen shows of a list before it points to the tables. */
const MOST_CLUSTERS = 6;
const MOST_LINKS = 4;
const MOST_FINDINGS = 4;
const MOST_ADVISORY = 12;
/** Did it pass, what got worse, by how much, why. */
function FirstScreen({ view }) {
    const { results, verdict, mark } = view;
    const took = (0,sentences/* runMs */.Yg)(results);
    return ((0,jsxRuntime/* jsxs */.FD)("header", { children: [(0,jsxRuntime/* jsxs */.FD)("p", { class: "eyebrow", children: ["spark-loadtest \u00B7 tier ", results.run.tier, " \u00B7 ", (0,sentences/* formatTime */.fU)(results.run.startedAt), took === null ? "" : ` · ${(0,format/* formatMs */._V)(took)}`] }), (0,jsxRuntime/* jsxs */.FD)("h1", { class: mark.tone, children: [(0,jsxRuntime/* jsxs */.FD)("span", { "aria-hidden": "true", children: [mark.symbol, " "] }), mark.answer, ": ", mark.word.toLowerCase()] }), (0,jsxRuntime/* jsx */.Y)("p", { class: "headline", children: verdict.headline }), view.incomplete && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "note warn", children: ["The run ended before all its cases. What follows covers the ", (0,format/* plural */.LS)(view.cases.length, "case"), " that ended."] })), (0,jsxRuntime/* jsx */.Y)(Facts, { view: view }), verdict.verdict === "no-baseline" && (0,jsxRuntime/* jsx */.Y)("p", { class: "muted", children: sentences/* NEXT_RUN */.o4 }), view.failed.length > 0 && (0,jsxRuntime/* jsx */.Y)(Failed, { clusters: view.failed }), view.worse.length > 0 && (0,jsxRuntime/* jsx */.Y)(Worse, { clusters: view.worse }), (view.advisory.length > 0 || view.better.length > 0) && (0,jsxRuntime/* jsx */.Y)(Aside, { view: view })] }));
}
function Facts({ view }) {
    const { verdict, cases } = view;
    return ((0,jsxRuntime/* jsxs */.FD)("dl", { class: "facts", children: [(0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)("dt", { children: (0,format/* plural */.LS)(cases.length, "case") }), (0,jsxRuntime/* jsx */.Y)("dd", { children: (0,sentences/* describeCounts */.wv)(view) })] }), (0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)("dt", { children: "Baseline" }), (0,jsxRuntime/* jsx */.Y)("dd", { children: (0,sentences/* describeBaseline */.FT)(verdict) })] }), (0,jsxRuntime/* jsxs */.FD)("div", { children: [(0,jsxRuntime/* jsx */.Y)("dt", { children: "Could have seen" }), (0,jsxRuntime/* jsx */.Y)("dd", { children: (0,sentences/* describeSight */.Lv)(verdict) })] })] }));
}
function Failed({ clusters }) {
    return ((0,jsxRuntime/* jsxs */.FD)("section", { class: "card bad", "aria-labelledby": "failed", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "failed", children: "What failed" }), (0,jsxRuntime/* jsx */.Y)("ul", { class: "plain", children: clusters.slice(0, MOST_CLUSTERS).map(({ lead, others }) => ((0,jsxRuntime/* jsxs */.FD)("li", { children: [(0,jsxRuntime/* jsx */.Y)(Badge, { mark: report_view/* CASE_MARKS */.Wy[lead.standing] }), " ", (0,jsxRuntime/* jsx */.Y)("a", { href: `#${lead.id}`, children: lead.label }), (0,jsxRuntime/* jsx */.Y)("div", { class: "reason", children: (0,report_text/* firstLine */.TM)(lead.result.reason ?? sentences/* NO_REASON */.je, 300) }), others.length > 0 && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: ["The same in ", (0,format/* plural */.LS)(others.length, "more case"), ": ", (0,jsxRuntime/* jsx */.Y)(CaseLinks, { cases: others })] }))] }, lead.id))) }), (0,jsxRuntime/* jsx */.Y)(Rest, { count: clusters.length - MOST_CLUSTERS, what: "more reason" })] }));
}
function Worse({ clusters }) {
    return ((0,jsxRuntime/* jsxs */.FD)("section", { class: "card bad", "aria-labelledby": "worse", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "worse", children: "What got worse" }), clusters.slice(0, MOST_CLUSTERS).map(({ lead, others }) => ((0,jsxRuntime/* jsx */.Y)(WorseGroup, { group: lead, others: others }, lead.subject))), (0,jsxRuntime/* jsx */.Y)(Rest, { count: clusters.length - MOST_CLUSTERS, what: "more cause" })] }));
}
function Rest({ count, what }) {
    if (count <= 0)
        return null;
    return ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: ["and ", (0,format/* plural */.LS)(count, what), " in ", (0,jsxRuntime/* jsx */.Y)("a", { href: "#cases", children: "the table of all cases" })] }));
}
function CaseLinks({ cases }) {
    const views = cases.filter((view) => view !== null);
    return ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [views.slice(0, MOST_LINKS).map(({ id, label }, index) => ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [index > 0 && ", ", (0,jsxRuntime/* jsx */.Y)("a", { href: `#${id}`, children: label })] }))), views.length > MOST_LINKS && `, and ${(0,format/* formatCount */.B4)(views.length - MOST_LINKS)} more`] }));
}
function WorseGroup({ group, others }) {
    const causes = (0,report_view/* distinctCauses */.x6)(group.findings);
    return ((0,jsxRuntime/* jsxs */.FD)("article", { children: [(0,jsxRuntime/* jsx */.Y)("h3", { children: group.case === null ? group.label : (0,jsxRuntime/* jsx */.Y)("a", { href: `#${group.case.id}`, children: group.label }) }), causes.slice(0, 2).map((cause) => ((0,jsxRuntime/* jsx */.Y)(Cause, { cause: cause }, cause.sentence))), causes.length === 0 && group.case !== null && ((0,jsxRuntime/* jsx */.Y)("p", { class: "cause muted", children: "No likely cause was found in the event logs." })), (0,jsxRuntime/* jsx */.Y)(Scroll, { label: `What got worse in ${group.label}`, children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: group.findings.slice(0, MOST_FINDINGS).map((finding) => {
                                const { baseline, current, change } = (0,figures/* formatFinding */.tf)(finding);
                                return ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: (0,figures/* metricTitle */.Vu)(finding.metric) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: baseline }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num strong", children: current }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num strong", children: change }), (0,jsxRuntime/* jsx */.Y)("td", { children: finding.gate })] }, finding.metric));
                            }) })] }) }), group.findings.length > MOST_FINDINGS && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: ["and ", (0,format/* plural */.LS)(group.findings.length - MOST_FINDINGS, "more metric"), " in its details"] })), others.length > 0 && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: ["The same ", causes.length > 0 ? "cause and stage" : "metric", " in ", (0,format/* plural */.LS)(others.length, "more case"), ":", " ", (0,jsxRuntime/* jsx */.Y)(CaseLinks, { cases: others.map((other) => other.case) })] }))] }));
}
function Aside({ view }) {
    return ((0,jsxRuntime/* jsxs */.FD)("div", { class: "asides", children: [(0,jsxRuntime/* jsx */.Y)(Changes, { title: "Worse, but only advisory", groups: view.advisory, open: false }), (0,jsxRuntime/* jsx */.Y)(Changes, { title: "What got better", groups: view.better, open: view.verdict.verdict === "improvement" })] }));
}
function Changes(props) {
    const { title, groups, open } = props;
    const rows = groups.flatMap((group) => group.findings.map((finding) => ({ group, finding })));
    if (rows.length === 0)
        return null;
    return ((0,jsxRuntime/* jsxs */.FD)("details", { open: open, children: [(0,jsxRuntime/* jsxs */.FD)("summary", { children: [title, " ", (0,jsxRuntime/* jsxs */.FD)("span", { class: "muted", children: ["(", (0,format/* plural */.LS)(rows.length, "metric"), ")"] })] }), (0,jsxRuntime/* jsx */.Y)(Scroll, { label: title, children: (0,jsxRuntime/* jsxs */.FD)("table", { children: [(0,jsxRuntime/* jsx */.Y)(Head, { columns: ["Case", "Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }] }), (0,jsxRuntime/* jsx */.Y)("tbody", { children: rows.slice(0, MOST_ADVISORY).map(({ group, finding }) => {
                                const { baseline, current, change } = (0,figures/* formatFinding */.tf)(finding);
                                return ((0,jsxRuntime/* jsxs */.FD)("tr", { children: [(0,jsxRuntime/* jsx */.Y)("th", { scope: "row", children: group.case === null ? group.label : (0,jsxRuntime/* jsx */.Y)("a", { href: `#${group.case.id}`, children: group.label }) }), (0,jsxRuntime/* jsx */.Y)("td", { children: (0,figures/* metricTitle */.Vu)(finding.metric) }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: baseline }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num", children: current }), (0,jsxRuntime/* jsx */.Y)("td", { class: "num strong", children: change })] }, `${group.subject} ${finding.metric}`));
                            }) })] }) }), rows.length > MOST_ADVISORY && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: ["and ", (0,format/* plural */.LS)(rows.length - MOST_ADVISORY, "more metric"), " in ", (0,jsxRuntime/* jsx */.Y)("a", { href: "#cases", children: "the table of all cases" })] }))] }));
}

;// CONCATENATED MODULE: ./src/report/html/style.js
/** The report's stylesheet. Text and the badges have a contrast of 4.5 or more in both themes. */
const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --surface: #f6f7f9; --text: #1b2027; --muted: #59626e; --line: #d9dee5; --link: #0a58a6;
  --bad: #ab1f14; --bad-soft: #fdecea; --warn: #7a5200; --warn-soft: #fcf1d5; --good: #17692f; --good-soft: #e4f5e9;
  --better: #0a58a6; --better-soft: #e5f0fb;
  --cell: #e9edf1; --now: #2b6cb0; --base: #7c8794;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --surface: #1c2026; --text: #e5e9ee; --muted: #a0a9b5; --line: #333a44; --link: #7db8f5;
    --bad: #ff9a90; --bad-soft: #431b18; --warn: #efc25c; --warn-soft: #3b2e0e; --good: #6fd08a; --good-soft: #15341f;
    --better: #7db8f5; --better-soft: #15304b;
    --cell: #2a3038; --now: #5fa3e6; --base: #8792a0;
  }
}
:root {
  --cell-failed: #5e120b; --cell-failed-text: #ffffff;
  --cell-worse: #c2332a; --cell-worse-text: #ffffff;
  --cell-infrastructure: #f0b429; --cell-infrastructure-text: #1b2027;
  --cell-advisory: var(--warn-soft); --cell-advisory-text: var(--warn);
  --cell-better: #1f6fb5; --cell-better-text: #ffffff;
  --cell-unchanged: var(--cell); --cell-unchanged-text: var(--text);
  --cell-unjudged: var(--cell); --cell-unjudged-text: var(--text);
  --cell-skipped: transparent; --cell-skipped-text: var(--muted);
  --cell-up-1: color-mix(in srgb, #e8590c 12%, var(--cell)); --cell-up-1-text: var(--text);
  --cell-up-2: color-mix(in srgb, #e8590c 24%, var(--cell)); --cell-up-2-text: var(--text);
  --cell-up-3: color-mix(in srgb, #e8590c 36%, var(--cell)); --cell-up-3-text: var(--text);
  --cell-down-1: color-mix(in srgb, #1c7ed6 12%, var(--cell)); --cell-down-1-text: var(--text);
  --cell-down-2: color-mix(in srgb, #1c7ed6 24%, var(--cell)); --cell-down-2-text: var(--text);
  --cell-down-3: color-mix(in srgb, #1c7ed6 36%, var(--cell)); --cell-down-3-text: var(--text);
  --plot-now: var(--now); --plot-now-soft: color-mix(in srgb, var(--now) 35%, var(--page));
  --plot-baseline: var(--base); --plot-baseline-soft: color-mix(in srgb, var(--base) 35%, var(--page));
  --plot-range: color-mix(in srgb, var(--base) 25%, var(--page));
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1, h2, h3, p, dl, ul, figure { margin: 0 0 0.75rem; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { font-size: 1.2rem; line-height: 1.3; }
h3 { font-size: 1rem; line-height: 1.4; }
section { margin-top: 2.25rem; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, pre { font: 0.88em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20rem; overflow: auto; }
.eyebrow { color: var(--muted); font-size: 0.87rem; margin-bottom: 0.4rem; }
.headline { font-size: 1.1rem; max-width: 60rem; overflow-wrap: anywhere; }
.muted { color: var(--muted); } .small { font-size: 0.87rem; overflow-wrap: anywhere; } .strong { font-weight: 600; }
.more { color: var(--muted); font-size: 0.9rem; }
h1.bad { color: var(--bad); } h1.warn { color: var(--warn); } h1.good { color: var(--good); } h1.better { color: var(--better); }
.badge { display: inline-block; padding: 0 0.5em; border-radius: 0.7em; font-size: 0.82rem; line-height: 1.55; font-weight: 600;
  white-space: nowrap; background: var(--cell); color: var(--text); }
.badge.bad { background: var(--bad-soft); color: var(--bad); } .badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.good { background: var(--good-soft); color: var(--good); } .badge.better { background: var(--better-soft); color: var(--better); }
.badge.faint { background: none; color: var(--muted); font-weight: 400; box-shadow: inset 0 0 0 1px var(--line); }
.note { padding: 0.5rem 0.75rem; border-radius: 6px; background: var(--surface); }
.note.warn { background: var(--warn-soft); color: var(--warn); }
.facts { display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem; }
.facts dt { color: var(--muted); font-size: 0.82rem; } .facts dd { margin: 0; font-weight: 600; }
.list { display: grid; gap: 0.2rem; } .list div { display: flex; gap: 0.75rem; } .list dt { color: var(--muted); flex: 0 0 8rem; }
.list dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.card { margin-top: 1.25rem; padding: 1rem 1.1rem; border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: 6px; background: var(--surface); }
.card > :last-child, article > :last-child { margin-bottom: 0; }
.card article + article { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.card h3 { margin-bottom: 0.2rem; overflow-wrap: anywhere; }
.cause { margin-bottom: 0.5rem; max-width: 60rem; overflow-wrap: anywhere; } .cause .stage { color: var(--muted); }
.kind { font-size: 0.8rem; font-weight: 600; padding: 0 0.45em; border: 1px solid currentColor; border-radius: 4px; color: var(--bad); }
ul.plain { list-style: none; padding: 0; } li > :last-child { margin-bottom: 0; } ul.plain li + li { margin-top: 0.6rem; }
.reason { color: var(--muted); overflow-wrap: anywhere; }
pre.reason { color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.75rem;
  margin-bottom: 0.75rem; }
.asides { margin-top: 1rem; }
.scroll { overflow-x: auto; margin: 0 0 0.75rem; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
table.cases { width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.28rem 0.9rem 0.28rem 0; border-bottom: 1px solid var(--line);
  font-weight: 400; white-space: nowrap; }
thead th { color: var(--muted); font-size: 0.82rem; } th.num, td.num { text-align: right; } td.strong { font-weight: 600; }
.wide { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
tr:target { background: var(--warn-soft); }
details { margin: 0 0 0.5rem; } summary { cursor: pointer; padding: 0.2rem 0; }
summary h3 { display: inline; overflow-wrap: anywhere; }
details.case { border-top: 1px solid var(--line); padding: 0.35rem 0; margin: 0; } .details { margin-top: 1rem; border-bottom: 1px solid var(--line); }
.body { padding: 0.6rem 0 1rem; } .body:target { scroll-margin-top: 4rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 336px), 26rem)); gap: 0.25rem 2rem; margin-top: 0.5rem; }
figcaption { font-size: 0.87rem; margin-bottom: 0.4rem; }
.plots figcaption { font-weight: 600; margin-bottom: 0; }
.key { font-weight: 400; margin-left: 0.6em; } .key::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.3em; }
.key.now::before { background: var(--plot-now); } .key.now-soft::before { background: var(--plot-now-soft); }
.key.baseline::before { background: var(--plot-baseline); }
svg.plot { display: block; overflow: visible; } .plots svg.plot { max-width: 100%; height: auto; }
svg.plot text { white-space: pre; } svg.plot a { text-decoration: none; } svg.plot a:hover rect { stroke: currentColor; }
@media (max-width: 40rem) {
  main { padding: 1rem 0.75rem 3rem; } h1 { font-size: 1.5rem; } .card { padding: 0.75rem; } .facts { gap: 0.5rem 1.5rem; }
  .list div { display: block; } th, td { padding-right: 0.6rem; } table { font-size: 0.85rem; }
  th[scope="row"], thead th { white-space: normal; min-width: 5.5rem; } thead th.num { min-width: 0; }
  th.wide[scope="row"] { min-width: 9rem; }
}
@media print {
  :root { color-scheme: light; --page: #ffffff; --surface: #ffffff; --text: #000000; --muted: #444444; --line: #bbbbbb; --link: #000000;
    --bad: #8f1a11; --bad-soft: #ffffff; --warn: #6b4800; --warn-soft: #ffffff; --good: #17692f; --good-soft: #ffffff;
    --better: #0a4a8c; --better-soft: #ffffff; --cell: #eeeeee; --now: #2b6cb0; --base: #7c8794; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } .scroll, pre { overflow: visible; max-height: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .body details { display: none; } svg.plot, .plots svg.plot { max-width: 100%; max-height: 215mm; width: auto; height: auto; }
  .plots { grid-template-columns: 1fr 1fr; gap: 0 1rem; } table { font-size: 8.5pt; }
  th, td { white-space: normal; padding: 0.15rem 0.6rem 0.15rem 0; } td.num { white-space: nowrap; } .wide, .cases th[scope="row"] { min-width: 10rem; }
  section, article, figure, tr, .card { break-inside: avoid-page; } section { break-inside: auto; } h2, h3, summary { break-after: avoid; }
  a { text-decoration: none; }
}
`;

;// CONCATENATED MODULE: ./src/report/html/page.js











/** Details stop growing here, so that a report of a thousand cases still opens at once on a phone. */
const DETAILS_BUDGET_CHARACTERS = 3_000_000;
/** Cases with nothing to say get details only in a report of up to this many cases. */
const MOST_QUIET_DETAILS = 40;
/** Cases whose details are open from the start. */
const page_MOST_OPEN = 2;
// Nothing is loaded or run, whatever a log line may say.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";
/** The report as one HTML file that needs neither network nor script. */
function renderHtml(view) {
    const { detailed, sections, left } = renderDetails(view.cases);
    const ran = view.cases.length > 0;
    const title = `${view.mark.answer}: ${view.mark.word.toLowerCase()} · ${view.results.run.tier} · spark-loadtest`;
    const page = (0,dist/* renderToString */.F0)((0,jsxRuntime/* jsxs */.FD)("html", { lang: "en", children: [(0,jsxRuntime/* jsxs */.FD)("head", { children: [(0,jsxRuntime/* jsx */.Y)("meta", { charset: "utf-8" }), (0,jsxRuntime/* jsx */.Y)("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }), (0,jsxRuntime/* jsx */.Y)("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }), (0,jsxRuntime/* jsx */.Y)("meta", { name: "color-scheme", content: "light dark" }), (0,jsxRuntime/* jsx */.Y)("meta", { name: "generator", content: "spark-loadtest" }), (0,jsxRuntime/* jsx */.Y)("title", { children: title }), (0,jsxRuntime/* jsx */.Y)("style", { dangerouslySetInnerHTML: { __html: STYLE } })] }), (0,jsxRuntime/* jsx */.Y)("body", { children: (0,jsxRuntime/* jsxs */.FD)("main", { children: [(0,jsxRuntime/* jsx */.Y)(FirstScreen, { view: view }), view.cases.length > 1 && ((0,jsxRuntime/* jsxs */.FD)("section", { "aria-labelledby": "matrix", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "matrix", children: "Matrix" }), (0,jsxRuntime/* jsx */.Y)(Figure, { svg: drawHeatMap(view.cases), caption: (0,jsxRuntime/* jsx */.Y)(Legend, { view: view }) })] })), ran && ((0,jsxRuntime/* jsxs */.FD)("section", { "aria-labelledby": "cases", children: [(0,jsxRuntime/* jsx */.Y)("h2", { id: "cases", children: "Cases" }), view.shared !== "" && (0,jsxRuntime/* jsxs */.FD)("p", { class: "muted", children: ["All of them: ", view.shared] }), (0,jsxRuntime/* jsx */.Y)(CaseTable, { cases: view.cases, detailed: detailed }), (0,jsxRuntime/* jsx */.Y)("div", { class: "details", dangerouslySetInnerHTML: { __html: sections } }), left > 0 && ((0,jsxRuntime/* jsxs */.FD)("p", { class: "more", children: [(0,format/* plural */.LS)(left, "case"), " without findings or over the size of this page: only in the table above, with all numbers in results.json"] }))] })), (0,jsxRuntime/* jsx */.Y)(Confidence, { view: view }), (0,jsxRuntime/* jsx */.Y)(Skipped, { clusters: view.skipped }), (0,jsxRuntime/* jsx */.Y)(Environment, { view: view })] }) })] }));
    return `<!doctype html>\n${page}\n`;
}
/** Sections of the cases worth one, the most urgent first, until the budget is spent. */
function renderDetails(cases) {
    const quiet = cases.length > MOST_QUIET_DETAILS;
    const uneventful = quiet ? ["unchanged", "unjudged", "skipped"] : ["skipped"];
    const detailed = new Set();
    const sections = [];
    let characters = 0;
    for (const view of (0,report_view/* sortByStanding */.OW)(cases)) {
        if (uneventful.includes(view.standing))
            continue;
        const urgent = view.standing === "failed" || view.standing === "worse";
        const open = cases.length === 1 || (urgent && detailed.size < page_MOST_OPEN);
        const section = (0,dist/* renderToString */.F0)((0,jsxRuntime/* jsx */.Y)(CaseDetails, { view: view, open: open }));
        if (characters + section.length > DETAILS_BUDGET_CHARACTERS)
            break;
        characters += section.length;
        detailed.add(view.id);
        sections.push(section);
    }
    const ran = cases.filter(({ standing }) => standing !== "skipped").length;
    return { detailed, sections: sections.join("\n"), left: ran - detailed.size };
}
function Legend({ view }) {
    const present = new Set(view.cases.map(({ standing }) => standing));
    const standings = Object.keys(report_view/* CASE_MARKS */.Wy).filter((standing) => present.has(standing));
    const what = present.has("unjudged") ? "wall time" : "change of CPU time against the baseline, or the worst finding";
    return ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [(0,jsxRuntime/* jsxs */.FD)("span", { class: "muted", children: ["Each cell is a case: ", what, ". "] }), standings.map((standing) => ((0,jsxRuntime/* jsxs */.FD)(jsxRuntime/* Fragment */.FK, { children: [(0,jsxRuntime/* jsx */.Y)(Badge, { mark: report_view/* CASE_MARKS */.Wy[standing] }, standing), " "] })))] }));
}

// EXTERNAL MODULE: ../node_modules/junit-report-builder/dist/index.js
var junit_report_builder_dist = __webpack_require__(67142);
;// CONCATENATED MODULE: ./src/report/junit.js






// The package is CommonJS whose types declare a default export that Node.js takes away.
const builder = junit_report_builder_dist;
/** The run as JUnit XML: what CI systems show of a case. A case that got worse is a failure, infrastructure is an error. */
function renderJunit(view) {
    const { run } = view.results;
    const report = builder.newBuilder();
    const suite = report
        .testSuite()
        .name(`spark-loadtest ${run.tier}`)
        .timestamp(run.startedAt)
        .property("verdict", view.verdict.verdict)
        .property("headline", view.verdict.headline)
        .property("run", run.id)
        .property("engine", run.engine);
    for (const one of view.cases) {
        const { result } = one;
        const testCase = suite
            .testCase()
            .className(className(run.tier, result))
            .name(result.name)
            .time(wallSeconds(result));
        const reason = result.reason ?? sentences/* NO_REASON */.je;
        if (result.status === "skipped")
            testCase.skipped().standardOutput(inCdata(`Skipped: ${reason}`));
        else if (result.status === "infrastructure")
            testCase.error((0,report_text/* firstLine */.TM)(reason, 400), "infrastructure", inCdata(reason));
        else if (result.status === "failed")
            testCase.failure((0,report_text/* firstLine */.TM)(reason, 400), "failed").stacktrace(inCdata(reason));
        else if (one.standing === "worse")
            addFailure(testCase, (0,report_view/* judgedWorse */.im)(one.findings, view.verdict));
    }
    // What concerns a family or the whole run is no case's failure, but a CI system that reads only this file must see it.
    for (const { lead } of view.worse) {
        if (lead.case !== null)
            continue;
        const testCase = suite.testCase().className(escapeDots(run.tier)).name(lead.label).time(0);
        addFailure(testCase, lead.findings);
    }
    return report.build();
}
function addFailure(testCase, findings) {
    const lines = findings.map(describeWithCause);
    testCase.failure(lines[0] ?? "worse than the baseline", "regression").stacktrace(inCdata(lines.join("\n")));
}
function describeWithCause(finding) {
    const cause = finding.cause === null ? "" : ` ${finding.cause.kind}: ${finding.cause.sentence}`;
    return `${(0,figures/* describeFinding */.jb)(finding)}.${cause}`;
}
/** Tier and dimensions in the dotted form that CI systems group by; the operation last. */
function className(tier, { dimensions }) {
    const order = ["sparkVersion", "orchestrator", "mode", "extensions", "operation"];
    return [tier, ...order.map((dimension) => (0,report_dimensions/* dimensionValue */.iS)(dimensions, dimension))].map(escapeDots).join(".");
}
/** A dot inside a value ("4.1.4") would start a package of its own. */
function escapeDots(value) {
    return value.replaceAll(".", "_");
}
function wallSeconds({ startedAt, finishedAt }) {
    const ms = startedAt === null || finishedAt === null ? Number.NaN : Date.parse(finishedAt) - Date.parse(startedAt);
    return Number.isNaN(ms) || ms < 0 ? 0 : ms / 1000;
}
/** Text for a CDATA section, of whose ends the XML builder escapes only the first. */
function inCdata(text) {
    return text.replaceAll("]]>", "]] >");
}

// EXTERNAL MODULE: ../node_modules/markdown-table/index.js
var markdown_table = __webpack_require__(26081);
;// CONCATENATED MODULE: ./src/report/markdown.js






/** GitHub refuses comments of more than 65,536 characters; a publisher adds a line or two of its own. */
const MOST_CHARACTERS = 60_000;
/** The share of that which the tables before the last one may take. */
const MOST_IMPORTANT_CHARACTERS = 25_000;
const MOST_NOTES = 10;
/** The report as GitHub Markdown, for a comment or a job's summary. Never longer than a comment may be. */
function renderMarkdown(view) {
    const { results, verdict, mark } = view;
    const took = (0,sentences/* runMs */.Yg)(results);
    const before = [
        "<!-- spark-loadtest report -->",
        `## ${mark.symbol} ${mark.answer}: ${mark.word.toLowerCase()}`,
        (0,report_text/* markdownProse */.h$)((0,report_text/* oneLine */.TN)(verdict.headline, 1000)),
        view.incomplete ? "**The run ended before all its cases.** What follows covers those that ended." : "",
        `${(0,sentences/* describeCounts */.wv)(view)} · baseline: ${(0,sentences/* describeBaseline */.FT)(verdict)}`,
        verdict.verdict === "no-baseline" ? sentences/* NEXT_RUN */.o4 : "",
        ...section("What got worse", worseTable(view.worse), "more rows"),
        ...section("What failed", failedTable(view.failed), "more rows"),
        ...view.skipped.slice(0, MOST_NOTES).map(({ lead, others }) => {
            const reason = (0,report_text/* markdownProse */.h$)((0,report_text/* firstLine */.TM)(lead.result.reason ?? sentences/* NO_REASON */.je, 200));
            return `- ${others.length + 1} skipped: ${reason}`;
        }),
        ...verdict.baseline.notes.slice(0, MOST_NOTES).map((note) => `- ${(0,report_text/* markdownProse */.h$)((0,report_text/* oneLine */.TN)(note, 300))}`),
        (0,report_text/* markdownProse */.h$)((0,sentences/* describeNoise */.YI)(verdict)),
    ].filter((block) => block !== "");
    const after = [
        `<sub>tier ${(0,report_text/* markdownCode */.D9)((0,report_text/* oneLine */.TN)(results.run.tier, 80))} on ${results.run.engine}, ${(0,report_text/* markdownProse */.h$)((0,report_text/* oneLine */.TN)((0,sentences/* formatTime */.fU)(results.run.startedAt), 80))}${took === null ? "" : `, ${(0,format/* formatMs */._V)(took)}`}, spark-loadtest ${(0,report_text/* markdownCode */.D9)((0,report_text/* oneLine */.TN)(results.run.toolVersion, 40))}; plots and stages in \`report.html\`</sub>`,
    ];
    const used = [...before, ...after].reduce((sum, block) => sum + block.length + 2, 0);
    return `${[...before, allCases(view, MOST_CHARACTERS - used), ...after].filter((block) => block !== "").join("\n\n")}\n`;
}
/** A headed table; nothing for one without rows. */
function section(title, table, leftOut) {
    if (table.rows.length === 0)
        return [];
    const { text, left } = fitTable(table, MOST_IMPORTANT_CHARACTERS / 2);
    return [`### ${title}`, text, left === 0 ? "" : `${left} ${leftOut} in \`report.html\`.`];
}
/** The table with as many whole rows as fit, and how many are left out. */
function fitTable({ head, align, rows }, mostCharacters) {
    // Unpadded, since padding would make every row as long as the longest.
    const render = (count) => (0,markdown_table/* markdownTable */.Q)([[...head], ...rows.slice(0, count).map((row) => [...row])], {
        align: [...align],
        alignDelimiters: false,
    });
    const overhead = render(0).length;
    let characters = overhead;
    let count = 0;
    for (const row of rows) {
        characters += row.reduce((sum, cell) => sum + cell.length + 3, 2);
        if (characters > mostCharacters)
            break;
        count += 1;
    }
    return { text: render(count), left: rows.length - count };
}
function worseTable(clusters) {
    const rows = clusters.flatMap(({ lead: group, others }) => {
        const why = (0,report_view/* distinctCauses */.x6)(group.findings)
            .slice(0, 2)
            .map(({ kind, sentence, stage }) => {
            const where = stage === null ? "" : ` (stage ${(0,report_text/* markdownCode */.D9)((0,report_text/* oneLine */.TN)(stage, 100))})`;
            return `**${kind}**: ${(0,report_text/* markdownProse */.h$)((0,report_text/* oneLine */.TN)(sentence, 400))}${where}`;
        })
            .join("<br>");
        return group.findings.slice(0, 6).map((finding, index) => {
            const { baseline, current, change } = (0,figures/* formatFinding */.tf)(finding);
            const subject = index === 0 ? nameCluster(group.label, others.length) : "";
            const metric = (0,report_text/* markdownProse */.h$)((0,report_text/* oneLine */.TN)((0,figures/* metricTitle */.Vu)(finding.metric), 60));
            return [subject, metric, baseline, current, `**${change}**`, index === 0 ? why : ""];
        });
    });
    return {
        head: ["Case", "Metric", "Baseline", "This run", "Change", "Why"],
        align: ["l", "l", "r", "r", "r", "l"],
        rows,
    };
}
function failedTable(clusters) {
    const rows = clusters.map(({ lead: { label, standing, result }, others }) => [
        nameCluster(label, others.length),
        `${report_view/* CASE_MARKS */.Wy[standing].symbol} ${report_view/* CASE_MARKS */.Wy[standing].word}`,
        (0,report_text/* markdownCode */.D9)((0,report_text/* firstLine */.TM)(result.reason ?? sentences/* NO_REASON */.je, 240)),
    ]);
    return { head: ["Case", "Result", "Reason"], align: ["l", "l", "l"], rows };
}
function nameCluster(label, others) {
    const name = (0,report_text/* markdownCode */.D9)((0,report_text/* oneLine */.TN)(label, 120));
    return others === 0 ? name : `${name} and ${others} more ${others === 1 ? "case" : "cases"}`;
}
function allCases(view, mostCharacters) {
    if (view.cases.length === 0)
        return "";
    const rows = (0,report_view/* sortByStanding */.OW)(view.cases).map((one) => {
        const cpu = (0,figures/* compareCase */.ox)(one, "cpuMs");
        const { symbol, word } = report_view/* CASE_MARKS */.Wy[one.standing];
        return [
            (0,report_text/* markdownCode */.D9)((0,report_text/* oneLine */.TN)(one.label, 120)),
            `${symbol} ${word}`,
            (0,format/* formatMetric */.gI)("wallMs", (0,figures/* compareCase */.ox)(one, "wallMs").current),
            (0,format/* formatMetric */.gI)("cpuMs", cpu.current),
            (0,figures/* formatComparedChange */.HK)(cpu.change),
        ];
    });
    const table = {
        head: ["Case", "Result", "Wall", "CPU", "CPU against baseline"],
        align: ["l", "l", "r", "r", "r"],
        rows,
    };
    const { text, left } = fitTable(table, mostCharacters - 300);
    const rest = left === 0 ? "" : `\n\n${left} more cases in \`report.html\` and \`results.json\`.`;
    return `<details><summary>All ${view.cases.length} cases</summary>\n\n${text}${rest}\n\n</details>`;
}

// EXTERNAL MODULE: ./src/report/write.js
var write = __webpack_require__(98948);
;// CONCATENATED MODULE: ./src/report/report.js






/** Renders a run, its verdict and the earlier runs. Whatever text is in them, the reports show it and do nothing else with it. */
function renderReports(input) {
    const view = (0,report_view/* viewReport */.ab)(input);
    return { "report.html": renderHtml(view), "report.md": renderMarkdown(view), "junit.xml": renderJunit(view) };
}
/**
 * Writes the reports into a folder, which is made where it is missing. Earlier reports of ours are replaced, other files stay.
 * Throws BadInputError where that is not possible.
 */
async function writeReports(input, outDirectory) {
    const reports = renderReports(input);
    return {
        htmlPath: await (0,write/* writeOwnFile */.OP)(outDirectory, "report.html", reports["report.html"]),
        markdownPath: await (0,write/* writeOwnFile */.OP)(outDirectory, "report.md", reports["report.md"]),
        junitPath: await (0,write/* writeOwnFile */.OP)(outDirectory, "junit.xml", reports["junit.xml"]),
    };
}


/***/ }),

/***/ 25789:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FT: () => (/* binding */ describeBaseline),
/* harmony export */   Lv: () => (/* binding */ describeSight),
/* harmony export */   YI: () => (/* binding */ describeNoise),
/* harmony export */   Yg: () => (/* binding */ runMs),
/* harmony export */   fU: () => (/* binding */ formatTime),
/* harmony export */   je: () => (/* binding */ NO_REASON),
/* harmony export */   l9: () => (/* binding */ formatPercent),
/* harmony export */   o4: () => (/* binding */ NEXT_RUN),
/* harmony export */   wv: () => (/* binding */ describeCounts)
/* harmony export */ });
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59285);

/** Sentences that several renderings say in the same words. */
const NO_REASON = "no reason was recorded";
/** What to do where there was nothing to compare with. */
const NEXT_RUN = "Keep this run's folder and give it to a later run with --baseline: that run is then compared with this one.";
/** "1 earlier run", "3 earlier runs", "none". */
function describeBaseline({ baseline }) {
    const { length } = baseline.runs;
    return length === 0 ? "none" : (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .plural */ .LS)(length, "earlier run");
}
/** "10 passed, 2 of them worse, 1 failed": the cases by status, those of which there are none left out. */
function describeCounts({ counts, cases }) {
    const worse = cases.filter(({ standing }) => standing === "worse").length;
    return [
        `${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(counts.passed)} passed`,
        ...(worse > 0 ? [`${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(worse)} of them worse`] : []),
        ...(counts.failed > 0 ? [`${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(counts.failed)} failed`] : []),
        ...(counts.infrastructure > 0 ? [`${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(counts.infrastructure)} infrastructure`] : []),
        ...(counts.skipped > 0 ? [`${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(counts.skipped)} skipped`] : []),
    ].join(", ");
}
/** The smallest change of CPU time that the comparison would have found; what it lacked where it could not have found any. */
function describeSight({ noise, baseline }) {
    if (noise.smallestDetectableChange !== null) {
        return `a case's CPU time ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(noise.smallestDetectableChange)} or more`;
    }
    return baseline.runs.length === 0 ? "nothing yet: no earlier run" : "too few runs to say for CPU time";
}
/** The noise of the comparison in one sentence. */
function describeNoise(verdict) {
    const { cpuCoefficientOfVariation, smallestDetectableChange, sharedShift } = verdict.noise;
    if (verdict.baseline.runs.length === 0)
        return "There was no earlier run to compare with.";
    if (smallestDetectableChange === null) {
        return "There were too few runs to measure the noise of CPU time; counts, records and bytes were compared exactly.";
    }
    const sentences = [
        `CPU time of one case would have had to grow by ${formatPercent(smallestDetectableChange)} to be found four times out of five`,
    ];
    if (cpuCoefficientOfVariation !== null) {
        sentences.push(`it varies by ${formatPercent(cpuCoefficientOfVariation)} from run to run`);
    }
    if (sharedShift !== null && Math.abs(sharedShift) >= 0.005) {
        sentences.push(`all cases together moved by ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(sharedShift)}, which was taken out as the machine's`);
    }
    return `${sentences.join("; ")}.`;
}
function formatPercent(fraction) {
    return `${Number((fraction * 100).toFixed(1))} %`;
}
/** "2026-05-12 10:03 UTC"; text that is no time stays as it is. */
function formatTime(iso) {
    const time = new Date(iso);
    return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
/** How long the run took; null where it did not finish or its times are none. */
function runMs({ run }) {
    const ms = run.finishedAt === null ? Number.NaN : Date.parse(run.finishedAt) - Date.parse(run.startedAt);
    return Number.isNaN(ms) || ms < 0 ? null : ms;
}


/***/ }),

/***/ 74500:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D9: () => (/* binding */ markdownCode),
/* harmony export */   TM: () => (/* binding */ firstLine),
/* harmony export */   TN: () => (/* binding */ oneLine),
/* harmony export */   h$: () => (/* binding */ markdownProse),
/* harmony export */   re: () => (/* binding */ cleanDocument)
/* harmony export */ });
/* unused harmony export cleanText */
/* harmony import */ var _lib_printable_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38407);

/**
 * Text from logs, tier files and other people's documents, made harmless for each place it is shown in. Case names, reasons, property
 * values and log lines are whatever a cluster, a script or an attacker's pull request put there.
 */
/** Longest text of one field that a report shows; a stack trace of megabytes belongs into the log. */
const LONGEST_FIELD = 4000;
const NOT_CLEAN = new RegExp(`\\r|${_lib_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .UNPRINTABLE */ .b.source}`, "u");
/** The text with what cannot be shown replaced by U+FFFD and its length bounded; line ends become "\n". */
function cleanText(text) {
    const over = text.length - LONGEST_FIELD;
    if (over <= 0 && !NOT_CLEAN.test(text))
        return text;
    const bounded = over <= 0 ? text : `${text.slice(0, LONGEST_FIELD)}… (${over} more characters)`;
    return (0,_lib_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .toPrintable */ .f)(bounded);
}
/**
 * A document in which every string and key went through {@link cleanText}. Parts that need no change are not copied: a run of a
 * thousand cases has millions of numbers.
 */
function cleanDocument(value) {
    return cleanValue(value, new Set());
}
/** `cleanKeys` are keys that were found clean before: a document has millions of them, and a hundred different ones. */
function cleanValue(value, cleanKeys) {
    if (typeof value === "string")
        return cleanText(value);
    if (typeof value !== "object" || value === null)
        return value;
    if (Array.isArray(value)) {
        const items = value.map((item) => cleanValue(item, cleanKeys));
        return items.every((item, index) => item === value[index]) ? value : items;
    }
    const entries = Object.entries(value);
    let changed = false;
    for (const entry of entries) {
        const [key, item] = entry;
        if (!cleanKeys.has(key)) {
            entry[0] = cleanText(key);
            if (entry[0] === key)
                cleanKeys.add(key);
            else
                changed = true;
        }
        if (typeof item === "number")
            continue;
        entry[1] = cleanValue(item, cleanKeys);
        if (entry[1] !== item)
            changed = true;
    }
    return changed ? Object.fromEntries(entries) : value;
}
/** The text on one line, cut after `longest` characters. */
function oneLine(text, longest) {
    const line = text.replace(/\s+/g, " ").trim();
    const characters = Array.from(line);
    return characters.length <= longest
        ? line
        : `${characters
            .slice(0, longest - 1)
            .join("")
            .trimEnd()}…`;
}
/** The first line that says something, cut after `longest` characters: of a stack trace what was thrown. */
function firstLine(text, longest) {
    return oneLine(text.trimStart().split("\n", 1)[0] ?? "", longest);
}
/** A Markdown code span: GitHub looks for no mentions, references, links or markup in it. Holds in table cells too. */
function markdownCode(text) {
    const line = text.replace(/\s+/g, " ").trim();
    if (line === "")
        return "";
    const longestRun = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
    const fence = "`".repeat(longestRun + 1);
    const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
    // A backslash before the escaped pipe would be read as an escaped backslash, and the cell would end there.
    const inner = line.replace(/\\(?=\|)/g, "\\ ").replaceAll("|", "\\|");
    return `${fence}${padding}${inner}${padding}${fence}`;
}
/** Zero-width space: ends what GitHub would take for a mention, a reference or an address, and shows nothing. */
const BREAK = "\u200B";
/** Prose for Markdown on one line: reads as written, and nothing in it is markup, HTML, a mention, a reference or a link. */
function markdownProse(text) {
    return (text
        .replace(/\s+/g, " ")
        .trim()
        .replace(/[\\`*_{}[\]#|~]/g, "\\$&")
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replace(/^([-=+]|\d+(?=[.)]))/, `${BREAK}$1`)
        .replace(/(@|#|GH-)(?=[\w-])/gi, `$1${BREAK}`)
        .replace(/:(?=\/\/)/g, `:${BREAK}`)
        .replace(/www\./gi, `www${BREAK}.`)
        // GitHub reads $...$ as a formula even where the dollar is escaped.
        .replaceAll("$", "&#36;"));
}


/***/ }),

/***/ 11258:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OW: () => (/* binding */ sortByStanding),
/* harmony export */   Wy: () => (/* binding */ CASE_MARKS),
/* harmony export */   ab: () => (/* binding */ viewReport),
/* harmony export */   im: () => (/* binding */ judgedWorse),
/* harmony export */   x6: () => (/* binding */ distinctCauses)
/* harmony export */ });
/* unused harmony export VERDICT_MARKS */
/* harmony import */ var _analyse_baseline_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(98159);
/* harmony import */ var _lib_group_by_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(86937);
/* harmony import */ var _dimensions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(67526);
/* harmony import */ var _figures_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(81266);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(74500);





/** How a case stands, the most urgent first: tables are sorted by it. */
const CASE_MARKS = {
    failed: { symbol: "✕", word: "failed", tone: "bad" },
    infrastructure: { symbol: "!", word: "infrastructure", tone: "warn" },
    worse: { symbol: "▲", word: "worse", tone: "bad" },
    advisory: { symbol: "△", word: "advisory", tone: "warn" },
    better: { symbol: "▼", word: "better", tone: "better" },
    unchanged: { symbol: "·", word: "no change", tone: "plain" },
    unjudged: { symbol: "✓", word: "passed", tone: "plain" },
    skipped: { symbol: "–", word: "skipped", tone: "faint" },
};
const STANDINGS = Object.keys(CASE_MARKS);
const VERDICT_MARKS = {
    regression: { symbol: "▲", word: "Regression", tone: "bad", answer: "Not passed" },
    failed: { symbol: "✕", word: "Cases failed", tone: "bad", answer: "Not passed" },
    inconclusive: { symbol: "?", word: "Inconclusive", tone: "warn", answer: "Not decided" },
    "no-baseline": { symbol: "•", word: "No baseline", tone: "plain", answer: "Passed, not compared" },
    "no-change": { symbol: "✓", word: "No change", tone: "good", answer: "Passed" },
    improvement: { symbol: "▼", word: "Improvement", tone: "better", answer: "Passed" },
};
/** Works out what a report says. All text in it is free of control characters and bounded, but not yet escaped. */
function viewReport(input) {
    const { results, verdict, baseline } = (0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .cleanDocument */ .re)(input);
    const { label, shared } = (0,_dimensions_js__WEBPACK_IMPORTED_MODULE_0__/* .labelCases */ .wM)(results.cases);
    const earlier = indexEarlier(baseline);
    const findingsByCase = (0,_lib_group_by_js__WEBPACK_IMPORTED_MODULE_3__/* .groupBy */ .$)(verdict.findings.filter(({ scope }) => scope === "case"), ({ subject }) => subject);
    const cases = results.cases.map((result, index) => {
        const findings = findingsByCase.get(result.name) ?? [];
        const runs = earlier.get(result.name) ?? [];
        return {
            result,
            id: `case-${index + 1}`,
            label: (0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(label(result), 120),
            findings,
            metrics: (0,_figures_js__WEBPACK_IMPORTED_MODULE_1__/* .summariseSamples */ .sQ)(result),
            earlier: runs,
            standing: standingOf(result, findings, judgedWorse(findings, verdict).length > 0, runs.length > 0),
        };
    });
    const byName = new Map(cases.map((view) => [view.result.name, view]));
    const judged = judgedWorse(verdict.findings, verdict);
    const worse = verdict.findings.filter(({ direction }) => direction === "worse");
    const better = verdict.findings.filter(({ direction }) => direction === "better");
    const judgedSet = new Set(judged);
    const counts = { passed: 0, failed: 0, skipped: 0, infrastructure: 0 };
    for (const { status } of results.cases)
        counts[status] += 1;
    return {
        results,
        verdict,
        mark: VERDICT_MARKS[verdict.verdict],
        incomplete: results.run.finishedAt === null,
        cases,
        counts,
        shared,
        worse: clusterBy(groupFindings(judged, byName), sameTrouble),
        failed: clusterBy(sortByStanding(cases).filter(({ standing }) => standing === "failed" || standing === "infrastructure"), ({ standing, result }) => `${standing} ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(result.reason ?? "", 300)}`),
        skipped: clusterBy(cases.filter(({ standing }) => standing === "skipped"), ({ result }) => result.reason ?? ""),
        advisory: groupFindings(worse.filter((finding) => !judgedSet.has(finding)), byName),
        better: groupFindings(better, byName),
    };
}
function indexEarlier(baseline) {
    const measured = baseline.flatMap(({ cases }) => cases.filter(_analyse_baseline_js__WEBPACK_IMPORTED_MODULE_4__/* .isMeasured */ .V));
    return (0,_lib_group_by_js__WEBPACK_IMPORTED_MODULE_3__/* .groupBy */ .$)(measured.map((result) => ({ result, metrics: (0,_figures_js__WEBPACK_IMPORTED_MODULE_1__/* .summariseSamples */ .sQ)(result) })), ({ result }) => result.name);
}
/**
 * What got worse in a gate that decides: hard and soft. A regression without any of these was decided by the advisory gates,
 * which the user then asked for.
 */
function judgedWorse(findings, verdict) {
    const gating = ({ direction, gate }) => direction === "worse" && gate !== "advisory";
    const onlyAdvisory = verdict.verdict === "regression" && !verdict.findings.some(gating);
    return findings.filter(onlyAdvisory ? ({ direction }) => direction === "worse" : gating);
}
function standingOf(result, findings, worse, compared) {
    if (result.status !== "passed")
        return result.status;
    if (worse)
        return "worse";
    if (findings.some(({ direction }) => direction === "worse"))
        return "advisory";
    if (findings.length > 0)
        return "better";
    return compared ? "unchanged" : "unjudged";
}
function groupFindings(findings, cases) {
    return clusterBy(findings, ({ scope, subject }) => `${scope} ${subject}`).map(({ lead, others }) => {
        const view = lead.scope === "case" ? (cases.get(lead.subject) ?? null) : null;
        const label = view?.label ?? describeSubject(lead);
        return { subject: lead.subject, label, case: view, findings: [lead, ...others] };
    });
}
function clusterBy(items, keyOf) {
    return [...(0,_lib_group_by_js__WEBPACK_IMPORTED_MODULE_3__/* .groupBy */ .$)(items, keyOf).values()].flatMap(([lead, ...others]) => lead === undefined ? [] : [{ lead, others }]);
}
/** Equal for cases with the same cause in the same stage, or without a cause with the same metric. */
function sameTrouble({ label, case: view, findings }) {
    if (view === null)
        return `not a case ${label}`;
    const cause = distinctCauses(findings)[0];
    const { operation } = view.result.dimensions;
    return cause === undefined ? `no cause ${findings[0]?.metric}` : `${operation} ${cause.kind} ${cause.stage}`;
}
function describeSubject({ scope, subject }) {
    if (scope === "run")
        return "the whole run";
    return scope === "family" ? `all cases with ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(subject, 120)}` : (0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(subject, 120);
}
/** Cases with the most urgent first, otherwise in the order of the run. */
function sortByStanding(cases) {
    return cases.toSorted((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing));
}
/** The causes of some findings without repeating one that several of them share. */
function distinctCauses(findings) {
    const bySentence = new Map();
    for (const { cause } of findings) {
        if (cause !== null && !bySentence.has(cause.sentence))
            bySentence.set(cause.sentence, cause);
    }
    return [...bySentence.values()];
}


/***/ }),

/***/ 98948:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bv: () => (/* binding */ prepareOutDirectory),
/* harmony export */   OP: () => (/* binding */ writeOwnFile),
/* harmony export */   ft: () => (/* binding */ writeDocument)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(38513);
/* harmony import */ var _lib_make_directory_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(30118);





/** Every report of ours has this in its first kilobyte; a file that has not is somebody else's. */
const OWN_MARK = "spark-loadtest";
const HEAD_BYTES = 1024;
/** The reports that a run writes beside its documents, by name. */
const REPORT_FILES = ["report.html", "report.md", "junit.xml"];
/**
 * Makes a folder for reports and makes sure that they can be written there, so that a run does not find out at its end.
 * Throws BadInputError.
 */
async function prepareOutDirectory(directory) {
    try {
        await (0,_lib_make_directory_js__WEBPACK_IMPORTED_MODULE_4__/* .makeDirectory */ .O)(directory);
        if (!(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.stat)(directory)).isDirectory())
            throw Object.assign(new Error("it is a file"), { code: "ENOTDIR" });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.access)(directory, node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.constants.W_OK | node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.constants.X_OK);
    }
    catch (error) {
        throw outError(directory, error);
    }
    for (const name of REPORT_FILES)
        await refuseForeignFile((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, name));
}
/** Writes one report and returns its path. A file of that name that is not ours is left alone: BadInputError. */
async function writeOwnFile(directory, name, content) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(directory, name);
    await makeOutDirectory(directory);
    await refuseForeignFile(path);
    await replaceFile(path, content);
    return path;
}
/** Writes a document (results.json, verdict.json, plan.json) as JSON, whole or not at all. Throws BadInputError. */
async function writeDocument(path, value) {
    await makeOutDirectory((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path));
    await replaceFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
async function makeOutDirectory(directory) {
    try {
        await (0,_lib_make_directory_js__WEBPACK_IMPORTED_MODULE_4__/* .makeDirectory */ .O)(directory);
    }
    catch (error) {
        throw outError(directory, error);
    }
}
/** Readers see the old file or the new one, also when the process is killed in between or the disk is full. */
async function replaceFile(path, content) {
    const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), `.${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(6).toString("hex")}.tmp`);
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)(temporary, content, { flag: "wx" });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(temporary, path);
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(temporary, { force: true }).catch(() => undefined);
        throw outError(path, error);
    }
}
async function refuseForeignFile(path) {
    let head;
    try {
        const file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path);
        try {
            const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
            head = buffer.toString("utf8", 0, bytesRead);
        }
        finally {
            await file.close();
        }
    }
    catch (error) {
        if ((0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .errorCode */ .CA)(error) === "ENOENT")
            return;
        throw outError(path, error);
    }
    if (head !== "" && !head.includes(OWN_MARK)) {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys(`${path} exists and was not written by spark-loadtest, so it is not replaced`, {
            hint: "Choose another folder with --out, or move the file away.",
        });
    }
}
const HINTS = {
    ENOTDIR: "A part of the path is a file. Choose another folder with --out.",
    EEXIST: "A part of the path is a file. Choose another folder with --out.",
    EISDIR: "There is a folder of that name. Choose another folder with --out, or move it away.",
    EACCES: "The folder may not be written. Choose another one with --out, or change its permissions.",
    EPERM: "The folder may not be written. Choose another one with --out, or change its permissions.",
    EROFS: "The file system is read-only. Choose another folder with --out.",
    ENOSPC: "The disk is full. Free some space, or choose a folder on another disk with --out.",
    EDQUOT: "The disk quota is used up. Free some space, or choose another folder with --out.",
    ENAMETOOLONG: "The path is too long. Choose a shorter one with --out.",
};
function outError(path, error) {
    const hint = HINTS[(0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .errorCode */ .CA)(error) ?? ""] ?? "Choose another folder with --out.";
    return new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys(`Cannot write ${path}: ${(0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .errorMessage */ .gJ)(error)}`, { hint, cause: error });
}


/***/ })

};
