import digamma from "@stdlib/math-base-special-digamma";
import trigamma from "@stdlib/math-base-special-trigamma";
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { median } from "simple-statistics";

/**
 * The moderated t-test: G. K. Smyth, "Linear models and empirical Bayes methods for assessing differential expression in
 * microarray experiments", Statistical Applications in Genetics and Molecular Biology 3 (2004). A handful of runs says little
 * about the variance of one case, but many cases together say what variances are usual; each case's own is drawn towards that.
 */

/** What the cases have in common: a scaled inverse chi-square distribution of their variances. */
export interface VariancePrior {
  /** How many degrees of freedom the common variance is worth; Infinity where the cases' variances do not differ. */
  readonly degreesOfFreedom: number;
  readonly variance: number;
}

export interface Variance {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** Beyond this many degrees of freedom t is normal, and the CDF still answers. */
const MANY_DEGREES_OF_FREEDOM = 1e6;

/** Solves trigamma(x) = y for y > 0 by Newton's method on 1 / trigamma (Smyth 2004, appendix). */
export function inverseTrigamma(y: number): number {
  if (y > 1e7) return 1 / Math.sqrt(y);
  if (y < 1e-6) return 1 / y;
  let x = 0.5 + 1 / y;
  for (let iteration = 0; iteration < 50; iteration += 1) {
    const value = trigamma(x);
    // The derivative of trigamma, by a central difference: it only steers the iteration.
    const slope = (trigamma(x * (1 + 1e-5)) - trigamma(x * (1 - 1e-5))) / (2e-5 * x);
    const step = (value * (1 - value / y)) / slope;
    x += step;
    if (-step / x < 1e-8) break;
  }
  return x;
}

/**
 * Prior of the variances by the method of moments on their logarithms (Smyth 2004, section 6.2). Needs one variance of at least
 * one degree of freedom; zeros are lifted to a hundred-thousandth of the median, as their logarithm would drown the others.
 */
export function fitVariancePrior(variances: readonly Variance[]): VariancePrior {
  const floor = Math.max(median(variances.map(({ variance }) => variance)) * 1e-5, Number.MIN_VALUE * 1e10);
  const logs = variances.map(
    ({ variance, degreesOfFreedom }) =>
      Math.log(Math.max(variance, floor)) - digamma(degreesOfFreedom / 2) + Math.log(degreesOfFreedom / 2),
  );
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const spread = logs.length < 2 ? 0 : logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs.length - 1);
  const chance =
    variances.reduce((sum, { degreesOfFreedom }) => sum + trigamma(degreesOfFreedom / 2), 0) / variances.length;
  if (spread <= chance) {
    const weights = variances.reduce((sum, { degreesOfFreedom }) => sum + degreesOfFreedom, 0);
    const squares = variances.reduce((sum, own) => sum + own.degreesOfFreedom * own.variance, 0);
    return { degreesOfFreedom: Number.POSITIVE_INFINITY, variance: squares / weights };
  }
  const degreesOfFreedom = 2 * inverseTrigamma(spread - chance);
  return {
    degreesOfFreedom,
    variance: Math.exp(mean + digamma(degreesOfFreedom / 2) - Math.log(degreesOfFreedom / 2)),
  };
}

/** A case's variance drawn towards the common one; `pooled` is the sum of all cases' degrees of freedom, the most there can be. */
export function moderateVariance(own: Variance, prior: VariancePrior, pooled: number): Variance {
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
export function twoSidedPValue(t: number, degreesOfFreedom: number): number {
  return 2 * tCdf(-Math.abs(t), Math.min(degreesOfFreedom, MANY_DEGREES_OF_FREEDOM));
}

/**
 * Smallest difference, in standard errors, that a two-sided test at `level` finds with the given power. The usual sum of two
 * quantiles, exact enough for a figure that tells people what to expect.
 */
export function detectableStandardErrors(level: number, power: number, degreesOfFreedom: number): number {
  const df = Math.min(degreesOfFreedom, MANY_DEGREES_OF_FREEDOM);
  return -tQuantile(level / 2, df) + tQuantile(power, df);
}
