import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { missingPackages } from "../../../../src/engine/local/install/missing-packages.ts";

const CLIENT_4 = readFileSync("images/requirements-4.txt", "utf8");
const CLIENT_3 = readFileSync("images/requirements-3.txt", "utf8");
const target = { python: "3.11", machine: "x86_64" };
const missing = (text: string, python: string, files: readonly string[] = []) =>
  missingPackages([text], { ...target, python }, files).map(({ file }) => file);

// What pip downloads for Python 3.11 on x86-64 of images/requirements-4.txt.
const WHEELS = [
  "googleapis_common_protos-1.76.0-py3-none-any.whl",
  "grpcio-1.85.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
  "grpcio_status-1.85.3-py3-none-any.whl",
  "numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
  "pandas-3.1.1-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
  "protobuf-7.36.2-cp310-abi3-manylinux2014_x86_64.whl",
  "pyarrow-26.0.1-cp311-cp311-manylinux_2_28_x86_64.whl",
  "python_dateutil-4.0.0-py3-none-any.whl",
  "typing_extensions-4.16.0-py3-none-any.whl",
  "tzdata-2026.6-py2.py3-none-any.whl",
  "zstandard-0.25.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
];

it("finds all of them among the wheels that a package index has", () => {
  expect(missing(CLIENT_4, "3.11", WHEELS)).toEqual([]);
});

it.each(WHEELS)("misses %s where it is not there", (wheel) => {
  const left = WHEELS.filter((each) => each !== wheel);
  expect(missing(CLIENT_4, "3.11", left)).toEqual([`${wheel.split("-").slice(0, 2).join("-")}-*.whl`]);
});

it("wants what the markers say for the Python that it is for", () => {
  expect(missing(CLIENT_3, "3.8").slice(0, 4)).toEqual([
    "googleapis_common_protos-1.73.0-*.whl",
    "grpcio-1.70.0-*.whl",
    "grpcio_status-1.70.0-*.whl",
    "numpy-1.24.4-*.whl",
  ]);
  expect(missing(CLIENT_4, "3.10").filter((name) => name.startsWith("numpy"))).toEqual(["numpy-2.2.6-*.whl"]);
  expect(missing(CLIENT_4, "3.13").filter((name) => name.startsWith("numpy"))).toEqual(["numpy-2.5.5-*.whl"]);
});

it("counts wheels of another Python or machine as missing", () => {
  const wheel = "grpcio-1.85.3-cp310-cp310-manylinux2014_x86_64.whl";
  const other = "grpcio-1.85.3-cp311-cp311-manylinux2014_aarch64.whl";
  expect(missing("grpcio==1.85.3 --hash=sha256:00", "3.11", [wheel, other])).toEqual(["grpcio-1.85.3-*.whl"]);
});

it("names PySpark as it is published", () => {
  const lines = "pyspark==3.5.9 --hash=sha256:00\npy4j==0.10.9.7 --hash=sha256:00 --hash=sha256:11";
  expect(missing(lines, "3.11", ["py4j-0.10.9.7-py2.py3-none-any.whl"])).toEqual(["pyspark-3.5.9.tar.gz"]);
  expect(missing(lines, "3.11", ["pyspark-3.5.9.tar.gz", "py4j-0.10.9.7.tar.gz"])).toEqual([]);
});

it("knows every marker of the lists", () => {
  const markers = [...`${CLIENT_3}${CLIENT_4}`.matchAll(/ ; (.*?) \\/g)].map(([, marker]) => marker!);
  expect(markers.filter((marker) => !/^python_full_version (<|>=|==) '[\d.]+(\.\*)?'$/.test(marker))).toEqual([]);
  expect(markers.length).toBeGreaterThan(10);
});
