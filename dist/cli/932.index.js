export const id = 932;
export const ids = [932];
export const modules = {

/***/ 28024:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ expandArgs),
/* harmony export */   i: () => (/* binding */ placeholdersOf)
/* harmony export */ });
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38513);
/* harmony import */ var _nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(31836);


// Other braces, such as those of JSON, stay as they are.
const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;
/** Names of the placeholders of an argument, in order. */
function placeholdersOf(argument) {
    return [...argument.matchAll(PLACEHOLDER)].map((match) => match[1]);
}
/**
 * Arguments of a workload with each `{name}` replaced by the value of that name.
 *
 * @throws BadInputError for a placeholder without a value
 */
function expandArgs(args, values) {
    return args.map((argument) => argument.replace(PLACEHOLDER, (placeholder, name) => {
        if (Object.hasOwn(values, name))
            return values[name];
        throw new _lib_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BadInputError */ .Ys(`unknown placeholder ${placeholder} in the workload's argument "${argument}"${(0,_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .suggest */ .Z)(name, Object.keys(values))}`);
    }));
}


/***/ }),

/***/ 34932:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  parseTiersFile: () => (/* binding */ parseTiersFile)
});

// UNUSED EXPORTS: compileTiers

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ../node_modules/fastest-levenshtein/mod.js
var mod = __webpack_require__(2818);
// EXTERNAL MODULE: ./src/plan/case-name.js
var case_name = __webpack_require__(33430);
// EXTERNAL MODULE: ./src/plan/dimensions.js
var plan_dimensions = __webpack_require__(27445);
// EXTERNAL MODULE: ./src/plan/expand-args.js
var expand_args = __webpack_require__(28024);
// EXTERNAL MODULE: ./src/plan/matrix.js
var matrix = __webpack_require__(84369);
// EXTERNAL MODULE: ./src/plan/nearest.js
var nearest = __webpack_require__(31836);
// EXTERNAL MODULE: ../node_modules/zod/v4/classic/schemas.js + 14 modules
var schemas = __webpack_require__(65864);
;// CONCATENATED MODULE: ./src/plan/tiers-schema.js


/**
 * The shape of a tier file. Its JSON Schema is generated from here, for editors; each `error` is the end of a sentence that
 * begins with "must be". What one key says about another (a value that is no value of its dimension) is checked in check-tier.ts.
 */
const TIERS_SCHEMA = "spark-loadtest/tiers/v1";
const tierNamePattern = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
/** Of a tier's own dimension. */
const DIMENSION_NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
function wholeNumber(min, max, unit = "") {
    const error = `a whole number from ${min} to ${max}${unit}`;
    return schemas/* int */.Whr({ error }).min(min, { error }).max(max, { error });
}
function tiers_schema_text(error) {
    return schemas/* string */.YjP({ error });
}
// The parser hands over every scalar as the text that stands in the file; an editor sees YAML's numbers and booleans.
const scalarError = "a single value";
const scalar = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()], { error: scalarError }).transform(String);
const valuesError = "a value or a list with at least one value";
const values = schemas/* union */.KCZ([schemas/* array */.YOg(scalar, { error: valuesError }).min(1, { error: valuesError }), scalar], { error: valuesError })
    .transform((given) => (Array.isArray(given) ? given : [given]));
function builtinValues(name) {
    const { description, known, standard } = plan_dimensions/* BUILTIN_DIMENSIONS */.A9.find((dimension) => dimension.name === name);
    return values.optional().describe(`${description}. Such as ${known.join(", ")}; left out: ${standard.join(", ")}`);
}
const dimensionsSchema = schemas/* object */.Ikc({
    sparkVersion: builtinValues("sparkVersion"),
    orchestrator: builtinValues("orchestrator"),
    mode: builtinValues("mode"),
    extensions: builtinValues("extensions"),
    operation: builtinValues("operation"),
    dataSize: builtinValues("dataSize"),
}, { error: "a mapping of dimensions to their values, such as `operation: [read, join]`" })
    .catchall(values)
    .describe("Values by dimension. Names that are not built in are dimensions of your own");
const confError = "a mapping of Spark properties to their values, such as `spark.sql.shuffle.partitions: 8`";
const confSchema = schemas/* record */.g1P(schemas/* string */.YjP().startsWith("spark.", { error: "a Spark property: Spark ignores those that do not begin with `spark.`" }), scalar, { error: confError });
const confByValueError = "a mapping of the dimension's values, each to its Spark properties";
const confByValueSchema = schemas/* record */.g1P(schemas/* string */.YjP(), confSchema, { error: confByValueError });
const example = "{ orchestrator: operator, mode: [standalone, local] }";
const ruleError = `a mapping of dimensions to values such as \`${example}\``;
const ruleSchema = schemas/* record */.g1P(schemas/* string */.YjP(), values, { error: ruleError })
    .refine((rule) => Object.keys(rule).length > 0, { error: ruleError });
const excludeSchema = schemas/* array */.YOg(ruleSchema, { error: `a list of rules such as \`- ${example}\`` })
    .describe("A case is left out when every dimension that one rule names has one of the rule's values");
const workloadSchema = schemas/* strictObject */.rej({
    script: tiers_schema_text("the path of a Python script")
        .min(1, { error: "the path of a Python script" })
        .describe("Relative to this file"),
    args: schemas/* array */.YOg(scalar, { error: "a list of arguments" })
        .default([])
        .describe("A dimension's name in braces stands for its value, as do {data}, {output}, {samples}, {warmups} and {result}"),
}, { error: "a mapping with `script` and `args`" });
const tierError = "a mapping with at least `dimensions`";
const tierSchema = schemas/* strictObject */.rej({
    description: tiers_schema_text("a sentence").default(""),
    dimensions: dimensionsSchema,
    exclude: excludeSchema.default([]),
    samples: wholeNumber(1, 1000).default(3).describe("Measured repetitions of a case, in one JVM"),
    warmups: wholeNumber(0, 100).default(1).describe("Repetitions before them that are not counted"),
    cores: wholeNumber(1, 1024).default(2).describe("Cores that one case may use"),
    memoryMb: wholeNumber(256, 16_777_216).default(1024).describe("Memory that one case may use, in MB"),
    // setTimeout takes no more than 2^31 ms, which is 24.8 days.
    caseTimeoutSeconds: wholeNumber(1, 2_000_000).optional().describe("Left out: 600, or less where the run has less"),
    timeoutSeconds: wholeNumber(1, 2_000_000).default(3600).describe("Of the whole run"),
    sparkConf: schemas/* object */.Ikc({ all: confSchema.default({}) }, { error: "a mapping with `all` and names of dimensions" })
        .catchall(confByValueSchema)
        .default({ all: {} })
        .describe("Spark properties for all cases, then by dimension and value; the later win"),
    workload: workloadSchema.optional().describe("What a case runs in place of the built-in workload"),
}, { error: tierError });
const tiersError = "a mapping of names to tiers, at least one";
const tiersFileSchema = schemas/* strictObject */.rej({
    schema: schemas/* literal */.euz(TIERS_SCHEMA, { error: `\`${TIERS_SCHEMA}\`` }),
    tiers: schemas/* record */.g1P(schemas/* string */.YjP().regex(tierNamePattern, { error: "a letter, then up to 31 letters, digits, `-` and `_`" }), tierSchema, { error: tiersError })
        .refine((tiers) => Object.keys(tiers).length > 0, { error: tiersError }),
}, { error: "a mapping with `schema` and `tiers`" });
/** Keys of a tier that hold numbers. */
const NUMBER_KEYS = ["samples", "warmups", "cores", "memoryMb", "caseTimeoutSeconds", "timeoutSeconds"];
/** The keys that the mapping at a path may have; empty where it is free to have any. */
function knownKeysAt(path) {
    if (path.length === 0)
        return ["schema", "tiers"];
    if (path.length === 2)
        return Object.keys(tierSchema.shape);
    return path.at(-1) === "workload" ? Object.keys(workloadSchema.shape) : [];
}

;// CONCATENATED MODULE: ./src/plan/check-tier.js







const MAX_CASES = 10_000;
/** Before excludes: beyond it, counting what they leave would take longer than a reader waits. */
const MAX_COMBINATIONS = 1_000_000;
const RESERVED_NAMES = ["all", "tier", "name", ...plan_dimensions/* ENGINE_PLACEHOLDERS */.uP];
const valuePattern = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/;
const versionPattern = /^\d+\.\d+\.\d+([.-]?[A-Za-z][A-Za-z0-9.]*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\x00-\x08\x0a-\x1f]/;
/**
 * What a tier's parts say about each other: values that are no values of their dimension, placeholders without a meaning, a
 * matrix that is empty, too large, or has two cases of one name. The shape has been checked before.
 *
 * @param path of the tier in its file
 */
function checkTier(tier, path) {
    const local = [...checkDimensions(tier), ...checkExcludes(tier), ...checkSparkConf(tier), ...checkArguments(tier)];
    const limits = tier.caseTimeoutSeconds > tier.timeoutSeconds
        ? [
            value(["caseTimeoutSeconds"], `a case may take ${tier.caseTimeoutSeconds} s, but the whole run only ${tier.timeoutSeconds} s`),
        ]
        : [];
    const found = [...local, ...limits];
    // A matrix of wrong values would only add mistakes that go away with them.
    return (found.length === 0 ? checkMatrix(tier) : found).map((mistake) => ({
        ...mistake,
        path: [...path, ...mistake.path],
    }));
}
function checkDimensions(tier) {
    return Object.entries(tier.dimensions).flatMap(([dimension, values]) => {
        const builtin = plan_dimensions/* BUILTIN_DIMENSIONS */.A9.find(({ name }) => name === dimension);
        const at = (index) => ["dimensions", dimension, index];
        return [
            ...(builtin === undefined ? checkOwnName(dimension) : []),
            ...values.flatMap((text, index) => {
                if (values.indexOf(text) < index)
                    return [value(at(index), `${dimension} has the value "${text}" twice`)];
                const message = builtin === undefined ? checkText(dimension, text) : checkBuiltinValue(tier, builtin, text);
                return message === undefined ? [] : [value(at(index), message)];
            }),
        ];
    });
}
function checkOwnName(dimension) {
    const at = ["dimensions", dimension];
    const meant = plan_dimensions/* BUILTIN_DIMENSIONS */.A9.find(({ name }) => isSlipOf(dimension, name));
    if (meant !== undefined) {
        const message = `unknown dimension "${dimension}"; did you mean "${meant.name}"? One of the tier's own needs a name less like it`;
        return [key(at, message)];
    }
    if (!DIMENSION_NAME.test(dimension)) {
        return [key(at, `"${dimension}" cannot name a dimension: a lower-case letter, then up to 31 letters and digits`)];
    }
    return RESERVED_NAMES.includes(dimension) || dimension in {}
        ? [key(at, `"${dimension}" cannot name a dimension: it has a meaning of its own; take another name`)]
        : [];
}
/** A dimension of one's own may have any name, so that a misspelt built-in one would otherwise go unnoticed. */
function isSlipOf(name, builtin) {
    const [a, b] = [name.replaceAll(/[-_ ]/g, "").toLowerCase(), builtin.toLowerCase()];
    // "node" and "model" are good names, though close to "mode".
    return a === b || a === `${b}s` || (b.length >= 8 && (0,mod/* distance */.Io)(a, b) <= 2);
}
function checkText(dimension, text) {
    if (valuePattern.test(text))
        return undefined;
    return (`${dimension} has the value "${text}", which cannot be part of a case's name: letters, digits, and after the first . + - _, ` +
        "at most 64; give it a short name and put the text itself into sparkConf");
}
function checkBuiltinValue(tier, { name, known }, text) {
    if (name === "sparkVersion") {
        return versionPattern.test(text)
            ? undefined
            : `sparkVersion has the value "${text}", which is no full version such as ${known.at(-1)}`;
    }
    if (known.includes(text) || (name === "operation" && tier.workload !== null))
        return checkText(name, text);
    const own = name === "operation"
        ? "another operation needs a `workload` of the tier's own"
        : "anything else can be a dimension of the tier's own";
    return `unknown value "${text}" of ${name}${(0,nearest/* suggest */.Z)(text, known)}; ${own}`;
}
function checkExcludes(tier) {
    return tier.exclude.flatMap((rule, index) => Object.entries(rule).flatMap(([dimension, values]) => {
        const at = ["exclude", index, dimension];
        return (checkDimensionName(tier, dimension, at) ??
            values.flatMap((text, item) => checkMember(tier, dimension, text, value([...at, item], ""))));
    }));
}
function checkSparkConf(tier) {
    const { all, byDimension } = tier.sparkConf;
    return [
        ...checkProperties(all, ["sparkConf", "all"]),
        ...Object.entries(byDimension).flatMap(([dimension, byValue]) => {
            const at = ["sparkConf", dimension];
            const unknown = checkDimensionName(tier, dimension, at);
            if (unknown !== undefined)
                return unknown;
            return Object.entries(byValue).flatMap(([text, conf]) => [
                ...checkMember(tier, dimension, text, key([...at, text], "")),
                ...checkProperties(conf, [...at, text]),
            ]);
        }),
    ];
}
function checkProperties(conf, at) {
    return Object.entries(conf)
        .filter(([property, text]) => controlCharacter.test(text) || /[\s=]/.test(property))
        .map(([property]) => value([...at, property], `${property} has a line break or another character that cannot be passed to Spark`));
}
function checkDimensionName(tier, dimension, at) {
    if (Object.hasOwn(tier.dimensions, dimension))
        return undefined;
    return [key(at, `unknown dimension "${dimension}"${(0,nearest/* suggest */.Z)(dimension, Object.keys(tier.dimensions))}`)];
}
function checkMember(tier, dimension, text, where) {
    const values = tier.dimensions[dimension] ?? [];
    return values.includes(text)
        ? []
        : [{ ...where, message: `tier "${tier.name}" has no value "${text}" of ${dimension}${(0,nearest/* suggest */.Z)(text, values)}` }];
}
function checkArguments(tier) {
    const known = [...Object.keys(tier.dimensions), ...plan_dimensions/* ENGINE_PLACEHOLDERS */.uP];
    return (tier.workload?.args ?? []).flatMap((argument, index) => {
        const at = ["workload", "args", index];
        return [
            ...(argument.includes("\0") ? [value(at, "an argument cannot hold the character NUL")] : []),
            ...(0,expand_args/* placeholdersOf */.i)(argument)
                .filter((name) => !known.includes(name))
                .map((name) => value(at, `unknown placeholder {${name}} in "${argument}"${(0,nearest/* suggest */.Z)(name, known)}`)),
        ];
    });
}
function checkMatrix(tier) {
    const at = ["dimensions"];
    const combinations = (0,matrix/* countCombinations */.Ar)(tier.dimensions);
    if (combinations > MAX_COMBINATIONS) {
        return [
            key(at, `tier "${tier.name}" has ${combinations} combinations, more than the ${MAX_COMBINATIONS} that are tried; split it into several tiers`),
        ];
    }
    const rows = (0,matrix/* expandMatrix */.Eh)(tier);
    if (rows.length > MAX_CASES) {
        return [
            key(at, `tier "${tier.name}" has ${rows.length} cases, more than the ${MAX_CASES} that a run can have; exclude some or split the tier`),
        ];
    }
    if (rows.length === 0)
        return [key(["exclude"], `the excludes of tier "${tier.name}" leave no case`)];
    const names = new Set();
    for (const row of rows) {
        const name = (0,case_name/* nameCase */.I)(tier.name, row);
        // Some file systems do not tell capitals from small letters.
        if (names.has(name.toLowerCase())) {
            return [
                key(at, `tier "${tier.name}" has two cases of the name "${name}": leave out _ in values, or capitals, until each has its own`),
            ];
        }
        names.add(name.toLowerCase());
        if (name.length > case_name/* MAX_NAME_LENGTH */.E) {
            return [
                key(at, `a case of tier "${tier.name}" has a name of ${name.length} characters, more than ${case_name/* MAX_NAME_LENGTH */.E}: "${name}"; shorten its values`),
            ];
        }
    }
    return [];
}
function key(path, message) {
    return { path, at: "key", message };
}
function value(path, message) {
    return { path, at: "value", message };
}

// EXTERNAL MODULE: ../node_modules/yaml/dist/index.js
var dist = __webpack_require__(6637);
// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
;// CONCATENATED MODULE: ./src/plan/yaml-source.js


const SHOWN_MISTAKES = 20;
/** What follows a syntax error is mostly its consequence. */
const SHOWN_SYNTAX_ERRORS = 3;
const HINT = "the format is described by workflows/tiers/tiers.schema.json, and workflows/tiers/tiers.yaml is an example";
/**
 * Reads YAML 1.2.
 *
 * @param path of the file, for messages
 * @throws BadInputError for a syntax error, with its line and column
 */
function readYaml(text, path) {
    const lineCounter = new dist/* LineCounter */.HN();
    const document = parse(text, path, lineCounter);
    const toError = (located, most) => {
        const lines = [...located]
            .sort((a, b) => a.offset - b.offset)
            .map(({ offset, message }) => {
            const { line, col } = lineCounter.linePos(offset);
            return `${path}:${line}:${col}: ${message}`;
        });
        // One place can be in several tiers, through an alias.
        const distinct = [...new Set(lines)];
        const rest = distinct.length - most;
        return new errors/* BadInputError */.Ys([...distinct.slice(0, most), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n"), {
            hint: HINT,
        });
    };
    const faults = findFaults(document);
    if (faults.length > 0)
        throw toError(faults, SHOWN_SYNTAX_ERRORS);
    return {
        value: toValue(document, path),
        toError: (mistakes) => toError(mistakes.map(({ path: at, at: part, message }) => ({ offset: offsetOf(document, at, part), message })), SHOWN_MISTAKES),
    };
}
function findFaults(document) {
    const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
    (0,dist/* visit */.YR)(document, {
        Alias: (_, alias) => {
            if (alias.resolve(document) !== undefined)
                return;
            faults.push({ offset: alias.range?.[0] ?? 0, message: `there is no anchor &${alias.source} before this alias` });
        },
        Pair: (_, { key }) => {
            // It would be the prototype of the object that the mapping becomes.
            if (!(0,dist/* isScalar */.jn)(key) || key.value !== "__proto__")
                return;
            faults.push({ offset: key.range?.[0] ?? 0, message: "no key can be called __proto__" });
        },
    });
    return faults;
}
function parse(text, path, lineCounter) {
    try {
        return (0,dist/* parseDocument */.Tp)(text, { schema: "failsafe", stringKeys: true, lineCounter, prettyErrors: false });
    }
    catch (error) {
        // The parser calls itself for each level of nesting.
        throw new errors/* BadInputError */.Ys(`${path} cannot be read as YAML: ${(0,errors/* errorMessage */.gJ)(error)}`, { hint: HINT, cause: error });
    }
}
function toValue(document, path) {
    try {
        return document.toJS();
    }
    catch (error) {
        // Aliases that refer to themselves, or that would grow into a huge document.
        throw new errors/* BadInputError */.Ys(`${path} cannot be read as YAML: ${(0,errors/* errorMessage */.gJ)(error)}`, { hint: HINT, cause: error });
    }
}
/** Start of what a path points at, or of the nearest thing around it that is in the file. */
function offsetOf(document, path, part) {
    let node = document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, step] of path.entries()) {
        if ((0,dist/* isAlias */.Vj)(node))
            node = node.resolve(document) ?? null;
        const found = (0,dist/* isMap */.jh)(node)
            ? findEntry(node, String(step))
            : (0,dist/* isSeq */.oP)(node)
                ? entryOf(node.items[Number(step)])
                : undefined;
        if (found === undefined)
            break;
        const isLast = depth === path.length - 1;
        const target = isLast && part === "key" ? (found.key ?? found.value) : found.value;
        // An empty value has no place of its own that a reader would see.
        const visible = (0,dist/* isScalar */.jn)(target) && target.source === "" ? (found.key ?? target) : target;
        offset = visible?.range?.[0] ?? found.key?.range?.[0] ?? offset;
        node = found.value;
    }
    return offset;
}
function findEntry(map, name) {
    const pair = map.items.find(({ key }) => (0,dist/* isScalar */.jn)(key) && String(key.value) === name);
    return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}
function entryOf(item) {
    return item === undefined ? undefined : { key: null, value: item };
}

;// CONCATENATED MODULE: ./src/plan/tiers-file.js






const DEFAULT_CASE_TIMEOUT_SECONDS = 600;
/**
 * The tiers of a tier file, checked as far as they can be without running anything.
 *
 * @param text YAML
 * @param path of the file, for messages and for what the file names relative to itself
 * @param fileExists whether a workload's script is there
 * @throws BadInputError with every mistake as `file:line:column: what is wrong`
 */
function parseTiersFile(text, path, fileExists = () => true) {
    const source = readYaml(text, path);
    const newer = checkVersion(source.value);
    if (newer !== undefined)
        throw source.toError([newer]);
    const value = withNumbers(source.value);
    const parsed = tiersFileSchema.safeParse(value);
    if (!parsed.success)
        throw source.toError(parsed.error.issues.flatMap((issue) => toMistakes(issue, value)));
    const tiers = Object.entries(parsed.data.tiers).map(([name, tier]) => toTier(name, tier, path));
    const mistakes = tiers.flatMap((tier) => [
        ...checkTier(tier, ["tiers", tier.name]),
        ...checkScript(tier, fileExists),
    ]);
    if (mistakes.length > 0)
        throw source.toError(mistakes);
    return tiers;
}
/** The tiers of a file that holds no workload as JSON, for loadTier to read without a YAML parser. */
function compileTiers(text, path) {
    return `${JSON.stringify(parseTiersFile(text, path), null, 1)}\n`;
}
function checkVersion(value) {
    const version = valueAt(value, ["schema"]);
    const [family, number] = TIERS_SCHEMA.split("/v");
    const given = typeof version === "string" ? /^(.+)\/v(\d+)$/.exec(version) : null;
    if (given === null || given[1] !== family || Number(given[2]) <= Number(number))
        return undefined;
    return {
        path: ["schema"],
        at: "value",
        message: `the file is written for a newer spark-loadtest: its schema is ${version}, and this one knows ${TIERS_SCHEMA}; update spark-loadtest`,
    };
}
/** The same document with the numbers of its tiers as numbers; what is no decimal number stays as it is, for the schema to refuse. */
function withNumbers(value) {
    const tiers = valueAt(value, ["tiers"]);
    if (!isMapping(value) || !isMapping(tiers))
        return value;
    return {
        ...value,
        tiers: Object.fromEntries(Object.entries(tiers).map(([name, tier]) => [name, tierWithNumbers(tier)])),
    };
}
function tierWithNumbers(tier) {
    if (!isMapping(tier))
        return tier;
    const numbers = NUMBER_KEYS.flatMap((name) => {
        const text = tier[name];
        return typeof text === "string" && /^[+-]?\d+(\.\d+)?$/.test(text) ? [[name, Number(text)]] : [];
    });
    return { ...tier, ...Object.fromEntries(numbers) };
}
/** What the schema says, in this file's words. */
function toMistakes(issue, value) {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map((name) => ({
            path: [...path, name],
            at: "key",
            message: `unknown key "${name}"${(0,nearest/* suggest */.Z)(name, knownKeysAt(path))}`,
        }));
    }
    const name = path.at(-1) ?? "the file";
    if (issue.code === "invalid_key") {
        return [{ path, at: "key", message: `"${name}" must be ${issue.issues[0]?.message ?? issue.message}` }];
    }
    const given = valueAt(value, path);
    const subject = typeof name === "number" ? `item ${name + 1} of "${path.at(-2)}"` : path.length === 0 ? name : `"${name}"`;
    const message = given === undefined
        ? `${subject} is missing; it must be ${issue.message}`
        : `${subject} must be ${issue.message}, but is ${describe(given)}`;
    return [{ path, at: "value", message }];
}
function describe(value) {
    if (Array.isArray(value))
        return value.length === 0 ? "an empty list" : "a list";
    if (isMapping(value))
        return Object.keys(value).length === 0 ? "an empty mapping" : "a mapping";
    return value === "" || value === null ? "empty" : `"${String(value).slice(0, 60)}"`;
}
function toTier(name, source, path) {
    const { description, exclude, samples, warmups, cores, memoryMb, timeoutSeconds } = source;
    const { all, ...byDimension } = source.sparkConf;
    return {
        ...{ name, description, dimensions: orderDimensions(source), exclude, samples, warmups, cores, memoryMb },
        caseTimeoutSeconds: source.caseTimeoutSeconds ?? Math.min(DEFAULT_CASE_TIMEOUT_SECONDS, timeoutSeconds),
        timeoutSeconds,
        sparkConf: { all, byDimension },
        workload: source.workload === undefined
            ? null
            : { ...source.workload, script: (0,external_node_path_.resolve)((0,external_node_path_.dirname)(path), source.workload.script) },
    };
}
/** The built-in dimensions in their order, with what they are where the file leaves them out, then the file's own. */
function orderDimensions({ dimensions, workload }) {
    const given = Object.entries(dimensions).filter((entry) => entry[1] !== undefined);
    const builtin = plan_dimensions/* BUILTIN_DIMENSIONS */.A9.map(({ name, standard }) => [
        name,
        // A workload of one's own is one operation unless its tier names several.
        dimensions[name] ?? (name === "operation" && workload !== undefined ? ["custom"] : standard),
    ]);
    const own = given.filter(([name]) => !plan_dimensions/* BUILTIN_DIMENSIONS */.A9.some((dimension) => dimension.name === name));
    return Object.fromEntries([...builtin, ...own]);
}
function checkScript(tier, fileExists) {
    if (tier.workload === null || fileExists(tier.workload.script))
        return [];
    return [
        {
            path: ["tiers", tier.name, "workload", "script"],
            at: "value",
            message: `the workload's script is not there: ${tier.workload.script} (the path is relative to the tier file)`,
        },
    ];
}
function valueAt(value, path) {
    let at = value;
    for (const step of path) {
        if (typeof at !== "object" || at === null || !Object.hasOwn(at, step))
            return undefined;
        at = at[step];
    }
    return at;
}
function isMapping(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}


/***/ })

};
