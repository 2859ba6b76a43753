export const id = 716;
export const ids = [716];
export const modules = {

/***/ 76045:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ describeVerdict),
/* harmony export */   w: () => (/* binding */ describeCauses)
/* harmony export */ });
/* harmony import */ var _lib_format_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59285);
/* harmony import */ var _headline_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(50252);


const FINDINGS_SHOWN = 10;
const TITLES = {
    failed: "FAILED",
    regression: "REGRESSION",
    improvement: "IMPROVEMENT",
    "no-change": "NO CHANGE",
    inconclusive: "INCONCLUSIVE",
    "no-baseline": "NO BASELINE",
};
/** A verdict for a terminal: headline, findings with their causes, what limits it, the noise. Ends without a newline. */
function describeVerdict(verdict, results) {
    const { findings, baseline, noise } = verdict;
    const lines = [`${TITLES[verdict.verdict]}  ${verdict.headline}`, `run ${results.run.id}, tier ${results.run.tier}`];
    if (findings.length > 0)
        lines.push("", ...describeFindings(findings));
    if (baseline.notes.length > 0)
        lines.push("", "Notes:", ...baseline.notes.map((note) => `  - ${note}`));
    if (noise.cpuCoefficientOfVariation !== null && noise.smallestDetectableChange !== null) {
        const spread = (0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(noise.cpuCoefficientOfVariation).replace("+", "");
        lines.push("", `CPU time of a case varies by ${spread} from run to run; a change from ${(0,_lib_format_js__WEBPACK_IMPORTED_MODULE_0__/* .formatChange */ .eD)(noise.smallestDetectableChange)} on is found four times out of five.`);
    }
    return lines.join("\n");
}
function describeFindings(findings) {
    const lines = [];
    let cause = null;
    for (const finding of findings.slice(0, FINDINGS_SHOWN)) {
        lines.push(`  ${finding.direction.padEnd(6)} ${finding.gate.padEnd(8)} ${finding.subject}: ${(0,_headline_js__WEBPACK_IMPORTED_MODULE_1__/* .describeFinding */ .j)(finding)}`);
        // Findings of one case share a cause; once is enough.
        const sentence = finding.cause === null ? null : `${finding.subject}${finding.cause.sentence}`;
        if (finding.cause !== null && sentence !== cause)
            lines.push(`                  ${finding.cause.kind}: ${finding.cause.sentence}`);
        cause = sentence;
    }
    const more = findings.length - FINDINGS_SHOWN;
    if (more > 0)
        lines.push(`  and ${more} more`);
    return lines;
}
/** Causes for a terminal, the likeliest first, each with its figures. Ends without a newline. */
function describeCauses(causes) {
    if (causes.length === 0)
        return "No cause found: the two logs do not differ in anything that explains a change.";
    return causes
        .map(({ kind, sentence, evidence }, index) => {
        const figures = evidence.map((line) => `     ${line.what}: ${line.baseline} -> ${line.current}`);
        return [`${index + 1}. ${kind}: ${sentence}`, ...figures].join("\n");
    })
        .join("\n");
}


/***/ }),

/***/ 14716:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   executeCompare: () => (/* binding */ executeCompare)
/* harmony export */ });
/* harmony import */ var _analyse_compare_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(54781);
/* harmony import */ var _analyse_describe_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76045);
/* harmony import */ var _analyse_read_results_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(96176);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(38513);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(31404);





async function executeCompare({ current, baseline, failOn, json }) {
    const results = await (0,_analyse_read_results_js__WEBPACK_IMPORTED_MODULE_2__/* .readResults */ .x8)(current);
    const { tier, id } = results.run;
    const verdict = (0,_analyse_compare_js__WEBPACK_IMPORTED_MODULE_0__/* .compare */ .U)(results, await (0,_analyse_read_results_js__WEBPACK_IMPORTED_MODULE_2__/* .readBaseline */ .mF)(baseline, { tier, excludeRunId: id }), { failOn });
    (0,_print_js__WEBPACK_IMPORTED_MODULE_4__/* .print */ .y)(json ? verdict : (0,_analyse_describe_js__WEBPACK_IMPORTED_MODULE_1__/* .describeVerdict */ .X)(verdict, results));
    if (verdict.verdict === "failed")
        return _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ExitCode */ .yU.casesFailed;
    return verdict.verdict === "regression" ? _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ExitCode */ .yU.regression : _lib_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ExitCode */ .yU.pass;
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


/***/ })

};
