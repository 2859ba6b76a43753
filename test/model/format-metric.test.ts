import { expect, test } from "vitest";
import { formatMetric } from "../../src/model/format-metric.ts";

test("a metric is shown in its unit, and what was not measured is not 0", () => {
  expect(formatMetric("cpuMs", 12_345)).toBe("12.3 s");
  expect(formatMetric("shuffleReadBytes", 1536)).toBe("1.5 KiB");
  expect(formatMetric("inputRecords", 1_000_000)).toBe("1,000,000");
  expect(formatMetric("shuffleRecordsSkew", 3.5)).toBe("3.5x");
  expect(formatMetric("cpuMs", null)).toBe("–");
});
