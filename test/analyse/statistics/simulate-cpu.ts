import type { CpuCase, PairedCpuCase } from "../../../src/analyse/statistics/cpu-table.ts";
import type { Case } from "../../../src/model/documents.ts";
import { type Execution, planExecutions } from "../../../src/plan/execution.ts";

/** Runs of identical or changed code, drawn from the noise that shared machines show. Used by the tests and by bench/verdict.ts. */

/** Uniform random numbers from a seed (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8, 2003), the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  for (let skipped = 0; skipped < 20; skipped += 1) next();
  return next;
}

/** Standard normal numbers (Box and Muller 1958). */
export function normalNumbers(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface Simulation {
  /** Cases are families x families: operation 0..n-1 by version 0..n-1, unless `versions` says otherwise. */
  readonly operations: number;
  readonly versions: number;
  readonly baselineRuns: number;
  readonly samples: number;
  /** Standard deviations on the log scale: of a sample, of what a whole run shares, of a case in one run. */
  readonly sampleNoise: number;
  readonly jobNoise: number;
  readonly caseRunNoise: number;
  /** How the noise of cases differs: standard deviation of the logarithm of the factor on a case's sampleNoise and caseRunNoise; 0 unless given. */
  readonly noiseSpread?: number;
  /** Factor on the current run's CPU time of a case. */
  readonly effect: (operation: number, version: number) => number;
}

/** One simulated table. Cases take 0.3 to 30 s of CPU, the same in every run. */
export function simulateCpu(simulation: Simulation, random: () => number): CpuCase[] {
  const { operations, versions, baselineRuns, samples, sampleNoise, jobNoise, caseRunNoise } = simulation;
  const normal = normalNumbers(random);
  const shifts = Array.from({ length: baselineRuns + 1 }, () => jobNoise * normal());
  const cases: CpuCase[] = [];
  for (let operation = 0; operation < operations; operation += 1) {
    for (let version = 0; version < versions; version += 1) {
      const level = Math.log(300) + Math.log(100) * random();
      const factor = Math.exp((simulation.noiseSpread ?? 0) * normal());
      const run = (index: number, effect: number): number[] => {
        const center = level + shifts[index]! + factor * caseRunNoise * normal() + Math.log(effect);
        return Array.from({ length: samples }, () => Math.exp(center + factor * sampleNoise * normal()));
      };
      cases.push({
        name: `operation${operation}_version${version}`,
        families: [`operation=${operation}`, `sparkVersion=${version}`],
        current: run(baselineRuns, simulation.effect(operation, version)),
        baseline: Array.from({ length: baselineRuns }, (_, index) => run(index, 1)),
      });
    }
  }
  return cases;
}

export interface PairSimulation
  extends Pick<Simulation, "operations" | "versions" | "samples" | "sampleNoise" | "effect"> {
  readonly pairs: number;
  /** Standard deviation on the log scale of one execution of a case. */
  readonly executionNoise: number;
  /** What the machine's speed changes by over the whole run, on the log scale, and from one execution to the next (a random walk). */
  readonly drift: number;
  readonly wander: number;
}

/** One simulated A/B run, its executions in the order in which a run has them, one after the other. */
export function simulatePairs(simulation: PairSimulation, random: () => number): PairedCpuCase[] {
  const { operations, versions, samples, sampleNoise, executionNoise, drift, wander } = simulation;
  const normal = normalNumbers(random);
  const cases: Case[] = Array.from({ length: operations * versions }, (_, index) => ({
    name: `operation${Math.floor(index / versions)}_version${index % versions}`,
    dimensions: {} as Case["dimensions"],
  }));
  const levels = new Map(cases.map(({ name }) => [name, Math.log(300) + Math.log(100) * random()]));
  const executions = planExecutions(cases, { image: "", pairs: simulation.pairs });
  let machine = 0;
  const measured = new Map(
    executions.map((execution) => {
      const { name } = execution.case;
      const [operation, version] = (name.match(/\d+/g) ?? []).map(Number) as [number, number];
      machine += drift / executions.length + wander * normal();
      const effect = execution.side === "current" ? Math.log(simulation.effect(operation, version)) : 0;
      const center = levels.get(name)! + machine + executionNoise * normal() + effect;
      return [execution.id, Array.from({ length: samples }, () => Math.exp(center + sampleNoise * normal()))];
    }),
  );
  return cases.map(({ name }): PairedCpuCase => {
    const [operation, version] = name.match(/\d+/g)!;
    const own = executions.filter((execution) => execution.case.name === name);
    const samplesOf = (side: Execution["side"], pair: number): number[] =>
      measured.get(own.find((each) => each.side === side && each.pair === pair)!.id)!;
    return {
      name,
      families: [`operation=${operation}`, `sparkVersion=${version}`],
      pairs: Array.from({ length: simulation.pairs }, (_, index) => ({
        current: samplesOf("current", index + 1),
        baseline: samplesOf("baseline", index + 1),
      })),
    };
  });
}
