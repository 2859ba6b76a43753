import { compareVersions, isAtLeast } from "../../../lib/versions.ts";

/** What wheels are wanted for. */
interface WheelTarget {
  /** "3.11" */
  readonly python: string;
  /** As wheels name it: "x86_64". */
  readonly machine: string;
}

interface MissingPackage {
  /** Of the project in the index. */
  readonly name: string;
  /** Of its file, as far as it is known. */
  readonly file: string;
}

/** PySpark is published as what it is built from. */
const SOURCES: ReadonlySet<string> = new Set(["pyspark"]);
/**
 * Packages that a folder has no file of.
 *
 * @param requirements lines with a version each; their markers compare Python's version
 * @param files names of the folder's files
 */
export function missingPackages(
  requirements: readonly string[],
  target: WheelTarget,
  files: readonly string[],
): MissingPackage[] {
  const wanted = requirements.flatMap((text) => text.split("\n")).flatMap(parseRequirement);
  return wanted.flatMap(({ name, version, marker }) => {
    if (!applies(marker, target)) return [];
    const stem = `${normalize(name)}-${version}`;
    const isThere = files.some((file) => {
      const [project, ...rest] = file.split("-");
      const found = [normalize(project!), ...rest].join("-");
      return found === `${stem}.tar.gz` || (found.startsWith(`${stem}-`) && fits(found, target));
    });
    return isThere ? [] : [{ name, file: SOURCES.has(name) ? `${stem}.tar.gz` : `${stem}-*.whl` }];
  });
}

/** One, or none in a line of checksums or a comment. */
function parseRequirement(line: string) {
  const [pinned = "", marker = ""] = line.split(/--hash|\\/)[0]!.split(";");
  const [name = "", version] = pinned.trim().split("==");
  return version === undefined || name.startsWith("#") ? [] : [{ name, version, marker: marker.trim() }];
}

/** Any other marker than those that the lists of this tool have is taken to apply. */
function applies(marker: string, { python }: WheelTarget): boolean {
  const [variable, operator, quoted = ""] = marker.split(" ");
  const version = quoted.replaceAll("'", "").replace(/\.\*$/, "");
  if (variable !== "python_full_version") return true;
  if (operator === "==") return compareVersions(python, version) === 0;
  return isAtLeast(python, version) === (operator === ">=");
}

/** Whether a wheel may be for a Python and a machine, by its name: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
function fits(wheel: string, { python, machine }: WheelTarget): boolean {
  const [pythons = "", abi = "", platform = ""] = wheel
    .replace(/\.whl$/, "")
    .split("-")
    .slice(-3);
  const isPython = pythons.split(".").some((tag) => tag === "py3" || tag === `cp${python.replace(".", "")}`);
  return (isPython || abi.includes("abi3")) && (platform === "any" || platform.includes(machine));
}

/** As names are compared, and as they stand in the names of wheels. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "_");
}
