import { describe, expect, it } from "vitest";
import {
  detectableStandardErrors,
  fitVariancePrior,
  inverseTrigamma,
  moderateVariance,
  twoSidedPValue,
} from "../../../src/analyse/statistics/moderated-t.ts";
import { adjustPValues, robustStandardDeviation } from "../../../src/analyse/statistics/statistics.ts";
import { normalNumbers, seededRandom } from "./simulate-cpu.ts";

describe("adjustPValues", () => {
  it.each([
    // The example of Benjamini and Hochberg 1995, section 3.3: at 5 % the first four of fifteen are discoveries.
    [
      [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1],
      4,
    ],
    [[0.02, 0.01], 2],
    [[0.06, 0.04], 0],
    [[], 0],
  ])("finds as many discoveries at 5 %% in %j: %i", (pValues, discoveries) => {
    expect(adjustPValues(pValues).filter((value) => value <= 0.05)).toHaveLength(discoveries);
  });

  it("keeps the order of the input and never exceeds 1", () => {
    expect(adjustPValues([0.9, 0.01, 0.02])).toEqual([0.9, 0.03, 0.03]);
  });
});

describe("moderated t", () => {
  it.each([
    // trigamma(1) = pi^2 / 6, trigamma(1/2) = pi^2 / 2, trigamma(2) = pi^2 / 6 - 1
    [Math.PI ** 2 / 6, 1],
    [Math.PI ** 2 / 2, 0.5],
    [Math.PI ** 2 / 6 - 1, 2],
  ])("inverts trigamma at %f", (y, x) => {
    expect(inverseTrigamma(y)).toBeCloseTo(x, 6);
  });

  it.each([
    // Tables of Student's t: 2.776 at 4 and 1.96 at infinitely many degrees of freedom are 5 % on two sides.
    [2.776, 4, 0.05],
    [-12.706, 1, 0.05],
    [1.96, Number.POSITIVE_INFINITY, 0.05],
  ])("gives t = %f with %f degrees of freedom its p-value", (t, degreesOfFreedom, expected) => {
    expect(twoSidedPValue(t, degreesOfFreedom)).toBeCloseTo(expected, 4);
  });

  it("adds the quantiles of level and power", () => {
    expect(detectableStandardErrors(0.05, 0.8, Number.POSITIVE_INFINITY)).toBeCloseTo(1.96 + 0.8416, 3);
  });

  it("recovers the prior that variances were drawn from", () => {
    // A scaled inverse chi-square of 8 degrees of freedom around 4, seen through variances of 4.
    const normal = normalNumbers(seededRandom(7));
    const chiSquare = (df: number): number => Array.from({ length: df }, normal).reduce((sum, z) => sum + z * z, 0);
    const variances = Array.from({ length: 4000 }, () => {
      const truth = (4 * 8) / chiSquare(8);
      return { variance: (truth * chiSquare(4)) / 4, degreesOfFreedom: 4 };
    });
    const prior = fitVariancePrior(variances);
    expect(prior.degreesOfFreedom).toBeGreaterThan(6.5);
    expect(prior.degreesOfFreedom).toBeLessThan(10);
    expect(prior.variance).toBeGreaterThan(3.7);
    expect(prior.variance).toBeLessThan(4.3);
  });

  it("takes equal variances for one", () => {
    const same = Array.from({ length: 20 }, () => ({ variance: 2, degreesOfFreedom: 3 }));
    expect(fitVariancePrior(same)).toEqual({ degreesOfFreedom: Number.POSITIVE_INFINITY, variance: 2 });
  });

  it("draws a case's own variance towards the common one, by their degrees of freedom", () => {
    const own = { variance: 10, degreesOfFreedom: 2 };
    expect(moderateVariance(own, { variance: 4, degreesOfFreedom: 4 }, 100)).toEqual({
      variance: 6,
      degreesOfFreedom: 6,
    });
    expect(moderateVariance(own, { variance: 4, degreesOfFreedom: 4 }, 5)).toEqual({
      variance: 6,
      degreesOfFreedom: 5,
    });
  });
});

describe("robustStandardDeviation", () => {
  it("is right for normal numbers and unmoved by a few others", () => {
    const normal = normalNumbers(seededRandom(3));
    const values = Array.from({ length: 600 }, () => 2 * normal());
    const deviation = robustStandardDeviation(values);
    expect(deviation).toBeGreaterThan(1.85);
    expect(deviation).toBeLessThan(2.15);
    expect(robustStandardDeviation([...values, 1e6, 1e6, 1e6]) / deviation).toBeLessThan(1.03);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])("is right on average in %i values", (count) => {
    const normal = normalNumbers(seededRandom(11));
    const deviations = Array.from({ length: 2000 }, () =>
      robustStandardDeviation(Array.from({ length: count }, normal)),
    );
    const mean = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
    expect(mean).toBeGreaterThan(0.93);
    expect(mean).toBeLessThan(1.07);
  });
});
