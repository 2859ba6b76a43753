import { describe, expect, it } from "vitest";
import { compareVersions, findVersion, isAtLeast } from "../../src/lib/versions.ts";

describe("compareVersions", () => {
  it.each([
    ["3.5.9", "4.1.4"],
    ["4.0.9", "4.0.10"],
    ["4.0.9", "4.0.9.2"],
    ["4.0.0-preview1", "4.0.0"],
    ["4.0.0-preview1", "4.0.0-preview2"],
    ["4.0.0-preview9", "4.0.0-preview10"],
    ["4.0.0-preview2", "4.0.0-rc1"],
    ["4.0.0-SNAPSHOT", "4.0"],
    ["3.5.9", "4.0.0-preview1"],
    ["3.14.0b2", "3.14.0rc1"],
    ["3.14.0rc1", "3.14.0"],
    ["17-ea", "17.0.9+9"],
    ["v3.9.4", "v3.14.0"],
    ["latest", "1.0.0"],
  ])("has %s before %s", (older, newer) => {
    expect(Math.sign(compareVersions(older, newer))).toBe(-1);
    expect(Math.sign(compareVersions(newer, older))).toBe(1);
  });

  it.each([
    ["4.1", "4.1.0"],
    ["4", "4.0.0"],
    ["v1.38.1", "1.38.1"],
    ["17.0.9+9", "17.0.9"],
    ["v3.19.0+g3d8990f", "3.19.0"],
    ["4.0.0-preview1", "4.0.0-preview1"],
  ])("takes %s and %s for the same", (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
    expect(compareVersions(b, a)).toBe(0);
  });
});

describe("isAtLeast", () => {
  it.each([
    ["4.1.4", "4.0", true],
    ["4.0.0-preview1", "4.0", true],
    ["3.5.9", "4", false],
    ["v1.25.0-gke.200", "1.25.0", true],
    ["v1.24.17-eks-1a2b3c", "1.25.0", false],
    ["3.9.18", "3.10", false],
    ["4.0.5", "4.0.5", true],
    ["4.0.5", "4.0.6", false],
  ])("%s against %s: %s", (version, minimum, enough) => {
    expect(isAtLeast(version, minimum)).toBe(enough);
  });
});

describe("findVersion", () => {
  it.each([
    ["kind v0.33.0 go1.26.8 linux/amd64", "0.33.0"],
    ["v3.19.0+g3d8990f", "3.19.0"],
    ["argo: v4.0.6", "4.0.6"],
    ["v10.0.0", "10.0.0"],
    ["v0.0.0-unset", null],
    ["devel", null],
    ["7d3fa12", null],
  ])("%s: %s", (text, version) => {
    expect(findVersion(text)).toBe(version);
  });
});
