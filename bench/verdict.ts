import { refuseCpuPairs, refuseCpuTest, testCpu, testCpuPairs } from "../src/analyse/statistics/cpu-test.ts";
import {
  type PairSimulation,
  type Simulation,
  seededRandom,
  simulateCpu,
  simulatePairs,
} from "../test/analyse/statistics/simulate-cpu.ts";

/**
 * How often the CPU test cries wolf and how often it finds a change, in simulated runs (see test/analyse/simulate-cpu.ts):
 * `node bench/verdict.ts [RUNS]`, 1,000 runs a cell unless told. "red" is any alarm in a run of identical code.
 */

const OPTIONS = { falseDiscoveryRate: 0.01, minimumEffect: 0.05 };
const RUNS = Number(process.argv[2] ?? 1000);

type Table = Omit<Simulation, "effect">;
const FACTS: Table = {
  operations: 8,
  versions: 8,
  baselineRuns: 5,
  samples: 3,
  sampleNoise: 0.07,
  jobNoise: 0.05,
  caseRunNoise: 0.03,
};

const PAIRS: Omit<PairSimulation, "effect" | "pairs" | "operations" | "versions"> = {
  samples: 3,
  sampleNoise: 0.07,
  executionNoise: 0.03,
  drift: 0.3,
  wander: 0.02,
};

/** Percent of simulated runs in which a subject is found for which `found` holds. */
function rateOf(table: Table, effect: Simulation["effect"], found: (subject: string) => boolean): string {
  const random = seededRandom(20041995);
  let count = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const cases = simulateCpu({ ...table, effect }, random);
    const refused = refuseCpuTest(cases);
    if (refused !== null) return "not tested";
    if (testCpu(cases, OPTIONS).differences.some(({ subject }) => found(subject))) count += 1;
  }
  return `${((100 * count) / RUNS).toFixed(1)} %`;
}

function printCell(title: string, table: Table): void {
  const slowOperation = (operation: number): number => (operation === 0 ? 1.1 : 1);
  const slowCase = (operation: number, version: number): number => (operation + version === 0 ? 1.25 : 1);
  const red = rateOf(
    table,
    () => 1,
    () => true,
  );
  const family = rateOf(table, slowOperation, (subject) => /^operation=?0/.test(subject));
  const single = rateOf(table, slowCase, (subject) => subject === "operation0_version0");
  console.log(
    `${title.padEnd(56)} red ${red.padStart(7)}   family +10 % ${family.padStart(7)}   case +25 % ${single.padStart(7)}`,
  );
}

console.log(`${RUNS} simulated runs a cell; noise of a sample 7 %\n`);
console.log("64 cases, 5 baseline runs");
for (const caseRunNoise of [0, 0.03]) {
  for (const jobNoise of [0, 0.05, 0.15]) {
    const title = `  job noise ${100 * jobNoise} %, of a case in a run ${100 * caseRunNoise} %`;
    printCell(title, { ...FACTS, jobNoise, caseRunNoise });
  }
}
console.log("\n64 cases, job noise 5 %, of a case in a run 3 %");
for (const baselineRuns of [1, 2, 3, 10, 20]) printCell(`  ${baselineRuns} baseline runs`, { ...FACTS, baselineRuns });
console.log("\n10 cases (5 operations, 2 versions), the same noise");
for (const baselineRuns of [1, 2, 3, 5, 10]) {
  printCell(`  ${baselineRuns} baseline runs`, { ...FACTS, operations: 5, versions: 2, baselineRuns });
}
console.log("\n5 baseline runs, the same noise");
for (const operations of [1, 3, 5, 6, 7, 8, 12]) {
  printCell(`  ${operations} cases of one version`, { ...FACTS, operations, versions: 1 });
}
console.log("\nCases of different noise (its logarithm varies by 0.5), of a case in a run 3 %");
for (const baselineRuns of [1, 3, 5]) {
  printCell(`  64 cases, ${baselineRuns} baseline runs`, { ...FACTS, baselineRuns, noiseSpread: 0.5 });
  printCell(`  10 cases, ${baselineRuns} baseline runs`, {
    ...FACTS,
    operations: 5,
    versions: 2,
    baselineRuns,
    noiseSpread: 0.5,
  });
}

/** Percent of simulated A/B runs in which a subject is found for which `found` holds. */
function rateOfPairs(table: Omit<PairSimulation, "effect">, effect: Simulation["effect"], found: RegExp): string {
  const random = seededRandom(20041995);
  let count = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const cases = simulatePairs({ ...table, effect }, random);
    if (refuseCpuPairs(cases) !== null) return "not tested";
    const { differences, sharedShiftPValue } = testCpuPairs(cases, OPTIONS);
    const subjects = differences.map(({ subject }) => subject);
    if (sharedShiftPValue !== null) subjects.push("all cases");
    if (subjects.some((subject) => found.test(subject))) count += 1;
  }
  return `${((100 * count) / RUNS).toFixed(1)} %`;
}

console.log(
  "\nA/B: pairs of executions on a machine that gets 30 % slower meanwhile and wanders by 2 % from one to the next",
);
for (const [operations, versions] of [
  [8, 8],
  [5, 2],
  [3, 1],
  [1, 1],
] as const) {
  for (const pairs of [1, 2, 3, 5, 10]) {
    const table = { ...PAIRS, operations, versions, pairs };
    const red = rateOfPairs(table, () => 1, /./);
    const all = rateOfPairs(table, () => 1.1, operations * versions === 1 ? /./ : /^all cases$/);
    const family = rateOfPairs(table, (operation) => (operation === 0 ? 1.1 : 1), /^operation=?0/);
    const one = (operation: number, version: number) => operation + version === 0;
    const single = rateOfPairs(table, (...at) => (one(...at) ? 1.15 : 1), /^operation0_version0$/);
    console.log(
      `  ${`${operations * versions} cases, ${pairs} pairs`.padEnd(20)} red ${red.padStart(7)}   all +10 % ${all.padStart(7)}   family +10 % ${family.padStart(7)}   case +15 % ${single.padStart(7)}`,
    );
  }
}
