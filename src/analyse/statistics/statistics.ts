import { median } from "simple-statistics";

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

/** What makes the order statistic below consistent for the normal distribution, and unbiased in 2 to 9 values. */
const QN_NORMAL = 2.2219;
const QN_SMALL_SAMPLE: readonly number[] = [0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872];

/**
 * Standard deviation from the first quartile of the distances between all values (Qn), so that a few changed cases do not widen it:
 * up to half of the values may be anything. P. J. Rousseeuw and C. Croux, "Alternatives to the median absolute deviation", Journal
 * of the American Statistical Association 88 (1993); factors for few values: C. Croux and P. J. Rousseeuw, "Time-efficient algorithms
 * for two highly robust estimators of scale", Computational Statistics 1 (1992). Needs two values.
 */
export function robustStandardDeviation(values: readonly number[]): number {
  const n = values.length;
  const distances = new Float64Array((n * (n - 1)) / 2);
  let filled = 0;
  for (let i = 1; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) distances[filled++] = Math.abs(values[i]! - values[j]!);
  }
  distances.sort();
  const half = Math.floor(n / 2) + 1;
  const factor = QN_SMALL_SAMPLE[n - 2] ?? (n % 2 === 1 ? n / (n + 1.4) : n / (n + 3.8));
  return QN_NORMAL * factor * distances[(half * (half - 1)) / 2 - 1]!;
}

/** What Qn is worth beside the standard deviation, as the share of the degrees of freedom: 0.82 in many values, 0.6 in ten. */
export const QN_EFFICIENCY = 0.6;

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
