import { median, medianAbsoluteDeviation } from "simple-statistics";

/** Median of finite numbers; null of none. */
export function medianOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : median([...values]);
}

/** Arithmetic mean; NaN of none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sum of squared deviations from the mean. */
export function squaresOf(values: readonly number[]): number {
  const center = meanOf(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** Consistency factor of the MAD for the normal distribution, 1 / quantile(0.75). */
const MAD_NORMAL = 1.4826;

/** What MAD_NORMAL falls short by in 2 to 9 values; n / (n - 0.8) from ten on. */
const MAD_SMALL_SAMPLE: readonly number[] = [1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107];

/**
 * Standard deviation from the median absolute deviation, so that a few changed cases do not widen it.
 * Small-sample factors: Croux and Rousseeuw, "Time-efficient algorithms for two highly robust estimators of scale",
 * Computational Statistics 1 (1992). Needs two values.
 */
export function robustStandardDeviation(values: readonly number[]): number {
  const n = values.length;
  const factor = MAD_SMALL_SAMPLE[n - 2] ?? n / (n - 0.8);
  return MAD_NORMAL * factor * medianAbsoluteDeviation([...values]);
}

/** Asymptotic efficiency of the MAD against the standard deviation, as the share of the degrees of freedom that it is worth. */
export const MAD_EFFICIENCY = 0.3675;

/**
 * P-values adjusted for their number: the false discovery rate at which each one would just be a discovery.
 * Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995).
 * In the order of the input.
 */
export function adjustPValues(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[b]! - pValues[a]!);
  const adjusted = new Array<number>(pValues.length);
  let smallest = 1;
  order.forEach((index, position) => {
    const rank = pValues.length - position;
    smallest = Math.min(smallest, (pValues[index]! * pValues.length) / rank);
    adjusted[index] = smallest;
  });
  return adjusted;
}
