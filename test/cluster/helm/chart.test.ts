import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChartSource, getChart, type UpstreamChart } from "../../../src/cluster/helm/chart.ts";
import { BadInputError, InfrastructureError } from "../../../src/lib/errors.ts";
import { type Fakes, makeFakes } from "../providers/fakes.ts";

const ARCHIVE = Buffer.from("the archive of the chart that was tested");
const SHA256 = createHash("sha256").update(ARCHIVE).digest("hex");
const INFO = { version: "1.2.3", appVersion: "v4.0.6" };
const FILE = "/some-chart-1.2.3/some-chart-1.2.3.tgz";
const CACHED = "cache/charts/some-chart-1.2.3/some-chart-1.2.3.tgz";
const SHOW = `
test ! -f "$3" || cp "$3" "$FAKE/shown"
echo "{name: some-chart, version: ${INFO.version}, appVersion: ${INFO.appVersion}}"`;

describe("a chart", () => {
  let fakes: Fakes;
  let server: Server;
  let releases: string;
  let served: Buffer | null;
  let asked: string[];
  beforeEach(async () => {
    fakes = makeFakes();
    fakes.program("helm", SHOW);
    [served, asked] = [ARCHIVE, []];
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(served === null ? 404 : 200).end(served);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    releases = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    fakes.remove();
  });

  const get = (source: ChartSource | null = null, given: Partial<UpstreamChart> = {}) => {
    const chart: UpstreamChart = {
      ...{ name: "some-chart", repository: "https://charts.test", version: "1.2.3", releases, sha256: SHA256 },
      ...{ maxBytes: 1_000, title: "Something", option: "--some-chart" },
      ...given,
    };
    const { environment, cacheDirectory } = fakes;
    const context = { helm: fakes.path("bin/helm"), environment, cacheDirectory, firstDelayMs: 1 };
    return getChart(chart, source, { ...context, signal: new AbortController().signal });
  };
  const failureOf = (promise: Promise<unknown>): Promise<InfrastructureError> =>
    promise.then(
      () => expect.fail("it did not fail"),
      (error) => error,
    );

  it.each([
    ["unless something else is asked for", null],
    ["where it is asked for by its number", { kind: "version", version: "1.2.3" } as const],
  ])("is the archive with the checksum that is pinned %s", async (_, source) => {
    expect(await get(source)).toEqual({ ...INFO, args: [fakes.path(CACHED)], note: null });
    expect(asked).toEqual([FILE]);
    expect(fakes.calls("helm")).toEqual([`helm show chart FOLDER/${CACHED}`]);
    expect(fakes.read("shown")).toBe(ARCHIVE.toString());
  });

  it("is downloaded once", async () => {
    await get();
    served = null;
    expect(await get()).toEqual({ ...INFO, args: [fakes.path(CACHED)], note: null });
    expect(asked).toEqual([FILE]);
  });

  it("is refused where it was replaced, and never given to helm", async () => {
    served = Buffer.concat([ARCHIVE, Buffer.from("!")]);
    const found = createHash("sha256").update(served).digest("hex");
    const error = await failureOf(get());
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error.message).toBe(
      `The chart of Something is not the one that was tested, and was not installed: ${releases}${FILE} has the SHA-256 ${found}, and ${SHA256} is pinned.`,
    );
    expect(error.hint).toContain("--some-chart PATH");
    expect(fakes.calls("helm")).toEqual([]);
    expect(readdirSync(fakes.path("cache/charts"))).toEqual([]);
  });

  it("is had anew where it was replaced in the cache", async () => {
    mkdirSync(fakes.path("cache/charts/some-chart-1.2.3"), { recursive: true });
    writeFileSync(fakes.path(CACHED), "another archive");
    await get();
    expect(asked).toEqual([FILE]);
    expect(fakes.read("shown")).toBe(ARCHIVE.toString());
    expect(readFileSync(fakes.path(CACHED))).toEqual(ARCHIVE);
  });

  it("is read up to a limit", async () => {
    const error = await failureOf(get(null, { maxBytes: ARCHIVE.length - 1 }));
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error.message).toBe(
      `The chart of Something could not be had: ${releases}${FILE}: It has more than 39 B, which is the most that is read`,
    );
    expect(asked).toEqual([FILE]);
    expect(await get(null, { maxBytes: ARCHIVE.length })).toMatchObject(INFO);
  });

  it("can be given where it cannot be downloaded", async () => {
    served = null;
    const error = await failureOf(get());
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error.message).toBe(`The chart of Something could not be had: ${releases}${FILE} answers HTTP 404`);
    expect(error.hint).toContain("--some-chart PATH");
    const path = fakes.path("mine.tgz");
    expect(await get({ kind: "path", path })).toEqual({ ...INFO, args: [path], note: null });
    expect(asked).toEqual([FILE]);
  });

  it("of another version is helm's to get, which is said", async () => {
    expect(await get({ kind: "version", version: "1.2.4" })).toEqual({
      ...INFO,
      args: ["some-chart", "--repo", "https://charts.test", "--version", "1.2.4"],
      note: "chart 1.2.4 not checked: a checksum is pinned for 1.2.3 only",
    });
    expect(fakes.calls("helm")).toEqual(["helm show chart some-chart --repo https://charts.test --version 1.2.4"]);
    expect(asked).toEqual([]);
  });

  it("that helm cannot read is bad input where it was given", async () => {
    fakes.program("helm", "echo 'Error: Chart.yaml file is missing' >&2; exit 1");
    const error = await failureOf(get({ kind: "path", path: "/mine" }));
    expect(error).toBeInstanceOf(BadInputError);
    expect(error.message).toBe("/mine is no Helm chart: Chart.yaml file is missing");
  });
});
