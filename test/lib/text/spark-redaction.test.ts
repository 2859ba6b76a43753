import { describe, expect, test } from "vitest";
import { REDACTED, redactCommand, redactProperty, redactText } from "../../../src/lib/text/redact.ts";
import { readOwnRules } from "../../../src/lib/text/spark-redaction.ts";

const ofNames = (expression: string) => readOwnRules([["spark.redaction.regex", expression]]);
const ofTexts = (expression: string) => readOwnRules([["spark.redaction.string.regex", expression]]);

describe("spark.redaction.regex", () => {
  test.each([
    ["(?i)secret|password|team", "spark.my.TEAM"],
    [".*my[.]team.*", "spark.my.team"],
    ["^spark\\.my\\.\\w+$", "spark.my.team"],
    ["\\Qmy.te\\Eam", "spark.my.team"],
    ["(?:my|our)\\.te{1}am", "spark.our.team"],
    ["team\\z", "spark.my.team"],
    ["te\\-am", "spark.te-am"],
    ["[]x]team", "spark.]team"],
    ["m++y\\.team", "spark.my.team"],
  ])("%s hides %s", (expression, name) => {
    const own = ofNames(expression);
    expect(own.problems).toEqual([]);
    expect(redactProperty(name, "red", own)).toBe(REDACTED);
    expect(redactProperty(name, "red")).toBe("red");
    expect(redactProperty("spark.other", "red", own)).toBe("red");
    expect(redactCommand([`${name}=red`], own)).toEqual([`${name}=${REDACTED}`]);
  });

  test("hides a value that it finds itself in, as Spark does", () =>
    expect(redactProperty("spark.x", "team-red", ofNames("^team-"))).toBe(REDACTED));

  test.each([
    ["(a+)+$", "a repetition of what may match in several ways"],
    ["(a|aa)*b", "a repetition of what may match in several ways"],
    ["(a?){50}b", "a repetition of what may match in several ways"],
    ["((a|b)c){3,}", "a repetition of what may match in several ways"],
    [".*.*.*x", "too many repetitions"],
    ["a?a?a?a?a?a?a?a?a?b", "too many repetitions"],
    ["(a)\\1", "a part that JavaScript does not have"],
    ["\\p{Lower}+", "a part that JavaScript does not have"],
    ["[a-z&&[^b]]", "a part that JavaScript does not have"],
    ["(?x)a b", "the flags (?x)"],
    ["a(?i)b", "a part that JavaScript does not have"],
    ["a)", "a bracket too many"],
    ["(a", "a part that JavaScript does not have"],
    ["x".repeat(2001), "more than 2000 characters"],
  ])("%s is not applied, which is said", (expression, why) => {
    const own = ofNames(expression);
    expect(own.problems).toEqual([`spark.redaction.regex is not applied to what is shown here: it has ${why}`]);
    expect(redactProperty("spark.aaa", "b", own)).toBe("b");
  });

  test.each([".*.*x", "\\w+\\d+$", "a?a?a?a?a?a?a?a?b", ".*[a-z]x"])("%s takes no time of anything", (expression) => {
    const own = ofNames(expression);
    expect(own.problems).toEqual([]);
    const startedMs = performance.now();
    for (let count = 0; count < 20; count++) own.isSecret("a".repeat(100_000));
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

describe("spark.redaction.string.regex", () => {
  test("hides what it finds in texts, everywhere", () => {
    const own = ofTexts("(?i)card\\s\\d{4}");
    expect(redactText("Card 1234 and card 5678\nno card", own)).toBe(`${REDACTED} and ${REDACTED}\nno card`);
    expect(redactProperty("spark.x", "card 1234", own)).toBe(REDACTED);
  });

  test("takes no time of a long text", () => {
    const startedMs = performance.now();
    redactText("a".repeat(100_000), ofTexts(".*.*x"));
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

test("rules of several places are all applied", () => {
  const own = readOwnRules([
    ["spark.redaction.regex", "red"],
    ["spark.x", "y"],
    ["spark.redaction.regex", "blue"],
  ]);
  expect(["red", "blue", "green"].map((name) => own.isSecret(name))).toEqual([true, true, false]);
});
