import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pushMetrics } from "../../src/publish/push/push-metrics.ts";
import { readPushTarget } from "../../src/publish/push/target.ts";
import { toMetricFamilies } from "../../src/report/metrics/families.ts";
import { fullTier, regression } from "../report/runs.ts";

const PROGRAM = ["prometheus-pushgateway", "pushgateway"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (PROGRAM === undefined) {
  process.stderr.write("e2e of the Pushgateway is skipped: install it (Debian's package prometheus-pushgateway).\n");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(PROGRAM === undefined)("a real Pushgateway", () => {
  let gateway: ChildProcess;
  let url: string;

  beforeAll(async () => {
    url = `http://127.0.0.1:${await freePort()}`;
    // Debian's keeps what it has in a file that all of them share.
    const options = [`--web.listen-address=${new URL(url).host}`, "--persistence.file="];
    gateway = spawn(PROGRAM!, options, { stdio: "ignore" });
    while (
      !(await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(100);
  });
  afterAll(() => gateway.kill());

  const series = async () => (await (await fetch(`${url}/metrics`)).text()).match(/^spark_loadtest_.*$/gm) ?? [];

  it("has the last run of each tier, and nothing of those before", async () => {
    const target = readPushTarget(url, undefined);
    const large = toMetricFamilies(fullTier().results, fullTier().verdict);
    const { results, verdict } = regression();
    const small = toMetricFamilies(results, verdict);
    const count = (families: typeof large) => families.reduce((sum, { points }) => sum + points.length, 0);
    await pushMetrics(large, target, { tier: "p2_full", environment: {} });
    await pushMetrics(small, target, { tier: "quick", environment: {} });
    expect((await series()).length).toBe(count(large) + count(small));
    await pushMetrics(small.slice(0, 3), target, { tier: "quick", environment: {} });
    const quick = (await series()).filter((line) => line.includes('tier="quick"'));
    expect(quick.length).toBe(count(small.slice(0, 3)));
  });
});
