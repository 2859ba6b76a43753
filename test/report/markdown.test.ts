import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { viewReport } from "../../src/report/view/view.ts";
import { HOSTILE_TEXTS } from "./markup.ts";
import * as runs from "./runs.ts";

const render = (input: ReturnType<typeof runs.regression>) => renderMarkdown(viewReport(input));

test.each([
  ["regression", runs.regression()],
  ["failed", runs.failed()],
  ["no-baseline", runs.noBaseline()],
  ["no-cases", runs.noCases()],
])("report.md of %s as it is written", async (name, input) => {
  await expect(render(input)).toMatchFileSnapshot(`../fixtures/report/${name}.md`);
});

test("1,280 cases fit a comment, and what is left out is said", () => {
  const markdown = render(runs.fullTier());
  expect(markdown.length).toBeLessThanOrEqual(60_000);
  const rows = markdown.slice(markdown.indexOf("<details>")).match(/^\| `/gm)?.length ?? 0;
  const left = Number(/(\d+) more cases in `report.html`/.exec(markdown)?.[1]);
  expect(rows).toBeGreaterThan(100);
  expect(rows + left).toBe(1280);
});

test("a thousand different reasons fit a comment too", () => {
  const input = runs.fullTier();
  const cases = input.results.cases.map((one) => ({
    ...one,
    status: "failed" as const,
    reason: `${one.name} ${"`".repeat(300)}`,
  }));
  expect(render({ ...input, results: { ...input.results, cases } }).length).toBeLessThanOrEqual(60_000);
});

describe("hostile text", () => {
  /** The text without code spans, in which nothing is markup. */
  const withoutCode = (markdown: string) => markdown.replace(/(?<!\\)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "CODE");
  const ownTags = /<\/?(details|summary|sub|br)>|<!-- spark-loadtest report -->/g;

  test.each(HOSTILE_TEXTS)("%j is neither markup nor mention nor link", (text) => {
    const markdown = withoutCode(render(runs.hostile(text)));
    expect(markdown.replace(ownTags, "")).not.toMatch(/[<>]/);
    expect(markdown).not.toMatch(/@\w|(?<!&)#\d|\bGH-\d|:\/\/|(?<!\\)[[\]]|\p{Cc}(?<![\n])/u);
    expect(markdown.match(/^#/gm)).toHaveLength(3);
  });

  test.each(HOSTILE_TEXTS)("%j leaves every table with its columns", (text) => {
    const tables = render(runs.hostile(text))
      .split("\n\n")
      .filter((block) => block.startsWith("|"));
    expect(tables).toHaveLength(3);
    for (const table of tables) {
      const columns = table.split("\n").map((row) => row.match(/(?<!\\)\|/g)?.length);
      expect(new Set(columns).size).toBe(1);
    }
  });
});
