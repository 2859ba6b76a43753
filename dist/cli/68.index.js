export const id = 68;
export const ids = [68];
export const modules = {

/***/ 98159:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ isMeasured),
/* harmony export */   l: () => (/* binding */ indexHistories)
/* harmony export */ });
/** A case whose figures cover all it did. */
function isMeasured(result) {
    return result.status === "passed" && result.samples.length > 0 && result.evidence?.partial !== true;
}
/** The history of every case that the baseline ran, by name. */
function indexHistories(baseline) {
    const results = new Map();
    for (const { run, cases } of baseline.runs) {
        for (const result of cases) {
            if (result.status === "skipped")
                continue;
            const entries = results.get(result.name) ?? [];
            entries.push({ run, result });
            results.set(result.name, entries);
        }
    }
    return new Map([...results].map(([name, entries]) => {
        const measured = entries.filter(({ result }) => isMeasured(result));
        return [name, { name, measured, latest: entries.at(-1)?.result ?? null }];
    }));
}


/***/ }),

/***/ 54781:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  U: () => (/* binding */ compare)
});

// EXTERNAL MODULE: ./src/lib/group-by.js
var group_by = __webpack_require__(86937);
// EXTERNAL MODULE: ../node_modules/simple-statistics/dist/simple-statistics.mjs
var simple_statistics = __webpack_require__(21091);
// EXTERNAL MODULE: ../node_modules/@stdlib/math-base-special-digamma/lib/index.js
var lib = __webpack_require__(87506);
// EXTERNAL MODULE: ../node_modules/@stdlib/math-base-special-trigamma/lib/index.js
var math_base_special_trigamma_lib = __webpack_require__(1000);
// EXTERNAL MODULE: ../node_modules/@stdlib/stats-base-dists-t-cdf/lib/index.js
var stats_base_dists_t_cdf_lib = __webpack_require__(70167);
// EXTERNAL MODULE: ../node_modules/@stdlib/stats-base-dists-t-quantile/lib/index.js
var stats_base_dists_t_quantile_lib = __webpack_require__(36673);
;// CONCATENATED MODULE: ./src/analyse/moderated-t.js





/** Beyond this many degrees of freedom t is normal, and the CDF still answers. */
const MANY_DEGREES_OF_FREEDOM = 1e6;
/** Solves trigamma(x) = y for y > 0 by Newton's method on 1 / trigamma (Smyth 2004, appendix). */
function inverseTrigamma(y) {
    if (y > 1e7)
        return 1 / Math.sqrt(y);
    if (y < 1e-6)
        return 1 / y;
    let x = 0.5 + 1 / y;
    for (let iteration = 0; iteration < 50; iteration += 1) {
        const value = math_base_special_trigamma_lib(x);
        // The derivative of trigamma, by a central difference: it only steers the iteration.
        const slope = (math_base_special_trigamma_lib(x * (1 + 1e-5)) - math_base_special_trigamma_lib(x * (1 - 1e-5))) / (2e-5 * x);
        const step = (value * (1 - value / y)) / slope;
        x += step;
        if (-step / x < 1e-8)
            break;
    }
    return x;
}
/**
 * Prior of the variances by the method of moments on their logarithms (Smyth 2004, section 6.2). Needs one variance of at least
 * one degree of freedom; zeros are lifted to a hundred-thousandth of the median, as their logarithm would drown the others.
 */
function fitVariancePrior(variances) {
    const floor = Math.max((0,simple_statistics/* median */.JZ)(variances.map(({ variance }) => variance)) * 1e-5, Number.MIN_VALUE * 1e10);
    const logs = variances.map(({ variance, degreesOfFreedom }) => Math.log(Math.max(variance, floor)) - lib(degreesOfFreedom / 2) + Math.log(degreesOfFreedom / 2));
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const spread = logs.length < 2 ? 0 : logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs.length - 1);
    const chance = variances.reduce((sum, { degreesOfFreedom }) => sum + math_base_special_trigamma_lib(degreesOfFreedom / 2), 0) / variances.length;
    if (spread <= chance) {
        const weights = variances.reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
        const squares = variances.reduce((sum, own) => sum + own.degreesOfFreedom * own.variance, 0);
        return { degreesOfFreedom: Number.POSITIVE_INFINITY, variance: squares / weights };
    }
    const degreesOfFreedom = 2 * inverseTrigamma(spread - chance);
    return {
        degreesOfFreedom,
        variance: Math.exp(mean + lib(degreesOfFreedom / 2) - Math.log(degreesOfFreedom / 2)),
    };
}
/** A case's variance drawn towards the common one; `pooled` is the sum of all cases' degrees of freedom, the most there can be. */
function moderateVariance(own, prior, pooled) {
    if (!Number.isFinite(prior.degreesOfFreedom)) {
        return { variance: prior.variance, degreesOfFreedom: pooled };
    }
    const total = prior.degreesOfFreedom + own.degreesOfFreedom;
    return {
        variance: (prior.degreesOfFreedom * prior.variance + own.degreesOfFreedom * own.variance) / total,
        degreesOfFreedom: Math.min(total, pooled),
    };
}
/** Two-sided p-value of a t statistic. */
function twoSidedPValue(t, degreesOfFreedom) {
    return 2 * stats_base_dists_t_cdf_lib(-Math.abs(t), Math.min(degreesOfFreedom, MANY_DEGREES_OF_FREEDOM));
}
/**
 * Smallest difference, in standard errors, that a two-sided test at `level` finds with the given power. The usual sum of two
 * quantiles, exact enough for a figure that tells people what to expect.
 */
function detectableStandardErrors(level, power, degreesOfFreedom) {
    const df = Math.min(degreesOfFreedom, MANY_DEGREES_OF_FREEDOM);
    return -stats_base_dists_t_quantile_lib(level / 2, df) + stats_base_dists_t_quantile_lib(power, df);
}

// EXTERNAL MODULE: ./src/analyse/statistics.js
var statistics = __webpack_require__(2779);
;// CONCATENATED MODULE: ./src/analyse/cpu-table.js



/** In fewer cases the median is too coarse: it takes a part of each case's own noise for what they share (simulated: bench/verdict.ts). */
const FEWEST_CASES_FOR_SHIFT = 6;
/** Clocks and JIT compilation leave no CPU time repeatable to less than half a percent. */
const SMALLEST_VARIANCE = 0.005 ** 2;
/** Mean of the logarithms: the observation of a run, as the repetitions in one job share its noise. */
function observe(samples) {
    const positive = samples.filter((value) => value > 0);
    return positive.length === 0 ? null : (0,statistics/* meanOf */.hm)(positive.map(Math.log));
}
/** The scatter of each case, moderated; the same for all where no run has two samples. */
function compareScatter(cases) {
    const own = cases.map(({ current, baseline }) => {
        const runs = [current, ...baseline].map((samples) => samples.filter((value) => value > 0).map(Math.log));
        const degreesOfFreedom = runs.reduce((sum, logs) => sum + Math.max(0, logs.length - 1), 0);
        const squares = runs.reduce((sum, logs) => sum + (logs.length > 1 ? (0,statistics/* squaresOf */.Ig)(logs) : 0), 0);
        return {
            variance: degreesOfFreedom === 0 ? 0 : Math.max(squares / degreesOfFreedom, SMALLEST_VARIANCE),
            degreesOfFreedom,
        };
    });
    const informative = own.filter(({ degreesOfFreedom }) => degreesOfFreedom > 0);
    if (informative.length === 0)
        return cases.map(() => ({ factor: 1, degreesOfFreedom: Number.POSITIVE_INFINITY }));
    const prior = fitVariancePrior(informative);
    const pooled = informative.reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
    return own.map((variance) => {
        const moderated = moderateVariance(variance, prior, pooled);
        return { factor: moderated.variance / prior.variance, degreesOfFreedom: moderated.degreesOfFreedom };
    });
}
/** What all cases of a run share: the median of their deviations. */
function medianShift(deviations) {
    const known = deviations.filter((value) => value !== null);
    return known.length < FEWEST_CASES_FOR_SHIFT ? 0 : (0,simple_statistics/* median */.JZ)(known);
}
/** Takes out of every run what its cases share, and sets each case's current run against its baseline. */
function alignRuns(cases) {
    const observed = cases.flatMap((row) => {
        const current = observe(row.current);
        const baseline = row.baseline.map(observe);
        const known = baseline.filter((value) => value !== null);
        return current === null || known.length === 0 ? [] : [{ source: row, current, baseline, mean: (0,statistics/* meanOf */.hm)(known) }];
    });
    const scatters = compareScatter(observed.map((row) => row.source));
    const runCount = Math.max(0, ...observed.map((row) => row.baseline.length));
    const runShifts = Array.from({ length: runCount }, (_, run) => medianShift(observed.map((row) => (row.baseline[run] == null ? null : row.baseline[run] - row.mean))));
    const aligned = observed.map((row, index) => {
        const adjusted = row.baseline.map((value, run) => (value === null ? null : value - runShifts[run]));
        const known = adjusted.filter((value) => value !== null);
        const baseline = (0,statistics/* meanOf */.hm)(known);
        const residuals = adjusted.map((value) => (value === null ? null : value - baseline));
        const { name, families } = row.source;
        const scatter = scatters[index];
        return { name, families, current: row.current, baseline, runs: known.length, residuals, scatter };
    });
    const sharedShift = medianShift(aligned.map((row) => row.current - row.baseline));
    return {
        rows: aligned.map((row) => ({ ...row, difference: row.current - row.baseline - sharedShift })),
        sharedShift,
        runShifts,
    };
}

;// CONCATENATED MODULE: ./src/analyse/advisory.js



/** Measured on shared machines: wall and run time vary by a third, GC time by a half, memory and bytes hardly. */
const CLOCK = { logDeviation: 0.33, smallest: 500 };
const GC = { logDeviation: 0.5, smallest: 500 };
const BYTES = { logDeviation: 0.03, smallest: 1024 * 1024 };
/** Metrics that say about the same; the first that differs stands for its group. (The percentiles of a few tasks only repeat the noise.) */
const GROUPS = [
    [CLOCK, ["wallMs", "runMs"]],
    [GC, ["gcMs"]],
    [BYTES, ["peakExecutionMemoryBytes"]],
    [BYTES, ["inputBytes"]],
    [BYTES, ["outputBytes"]],
];
/** How many standard errors a difference must be to be listed: one in eighty by chance. */
const STANDARD_ERRORS = 2.5;
/** Differences of all cases in what varies too much to judge by: only the large ones, against the shift that all cases share. */
function judgeAdvisory(pairs) {
    const shifts = new Map();
    for (const [, metrics] of GROUPS)
        for (const metric of metrics)
            shifts.set(metric, sharedShift(pairs, metric));
    return pairs.flatMap((pair) => GROUPS.flatMap(([noise, metrics]) => {
        for (const metric of metrics) {
            const difference = judge(pair, metric, noise, shifts.get(metric));
            if (difference !== null)
                return [difference];
        }
        return [];
    }));
}
/** Logarithm of the ratio by which a metric has moved in all cases; 0 for too few cases. */
function sharedShift(pairs, metric) {
    const ratios = pairs.flatMap((pair) => {
        const { current, baseline } = levels(pair, metric);
        return current !== null && baseline.length > 0 ? [Math.log(current) - (0,statistics/* meanOf */.hm)(baseline.map(Math.log))] : [];
    });
    return ratios.length < FEWEST_CASES_FOR_SHIFT ? 0 : (0,simple_statistics/* median */.JZ)(ratios);
}
/** Median of each run's samples, where it is above 0. */
function levels(pair, metric) {
    const level = (result) => {
        const values = result.samples.map((sample) => sample.metrics[metric]).filter((value) => value !== null);
        return (0,statistics/* medianOrNull */.J$)(values) || null;
    };
    return { current: level(pair.current), baseline: pair.baseline.map(level).filter((value) => value !== null) };
}
function judge(pair, metric, noise, shift) {
    const { current, baseline } = levels(pair, metric);
    if (current === null || baseline.length === 0)
        return null;
    const logs = baseline.map(Math.log);
    const own = logs.length > 2 ? Math.sqrt((0,statistics/* squaresOf */.Ig)(logs) / (logs.length - 1)) : 0;
    const limit = STANDARD_ERRORS * Math.max(own, noise.logDeviation) * Math.sqrt(1 + 1 / logs.length);
    const moved = Math.log(current) - (0,statistics/* meanOf */.hm)(logs) - shift;
    const before = (0,simple_statistics/* median */.JZ)(baseline);
    if (Math.abs(moved) <= limit || Math.abs(current - before) < noise.smallest)
        return null;
    return {
        scope: "case",
        subject: pair.name,
        metric,
        gate: "advisory",
        direction: moved > 0 ? "worse" : "better",
        baseline: before,
        current,
        change: current / before - 1,
        pValue: null,
    };
}

// EXTERNAL MODULE: ./src/lib/format.js
var format = __webpack_require__(59285);
// EXTERNAL MODULE: ./src/plan/dimensions.js
var dimensions = __webpack_require__(27445);
// EXTERNAL MODULE: ./src/analyse/explain.js + 2 modules
var explain = __webpack_require__(71754);
// EXTERNAL MODULE: ./src/analyse/subject.js
var subject = __webpack_require__(58062);
;// CONCATENATED MODULE: ./src/analyse/attach-causes.js




/** Causes of a case that got worse may lie in anything; what got better is only explained by what was changed. */
const CAUSES_OF_BETTER = new Set(["input-changed", "plan-changed", "config-changed"]);
/** What follows from other data, too. */
const SYMPTOMS = new Set(["gc", "cpu", "environment"]);
/** Where a test has found the CPU time changed, this much is enough to say where. */
const TESTED_CPU_CHANGE = 0.02;
/** Gives every difference the likeliest cause of its case; all findings of one case share it. */
function attachCauses(differences, pairing) {
    const pairs = new Map([...pairing.pairs, ...pairing.failedPairs].map((pair) => [pair.name, pair]));
    const wrongResults = new Set(pairing.failedPairs.map(({ name }) => name));
    const slower = new Set(differences.filter(({ metric, gate }) => metric === "cpuMs" && gate === "soft").map(({ subject }) => subject));
    const causes = new Map();
    const causesOf = (name) => {
        const known = causes.get(name);
        if (known !== undefined)
            return known;
        const pair = pairs.get(name);
        const found = pair === undefined
            ? explainFailed(name, pairing)
            : explainPair(pair, slower.has(name) ? TESTED_CPU_CHANGE : undefined);
        causes.set(name, found);
        return found;
    };
    return differences.map((difference) => ({ ...difference, cause: causeOf(difference, pairing, causesOf, wrongResults) }));
}
function causeOf(difference, pairing, causesOf, wrongResults) {
    switch (difference.scope) {
        case "case": {
            const causes = causesOf(difference.subject);
            if (difference.direction === "better")
                return causes.find(({ kind }) => CAUSES_OF_BETTER.has(kind)) ?? null;
            if (difference.metric === "status" || !wrongResults.has(difference.subject))
                return causes[0] ?? null;
            // That its result was wrong does not explain what else the case did.
            return causes.find(({ kind }) => kind !== "failure") ?? null;
        }
        case "family":
            return explainFamily(difference, pairing);
        case "run":
            return explainRun(difference);
    }
}
/** All of a case's samples and runs of the baseline against the current ones. */
function explainPair({ current, baseline }, minimumCpuChange) {
    const before = { ...(0,subject/* subjectOf */.et)(baseline.at(-1)), samples: baseline.flatMap((result) => result.samples) };
    const causes = (0,explain/* explain */.W)((0,subject/* subjectOf */.et)(current), before, minimumCpuChange === undefined ? {} : { minimumCpuChange });
    const result = explainResult(current, baseline.at(-1));
    if (result === null)
        return causes;
    const symptom = causes.findIndex(({ kind }) => SYMPTOMS.has(kind));
    return causes.toSpliced(symptom === -1 ? causes.length : symptom, 0, result);
}
/** Another result from the same work: no event log tells values apart, but the checksum does. */
function explainResult(current, baseline) {
    if (current.checksum === null || baseline.checksum === null || current.checksum === baseline.checksum)
        return null;
    return {
        kind: "input-changed",
        stage: null,
        sentence: "the result is another one: the values of the data changed, or what the workload does with them",
        evidence: [{ what: "Checksum of the result", baseline: baseline.checksum, current: current.checksum }],
    };
}
/** A failed case beside what is left of its baseline; without one, only what failed can be told. */
function explainFailed(name, { failed, histories }) {
    const result = failed.find((each) => each.name === name);
    if (result === undefined)
        return [];
    const measured = histories.get(name)?.measured.map((entry) => entry.result) ?? [];
    if (measured.length > 0)
        return explainPair({ name, current: result, baseline: measured });
    return (0,explain/* explain */.W)((0,subject/* subjectOf */.et)(result), { samples: [], evidence: null });
}
/** The cause of the family's case that changed most. */
function explainFamily(family, pairing) {
    const at = family.subject.indexOf("=");
    const dimension = family.subject.slice(0, at);
    const value = family.subject.slice(at + 1);
    const members = pairing.pairs.filter(({ current }) => (0,dimensions/* valuesOf */.sm)(current)[dimension] === value);
    const growth = ({ current, baseline }) => {
        const total = (results) => results
            .flatMap(({ samples }) => samples)
            .reduce((sum, { metrics }, _, all) => sum + (metrics.cpuMs ?? 0) / all.length, 0);
        return Math.abs(Math.log(total([current]) / total(baseline)));
    };
    const most = [...members].sort((a, b) => growth(b) - growth(a))[0];
    if (most === undefined)
        return null;
    const causes = explainPair(most, TESTED_CPU_CHANGE);
    const cause = family.direction === "worse" ? causes[0] : causes.find(({ kind }) => CAUSES_OF_BETTER.has(kind));
    return cause === undefined ? null : { ...cause, sentence: `in ${most.name}, ${cause.sentence}` };
}
function explainRun({ metric, change }) {
    const sentence = metric === "cpuMs"
        ? `all cases share a change of CPU time of ${(0,format/* formatChange */.eD)(change)}, more than the baseline's jobs differ by: another machine, or a change that hits every case alike; only runs of both versions side by side can tell`
        : `the tasks of all cases take ${(0,format/* formatChange */.eD)(change)} on the clock and no more CPU time: the machine was busy`;
    return { kind: "environment", stage: null, sentence, evidence: [] };
}

// EXTERNAL MODULE: ./src/analyse/causes/comparison.js
var comparison = __webpack_require__(70954);
// EXTERNAL MODULE: ./src/analyse/causes/resources.js
var resources = __webpack_require__(24030);
// EXTERNAL MODULE: ./src/analyse/causes/skew-limits.js
var skew_limits = __webpack_require__(38366);
;// CONCATENATED MODULE: ./src/analyse/hard-gate.js





const EXACT = { relative: 0, absolute: 0 };
const hard_gate_BYTES = { relative: 0.02, absolute: 4096 };
const SPILL = { relative: resources/* SPILL_GROWTH */.XP, absolute: resources/* SMALLEST_SPILL_BYTES */.Zm };
const WORK = [
    ["stages", EXACT],
    ["tasks", EXACT],
    ["shuffleWriteRecords", EXACT],
    ["shuffleReadRecords", EXACT],
    ["shuffleWriteBytes", hard_gate_BYTES],
    ["shuffleReadBytes", hard_gate_BYTES],
    ["diskSpilledBytes", SPILL],
    ["memorySpilledBytes", SPILL],
];
const FAULTS = ["oomKills", "lostExecutors", "failedTasks", "retriedStages"];
const DATA = ["inputRecords", "outputRecords"];
/** With this many runs, the case's own spread is all the tolerance there is; with fewer, cases of the same operation lend theirs. */
const RUNS_FOR_OWN_SPREAD = 3;
/** Levels move with the code on the default branch; older runs would stretch the range over levels that are gone. */
const RUNS_FOR_HARD_GATES = 5;
/** Every difference in what must be repeatable, of the cases of one operation. */
function judgeHard(siblings) {
    const slacks = new Map(WORK.map(([metric]) => [metric, largestRelativeSpread(siblings, metric)]));
    return siblings.flatMap((pair) => judgeCase(pair, (metric) => slacks.get(metric) ?? 0));
}
/** `lend` gives the relative spread that other cases of the operation show in a metric. */
function judgeCase(pair, lend) {
    const stages = matchCase(pair);
    const differences = [
        ...FAULTS.map((metric) => judgeFault(pair, metric)),
        judgeChecksum(pair),
        ...DATA.map((metric) => judgeData(pair, metric)),
        ...WORK.map(([metric, slack]) => judgeWork(pair, metric, slack, lend(metric))),
        judgeSkew(pair, stages),
    ].filter((difference) => difference !== null);
    return dropTwins(judgeParallelism(pair, stages, differences));
}
function differ(pair, metric, direction, baseline, current) {
    const change = baseline === null || current === null || baseline === 0 ? null : current / baseline - 1;
    return {
        scope: "case",
        subject: pair.name,
        metric,
        gate: "hard",
        direction,
        baseline,
        current,
        change,
        pValue: null,
    };
}
function valuesOf(results, metric) {
    return results
        .flatMap((result) => result.samples.map((sample) => sample.metrics[metric]))
        .filter((value) => value !== null);
}
/** Faults of the worst sample. What was lost outside the samples, in a warm-up, counts too. */
function faultsOf(result, metric) {
    const inSamples = Math.max(0, ...valuesOf([result], metric));
    const lost = result.evidence?.lostExecutors ?? [];
    if (metric === "lostExecutors")
        return Math.max(inSamples, lost.length);
    return metric === "oomKills" ? Math.max(inSamples, lost.filter(({ memoryKill }) => memoryKill).length) : inSamples;
}
function judgeFault(pair, metric) {
    const current = faultsOf(pair.current, metric);
    const before = pair.baseline.map((result) => faultsOf(result, metric));
    const usual = (0,statistics/* medianOrNull */.J$)(before);
    if (current > Math.max(...before))
        return differ(pair, metric, "worse", usual, current);
    if (current < Math.min(...before))
        return differ(pair, metric, "better", usual, current);
    return null;
}
/** Another result of the same operation on the same data is a wrong result, unless the results always differ. */
function judgeChecksum(pair) {
    const known = new Set(pair.baseline.map((result) => result.checksum).filter((checksum) => checksum !== null));
    const { checksum, status } = pair.current;
    // A case that failed for its result has said so.
    if (status !== "passed" || checksum === null || known.size !== 1 || known.has(checksum))
        return null;
    return differ(pair, "checksum", "worse", null, null);
}
/**
 * Reading more is more work. Reading less is less work where the result is proved to be the same (a filter pushed down); where
 * it is not, the input is another one: worse where the result differs, and to be looked at where nobody knows.
 */
function judgeData(pair, metric) {
    const difference = judgeWork(pair, metric, EXACT, 0);
    if (difference === null || difference.direction === "worse")
        return difference;
    const before = pair.baseline.at(-1).checksum;
    const now = pair.current.checksum;
    if (before === null || now === null)
        return { ...difference, gate: "advisory", direction: "worse" };
    return before === now ? difference : { ...difference, direction: "worse" };
}
function judgeWork(pair, metric, slack, lentSpread) {
    const before = valuesOf(pair.baseline, metric);
    const now = valuesOf([pair.current], metric);
    if (before.length === 0 || now.length === 0)
        return null;
    const low = Math.min(...before);
    const high = Math.max(...before);
    const lent = pair.baseline.length >= RUNS_FOR_OWN_SPREAD ? 0 : lentSpread;
    const tolerance = Math.max(spreadOf(before), spreadOf(now), high * Math.max(slack.relative, lent), slack.absolute);
    const direction = Math.min(...now) > high + tolerance ? "worse" : Math.max(...now) < low - tolerance ? "better" : null;
    if (direction === null)
        return null;
    return differ(pair, metric, direction, (0,statistics/* medianOrNull */.J$)(before), (0,statistics/* medianOrNull */.J$)(now));
}
function spreadOf(values) {
    return Math.max(...values) - Math.min(...values);
}
function largestRelativeSpread(siblings, metric) {
    return Math.max(0, ...siblings.map((sibling) => {
        const values = valuesOf(sibling.baseline, metric);
        const high = values.length === 0 ? 0 : Math.max(...values);
        return high > 0 ? spreadOf(values) / high : 0;
    }));
}
function matchCase(pair) {
    const baseline = (0,subject/* summarise */.fS)({
        samples: pair.baseline.flatMap((result) => result.samples),
        evidence: pair.baseline.at(-1).evidence,
    });
    return (0,subject/* matchStages */.PZ)((0,subject/* summarise */.fS)((0,subject/* subjectOf */.et)(pair.current)).stages, baseline.stages).pairs;
}
/** The stage whose records are dealt out most unevenly, where that is new. */
function judgeSkew(pair, stages) {
    const worse = stages.filter(skew_limits/* isMoreSkewed */.v);
    const better = stages.filter(({ current, baseline }) => (0,skew_limits/* isMoreSkewed */.v)({ current: baseline, baseline: current }));
    const [direction, found] = worse.length > 0 ? ["worse", worse] : ["better", better];
    const most = [...found].sort((a, b) => skewOf(b) - skewOf(a))[0];
    if (most === undefined)
        return null;
    return differ(pair, "shuffleRecordsSkew", direction, most.baseline.shuffleRecordsSkew, most.current.shuffleRecordsSkew);
}
function skewOf({ current, baseline }) {
    return Math.max(current.shuffleRecordsSkew ?? 0, baseline.shuffleRecordsSkew ?? 0);
}
/** A stage in one task can use no second core and no second executor, however few the cores of a load test are. */
const FEWEST_PARALLEL_TASKS = 2;
/** Fewer tasks are less work for the scheduler, but with fewer tasks than cores a stage leaves cores idle: that is worse. */
function judgeParallelism(pair, stages, differences) {
    const fewer = differences.find(({ metric, direction }) => metric === "tasks" && direction === "better");
    if (fewer === undefined)
        return differences;
    const cores = Math.max(countCores(pair.current.evidence) ?? 0, FEWEST_PARALLEL_TASKS);
    const starved = stages.some((stage) => {
        const now = stage.current.metrics.tasks ?? 0;
        return (0,comparison/* isSameWork */.cq)(stage) && now < cores && now < (stage.baseline.metrics.tasks ?? 0);
    });
    if (!starved)
        return differences;
    return differences.map((difference) => (difference === fewer ? { ...fewer, direction: "worse" } : difference));
}
/** Cores that the application's tasks could use; null where its settings do not say. */
function countCores(evidence) {
    const properties = evidence?.properties ?? {};
    const master = properties["spark.master"] ?? "";
    const local = /^local\[(\d+)/.exec(master);
    if (local !== null)
        return Number(local[1]);
    const cluster = /^local-cluster\[(\d+),(\d+)/.exec(master.replaceAll(" ", ""));
    if (cluster !== null)
        return Number(cluster[1]) * Number(cluster[2]);
    const executors = Number(properties["spark.executor.instances"]);
    const cores = Number(properties["spark.executor.cores"] ?? 1);
    return executors > 0 && cores > 0 ? executors * cores : null;
}
/** What a shuffle reads is what it wrote, and what spills to disk spilled from memory: one of the two says it. */
const TWINS = [
    ["shuffleWriteBytes", "shuffleReadBytes"],
    ["shuffleWriteRecords", "shuffleReadRecords"],
    ["diskSpilledBytes", "memorySpilledBytes"],
];
function dropTwins(differences) {
    return differences.filter(({ metric, direction }) => !TWINS.some(([kept, dropped]) => metric === dropped && differences.some((other) => other.metric === kept && other.direction === direction)));
}

// EXTERNAL MODULE: ./src/analyse/headline.js
var headline = __webpack_require__(50252);
// EXTERNAL MODULE: ./src/model/metrics.js
var metrics = __webpack_require__(7011);
;// CONCATENATED MODULE: ./src/analyse/order-findings.js

/** From what stops a case to what merely costs. */
const METRICS_BY_WEIGHT = [
    "status",
    "lostExecutors",
    "oomKills",
    "failedTasks",
    "retriedStages",
    "checksum",
    "inputRecords",
    "outputRecords",
    "shuffleRecordsSkew",
    "diskSpilledBytes",
    "memorySpilledBytes",
    "tasks",
    "stages",
    "shuffleWriteRecords",
    "shuffleReadRecords",
    "shuffleWriteBytes",
    "shuffleReadBytes",
    "cpuMs",
];
/** The metric that shows a cause most directly: it leads the findings of its case. */
const METRIC_OF_CAUSE = {
    "memory-kill": ["oomKills"],
    "executor-loss": ["lostExecutors"],
    "input-changed": ["inputRecords", "shuffleWriteRecords"],
    "too-few-partitions": ["tasks"],
    "too-many-partitions": ["tasks"],
    skew: ["shuffleRecordsSkew"],
    spill: ["diskSpilledBytes", "memorySpilledBytes"],
    "plan-changed": ["stages"],
    cpu: ["cpuMs"],
};
/**
 * The worst first: worse before better, then by gate; what a whole family or run shares before its cases; of a case, what stops
 * it and what shows its cause before what follows from it; and then the larger change.
 */
function orderFindings(findings) {
    return findings
        .map((finding) => ({ finding, rank: rankOf(finding) }))
        .sort((a, b) => {
        const first = a.rank.findIndex((value, index) => value !== b.rank[index]);
        return first === -1 ? 0 : a.rank[first] - b.rank[first];
    })
        .map(({ finding }) => finding);
}
function rankOf({ scope, metric, gate, direction, change, cause }) {
    const weight = METRICS_BY_WEIGHT.indexOf(metric);
    const leads = cause !== null && METRIC_OF_CAUSE[cause.kind]?.includes(metric) === true;
    const stops = weight >= 0 && weight < METRICS_BY_WEIGHT.indexOf("checksum");
    return [
        direction === "worse" ? 0 : 1,
        metrics/* GATES */.JH.indexOf(gate),
        scope === "case" ? 1 : 0,
        stops ? 0 : leads ? 1 : 2,
        leads ? 0 : 1,
        weight === -1 ? METRICS_BY_WEIGHT.length : weight,
        change === null ? Number.NEGATIVE_INFINITY : -Math.abs(Math.log1p(Math.max(change, -0.999))),
    ];
}

// EXTERNAL MODULE: ./src/analyse/baseline.js
var analyse_baseline = __webpack_require__(98159);
;// CONCATENATED MODULE: ./src/analyse/pairing.js




const NAMES_SHOWN = 3;
/** Machines of one kind report slightly different sizes. */
const SAME_MEMORY = 0.1;
/** Finds the cases that can be compared, and says which cannot. */
function pairCases(current, baseline) {
    const histories = (0,analyse_baseline/* indexHistories */.l)(baseline);
    const limits = baseline.notes.map((note) => ({ note, blocking: false }));
    const pairUp = (select) => current.cases.flatMap((result) => {
        const measured = (histories.get(result.name)?.measured ?? []).map((entry) => entry.result);
        if (measured.length === 0 || !select(result, measured))
            return [];
        return [{ name: result.name, current: result, baseline: measured.slice(-RUNS_FOR_HARD_GATES) }];
    });
    const pairs = pairUp(analyse_baseline/* isMeasured */.V);
    const note = (names, text, blocking) => {
        if (names.length === 0)
            return;
        limits.push({ note: `${text(countCases(names.length))}: ${listNames(names)}`, blocking });
    };
    const hasBaseline = baseline.runs.length > 0;
    const passedBefore = (name) => (histories.get(name)?.measured.length ?? 0) > 0;
    const namesOf = (select) => current.cases.filter(select).map(({ name }) => name);
    const names = new Set(current.cases.map(({ name }) => name));
    note(namesOf(({ status, name }) => status === "skipped" && passedBefore(name)), (cases) => `${cases} skipped now that passed in the baseline`, true);
    note(namesOf((result) => result.status === "passed" && !(0,analyse_baseline/* isMeasured */.V)(result)), (cases) => `${cases} passed, but with an incomplete event log or none, and cannot be compared`, true);
    note(hasBaseline ? namesOf((result) => (0,analyse_baseline/* isMeasured */.V)(result) && !passedBefore(result.name)) : [], (cases) => `${cases} without a comparable result in the baseline`, false);
    note([...histories.keys()].filter((name) => !names.has(name)), (cases) => `${cases} of the baseline not in this run`, false);
    note(current.cases
        .filter(isFailed)
        .map(({ name }) => name)
        .filter((name) => failedBefore(histories.get(name))), (cases) => `${cases} failed in the newest baseline run as well`, false);
    if (current.run.finishedAt === null) {
        limits.push({ note: "the run was ended before all its cases", blocking: true });
    }
    if (hasBaseline && pairs.length === 0) {
        limits.push({ note: "no case passed in both this run and the baseline", blocking: true });
    }
    limits.push(...noteVersions(pairs));
    return { pairs, failedPairs: pairUp(didItsWork), histories, failed: current.cases.filter(isFailed), limits };
}
/** Whether a failed case has as many samples as before and a whole event log of an application that ended by itself. */
function didItsWork(result, before) {
    const { status, evidence, samples } = result;
    const whole = evidence?.completed === true && !evidence.partial && evidence.failures.length === 0;
    return status === "failed" && whole && samples.length >= before.at(-1).samples.length;
}
/** Failed, or never got to run for a fault of the machine. */
function isFailed({ status }) {
    return status === "failed" || status === "infrastructure";
}
function failedBefore(history) {
    return history?.latest != null && isFailed(history.latest);
}
function countCases(count) {
    return `${count} ${count === 1 ? "case" : "cases"}`;
}
function listNames(names) {
    const more = names.length - NAMES_SHOWN;
    return names.slice(0, NAMES_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
function noteVersions(pairs) {
    const changes = new Set(pairs.flatMap(({ current, baseline }) => {
        const before = baseline.at(-1).evidence?.sparkVersion;
        const now = current.evidence?.sparkVersion;
        return before != null && now != null && before !== now ? [`${before} -> ${now}`] : [];
    }));
    return changes.size === 0
        ? []
        : [{ note: `the same cases ran on other Spark versions: ${[...changes].join(", ")}`, blocking: false }];
}
/** What in the machine differs from the current run's; null where CPU times are comparable. */
function hostDifference(current, earlier) {
    if (current.engine !== earlier.engine)
        return `engine ${earlier.engine} -> ${current.engine}`;
    const { host } = current;
    const before = earlier.host;
    if (host.cpuModel !== before.cpuModel)
        return `CPU ${before.cpuModel} -> ${host.cpuModel}`;
    if (host.cpus !== before.cpus)
        return `${before.cpus} -> ${host.cpus} CPUs`;
    const memory = host.memoryBytes / before.memoryBytes - 1;
    return Math.abs(memory) > SAME_MEMORY ? `memory ${(0,format/* formatChange */.eD)(memory)}` : null;
}
/** The table of CPU times against the baseline runs on the same machine, and what is left out of it. */
function tabulateCpu(current, baseline, pairing) {
    const limits = [];
    const differences = baseline.runs.map(({ run }) => hostDifference(current.run, run));
    const runs = baseline.runs.filter((_, index) => differences[index] === null).map(({ run }) => run.id);
    const other = differences.filter((difference) => difference !== null);
    if (other.length > 0) {
        const kinds = [...new Set(other)].slice(0, NAMES_SHOWN).join("; ");
        limits.push({
            note: `CPU times of ${other.length} of ${differences.length} baseline runs are from another machine (${kinds}) and not compared`,
            blocking: false,
        });
    }
    const cases = pairing.pairs.map(({ name, current: result }) => {
        const measured = new Map(pairing.histories.get(name).measured.map((entry) => [entry.run.id, entry.result]));
        return {
            name,
            families: familiesOf(result),
            current: cpuTimes(result),
            baseline: runs.map((id) => cpuTimes(measured.get(id))),
        };
    });
    const fewer = cases.filter((row) => row.baseline.some((samples) => samples.length > row.current.length));
    if (fewer.length > 0) {
        limits.push({
            note: `${countCases(fewer.length)} with fewer samples than in the baseline: CPU times vary more, and the noise measured there is too small`,
            blocking: false,
        });
    }
    return { cases, runs: runs.length, limits };
}
function cpuTimes(result) {
    return (result?.samples ?? []).map((sample) => sample.metrics.cpuMs).filter((value) => value !== null);
}
/** dimension=value of every dimension; a list is one value, as in the case's name. */
function familiesOf(result) {
    return Object.entries((0,dimensions/* valuesOf */.sm)(result)).map(([dimension, value]) => `${dimension}=${value}`);
}

;// CONCATENATED MODULE: ./src/analyse/cpu-test.js




/** From so many baseline runs a case's own spread is enough. */
const FEWEST_RUNS_FOR_SPREAD = 3;
/** Families of two cases or more that are not simply all the cases. */
function groupByFamily(rows) {
    const families = new Map();
    for (const row of rows) {
        for (const family of row.families) {
            const members = families.get(family) ?? [];
            members.push(row);
            families.set(family, members);
        }
    }
    return [...families].filter(([, members]) => members.length >= 2 && members.length < rows.length);
}
/**
 * Variance of one run's observation of each subject, from the spread of the baseline runs. A family's spread is that of its mean:
 * it holds what its cases have in common in one run, which the sum of their own variances would miss.
 */
function varianceFromRuns(groups, cases) {
    // The shift that was taken out of a run took one case's worth of its spread along.
    const kept = cases < FEWEST_CASES_FOR_SHIFT ? 1 : (cases - 1) / cases;
    const own = groups.map((members) => {
        const means = averageResiduals(members);
        const degreesOfFreedom = means.length - 1;
        // Over its weight, so that quiet and noisy cases and families of all sizes share one prior.
        const variance = degreesOfFreedom > 0 ? (0,statistics/* squaresOf */.Ig)(means) / degreesOfFreedom / weightOf(members) / kept : 0;
        return { variance, degreesOfFreedom };
    });
    const prior = fitVariancePrior(own.filter(({ degreesOfFreedom }) => degreesOfFreedom > 0));
    const pooled = kept * own.slice(0, cases).reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
    return own.map((variance, index) => {
        const moderated = moderateVariance(variance, prior, pooled);
        return { ...moderated, variance: scaleVariance(moderated.variance, groups[index]) };
    });
}
/** Variance of the mean of some cases over that of one typical case. */
function weightOf(members) {
    return (0,statistics/* meanOf */.hm)(members.map((row) => row.scatter.factor)) / members.length;
}
/** Mean residual of some cases in each baseline run that ran any of them. */
function averageResiduals(members) {
    return members[0].residuals.flatMap((_, run) => {
        const known = members.map((row) => row.residuals[run] ?? null).filter((value) => value !== null);
        return known.length === 0 ? [] : [(0,statistics/* meanOf */.hm)(known)];
    });
}
/**
 * With one baseline run there is no spread of runs: that of the differences of all cases stands in for it, robustly, each
 * difference over the scatter of its case.
 */
function varianceFromCases(rows, groups) {
    const spread = (0,statistics/* robustStandardDeviation */.A1)(rows.map((row) => row.difference / Math.sqrt(row.scatter.factor)));
    const common = statistics/* QN_EFFICIENCY */.oy * (rows.length - 1);
    return groups.map((members) => {
        const scatter = members.reduce((sum, row) => sum + row.scatter.degreesOfFreedom, 0);
        return {
            variance: scaleVariance(spread ** 2 / 2, members),
            // Both factors are estimates; the relative variance of their product is about the sum of theirs. (With several baseline
            // runs the prior is fitted to variances that are over their scatter already, and holds its uncertainty.)
            degreesOfFreedom: Math.max(1, 1 / (1 / common + 1 / scatter)),
        };
    });
}
/** Variance of the mean of some cases, from that of a typical case. */
function scaleVariance(typical, members) {
    return Math.max(typical * weightOf(members), SMALLEST_VARIANCE / members.length);
}
function buildTests(rows) {
    const families = groupByFamily(rows);
    const groups = [...rows.map((row) => [row]), ...families.map(([, members]) => members)];
    const spread = rows.some((row) => row.runs > 1);
    const variances = spread ? varianceFromRuns(groups, rows.length) : varianceFromCases(rows, groups);
    return [
        ...rows.map((row, index) => {
            return {
                scope: "case",
                subject: row.name,
                members: [row],
                difference: row.difference,
                variance: variances[index],
            };
        }),
        ...families.map(([subject, members], index) => {
            const difference = (0,statistics/* meanOf */.hm)(members.map((row) => row.difference));
            return { scope: "family", subject, members, difference, variance: variances[rows.length + index] };
        }),
    ];
}
function pValueOf({ members, difference, variance }) {
    const runs = (0,statistics/* meanOf */.hm)(members.map((row) => row.runs));
    return twoSidedPValue(difference / Math.sqrt(variance.variance * (1 + 1 / runs)), variance.degreesOfFreedom);
}
/** One extreme case does not make a family: without its most extreme one, the others must still show the effect. */
function holdsWithoutExtreme(test, smallest) {
    const others = [...test.members].sort((a, b) => Math.abs(a.difference) - Math.abs(b.difference)).slice(0, -1);
    return (0,statistics/* meanOf */.hm)(others.map((row) => row.difference * Math.sign(test.difference))) >= smallest;
}
/**
 * The families that explain the differences: the clearest first, and another one only where its remaining cases show an effect of
 * their own. (A slow operation makes every Spark version look a little slower.)
 */
function selectFamilies(significant, smallest) {
    const explained = new Set();
    const selected = new Set();
    const families = significant.filter(({ test }) => test.scope === "family" && holdsWithoutExtreme(test, smallest));
    for (const { test } of [...families].sort((a, b) => a.pValue - b.pValue)) {
        const rest = test.members.filter((row) => !explained.has(row)).map((row) => row.difference);
        if (rest.length === 0 || (0,statistics/* meanOf */.hm)(rest) * Math.sign(test.difference) < smallest)
            continue;
        selected.add(test);
        for (const row of test.members)
            explained.add(row);
    }
    return selected;
}
/** P-value of the current run's shift against those of the baseline runs, which are noise of whole jobs. */
function testSharedShift(sharedShift, runShifts) {
    if (runShifts.length < FEWEST_RUNS_FOR_SPREAD)
        return null;
    const degreesOfFreedom = runShifts.length - 1;
    const variance = Math.max((0,statistics/* squaresOf */.Ig)(runShifts) / degreesOfFreedom, SMALLEST_VARIANCE);
    return twoSidedPValue(sharedShift / Math.sqrt(variance * (1 + 1 / runShifts.length)), degreesOfFreedom);
}
/** Why the CPU times cannot be tested, for people; null where they can. */
function refuseCpuTest(cases) {
    const { rows } = alignRuns(cases);
    if (rows.length === 0)
        return "no case has a CPU time in both the current run and the baseline";
    const runs = Math.max(...rows.map((row) => row.runs));
    if (rows.length >= FEWEST_CASES_FOR_SHIFT || runs >= FEWEST_RUNS_FOR_SPREAD)
        return null;
    return (`${rows.length} common ${rows.length === 1 ? "case" : "cases"} and ${runs} baseline ${runs === 1 ? "run" : "runs"} do not show how much ` +
        `CPU time varies by itself; ${FEWEST_CASES_FOR_SHIFT} cases or ${FEWEST_RUNS_FOR_SPREAD} runs do`);
}
/**
 * Tests the CPU times of a run against those of the baseline runs. The mean of log cpuMs over a case's samples is one
 * observation; the shift that all cases of a run share is taken out; each case's variance comes from the baseline runs, moderated
 * (see moderated-t.ts), or with one baseline run from the spread of all cases' differences; families of cases are tested by their
 * mean; and a difference counts when it is a discovery at the false discovery rate over all tests, and large enough to matter.
 * Call `refuseCpuTest` first: this needs a table that it lets pass.
 */
function testCpu(cases, options) {
    const { rows, sharedShift, runShifts } = alignRuns(cases);
    const tests = buildTests(rows);
    const adjusted = (0,statistics/* adjustPValues */.uA)(tests.map(pValueOf));
    const smallest = Math.log1p(options.minimumEffect);
    const significant = tests
        .map((test, index) => ({ test, pValue: adjusted[index] }))
        .filter(({ test, pValue }) => pValue <= options.falseDiscoveryRate && Math.abs(test.difference) >= smallest);
    const families = selectFamilies(significant, smallest);
    const differences = significant
        .filter(({ test }) => test.scope === "case" || families.has(test))
        .map(({ test, pValue }) => {
        const baseline = Math.exp((0,statistics/* meanOf */.hm)(test.members.map((row) => row.baseline)) + sharedShift);
        const change = Math.expm1(test.difference);
        return { scope: test.scope, subject: test.subject, baseline, current: baseline * (1 + change), change, pValue };
    });
    return {
        differences,
        noise: measureNoise(rows, tests, options),
        sharedShift: Math.expm1(sharedShift),
        sharedShiftPValue: rows.length < FEWEST_CASES_FOR_SHIFT ? null : testSharedShift(sharedShift, runShifts),
    };
}
/** Noise of the typical case. A lone discovery must pass the strictest step of Benjamini and Hochberg: the rate over the number of tests. */
function measureNoise(rows, tests, options) {
    const cases = tests.filter(({ scope }) => scope === "case");
    const variance = (0,simple_statistics/* median */.JZ)(cases.map((test) => test.variance.variance));
    const degreesOfFreedom = (0,simple_statistics/* median */.JZ)(cases.map((test) => test.variance.degreesOfFreedom));
    const runs = (0,simple_statistics/* median */.JZ)(rows.map((row) => row.runs));
    const errors = detectableStandardErrors(options.falseDiscoveryRate / tests.length, 0.8, degreesOfFreedom);
    return {
        coefficientOfVariation: Math.sqrt(variance),
        smallestDetectableChange: Math.max(options.minimumEffect, Math.expm1(errors * Math.sqrt(variance * (1 + 1 / runs)))),
        degreesOfFreedom,
    };
}

;// CONCATENATED MODULE: ./src/analyse/soft-gate.js





/** A shift of all cases is told from this size and level on. */
const SHIFT_TOLD = 0.1;
const SHIFT_LEVEL = 0.01;
/** Growth of the clock in all cases that is told where CPU time does not grow with it. */
const CLOCK_SHIFT_TOLD = 0.5;
/** Tests the CPU times of the cases that both sides measured on the same machine. */
function judgeCpu(current, baseline, pairing, options) {
    if (pairing.pairs.length === 0)
        return { differences: [], test: null, limits: [] };
    const { cases, runs, limits } = tabulateCpu(current, baseline, pairing);
    const refused = runs === 0 ? "no baseline run is from the same machine" : refuseCpuTest(cases);
    if (refused !== null) {
        limits.push({ note: `CPU times were not tested: ${refused}`, blocking: true });
        return { differences: [], test: null, limits };
    }
    const test = testCpu(cases, options);
    if (cases.length < FEWEST_CASES_FOR_SHIFT) {
        limits.push({
            note: `${cases.length} of the ${FEWEST_CASES_FOR_SHIFT} cases that it takes to tell what the machine did to all of them: CPU times are compared as they are`,
            blocking: false,
        });
    }
    const shift = test.sharedShift;
    if (test.sharedShiftPValue === null && Math.abs(shift) >= SHIFT_TOLD) {
        limits.push({
            note: `all cases share a change of CPU time of ${(0,format/* formatChange */.eD)(shift)}, which was taken out: with ${runs} baseline ` +
                `${runs === 1 ? "run" : "runs"} nobody can tell the machine from a change that hits every case`,
            blocking: false,
        });
    }
    const differences = [
        ...test.differences.map((found) => {
            const direction = found.change > 0 ? "worse" : "better";
            return { ...found, metric: "cpuMs", gate: "soft", direction };
        }),
        ...judgeSharedShift(test),
    ];
    return { differences, test, limits };
}
/** A shift of all cases that the baseline's jobs do not show among each other. */
function judgeSharedShift({ sharedShift: change, sharedShiftPValue: pValue }) {
    if (pValue === null || pValue > SHIFT_LEVEL || Math.abs(change) < SHIFT_TOLD)
        return [];
    return [differRun("cpuMs", change, pValue)];
}
/** All cases slower on the clock, without more CPU time: one line for the machine in place of one for each case. */
function judgeClock(pairs) {
    const clock = Math.expm1(sharedShift(pairs, "runMs"));
    const cpu = Math.expm1(sharedShift(pairs, "cpuMs"));
    if (clock < CLOCK_SHIFT_TOLD || cpu >= SHIFT_TOLD)
        return [];
    return [differRun("runMs", clock, null)];
}
function differRun(metric, change, pValue) {
    const direction = change > 0 ? "worse" : "better";
    return {
        scope: "run",
        subject: "all cases",
        metric,
        gate: "advisory",
        direction,
        baseline: null,
        current: null,
        change,
        pValue,
    };
}

;// CONCATENATED MODULE: ./src/analyse/compare.js








/**
 * Judges a run against its baseline. Pure: the same documents give the same verdict.
 *
 * Failed cases decide first, then what got worse in a gate of `failOn`; where nothing did, but something that should have been
 * compared could not be, the verdict is inconclusive; only then do improvements count.
 */
function compare(current, baseline, options = {}) {
    const gates = options.failOn ?? ["hard", "soft"];
    const pairing = pairCases(current, baseline);
    const cpu = judgeCpu(current, baseline, pairing, {
        falseDiscoveryRate: options.falseDiscoveryRate ?? 0.01,
        minimumEffect: options.minimumEffect ?? 0.05,
    });
    const differences = [
        ...judgeStatus(current, pairing),
        ...compare_judgeWork(pairing),
        ...cpu.differences,
        ...judgeAdvisory(pairing.pairs),
        ...judgeClock(pairing.pairs),
    ];
    const findings = orderFindings(attachCauses(differences, pairing));
    const limits = [...pairing.limits, ...cpu.limits];
    const verdict = decide(current, baseline, pairing, findings, limits, gates);
    const noise = cpu.test?.noise;
    return {
        schema: "spark-loadtest/verdict/v1",
        verdict,
        headline: (0,headline/* writeHeadline */.m)({ verdict, current, baseline, pairing, findings, limits, gates, noise: noise ?? null }),
        findings,
        baseline: {
            runs: baseline.runs.map(({ run: { id, startedAt, commit } }) => ({ id, startedAt, commit })),
            notes: limits.map(({ note }) => note),
        },
        noise: {
            cpuCoefficientOfVariation: noise?.coefficientOfVariation ?? null,
            sharedShift: cpu.test?.sharedShift ?? null,
            smallestDetectableChange: noise?.smallestDetectableChange ?? null,
            degreesOfFreedom: noise?.degreesOfFreedom ?? null,
        },
    };
}
function compare_judgeWork({ pairs, failedPairs }) {
    const byOperation = (0,group_by/* groupBy */.$)([...pairs, ...failedPairs], ({ current }) => current.dimensions.operation);
    return [...byOperation.values()].flatMap((siblings) => judgeHard(siblings));
}
/** Cases that failed and did not fail before, and those that pass again. */
function judgeStatus({ cases }, { failed, histories }) {
    const differ = (subject, direction) => ({
        scope: "case",
        subject,
        metric: "status",
        gate: "hard",
        direction,
        baseline: histories.has(subject) ? (direction === "worse" ? 0 : 1) : null,
        current: direction === "worse" ? 1 : 0,
        change: null,
        pValue: null,
    });
    return [
        ...failed.filter(({ name }) => !failedBefore(histories.get(name))).map(({ name }) => differ(name, "worse")),
        ...cases
            .filter(({ status, name }) => status === "passed" && failedBefore(histories.get(name)))
            .map(({ name }) => differ(name, "better")),
    ];
}
function decide(current, baseline, { failed }, findings, limits, gates) {
    const gating = findings.filter(({ gate }) => gates.includes(gate));
    if (failed.length > 0)
        return "failed";
    if (gating.some(({ direction }) => direction === "worse"))
        return "regression";
    if (baseline.runs.length === 0) {
        return current.cases.some(({ status }) => status === "passed") ? "no-baseline" : "inconclusive";
    }
    if (limits.some(({ blocking }) => blocking))
        return "inconclusive";
    return gating.some(({ direction }) => direction === "better") ? "improvement" : "no-change";
}


/***/ }),

/***/ 96176:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  mF: () => (/* binding */ readBaseline),
  x8: () => (/* binding */ readResults),
  wk: () => (/* binding */ readVerdict)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/lib/errors.js
var errors = __webpack_require__(38513);
// EXTERNAL MODULE: ./src/model/documents.js
var documents = __webpack_require__(63556);
;// CONCATENATED MODULE: ./src/analyse/document-file.js




const RESULTS = { kind: "results", fileName: "results.json", schema: documents/* resultsSchema */.sy };
const VERDICT = { kind: "verdict", fileName: "verdict.json", schema: documents/* verdictSchema */.$D };
const ISSUES_SHOWN = 3;
/** Newest major version of the schemas that this code reads. */
const READS_VERSION = 1;
/**
 * Reads and checks a document.
 * @param path the file, or the folder of a run that holds it
 * @throws BadInputError naming the file, what is wrong with it, and what to do
 */
async function readDocument(path, kind) {
    const file = (await isFolder(path)) ? (0,external_node_path_.join)(path, kind.fileName) : path;
    return parseDocument(await readText(file, path), file, kind);
}
/**
 * Checks the text of a document.
 * @param file its name, for the message
 * @throws BadInputError
 */
function parseDocument(text, file, expected) {
    const { kind, fileName, schema } = expected;
    const document = parseJson(text, file, fileName);
    checkSchemaName(document, file, kind, fileName);
    const parsed = schema.safeParse(document);
    if (parsed.success)
        return parsed.data;
    throw new errors/* BadInputError */.Ys(`${file} is not a valid ${kind} document: ${describeIssues(parsed.error)}`, {
        hint: `Give the ${fileName} that spark-loadtest wrote, unchanged, or run the tier again.`,
        cause: parsed.error,
    });
}
/** Whether the path is a folder.
 * @throws BadInputError where there is nothing, or nothing that can be looked at */
async function isFolder(path) {
    try {
        return (await (0,promises_.stat)(path)).isDirectory();
    }
    catch (error) {
        throw cannotRead(path, error);
    }
}
/** Names in a folder.
 * @throws BadInputError */
async function listFolder(path) {
    try {
        return await (0,promises_.readdir)(path);
    }
    catch (error) {
        throw cannotRead(path, error);
    }
}
async function readText(file, given) {
    try {
        return await (0,promises_.readFile)(file, "utf8");
    }
    catch (error) {
        if ((0,errors/* errorCode */.CA)(error) === "ENOENT" && file !== given) {
            throw new errors/* BadInputError */.Ys(`${given} holds no ${(0,external_node_path_.basename)(file)}: it is not the folder of a run`, {
                hint: "Give the folder that `spark-loadtest run` printed at its end, or the file itself.",
            });
        }
        throw cannotRead(file, error);
    }
}
function cannotRead(path, error) {
    if ((0,errors/* errorCode */.CA)(error) === "ENOENT") {
        return new errors/* BadInputError */.Ys(`${path} does not exist`, {
            hint: "Give a results.json, the folder of a run, or a folder of such folders.",
            cause: error,
        });
    }
    return new errors/* BadInputError */.Ys(`${path} cannot be read: ${(0,errors/* errorMessage */.gJ)(error)}`, {
        hint: "Check the path and its permissions.",
        cause: error,
    });
}
function parseJson(text, file, fileName) {
    if (text.trim() === "") {
        throw new errors/* BadInputError */.Ys(`${file} is empty`, {
            hint: "The run that should have written it did not; run the tier again.",
        });
    }
    try {
        return JSON.parse(text);
    }
    catch (error) {
        const cut = /unexpected end|unterminated/i.test((0,errors/* errorMessage */.gJ)(error));
        throw new errors/* BadInputError */.Ys(cut
            ? `${file} ends in the middle of its JSON (${(0,errors/* errorMessage */.gJ)(error)})`
            : `${file} is not JSON (${(0,errors/* errorMessage */.gJ)(error)})`, {
            hint: cut ? "It was not copied or written to its end; copy it again." : `Give the ${fileName} of a run.`,
            cause: error,
        });
    }
}
/** Tells another document, and one of a newer major schema, from a broken one. */
function checkSchemaName(document, file, kind, fileName) {
    const name = typeof document === "object" && document !== null && "schema" in document && typeof document.schema === "string"
        ? document.schema
        : null;
    const match = name === null ? null : /^spark-loadtest\/([a-z-]+)\/v(\d+)$/.exec(name);
    if (match === null) {
        const found = name === null ? 'it has no "schema"' : `its "schema" is ${JSON.stringify(name)}`;
        throw new errors/* BadInputError */.Ys(`${file} is not a ${kind} document of spark-loadtest: ${found}`, {
            hint: `Give the ${fileName} of a run.`,
        });
    }
    const [, found, version] = match;
    if (found !== kind) {
        throw new errors/* BadInputError */.Ys(`${file} is a ${found} document, not ${kind}`, {
            hint: `Give the ${fileName} that lies beside it.`,
        });
    }
    if (Number(version) > READS_VERSION) {
        throw new errors/* BadInputError */.Ys(`${file} has schema ${name}, which is newer than this spark-loadtest: it reads up to spark-loadtest/${kind}/v${READS_VERSION}`, { hint: "Update spark-loadtest, or give a file that this version wrote." });
    }
}
/** The first few problems with where they are: `cases[3].status: Invalid option ...`. */
function describeIssues(error) {
    const shown = error.issues.slice(0, ISSUES_SHOWN).map((issue) => {
        const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
        return `${path.replace(/^\./, "") || "the document"}: ${issue.message}`;
    });
    const more = error.issues.length - shown.length;
    return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

;// CONCATENATED MODULE: ./src/analyse/read-results.js




/** A folder of runs may itself hold folders of runs (one a branch, one a month); deeper ones are something else. */
const FOLDER_LEVELS = 2;
const DEFAULT_LAST = 20;
/**
 * Reads and checks the results of a run.
 * @param path a `results.json` or the folder of a run
 * @throws BadInputError naming the file, what is wrong with it, and what to do
 */
function readResults(path) {
    return readDocument(path, RESULTS);
}
/**
 * Reads and checks the verdict on a run.
 * @param path a `verdict.json` or the folder of a run
 * @throws BadInputError as readResults
 */
function readVerdict(path) {
    return readDocument(path, VERDICT);
}
/**
 * Reads the runs to compare with.
 * @param paths each a results.json, a run's folder, or a folder of run folders up to two levels deep
 * @param options tier: runs of other tiers are left out; excludeRunId: the current run; last: newest runs to keep (default 20)
 * @returns the runs, oldest first; none where the folders hold no run of the tier, with a note that says so
 * @throws BadInputError for a path that does not exist or cannot be read, and for a file that is no results document
 */
async function readBaseline(paths, options) {
    const notes = [];
    const last = options.last ?? DEFAULT_LAST;
    let runs = [];
    const seen = new Set();
    const otherTiers = new Map();
    let older = 0;
    for (const path of paths) {
        for (const { file, given } of await findResultsFiles(path, notes)) {
            const results = await readOne(file, given, notes);
            if (results === null)
                continue;
            const { run } = results;
            if (run.id === options.excludeRunId) {
                notes.push(`${file} is the current run itself: left out of the baseline`);
                continue;
            }
            if (run.tier !== options.tier) {
                otherTiers.set(run.tier, (otherTiers.get(run.tier) ?? 0) + 1);
                continue;
            }
            if (seen.has(run.id))
                continue;
            seen.add(run.id);
            if (run.finishedAt === null) {
                notes.push(`run ${run.id} was ended before all its cases: only its finished cases are used`);
            }
            runs.push(results);
            // Only the newest are kept while reading: a year of nightly runs need not fit into memory.
            runs.sort((a, b) => Date.parse(a.run.startedAt) - Date.parse(b.run.startedAt));
            older += Math.max(0, runs.length - last);
            runs = runs.slice(-last);
        }
    }
    for (const [tier, count] of otherTiers) {
        notes.push(`${count} ${count === 1 ? "run" : "runs"} of tier ${tier} left out: this run is of tier ${options.tier}`);
    }
    if (older > 0)
        notes.push(`${older} older ${older === 1 ? "run" : "runs"} left out: the newest ${last} are used`);
    if (paths.length === 0)
        notes.push("no baseline was given");
    else if (runs.length === 0)
        notes.push(`no run of tier ${options.tier} found in ${paths.join(", ")}`);
    return { runs, notes };
}
/** A file that the user named must be right; one of many in a folder may be broken. */
async function readOne(file, given, notes) {
    try {
        return await readDocument(file, RESULTS);
    }
    catch (error) {
        if (given || !(error instanceof errors/* BadInputError */.Ys))
            throw error;
        notes.push(`left out: ${error.message}`);
        return null;
    }
}
async function findResultsFiles(path, notes) {
    if (!(await isFolder(path)))
        return [{ file: path, given: true }];
    const names = await listFolder(path);
    if (names.includes(RESULTS.fileName))
        return [{ file: (0,external_node_path_.join)(path, RESULTS.fileName), given: true }];
    return (await findInFolders(path, names, FOLDER_LEVELS, notes)).map((file) => ({ file, given: false }));
}
async function findInFolders(path, names, levels, notes) {
    const files = [];
    for (const name of [...names].sort()) {
        const folder = (0,external_node_path_.join)(path, name);
        if (name.startsWith(".") || !(await (0,promises_.stat)(folder).catch(() => null))?.isDirectory())
            continue;
        try {
            const inner = await listFolder(folder);
            if (inner.includes(RESULTS.fileName))
                files.push((0,external_node_path_.join)(folder, RESULTS.fileName));
            else if (levels > 1)
                files.push(...(await findInFolders(folder, inner, levels - 1, notes)));
        }
        catch (error) {
            notes.push(`left out: ${(0,errors/* errorMessage */.gJ)(error)}`);
        }
    }
    return files;
}


/***/ }),

/***/ 63556:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $D: () => (/* binding */ verdictSchema),
/* harmony export */   Fu: () => (/* binding */ planSchema),
/* harmony export */   Lx: () => (/* binding */ runSchema),
/* harmony export */   jC: () => (/* binding */ caseResultSchema),
/* harmony export */   sy: () => (/* binding */ resultsSchema)
/* harmony export */ });
/* unused harmony exports metricsSchema, dimensionsSchema, caseSchema, stageSchema, sampleSchema, taskFailureSchema, lostExecutorSchema, evidenceSchema, applicationSchema, eventsSchema, CASE_STATUSES, caseStatusSchema, CAUSE_KINDS, causeSchema, explainSchema, findingSchema, VERDICTS */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(65864);
/* harmony import */ var _metrics_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7011);


/** The documents that leave a run, as schemas: their types, their validation and their JSON Schemas have this one source. */
const metricsShape = Object.fromEntries(_metrics_js__WEBPACK_IMPORTED_MODULE_0__/* .METRICS */ .Cb.map(({ name }) => [name, zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable()]));
const metricsSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc(metricsShape);
/** The values of a case, in the order of its name. A tier file may add dimensions of its own, whose values are strings. */
const dimensionsSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    sparkVersion: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    orchestrator: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    mode: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    extensions: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).describe("empty for none"),
    operation: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    dataSize: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
})
    .catchall(zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP())]));
const caseSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), dimensions: dimensionsSchema });
const planSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    schema: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("spark-loadtest/plan/v1"),
    tier: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    cases: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(caseSchema),
});
const stageSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    key: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
        .describe("the same stage in another run or Spark version: job group without its repetition, ordinal, plan nodes"),
    jobGroup: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("spark.jobGroup.id without the repetition; empty where the job had none"),
    ordinal: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().int().describe("0, 1, ... in order of submission within one repetition of the job group"),
    planNodes: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).describe("names of the SQL plan's nodes whose metrics this stage updated"),
    name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("Spark's own name of the stage (call site)"),
    metrics: metricsSchema,
    shuffleRecordsSkew: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable().describe("largest to median shuffle records read by a task"),
    shuffleBytesSkew: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable().describe("largest to median shuffle bytes read by a task"),
    taskMsSkew: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable().describe("largest to median task duration"),
});
/** One measured repetition of a case. */
const sampleSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ metrics: metricsSchema, stages: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(stageSchema) });
const taskFailureSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    stage: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("key of the stage"),
    kind: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("ExceptionFailure, ExecutorLostFailure, FetchFailed, TaskKilled, or JobFailed"),
    message: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("first lines of what Spark said"),
    count: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().int(),
});
const lostExecutorSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    executorId: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    atMs: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().describe("milliseconds since 1970"),
    reason: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    memoryKill: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
});
/** What explains a case beside its numbers, gathered from its event log. */
const evidenceSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    applicationId: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    sparkVersion: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    javaVersion: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    completed: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    partial: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY()
        .describe("the log is truncated, corrupt or still being written; the figures cover what could be read"),
    properties: zod__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).describe("Spark properties and SQL settings, secrets redacted"),
    failures: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(taskFailureSchema),
    lostExecutors: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(lostExecutorSchema),
});
/** One application of an event log, as `events --json` gives it. */
const applicationSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    id: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    sparkVersion: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    completed: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    partial: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    problems: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).describe("why the log is partial, or what in it could not be read"),
    startedAtMs: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable(),
    finishedAtMs: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable(),
    metrics: metricsSchema.describe("of the whole application, warm-up included"),
    stages: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(stageSchema),
    samples: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(sampleSchema).describe("the measured repetitions; one with everything where the log marks none"),
    evidence: evidenceSchema,
});
const eventsSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    schema: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("spark-loadtest/events/v1"),
    applications: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(applicationSchema),
});
const CASE_STATUSES = ["passed", "failed", "skipped", "infrastructure"];
const caseStatusSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(CASE_STATUSES);
const caseResultSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    dimensions: dimensionsSchema,
    status: caseStatusSchema,
    reason: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("why the case did not pass, for people; null for passed"),
    attempts: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().int().describe("0 for a skipped case"),
    namespace: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("the case's Kubernetes namespace; null on the local engine"),
    startedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("ISO 8601; null for a skipped case"),
    finishedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    checksum: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("of the operation's result; null where the workload gave none"),
    samples: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(sampleSchema),
    evidence: evidenceSchema.nullable(),
});
const runSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    id: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    tier: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    engine: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["local", "argo"]),
    startedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    finishedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("null where the run was ended before all its cases"),
    commit: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    ref: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    toolVersion: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    host: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ cpus: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().int(), memoryBytes: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(), os: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), cpuModel: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() }),
});
const resultsSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    schema: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("spark-loadtest/results/v1"),
    run: runSchema,
    cases: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(caseResultSchema),
});
const CAUSE_KINDS = [
    "failure",
    "memory-kill",
    "executor-loss",
    "plan-changed",
    "config-changed",
    "input-changed",
    "spill",
    "skew",
    "too-few-partitions",
    "too-many-partitions",
    "gc",
    "cpu",
    "environment",
];
const causeSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    kind: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(CAUSE_KINDS),
    stage: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("key of the stage that shows it; null where it concerns the whole application"),
    sentence: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("the cause in one sentence, with its figures, for people"),
    evidence: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ what: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), baseline: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), current: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() }))
        .describe("the figures it rests on, with units"),
});
const explainSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    schema: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("spark-loadtest/explain/v1"),
    causes: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(causeSchema).describe("the likeliest first"),
});
const findingSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    scope: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["case", "family", "run"]),
    subject: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("name of the case, or of the family as dimension=value"),
    metric: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("a metric, `shuffleRecordsSkew`, `checksum`, or `status` (0 passed, 1 did not)"),
    gate: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(_metrics_js__WEBPACK_IMPORTED_MODULE_0__/* .GATES */ .JH),
    direction: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["worse", "better"]),
    baseline: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable(),
    current: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable(),
    change: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable().describe("current / baseline - 1; null where the baseline is 0"),
    pValue: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable().describe("adjusted for the number of tests; null for exact comparisons"),
    cause: causeSchema.nullable(),
});
const VERDICTS = ["regression", "improvement", "no-change", "inconclusive", "no-baseline", "failed"];
const verdictSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    schema: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("spark-loadtest/verdict/v1"),
    verdict: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(VERDICTS),
    headline: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().describe("the verdict in one sentence"),
    findings: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(findingSchema).describe("the worst first: hard, soft, advisory; worse before better"),
    baseline: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        runs: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ id: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), startedAt: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), commit: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable() })),
        notes: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).describe("what limits the comparison: too few runs, other hardware, missing cases"),
    }),
    noise: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        cpuCoefficientOfVariation: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig()
            .nullable()
            .describe("of one run's cpuMs of a case, after the shift that all cases share"),
        sharedShift: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable().describe("median change of cpuMs over all cases; taken out before testing"),
        smallestDetectableChange: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig()
            .nullable()
            .describe("smallest relative change of a single case's cpuMs that this comparison finds four times out of five"),
        degreesOfFreedom: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().nullable(),
    }),
});


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


/***/ })

};
