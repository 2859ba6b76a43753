/**
 * Negative, 0 or positive as `a` is older than, as new as, or newer than `b`. Numbers are compared as numbers, absent ones as 0; a
 * prerelease ("4.0.0-preview1", "3.14.0rc1") comes before its release, and a build ("17.0.9+9") does not count.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const difference = compareNumbers(left.numbers, right.numbers);
  if (difference !== 0 || left.prerelease === right.prerelease) return difference;
  if (left.prerelease === "" || right.prerelease === "") return left.prerelease === "" ? 1 : -1;
  return left.prerelease.localeCompare(right.prerelease, "en", { numeric: true });
}

/**
 * Whether the numbers of a version are those of `minimum` or higher. What follows them does not count: "4.0.0-preview1" and
 * "4.0.0-gke.1" (a vendor's build, not a prerelease) are at least 4.0.
 */
export function isAtLeast(version: string, minimum: string): boolean {
  return compareNumbers(parse(version).numbers, parse(minimum).numbers) >= 0;
}

/** The three numbers of the first version in a text: "3.19.0" in "v3.19.0+g3d8990f"; null for none, and for a development build's 0.0.0. */
export function findVersion(text: string): string | null {
  const version = /(?<!\d)\d+\.\d+\.\d+/.exec(text)?.[0];
  return version === undefined || version === "0.0.0" ? null : version;
}

/** The first numbers of a version: "4.1" for "4.1.4", and of one number "4". */
export function lineOf(version: string, numbers = 2): string {
  return version.split(".").slice(0, numbers).join(".");
}

function parse(version: string): { readonly numbers: readonly number[]; readonly prerelease: string } {
  const [, numbers = "", rest = ""] = /^v?([\d.]*)([^+]*)/.exec(version) ?? [];
  return { numbers: numbers.split(".").map(Number), prerelease: rest.replace(/^-/, "") };
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
