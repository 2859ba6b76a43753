import type { CpuCase } from "../../src/analyse/cpu-table.ts";

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
