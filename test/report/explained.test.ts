import { describe, expect, it } from "vitest";
import { compare } from "../../src/analyse/compare.ts";
import { exitCodeOf } from "../../src/analyse/exit-code.ts";
import { type CaseResult, type Results, resultsSchema } from "../../src/model/documents.ts";
import { renderHtml } from "../../src/report/html/page.tsx";
import { renderJunit } from "../../src/report/junit.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { toMetricFamilies } from "../../src/report/metrics/families.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { describeCounts } from "../../src/report/view/sentences.ts";
import { viewReport } from "../../src/report/view/view.ts";
import { dimensions, passed, results } from "./fixtures.ts";

const REASON = "No GPU: ran on the CPU. Not on a GPU: SortExec (it is small).";

/** Measured on the CPU, with figures and a log like any other. */
function explained(operation: string): CaseResult {
  const notOnGpu = [{ operator: "SortExec", reason: "it is small", count: 2 }];
  const d = dimensions({ operation, extensions: ["rapids"] });
  return { ...passed("t", d), status: "explained", reason: REASON, notOnGpu };
}

function judge(cases: CaseResult[], earlier: readonly Results[] = []) {
  const current = results("t", cases);
  const verdict = compare(current, { runs: [...earlier], notes: [] });
  return { input: { results: current, verdict, baseline: earlier }, exitCode: exitCodeOf(current, verdict) };
}

describe("an explained case", () => {
  const { input, exitCode } = judge([passed("t", dimensions({ operation: "join" })), explained("read")]);
  const view = viewReport(input);

  it("is read from a document, and is one of no earlier version's", () => {
    expect(resultsSchema.parse(input.results)).toEqual(input.results);
    const { notOnGpu: _, ...before } = { ...explained("read"), status: "passed" };
    expect(resultsSchema.safeParse({ ...input.results, cases: [before] }).success).toBe(true);
  });

  it("fails no run, and is not among the passed", () => {
    expect(exitCode).toBe(0);
    expect(input.verdict.headline).toBe(
      "1 case passed; there is no baseline to compare with yet; 1 case was explained only, without a GPU.",
    );
    expect(describeCounts(view)).toBe("1 passed, 1 explained");
  });

  it("is told by its own word, with what would not run on a GPU", () => {
    const summary = renderSummary(input, { color: false, width: 200 });
    expect(summary).toContain("○ explained");
    expect(summary).toContain(`1 explained: ${REASON}`);
    const markdown = renderMarkdown(view);
    expect(markdown).toContain("○ explained");
    expect(markdown).toMatch(/- 1 explained: No GPU/);
    const html = renderHtml(view);
    expect(html).toContain("What was explained only");
    expect(html).toContain("1 case: No GPU: ran on the CPU.");
  });

  it("is skipped in JUnit, with the reason", () => {
    const xml = renderJunit(view);
    expect(xml).toContain('tests="2" failures="0" errors="0" skipped="1"');
    expect(xml).toContain(`Explained: ${REASON}`);
  });

  it("is an outcome of its own in the metrics, and the run has succeeded", () => {
    const families = toMetricFamilies(input.results, input.verdict);
    const values = (name: string) => families.find((family) => family.name === `spark_loadtest_${name}`)!.points;
    const ofRun = values("run_cases").map(({ labels, value }) => [labels.outcome, value]);
    expect(Object.fromEntries(ofRun)).toMatchObject({ passed: 1, explained: 1, skipped: 0, failed: 0 });
    const ofCase = values("case_outcome").filter(({ value, labels }) => value === 1 && labels.extensions === "rapids");
    expect(ofCase.map(({ labels }) => labels.outcome)).toEqual(["explained"]);
    expect(values("run_succeeded")[0]!.value).toBe(1);
  });
});

it("a run of explained cases alone has passed nothing, and ends with 0", () => {
  const { input, exitCode } = judge([explained("read"), explained("join")]);
  expect(exitCode).toBe(0);
  expect(input.verdict.verdict).toBe("inconclusive");
  expect(input.verdict.headline).toBe(
    "There is no baseline to compare with, and no case passed; 2 cases were explained only, without a GPU.",
  );
});

describe("against a baseline", () => {
  it("its figures are no finding, however they changed", () => {
    const before = results("t", [explained("read"), passed("t", dimensions({ operation: "join" }))], 1);
    const slow = explained("read");
    const tenfold = slow.samples.map((sample) => ({
      ...sample,
      metrics: { ...sample.metrics, tasks: 10 * (sample.metrics.tasks ?? 1) },
    }));
    const now = [{ ...slow, samples: tenfold }, passed("t", dimensions({ operation: "join" }))];
    const { input, exitCode } = judge(now, [before]);
    expect(input.verdict.findings).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it("of which it passed, nobody says that nothing got worse", () => {
    const onGpu = passed("t", dimensions({ operation: "read", extensions: ["rapids"] }), 1);
    const other = passed("t", dimensions({ operation: "join" }), 1);
    const { input } = judge(
      [explained("read"), passed("t", dimensions({ operation: "join" }))],
      [results("t", [onGpu, other], 1)],
    );
    expect(input.verdict.verdict).toBe("inconclusive");
    expect(input.verdict.headline).toContain("1 case explained only, without a GPU, now that passed in the baseline");
  });
});
