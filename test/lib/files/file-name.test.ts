import { describe, expect, it } from "vitest";
import { isArtifactPath, toFileName } from "../../../src/lib/files/file-name.ts";

describe("toFileName", () => {
  it.each(["spark-loadtest-quick", "a b.c+d_e", ".hidden", "größe", "a".repeat(215), "constructor"])(
    "leaves %j as it is",
    (name) => {
      expect(toFileName(name)).toBe(name);
    },
  );

  it.each([
    ["a:b", /^a-b-[0-9a-f]{8}$/],
    ["build (linux, 3.5) / job", /^build \(linux, 3\.5\) - job-[0-9a-f]{8}$/],
    ['"<>|*?\\', /^-{7}-[0-9a-f]{8}$/],
    ["a\r\nb\tc", /^a--b-c-[0-9a-f]{8}$/],
    ["..", /^\.\.-[0-9a-f]{8}$/],
    ["con", /^_con-[0-9a-f]{8}$/],
    ["LPT1.sh", /^_LPT1\.sh-[0-9a-f]{8}$/],
    ["a.", /^a\.-[0-9a-f]{8}$/],
    ["", /^-[0-9a-f]{8}$/],
  ])("makes one of %j", (text, name) => {
    expect(toFileName(text)).toMatch(name);
    expect(toFileName(toFileName(text))).toBe(toFileName(text));
  });

  it("leaves room for a suffix, in bytes, and cuts no character", () => {
    for (const text of ["x".repeat(252), "ö".repeat(200), "🙂".repeat(100)]) {
      const name = toFileName(text);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(215);
      expect(Buffer.byteLength(name)).toBeGreaterThan(205);
      expect(name).toMatch(/^(x+|ö+|(🙂)+)-[0-9a-f]{8}$/u);
    }
  });

  it("gives two texts two names", () => {
    const texts = ["a:b", "a?b", "a-b", `${"x".repeat(300)}1`, `${"x".repeat(300)}2`];
    expect(new Set(texts.map(toFileName)).size).toBe(texts.length);
  });
});

it.each([
  ["logs/a b.log", true],
  ["logs/a:b.log", false],
  ["logs/a\nb.log", false],
  ["eventlogs/x?/log", false],
  ["a\\b", false],
])("%j can be in an artifact: %s", (path, can) => {
  expect(isArtifactPath(path)).toBe(can);
});
