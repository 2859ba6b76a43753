import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { CLUSTER_OPTIONS, findMissing, OPERATOR_OPTIONS, SETTINGS, Workplace } from "./cli.ts";

// The built-in tiers on small data: hours on two cores, so that they are asked for. E2E_SPARK_VERSIONS: whose images there are.
const isAsked = process.env.E2E_MATRIX !== undefined;
const VERSIONS = process.env.E2E_SPARK_VERSIONS?.split(",");
const missing = isAsked ? await findMissing() : null;
if (missing !== null) process.stderr.write(`e2e of the matrix is skipped on clusters. ${missing}\n`);
const HOURS_MS = 3_600_000;
const WITHOUT_GPU = ["--exclude", "extensions=rapids", "--exclude", "extensions=iceberg+rapids"];

interface Tier {
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly sparkConf?: unknown;
}

/** Options for the built-in tiers with the versions at hand, `tiny` data, and executors that fit beside each other on two cores. */
function smallTiers(place: Workplace): readonly string[] {
  const { schema, tiers } = parse(readFileSync("workflows/tiers/tiers.yaml", "utf8"), { merge: true });
  const made = Object.entries<Tier>(tiers).map(([name, { sparkConf: _, ...tier }]) => {
    // All sizes stay known, since rules of a tier name them.
    const dataSize = ["tiny", "1gb", "11gb"];
    const dimensions = { ...tier.dimensions, dataSize, ...(VERSIONS && { sparkVersion: VERSIONS }) };
    return [name, { ...tier, dimensions, cores: 2, memoryMb: 1024, timeoutSeconds: 4 * 3600 }] as const;
  });
  const path = join(place.path, "tiers.yaml");
  writeFileSync(path, stringify({ schema, tiers: Object.fromEntries(made) }));
  return ["--tiers-file", path, "--only", "dataSize=tiny"];
}

/** Expects that all cases of a run passed at their first attempt, each operation with one checksum, and says what they ran on. */
function expectAllPassed(place: Workplace, out: string, on: string): void {
  const { cases } = place.results(out);
  const others = cases.filter(({ status, attempts }) => status !== "passed" || attempts !== 1);
  expect(others.map(({ name, status, reason, attempts }) => ({ name, status, reason, attempts }))).toEqual([]);
  const checksums = new Map<unknown, Set<string | null>>();
  for (const { dimensions, checksum } of cases) {
    checksums.set(dimensions.operation, (checksums.get(dimensions.operation) ?? new Set()).add(checksum));
  }
  for (const [operation, found] of checksums) expect(found.size, String(operation)).toBe(1);
  process.stdout.write(`${out}: ${cases.length} of ${cases.length} cases passed, on ${on}\n`);
}

describe.skipIf(!isAsked || missing !== null)("the matrix of the tiers on a cluster that stays", () => {
  const place = new Workplace();
  const cluster = ["--cluster", SETTINGS.provider, "--cluster-name", "e2e-matrix"];
  const options = [...smallTiers(place), ...cluster, "--keep-cluster", ...CLUSTER_OPTIONS, ...OPERATOR_OPTIONS];
  const on = `${SETTINGS.provider} with ${SETTINGS.image}`;
  afterAll(async () => {
    await place.run(["cleanup", ...cluster, "--all"]);
    place.remove();
    expect(execFileSync("docker", ["ps", "--all", "--format", "{{.Names}}"], { encoding: "utf8" })).not.toMatch(
      /^e2e-matrix/m,
    );
  });

  it("has all of p0_smoke pass from an empty cache, and again without a change", {
    timeout: 6 * HOURS_MS,
  }, async () => {
    for (const out of ["p0", "again"]) {
      const baseline = out === "p0" ? [] : ["--baseline", "p0"];
      const { code, stderr } = await place.run(["run", "--tier", "p0_smoke", ...options, "--out", out, ...baseline]);
      expectAllPassed(place, out, on);
      expect(code, stderr).toBe(0);
    }
  });

  it("has each pair of values of p2_full pass that needs no GPU", { timeout: 6 * HOURS_MS }, async () => {
    const { code, stderr } = await place.run([
      ...["run", "--tier", "p2_full", "--coverage", "pairwise", ...options, "--out", "p2", ...WITHOUT_GPU],
    ]);
    expectAllPassed(place, "p2", on);
    expect(code, stderr).toBe(0);
  });
});

describe.skipIf(!isAsked)("the matrix of the tiers on one machine", () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it("has each pair of values of p1_core pass that needs no cluster and no GPU", {
    timeout: 3 * HOURS_MS,
  }, async () => {
    const { code, stderr } = await place.run([
      ...["run", "--tier", "p1_core", "--coverage", "pairwise", ...smallTiers(place), "--out", "p1"],
      ...["--only", "mode=local,standalone", ...WITHOUT_GPU],
    ]);
    expectAllPassed(place, "p1", "one machine");
    expect(code, stderr).toBe(0);
  });
});
