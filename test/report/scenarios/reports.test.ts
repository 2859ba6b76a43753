import { DOMParser } from "linkedom";
import { describe, expect, it } from "vitest";
import type { ScenariosDocument } from "../../../src/model/scenarios.ts";
import { renderScenarioReports } from "../../../src/report/scenarios/reports.ts";
import { renderScenariosSummary } from "../../../src/report/scenarios/summary.ts";
import { viewScenarios } from "../../../src/report/scenarios/view.ts";
import { checkTags, HOSTILE_TEXTS } from "../markup.ts";
import { document, failed, flaky, infrastructure, MIXED, scenario, skipped } from "./documents.ts";

const INTERRUPTED = document([scenario("a")], { ending: "interrupted", finishedAt: null, planned: 3 });
const summaryOf = (input: ScenariosDocument, width = 80) => renderScenariosSummary(input, { color: false, width });

describe("the reports on a run in which scenarios end in every way", () => {
  it.each(Object.entries(renderScenarioReports(MIXED)))("%s as it is written", async (name, text) => {
    const withoutStyle = text.replace(/<style>[^<]*<\/style>/, "<style></style>");
    await expect(withoutStyle).toMatchFileSnapshot(`../../fixtures/report/scenarios/${name}`);
  });

  it("a table at the end", async () => {
    const text = renderScenariosSummary(MIXED, { color: false, width: 80, reportPath: "out/report.html" });
    await expect(`${text}\n`).toMatchFileSnapshot("../../fixtures/report/scenarios/summary.txt");
  });

  it("have nothing in them of load tests", () => {
    for (const input of [MIXED, INTERRUPTED, document([scenario("a")])]) {
      // The help of a metric is the same in every file.
      const shown = [...Object.values(renderScenarioReports(input)), summaryOf(input)]
        .map((text) => text.replace(/<style>[^<]*<\/style>|^# HELP .*$/gm, ""))
        .join("\n");
      expect(shown).not.toMatch(/baseline|compare|verdict|regression|results\.json|event log|all its cases/i);
    }
  });
});

it.each<[string, ScenariosDocument, string, string]>([
  ["pass", document([scenario("a")]), "✓ Passed: every scenario", "1 scenario passed."],
  [
    "pass, one of them late",
    document([scenario("a"), flaky("b")]),
    "✓ Passed: every scenario",
    "2 scenarios passed, 1 of them only when tried again.",
  ],
  [
    "fail",
    document([failed("a"), infrastructure("b"), flaky("c"), skipped("d", "a")]),
    "✕ Not passed: scenarios failed",
    "2 of 4 scenarios failed; 1 passed only when tried again.",
  ],
  [
    "cannot run",
    document([infrastructure("a"), scenario("b")]),
    "✕ Not passed: scenarios failed",
    "1 of 2 scenarios met broken infrastructure.",
  ],
  ["are interrupted", INTERRUPTED, "? Not decided: the run ended early", "1 scenario passed."],
  ["are none", document([]), "? Not decided: no scenario ran", "0 scenarios passed."],
])("says what it means that scenarios %s", (_, input, mark, headline) => {
  const view = viewScenarios(input);
  expect([`${view.mark.symbol} ${view.mark.word}`, view.headline]).toEqual([mark, headline]);
  const texts = [
    summaryOf(input),
    renderScenarioReports(input)["report.md"],
    renderScenarioReports(input)["report.html"],
  ];
  for (const text of texts) {
    expect(text).toContain(headline);
    expect(text).toContain(view.mark.word);
    expect(text?.includes("The run ended before all its scenarios: 1 of 3 scenarios had ended.")).toBe(
      input === INTERRUPTED,
    );
  }
});

it("names the scenarios that were cut off, in every place", () => {
  const input = document([scenario("a")], { ending: "interrupted", finishedAt: null, planned: 4, cutOff: ["b", "c"] });
  const how = "1 of 4 scenarios had ended. Cut off: b, c.";
  const reports = renderScenarioReports(input);
  for (const text of [summaryOf(input).replaceAll(/\n +/g, " "), reports["report.md"], reports["report.html"]])
    expect(text).toContain(how);
  const suite = new DOMParser().parseFromString(reports["junit.xml"]!, "text/xml").querySelector("testsuite");
  expect(["tests", "failures", "errors"].map((name) => Number(suite?.getAttribute(name)))).toEqual([4, 0, 3]);
  const cutOff = [...(suite?.querySelectorAll("testcase") ?? [])].filter((each) =>
    each.querySelector("error")?.getAttribute("message")?.startsWith("cut off"),
  );
  expect(cutOff.map((each) => each.getAttribute("name"))).toEqual(["b", "c"]);
});

it("junit.xml counts each scenario once", () => {
  const xml = new DOMParser().parseFromString(renderScenarioReports(MIXED)["junit.xml"]!, "text/xml");
  const suite = xml.querySelector("testsuite");
  const counts = ["tests", "failures", "errors", "skipped"].map((name) => Number(suite?.getAttribute(name)));
  expect(counts).toEqual([5, 1, 1, 1]);
});

it("stays short for a thousand scenarios, and names those that failed", () => {
  const many = Array.from({ length: 1000 }, (_, index) =>
    index % 100 === 0
      ? failed(`scenario-${index}`, "why ".repeat(100))
      : scenario(`scenario-${index}-${"x".repeat(100)}`),
  );
  const reports = renderScenarioReports(document(many));
  expect(reports["report.md"]!.length).toBeLessThan(60_000);
  expect(reports["report.md"]).toMatch(/\d+ more scenarios in `report.html` and `scenarios.json`/);
  const lines = summaryOf(document(many)).split("\n");
  expect(lines.length).toBeLessThan(50);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  for (const { name, status } of many) {
    if (status !== "failed") continue;
    expect(reports["report.md"]).toContain(`\`${name}\``);
    expect(lines.join("\n")).toContain(name);
  }
  expect(lines).toContain("and 990 more scenarios: 990 passed");
});

describe("hostile text", () => {
  it.each(HOSTILE_TEXTS)("%j is shown and does nothing", (text) => {
    const hostile = document(
      [failed(text, text), { ...flaky(text), script: text, namespace: text, release: text, log: `logs/${text}.log` }],
      { id: text, cluster: text, commit: text, ref: text, toolVersion: text, startedAt: text },
    );
    const reports = renderScenarioReports(hostile);
    for (const name of ["report.html", "junit.xml"]) {
      expect(checkTags(reports[name]!)).toBeNull();
      expect(reports[name]).not.toMatch(/(?![\t\n])\p{Cc}|\p{Surrogate}|[\uFFFE\uFFFF]/u);
    }
    expect(reports["report.html"]).not.toMatch(/<(script|img)|href="(?!logs\/)/);
    expect(reports["junit.xml"]!.match(/<testcase /g)).toHaveLength(2);
    // Two rows below the head, whatever lines and bars the text has.
    const table = reports["report.md"]!.split("\n").filter((line) => line.startsWith("|"));
    expect(table).toHaveLength(4);
    for (const row of table) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    const series = reports["metrics.prom"]!.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    for (const line of series) expect(line).toMatch(/^spark_loadtest_\w+\{.*\} -?[\d.e+-]+$/);
    expect(summaryOf(hostile)).not.toMatch(/(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
  });
});

it("junit.xml of a run that was interrupted has an error, though nothing failed", () => {
  const xml = new DOMParser().parseFromString(renderScenarioReports(INTERRUPTED)["junit.xml"]!, "text/xml");
  const suite = xml.querySelector("testsuite");
  expect(["tests", "failures", "errors"].map((name) => Number(suite?.getAttribute(name)))).toEqual([2, 0, 1]);
  expect(suite?.querySelector("error")?.getAttribute("message")).toContain("1 of 3 scenarios had ended");
});
