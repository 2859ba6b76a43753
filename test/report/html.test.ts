import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderHtml } from "../../src/report/html/page.tsx";
import { STYLE } from "../../src/report/html/style.ts";
import { type ReportInput, viewReport } from "../../src/report/view/view.ts";
import { SKEW_CAUSE } from "./fixtures.ts";
import { checkTags, HOSTILE_TEXTS, PLAIN_TEXT } from "./markup.ts";
import * as runs from "./runs.ts";

const render = (input: ReportInput) => renderHtml(viewReport(input));
const full = runs.fullTier();
const named = [
  ["noChange", runs.noChange()],
  ["noBaseline", runs.noBaseline()],
  ["regression", runs.regression()],
  ["failed", runs.failed()],
  ["allSkipped", runs.allSkipped()],
  ["oneCase", runs.oneCase()],
  ["noCases", runs.noCases()],
  ["fullTier", full],
] as const;

describe.each(named)("report.html of %s", (_, input) => {
  const html = render(input);
  const { document } = parseHTML(html);
  const all = (selector: string) => [...document.querySelectorAll(selector)] as unknown as Element[];

  test("every tag is closed in order", () => {
    expect(checkTags(html)).toBeNull();
  });

  test("loads and runs nothing", () => {
    expect(all("script, link, img, iframe, object, embed, form, base")).toEqual([]);
    expect(html).not.toMatch(/https?:|@import|url\(|src=/);
    expect(document.querySelector("meta[http-equiv]")?.getAttribute("content")).toContain("default-src 'none'");
  });

  test("links lead to what is there, or into the run's folder", () => {
    const ids = all("[id]").map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = all("a").map((link) => link.getAttribute("href") ?? link.getAttribute("xlink:href") ?? "");
    for (const target of targets) {
      if (target.startsWith("#")) expect(ids).toContain(target.slice(1));
      else expect(target).toMatch(/^(logs|eventlogs)\//);
    }
  });

  test("says its language, and the verdict in its title and its only first heading", () => {
    expect(document.documentElement.getAttribute("lang")).toBe("en");
    expect(all("h1")).toHaveLength(1);
    expect(document.title.split(" · ")[0]).toBe(document.querySelector("h1")?.textContent?.replace(/^\S+ /, "").trim());
  });

  test("headings do not skip a level", () => {
    const levels = all("h1, h2, h3, h4").map(({ tagName }) => Number(tagName.slice(1)));
    levels.forEach((level, index) => {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  test("every plot says in words what it shows", () => {
    for (const svg of all("figure svg")) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")).toMatch(/\w+ \w+/);
    }
  });
});

describe("the first screen", () => {
  const header = (input: ReturnType<typeof runs.regression>) =>
    parseHTML(render(input)).document.querySelector("header")?.textContent ?? "";

  test("of a regression answers what, by how much and why", () => {
    const text = header(runs.regression());
    for (const part of ["Not passed: regression", "join · Spark 3.5.9", "Spilled (disk)", "181 MiB", "+54.9 %"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain(SKEW_CAUSE.sentence);
    expect(text).toContain(SKEW_CAUSE.stage);
  });

  test("of a failed run gives the reasons and says that it is incomplete", () => {
    const text = header(runs.failed());
    expect(text).toContain("Not passed: cases failed; the run was interrupted after 11 of 14 cases");
    expect(text).toContain("java.lang.OutOfMemoryError: Java heap space");
    expect(text).not.toContain("UnsafeExternalRowSorter");
    expect(text).toContain("What follows covers the 11 cases that finished.");
  });

  test("of a first run says what to do next", () => {
    expect(header(runs.noBaseline())).toContain("--baseline");
  });
});

test("1,280 cases stay one small file in which each of them is found", () => {
  const html = render(full);
  expect(html.length).toBeLessThan(4_000_000);
  const { document } = parseHTML(html);
  expect(document.querySelectorAll("table.cases tbody tr").length).toBe(1280);
  for (let index = 1; index <= 1280; index += 1) expect(html).toContain(`id="case-${index}"`);
});

test("details that would outgrow the page are left to the table", () => {
  const input = full;
  const wordy = "x".repeat(3900);
  const cases = input.results.cases.map((one) => ({
    ...one,
    status: "failed" as const,
    reason: `${one.name} ${wordy}`,
  }));
  const html = render({ ...input, results: { ...input.results, cases } });
  expect(html.length).toBeLessThan(5_000_000);
  expect(parseHTML(html).document.querySelectorAll("table.cases tbody tr").length).toBe(1280);
});

test("a small report as it is written", async () => {
  await expect(render(runs.oneCase()).replace(STYLE, "")).toMatchFileSnapshot("../fixtures/report/one-case.html");
});

describe("hostile text", () => {
  const shapeOf = (text: string) => {
    const { document } = parseHTML(render(runs.hostile(text)));
    const elements = [...document.querySelectorAll("*")] as unknown as Element[];
    return {
      document,
      tags: elements.map(({ tagName }) => tagName.toLowerCase()),
      attributes: new Set(elements.flatMap((element) => [...element.attributes].map(({ name }) => name))),
    };
  };
  const plain = shapeOf(PLAIN_TEXT);

  test.each(HOSTILE_TEXTS)("%j makes no element, attribute or control character", (text) => {
    const html = render(runs.hostile(text));
    const hostile = shapeOf(text);
    expect(hostile.tags).toEqual(plain.tags);
    expect(hostile.attributes).toEqual(plain.attributes);
    expect(checkTags(html)).toBeNull();
    expect(html).not.toMatch(/(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
    expect(hostile.document.title).toContain("spark-loadtest");
  });
});

describe("colours", () => {
  const themes = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, body = ""]) =>
    Object.fromEntries(
      [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]),
    ),
  );
  const [light = {}, dark = {}, cells = {}] = themes;
  const pairs: [theme: string, colours: Record<string, string>, text: string, ground: string][] = [
    ["light", light],
    ["dark", { ...light, ...dark }],
  ].flatMap(([theme, colours]) =>
    [
      ["text", "page"],
      ["text", "surface"],
      ["text", "cell"],
      ["muted", "page"],
      ["muted", "surface"],
      ["link", "page"],
      ["link", "surface"],
      ["bad", "page"],
      ["bad", "surface"],
      ["bad", "bad-soft"],
      ["warn", "warn-soft"],
      ["good", "page"],
      ["better", "better-soft"],
    ].map(([text, ground]) => [theme, colours, text, ground] as [string, Record<string, string>, string, string]),
  );
  test.each(pairs)("%s: enough contrast", (_, colours, text, ground) => {
    expect(contrast(colours[text]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["failed", "worse", "infrastructure", "better"])("a cell that is %s: enough contrast", (cell) => {
    expect(contrast(cells[`cell-${cell}-text`]!, cells[`cell-${cell}`]!)).toBeGreaterThanOrEqual(4.5);
  });
});

/** Contrast ratio of two colours (WCAG 2.2, "contrast ratio" and "relative luminance"). */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
