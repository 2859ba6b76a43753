export const id = 213;
export const ids = [213];
export const modules = {

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

/***/ 12213:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   executeReport: () => (/* binding */ executeReport)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var _analyse_compare_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(54781);
/* harmony import */ var _analyse_read_results_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(96176);
/* harmony import */ var _lib_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(38513);
/* harmony import */ var _lib_path_exists_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8634);
/* harmony import */ var _report_report_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(11298);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(31404);








async function executeReport(config) {
    const results = await (0,_analyse_read_results_js__WEBPACK_IMPORTED_MODULE_3__/* .readResults */ .x8)(config.results);
    const baseline = await (0,_analyse_read_results_js__WEBPACK_IMPORTED_MODULE_3__/* .readBaseline */ .mF)(config.baseline, { tier: results.run.tier, excludeRunId: results.run.id });
    const verdictFile = config.verdict ?? (await findVerdict(config.results));
    // A baseline that is given now says more than the verdict that was found then.
    const judgeAgain = verdictFile === null || (config.verdict === null && config.baseline.length > 0);
    const verdict = judgeAgain ? (0,_analyse_compare_js__WEBPACK_IMPORTED_MODULE_2__/* .compare */ .U)(results, baseline, {}) : await (0,_analyse_read_results_js__WEBPACK_IMPORTED_MODULE_3__/* .readVerdict */ .wk)(verdictFile);
    const { htmlPath } = await (0,_report_report_js__WEBPACK_IMPORTED_MODULE_6__/* .writeReports */ .Li)({ results, verdict, baseline: baseline.runs }, config.outDirectory);
    (0,_print_js__WEBPACK_IMPORTED_MODULE_7__/* .print */ .y)(htmlPath);
    return _lib_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ExitCode */ .yU.pass;
}
/** The verdict that a run wrote beside its results, if it did. */
async function findVerdict(results) {
    const folder = (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(results)).isDirectory() ? results : (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(results);
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, "verdict.json");
    return (await (0,_lib_path_exists_js__WEBPACK_IMPORTED_MODULE_5__/* .pathExists */ .s)(path)) ? path : null;
}


/***/ })

};
