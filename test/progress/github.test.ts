import { describe, expect, it } from "vitest";
import { toLogText } from "../../src/lib/text/printable.ts";
import { LogTail, renderGroup } from "../../src/progress/github.ts";

describe("text in a log of GitHub Actions", () => {
  it.each([
    ["::add-mask::secret", ": :add-mask::secret"],
    ["  \t::set-output name=a::b", "  \t: :set-output name=a::b"],
    ["\u00A0\u200B::error::x", "\u00A0\u200B: :error::x"],
    [":::error::x", ": ::error::x"],
    ["a\n::error::x\n\n::stop-commands::y", "a\n: :error::x\n\n: :stop-commands::y"],
    ["a\r::error::x", "a\n: :error::x"],
    ["INFO ##[add-path]/evil", "INFO ## [add-path]/evil"],
    ["###[group]", "### [group]"],
    ["##[##[error]", "## [## [error]"],
    ["std::vector and a::b", "std::vector and a::b"],
    ["\u001B[2J::error::x", ": :error::x"],
    ["\u0007", "\uFFFD"],
  ])("%j holds no command", (text, expected) => {
    expect(toLogText(text)).toBe(expected);
  });

  it("is one group, whose title and lines stay what they are", () => {
    const lines = ["one\n", "::endgroup::", "", "\u001B[31mred"];
    expect(renderGroup("✓ 100 %0A p0_join", lines)).toBe(
      "::group::✓ 100 %250A p0_join\none\n: :endgroup::\n\nred\n::endgroup::\n",
    );
    expect(renderGroup("✓ p0_join\n::error::x", [])).toBe("::group::✓ p0_join ::error::x\n::endgroup::\n");
  });
});

describe("the end of a log", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

  it.each([
    [0, 0, null],
    [500, 500, null],
    [501, 201, "(301 lines before these: logs/p0_join.log)"],
    [750, 201, "(550 lines before these: logs/p0_join.log)"],
    [10_000, 201, "(9,800 lines before these: logs/p0_join.log)"],
  ])("of %d lines is %d", (count, shown, hint) => {
    const tail = new LogTail();
    for (const line of lines(count)) tail.push(line);
    const rendered = tail.render("p0_join");
    expect(rendered).toHaveLength(shown);
    expect(rendered).toEqual(hint === null ? lines(count) : [hint, ...lines(count).slice(-200)]);
  });

  it("is shorter where less is asked for", () => {
    const tail = new LogTail();
    for (const line of lines(3)) tail.push(line);
    expect(tail.render("p0_join", 2)).toEqual(["(1 line before these: logs/p0_join.log)", "line 2", "line 3"]);
  });
});
