import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { compress } from "snappyjs";
import type { MetricFamily, Point } from "../../report/metrics/families.ts";

/** What a receiver takes at once; Prometheus itself sends smaller ones, limits begin at a hundred times as much. */
const SERIES_A_REQUEST = 10_000;

export const REMOTE_WRITE_HEADERS = {
  "content-type": "application/x-protobuf",
  "content-encoding": "snappy",
  "x-prometheus-remote-write-version": "0.1.0",
};

/**
 * Metrics as bodies of requests of Prometheus' remote write 1.0, each series with one sample.
 *
 * https://prometheus.io/docs/specs/prw/remote_write_spec/
 *
 * @param atMs of all samples, in milliseconds since 1970
 */
export function encodeRemoteWrite(families: readonly MetricFamily[], atMs: number): Uint8Array[] {
  const series = families.flatMap(({ name, points }) => points.map((point) => ({ name, point })));
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < series.length; from += SERIES_A_REQUEST) {
    const request = new BinaryWriter();
    for (const { name, point } of series.slice(from, from + SERIES_A_REQUEST)) {
      writeSeries(request.tag(1, WireType.LengthDelimited).fork(), name, point, atMs).join();
    }
    bodies.push(compress(request.finish()));
  }
  return bodies;
}

function writeSeries(writer: BinaryWriter, name: string, { labels, value }: Point, atMs: number): BinaryWriter {
  const all: [string, string][] = [["__name__", name], ...Object.entries(labels)];
  // An empty label is none; receivers want the names in order.
  const sorted = all.filter(([, text]) => text !== "").sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [label, text] of sorted) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(label);
    writer.tag(2, WireType.LengthDelimited).string(text);
    writer.join();
  }
  writer.tag(2, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Bit64).double(value);
  writer.tag(2, WireType.Varint).int64(atMs);
  return writer.join();
}
