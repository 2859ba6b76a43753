export const id = 748;
export const ids = [748];
export const modules = {

/***/ 2818:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = __webpack_unused_export__ = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
__webpack_unused_export__ = closest;


/***/ }),

/***/ 99748:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  executePlan: () => (/* binding */ executePlan)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
// EXTERNAL MODULE: ./src/plan/dimensions.js
var dimensions = __webpack_require__(27445);
// EXTERNAL MODULE: ./src/plan/matrix.js
var matrix = __webpack_require__(84369);
;// CONCATENATED MODULE: ./src/plan/describe-plan.js


const SHOWN_CASES = 10;
/** The plan for people: how many cases and why so many, how they spread over the dimensions, the first of them, what to do next. */
function describePlan(plan, tier) {
    const combinations = (0,matrix/* countCombinations */.Ar)(tier.dimensions);
    const allowed = (0,matrix/* expandMatrix */.Eh)(tier).length;
    const lines = [
        `Tier ${tier.name}: ${count(plan.cases.length, "case")}`,
        ...(tier.description === "" ? [] : [tier.description]),
        "",
        `${count(combinations, "combination")}, ${number(combinations - allowed)} excluded by the tier's rules, ${number(allowed)} left` +
            (plan.cases.length < allowed ? `; ${number(plan.cases.length)} of them in this plan` : ""),
        `Each: ${count(tier.warmups, "warm-up")} and ${count(tier.samples, "sample")} on ${count(tier.cores, "core")} ` +
            `and ${number(tier.memoryMb)} MB, at most ${number(tier.caseTimeoutSeconds)} s; the run at most ${number(tier.timeoutSeconds)} s`,
        "",
        ...describeDimensions(plan, tier),
        "",
        plan.cases.length > SHOWN_CASES ? `The first ${SHOWN_CASES} cases:` : "The cases:",
        ...plan.cases.slice(0, SHOWN_CASES).map(({ name }) => `  ${name}`),
        ...(plan.cases.length > SHOWN_CASES
            ? [`  ... and ${number(plan.cases.length - SHOWN_CASES)} more (all of them: --json)`]
            : []),
        "",
        'To run them: the same command with "run" in place of "plan".',
    ];
    return `${lines.join("\n")}\n`;
}
function describeDimensions(plan, tier) {
    const values = plan.cases.map(dimensions/* valuesOf */.sm);
    const width = Math.max(...Object.keys(tier.dimensions).map((name) => name.length));
    return Object.entries(tier.dimensions).map(([name, known]) => {
        const counts = known.map((value) => [value, values.filter((of) => of[name] === value).length]);
        const shown = counts.map(([value, cases]) => `${value} (${number(cases)})`).join("  ");
        return `  ${name.padEnd(width)}  ${shown}`;
    });
}
function count(amount, noun) {
    return `${number(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}
// Not toLocaleString: loading the locale data costs more than making the plan.
function number(amount) {
    return String(amount).replace(/\B(?=(\d{3})+$)/g, ",");
}

// EXTERNAL MODULE: ./src/plan/load-tiers.js
var load_tiers = __webpack_require__(20040);
// EXTERNAL MODULE: ./src/plan/plan.js + 2 modules
var plan_plan = __webpack_require__(38776);
// EXTERNAL MODULE: ./src/commands/print.js
var print = __webpack_require__(31404);
;// CONCATENATED MODULE: ./src/commands/plan.js






async function executePlan(config, { assetsDirectory }) {
    const { tiersFile } = config;
    const tier = await (0,load_tiers/* loadTier */.l)(config.tier, { tiersFile, builtinTiersFile: (0,external_node_path_.join)(assetsDirectory, "tiers.json") });
    const plan = (0,plan_plan/* createPlan */.q)(tier, config);
    (0,print/* print */.y)(config.json ? plan : describePlan(plan, tier));
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

/***/ 33430:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ MAX_NAME_LENGTH),
/* harmony export */   I: () => (/* binding */ nameCase)
/* harmony export */ });
/** File systems allow 255 bytes; names get suffixes such as `.log` and, on a cluster, prefixes. */
const MAX_NAME_LENGTH = 200;
/**
 * Name of a case: `{tier}_{spark}_{orchestrator}_{mode}_{extensions}_{operation}_{size}`, then the values of the tier's own
 * dimensions. Safe as a file name because the tier file allows only letters, digits and `. + - _` in its parts.
 *
 * @param values in the order of the tier's dimensions
 */
function nameCase(tier, values) {
    return [tier, ...values].join("_");
}


/***/ }),

/***/ 27445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A9: () => (/* binding */ BUILTIN_DIMENSIONS),
/* harmony export */   Fl: () => (/* binding */ formatValue),
/* harmony export */   hK: () => (/* binding */ splitExtensions),
/* harmony export */   sm: () => (/* binding */ valuesOf),
/* harmony export */   uP: () => (/* binding */ ENGINE_PLACEHOLDERS)
/* harmony export */ });
const OPERATIONS = ["read", "aggregate", "join", "window", "write"];
/** In the order of a case's name. */
const BUILTIN_DIMENSIONS = [
    {
        name: "sparkVersion",
        description: "Release of Apache Spark, in full: 4.1.4",
        // The newest patch release of each line that is still in use; others work as well.
        known: ["3.5.9", "4.0.5", "4.1.4", "4.3.0"],
        standard: ["4.3.0"],
    },
    {
        name: "orchestrator",
        description: "How the application gets to Spark",
        known: ["submit", "connect", "operator"],
        standard: ["submit"],
    },
    {
        name: "mode",
        description: "The cluster manager; local is Spark's own local master, one JVM",
        known: ["kubernetes", "standalone", "local"],
        standard: ["local"],
    },
    {
        name: "extensions",
        description: "What is added to Spark, joined by +",
        known: ["none", "iceberg", "rapids", "iceberg+rapids"],
        standard: ["none"],
    },
    {
        name: "operation",
        description: "What is measured; free where the tier brings its own workload",
        known: OPERATIONS,
        standard: OPERATIONS,
    },
    {
        name: "dataSize",
        description: "Size of the generated data set",
        known: ["tiny", "1gb", "11gb"],
        standard: ["tiny"],
    },
];
/** Placeholders of a workload's arguments that are not dimensions: what only the engine knows. */
const ENGINE_PLACEHOLDERS = ["data", "output", "samples", "warmups", "result"];
/** The list that a case holds for a value of the dimension `extensions`: empty for `none`. */
function splitExtensions(value) {
    return value === "none" ? [] : value.split("+");
}
/** Values of a case by dimension as the tier file writes them, in the order of the case's name. */
function valuesOf(testCase) {
    const values = {};
    for (const [dimension, value] of Object.entries(testCase.dimensions))
        values[dimension] = formatValue(value);
    return values;
}
/** A dimension's value as a tier file writes it: extensions joined, none of them as "none". */
function formatValue(value) {
    return typeof value === "string" ? value : value.length === 0 ? "none" : value.join("+");
}


/***/ }),

/***/ 20040:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ loadTier)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(38513);
/* harmony import */ var _nearest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(31836);





const DEFAULT_TIER = "quick";
/** Beyond any tier file written by people: the user has named a log or a data file. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/**
 * Reads a tier.
 *
 * @param name none for the only tier of the user's file, or for the built-in `quick`
 * @throws BadInputError for a file that cannot be read or has mistakes, and for an unknown tier
 */
async function loadTier(name, files) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(files.tiersFile ?? files.builtinTiersFile);
    const isCompiled = files.tiersFile == null && (0,node_path__WEBPACK_IMPORTED_MODULE_2__.extname)(path) === ".json";
    const tiers = isCompiled ? JSON.parse(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)(path, "utf8")) : await readTiers(path);
    const names = tiers.map((tier) => tier.name);
    const wanted = name ?? (files.tiersFile == null ? DEFAULT_TIER : names.length === 1 ? names[0] : undefined);
    if (wanted === undefined) {
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys(`${path} holds ${names.length} tiers: ${names.join(", ")}`, {
            hint: `name one of them: --tier ${names[0]}`,
        });
    }
    const tier = tiers.find((candidate) => candidate.name === wanted);
    if (tier !== undefined)
        return tier;
    throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys(`unknown tier "${wanted}"${(0,_nearest_js__WEBPACK_IMPORTED_MODULE_4__/* .suggest */ .Z)(wanted, names)}`, {
        hint: files.tiersFile == null
            ? "a tier of your own goes into a file: --tiers-file FILE"
            : `only the tiers of ${path} can be named; leave out --tiers-file for the built-in ones`,
    });
}
async function readTiers(path) {
    // Loading the YAML parser and the schema takes as long as starting Node.js: not for the built-in tiers.
    const { parseTiersFile } = await Promise.all(/* import() */[__webpack_require__.e(864), __webpack_require__.e(18), __webpack_require__.e(932)]).then(__webpack_require__.bind(__webpack_require__, 34932));
    return parseTiersFile(await readText(path), path, isFile);
}
async function readText(path) {
    try {
        const { size } = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.stat)(path);
        if (size > MAX_FILE_BYTES) {
            throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys(`${path} is no tier file: it has ${size} bytes, and ${MAX_FILE_BYTES} are the most`);
        }
        return new TextDecoder("utf-8", { fatal: true }).decode(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)(path));
    }
    catch (error) {
        if (error instanceof _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys)
            throw error;
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BadInputError */ .Ys(`the tier file ${path} cannot be read: ${explain(error)}`, {
            hint: "give the path of a YAML file that you may read: --tiers-file FILE",
            cause: error,
        });
    }
}
function explain(error) {
    const code = (0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .errorCode */ .CA)(error) ?? "";
    const known = {
        ENOENT: "there is no such file",
        EISDIR: "it is a folder",
        EACCES: "permission denied",
        ERR_ENCODING_INVALID_ENCODED_DATA: "it is not UTF-8 text",
    };
    return known[code] ?? (0,_lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .errorMessage */ .gJ)(error);
}
function isFile(path) {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path, { throwIfNoEntry: false })?.isFile() ?? false;
}


/***/ }),

/***/ 84369:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ar: () => (/* binding */ countCombinations),
/* harmony export */   Eh: () => (/* binding */ expandMatrix),
/* harmony export */   IX: () => (/* binding */ toCase),
/* harmony export */   Ke: () => (/* binding */ matcherOf)
/* harmony export */ });
/* harmony import */ var _case_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(33430);
/* harmony import */ var _dimensions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(27445);


/** How many combinations the dimensions have before any exclude. */
function countCombinations(dimensions) {
    return Object.values(dimensions).reduce((product, values) => product * values.length, 1);
}
/** Every combination that no exclude meets; the last dimension changes fastest. */
function expandMatrix(tier) {
    const names = Object.keys(tier.dimensions);
    const columns = Object.values(tier.dimensions);
    // A rule is decided by the last of its columns: whatever would follow in the row need not be tried.
    const decidedAt = columns.map((_, column) => tier.exclude.filter((rule) => lastColumn(rule, names) === column).map((rule) => matcherOf(rule, names)));
    const rows = [];
    const row = [];
    const fill = (column) => {
        if (column === columns.length) {
            rows.push([...row]);
            return;
        }
        for (const value of columns[column]) {
            row[column] = value;
            if (!decidedAt[column].some((matches) => matches(row)))
                fill(column + 1);
        }
    };
    fill(0);
    return rows;
}
function lastColumn(rule, names) {
    return Math.max(...Object.keys(rule).map((dimension) => names.indexOf(dimension)));
}
/** Whether a row meets a rule, with the look-ups by name done once. */
function matcherOf(rule, names) {
    const conditions = Object.entries(rule).map(([dimension, values]) => ({
        column: names.indexOf(dimension),
        values: new Set(values),
    }));
    return (row) => conditions.every(({ column, values }) => values.has(row[column] ?? ""));
}
/** The row as a case of the documents. */
function toCase(tier, row) {
    const dimensions = {};
    Object.keys(tier.dimensions).forEach((name, column) => {
        const value = row[column] ?? "";
        dimensions[name] = name === "extensions" ? (0,_dimensions_js__WEBPACK_IMPORTED_MODULE_0__/* .splitExtensions */ .hK)(value) : value;
    });
    // Every tier has the six built-in dimensions.
    return { name: (0,_case_name_js__WEBPACK_IMPORTED_MODULE_1__/* .nameCase */ .I)(tier.name, row), dimensions: dimensions };
}


/***/ }),

/***/ 31836:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ suggest)
/* harmony export */ });
/* unused harmony export findNearest */
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2818);

/** The known name that a mistyped one most likely means; undefined where none is close. */
function findNearest(name, known) {
    const wanted = name.toLowerCase();
    let nearest;
    let fewest = Number.POSITIVE_INFINITY;
    for (const candidate of known) {
        const other = candidate.toLowerCase();
        // "spark" for sparkVersion, "smoke" for p0_smoke: a part of the name says as much as a slip of the finger.
        const isPart = wanted.length >= 2 && other.includes(wanted);
        const edits = isPart ? 1 : (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(wanted, other);
        if (edits < fewest && (isPart || edits <= Math.max(2, other.length / 3))) {
            fewest = edits;
            nearest = candidate;
        }
    }
    return nearest;
}
/** What to say after "unknown ...": the nearest name where there is one, and all of them where they are few. */
function suggest(name, known) {
    const nearest = findNearest(name, known);
    const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    const list = known.length === 0 || known.length > 16 ? "" : ` (known: ${known.join(", ")})`;
    return `${question}${list}`;
}


/***/ }),

/***/ 38776:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  q: () => (/* binding */ createPlan)
});

// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
// EXTERNAL MODULE: ./src/plan/matrix.js
var matrix = __webpack_require__(84369);
// EXTERNAL MODULE: ./src/plan/nearest.js
var nearest = __webpack_require__(31836);
;// CONCATENATED MODULE: ./src/plan/only.js


/**
 * One `--only` or `--exclude` option against the dimensions of a tier: conditions `dimension=value` joined by commas. What
 * follows a comma without a `dimension=` of its own is one more value of the dimension before it:
 * `operation=read,join,sparkVersion=4.1` is read or join, on Spark 4.1. A Spark version may be shortened to its line.
 *
 * @throws BadInputError for an unknown dimension or value, with the nearest known one
 */
function parseConditions(option, text, dimensions) {
    const rule = {};
    let dimension;
    for (const part of text.split(",")) {
        const equals = part.indexOf("=");
        if (equals !== -1)
            dimension = part.slice(0, equals).trim();
        const value = part.slice(equals + 1).trim();
        if (dimension === undefined || dimension === "" || value === "") {
            throw new errors/* BadInputError */.Ys(`${option} "${text}" is not of the form dimension=value[,value...][,dimension=value...]`, {
                hint: `for example: ${option} ${exampleOf(dimensions)}`,
            });
        }
        if (!Object.hasOwn(dimensions, dimension)) {
            throw new errors/* BadInputError */.Ys(`unknown dimension "${dimension}" in ${option} "${text}"${(0,nearest/* suggest */.Z)(dimension, Object.keys(dimensions))}`);
        }
        const values = findValues(value, dimension, dimensions[dimension]);
        if (values.length === 0) {
            throw new errors/* BadInputError */.Ys(`unknown value "${value}" of ${dimension} in ${option} "${text}"${(0,nearest/* suggest */.Z)(value, dimensions[dimension])}`);
        }
        rule[dimension] = [...(rule[dimension] ?? []), ...values];
    }
    return rule;
}
/**
 * All `--only` options of a run as one rule: a dimension that is named more than once has the values of all its namings, and a
 * case has to meet every dimension that is named.
 */
function parseOnly(options, dimensions) {
    const merged = {};
    for (const text of options) {
        for (const [dimension, values] of Object.entries(parseConditions("--only", text, dimensions))) {
            merged[dimension] = [...(merged[dimension] ?? []), ...values];
        }
    }
    return merged;
}
function findValues(value, dimension, known) {
    if (known.includes(value))
        return [value];
    return dimension === "sparkVersion" ? known.filter((version) => version.startsWith(`${value}.`)) : [];
}
function exampleOf(dimensions) {
    return Object.entries(dimensions)
        .filter(([name]) => name === "operation" || name === "sparkVersion")
        .map(([name, values]) => `${name}=${values[0]}`)
        .join(",");
}

;// CONCATENATED MODULE: ./src/plan/pairwise.js
/** How much a search may do, in elementary steps; a few milliseconds of one core. Steps and not time, so that the result is the same everywhere. */
const SEARCH_STEPS = 200_000;
/**
 * A small set of rows that holds every pair of values of every two columns that occurs in any of `rows`: a covering array of
 * strength two whose only constraint is that each of its rows is one of the given ones.
 *
 * Greedy (each row is the one with the most uncovered pairs), repeated with other choices among equals while the budget lasts or
 * until no smaller set can exist; see Cohen et al., "The AETG System", IEEE TSE 23(7), 1997. The choices come from a fixed seed:
 * the same rows give the same set.
 *
 * @param rows distinct, all of one length
 * @returns indexes into `rows`, ascending
 */
function coverPairs(rows) {
    const columns = varyingColumns(rows);
    if (columns.length < 2)
        return rows.map((_, index) => index);
    const problem = encode(rows, columns);
    const random = seededRandom(1);
    let best = removeRedundant(problem, coverGreedily(problem, random));
    for (let steps = problem.stepsPerCover; steps < SEARCH_STEPS && best.length > problem.lowerBound; steps += problem.stepsPerCover) {
        const chosen = removeRedundant(problem, coverGreedily(problem, random));
        if (chosen.length < best.length)
            best = chosen;
    }
    return best.sort((a, b) => a - b);
}
/** A column with one value is covered by whatever covers the others. */
function varyingColumns(rows) {
    const first = rows[0] ?? [];
    return first.flatMap((value, column) => (rows.some((row) => row[column] !== value) ? [column] : []));
}
function encode(rows, columns) {
    const codes = columns.map((column) => encodeColumn(rows, column));
    const columnPairs = codes.flatMap((a, i) => codes.slice(i + 1).map((b) => [a, b]));
    const pairsPerRow = columnPairs.length;
    const pairs = new Int32Array(rows.length * pairsPerRow);
    let pairCount = 0;
    let lowerBound = 0;
    for (const [position, [a, b]] of columnPairs.entries()) {
        const ids = new Int32Array(a.count * b.count).fill(-1);
        const before = pairCount;
        for (let r = 0, at = position; r < rows.length; r++, at += pairsPerRow) {
            const both = a.codes[r] * b.count + b.codes[r];
            if (ids[both] === -1)
                ids[both] = pairCount++;
            pairs[at] = ids[both];
        }
        lowerBound = Math.max(lowerBound, pairCount - before);
    }
    const holderStart = new Int32Array(pairCount + 1);
    for (let at = 0; at < pairs.length; at++)
        holderStart[pairs[at] + 1]++;
    for (let pair = 0; pair < pairCount; pair++)
        holderStart[pair + 1] += holderStart[pair];
    const next = holderStart.slice();
    const holders = new Int32Array(pairs.length);
    for (let r = 0, at = 0; r < rows.length; r++) {
        for (const end = at + pairsPerRow; at < end; at++)
            holders[next[pairs[at]]++] = r;
    }
    const stepsPerCover = pairs.length + rows.length * lowerBound;
    return { rowCount: rows.length, pairsPerRow, pairs, pairCount, holders, holderStart, lowerBound, stepsPerCover };
}
/** The values of a column as numbers from 0, in the order in which they occur. */
function encodeColumn(rows, column) {
    const known = new Map();
    const codes = Int32Array.from(rows, (row) => {
        const value = row[column] ?? "";
        const code = known.get(value) ?? known.size;
        known.set(value, code);
        return code;
    });
    return { codes, count: known.size };
}
function coverGreedily(problem, random) {
    const { rowCount, pairsPerRow, pairs, holders, holderStart } = problem;
    const gains = new Int32Array(rowCount).fill(pairsPerRow);
    const covered = new Uint8Array(problem.pairCount);
    let uncovered = problem.pairCount;
    const chosen = [];
    while (uncovered > 0) {
        const row = pickLargest(gains, random);
        chosen.push(row);
        for (let at = row * pairsPerRow; at < (row + 1) * pairsPerRow; at++) {
            const pair = pairs[at];
            if (covered[pair] === 1)
                continue;
            covered[pair] = 1;
            uncovered--;
            for (let h = holderStart[pair]; h < holderStart[pair + 1]; h++)
                gains[holders[h]]--;
        }
    }
    return chosen;
}
/** Index of the largest value; each of several equal ones is as likely. */
function pickLargest(values, random) {
    let largest = -1;
    let picked = -1;
    let equals = 0;
    for (let index = 0; index < values.length; index++) {
        const value = values[index];
        if (value < largest)
            continue;
        equals = value > largest ? 1 : equals + 1;
        if (equals === 1 || random() * equals < 1)
            picked = index;
        largest = value;
    }
    return picked;
}
/** Rows chosen early can turn out to be needless: all their pairs are in later ones. */
function removeRedundant(problem, chosen) {
    const { pairsPerRow, pairs } = problem;
    const times = new Int32Array(problem.pairCount);
    const pairsOf = (row) => pairs.subarray(row * pairsPerRow, (row + 1) * pairsPerRow);
    for (const row of chosen)
        for (const pair of pairsOf(row))
            times[pair]++;
    return chosen.filter((row) => {
        if (pairsOf(row).some((pair) => times[pair] === 1))
            return true;
        for (const pair of pairsOf(row))
            times[pair]--;
        return false;
    });
}
/** Mulberry32: numbers in [0, 1), the same sequence for the same seed. */
function seededRandom(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

;// CONCATENATED MODULE: ./src/plan/plan.js




/**
 * The cases of a run, in the order of the tier's matrix.
 *
 * @throws BadInputError for an unknown dimension or value, and where no case is left
 */
function createPlan(tier, options) {
    const names = Object.keys(tier.dimensions);
    const isWanted = (0,matrix/* matcherOf */.Ke)(parseOnly(options.only, tier.dimensions), names);
    const isExcluded = options.exclude.map((text) => (0,matrix/* matcherOf */.Ke)(parseConditions("--exclude", text, tier.dimensions), names));
    const rows = (0,matrix/* expandMatrix */.Eh)(tier).filter((row) => isWanted(row) && !isExcluded.some((matches) => matches(row)));
    if (rows.length === 0) {
        const given = [
            ...options.only.map((text) => `--only ${text}`),
            ...options.exclude.map((text) => `--exclude ${text}`),
        ];
        throw new errors/* BadInputError */.Ys(`no case of tier "${tier.name}" is left by its excludes and ${given.join(" ")}`, {
            hint: `see which cases there are: plan --tier ${tier.name}`,
        });
    }
    const chosen = options.coverage === "pairwise" ? coverPairs(rows).map((index) => rows[index]) : rows;
    return { schema: "spark-loadtest/plan/v1", tier: tier.name, cases: chosen.map((row) => (0,matrix/* toCase */.IX)(tier, row)) };
}


/***/ })

};
