import { describe, expect, it } from "vitest";
import { LogTail } from "../../src/progress/log-tail.ts";

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
