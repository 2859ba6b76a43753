import { expect, test } from "vitest";
import {
  cleanDocument,
  cleanText,
  firstLine,
  markdownCode,
  markdownProse,
  oneLine,
} from "../../../src/report/view/text.ts";

const cleaned: [what: string, text: string, expected: string][] = [
  ["plain text", "a b\tc\nd", "a b\tc\nd"],
  ["Windows line ends", "a\r\nb\rc", "a\nb\nc"],
  ["a terminal's colour", "\u001b[31mred\u001b[0m", "red"],
  ["a terminal's title", "\u001b]0;title\u0007text", "text"],
  ["a colour in C1 controls", "\u009b31mred", "red"],
  ["C1 control", "\u0085a\u009b", "\ufffda\ufffd"],
  ["NUL, backspace, delete", "\u0000\u0008\u007f", "\ufffd\ufffd\ufffd"],
  ["a bidirectional override", "a\u202egnp.exe\u2066", "a\ufffdgnp.exe\ufffd"],
  ["half a surrogate pair", "a\ud83db", "a\ufffdb"],
  ["a whole one", "😀", "😀"],
  ["what XML forbids", "\ufffe\uffff", "\ufffd\ufffd"],
  ["more than a field may have", "x".repeat(4005), `${"x".repeat(4000)}… (5 more characters)`],
];
test.each(cleaned)("cleanText: %s", (_, text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test("cleanDocument cleans keys and values at every depth and keeps the rest", () => {
  expect(cleanDocument({ "a\u0000": ["\u001b", { b: null, c: 1, d: true }] })).toEqual({
    "a\ufffd": ["\ufffd", { b: null, c: 1, d: true }],
  });
});

const lines: [text: string, longest: number, one: string, first: string][] = [
  ["a  b\n c ", 20, "a b c", "a b"],
  ["abcdef", 6, "abcdef", "abcdef"],
  ["abcdefg", 6, "abcde…", "abcde…"],
  ["😀😀😀😀", 3, "😀😀…", "😀😀…"],
  ["\n\nwhat\nwhere", 20, "what where", "what"],
  ["", 5, "", ""],
];
test.each(lines)("oneLine and firstLine of %j in %d", (text, longest, one, first) => {
  expect(oneLine(text, longest)).toBe(one);
  expect(firstLine(text, longest)).toBe(first);
});

const code: [text: string, expected: string][] = [
  ["join · Spark 4.1.4", "`join · Spark 4.1.4`"],
  ["a`b", "``a`b``"],
  ["`", "`` ` ``"],
  ["a``b`", "``` a``b` ```"],
  ["a|b", "`a\\|b`"],
  ["a\\|b", "`a\\ \\|b`"],
  ["a\n| b |\n", "`a \\| b \\|`"],
  ["@user #1 <!-- x -->", "`@user #1 <!-- x -->`"],
  [" ", ""],
];
test.each(code)("markdownCode of %j", (text, expected) => {
  expect(markdownCode(text)).toBe(expected);
});

const prose: [text: string, expected: string][] = [
  ["2 of 10 cases got worse: +54.9 % (p 0.01).", "2 of 10 cases got worse: +54.9 % (p 0.01)."],
  ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
  ["<!-- x -->", "&lt;!-- x --&gt;"],
  ["&lt;b&gt;", "&amp;lt;b&amp;gt;"],
  ["![x](http://e.com/i.png)", "!\\[x\\](http:\u200b//e.com/i.png)"],
  ["see www.e.com", "see www\u200b.e.com"],
  ["thanks @user and @org/team", "thanks @\u200buser and @\u200borg/team"],
  ["closes #12, GH-13, a/b#14", "closes \\#\u200b12, GH-\u200b13, a/b\\#\u200b14"],
  ["# heading", "\\# heading"],
  ["- item", "\u200b- item"],
  ["1. item", "\u200b1. item"],
  ["a | b", "a \\| b"],
  ["*b* _i_ ~~s~~ `c`", "\\*b\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\`"],
  ["$x^2$", "&#36;x^2&#36;"],
  ["C:\\dir\\", "C:\\\\dir\\\\"],
  ["two\n\nblocks", "two blocks"],
  ["mail me@e.com, ftp://e.com", "mail me@\u200be.com, ftp:\u200b//e.com"],
  ["as of 0ff1ce5", "as of 0ff1ce\u200b5"],
  ["as of DEADBEEF01, o/r@1234567", "as of DEADBE\u200bEF01, o/r@\u200b123456\u200b7"],
  ["a".repeat(40), `${"aaaaaa\u200b".repeat(6)}aaaa`],
  ["no commits: 123456, feedback, 1,234,567, 2026-05-12", "no commits: 123456, feedback, 1,234,567, 2026-05-12"],
];
test.each(prose)("markdownProse of %j", (text, expected) => {
  expect(markdownProse(text)).toBe(expected);
});
