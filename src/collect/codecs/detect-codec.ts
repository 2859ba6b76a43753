import type { Decode, DecodeLater } from "./decode.ts";
import { decodeGzip, GZIP_MAGIC } from "./gzip.ts";
import { decodeLz4Block, LZ4_BLOCK_MAGIC } from "./lz4-block.ts";
import { decodeLzf, LZF_MAGIC } from "./lzf.ts";
import { decodeSnappyJava, SNAPPY_JAVA_MAGIC } from "./snappy-java.ts";
import { decodeZstd, prepareZstd, ZSTD_MAGIC } from "./zstd.ts";

/** Of a file's beginning: enough to tell its format, and mostly its first events. */
export const HEAD_BYTES = 64 * 1024;

/** What some editors put before a text in UTF-8. */
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function* passThrough(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  yield* chunks;
}

export interface Codec {
  readonly magics: readonly Buffer[];
  readonly decode: Decode | DecodeLater;
  /** To be awaited before decoding. */
  readonly prepare?: () => Promise<void>;
}

/** By content: people rename files, and an event log in progress has a second suffix. */
const CODECS: readonly Codec[] = [
  { magics: [ZSTD_MAGIC], decode: decodeZstd, prepare: prepareZstd },
  { magics: [LZ4_BLOCK_MAGIC], decode: decodeLz4Block },
  { magics: [SNAPPY_JAVA_MAGIC], decode: decodeSnappyJava },
  { magics: [0, 1].map((type) => Buffer.from([...LZF_MAGIC, type])), decode: decodeLzf },
  { magics: [GZIP_MAGIC], decode: decodeGzip },
];
export const PLAIN_TEXT: Codec = { magics: [Buffer.from("{")], decode: passThrough };

const ZIP_MAGICS: readonly Buffer[] = ["504b0304", "504b0506"].map((magic) => Buffer.from(magic, "hex"));

/** Formats that neither Spark writes nor this reads, but that people put logs into. */
const FOREIGN: readonly { readonly magic: Buffer; readonly name: string; readonly hint: string }[] = [
  {
    magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]),
    name: "a standard LZ4 frame, which Spark does not write",
    hint: "Decompress it first: lz4 -d.",
  },
  { magic: Buffer.from("BZh"), name: "compressed by bzip2", hint: "Decompress it first: bzip2 -d." },
  { magic: Buffer.from("fd377a585a00", "hex"), name: "compressed by xz", hint: "Decompress it first: xz -d." },
  ...["fffe", "feff"].map((magic) => ({
    magic: Buffer.from(magic, "hex"),
    name: "text in UTF-16, as PowerShell writes it",
    hint: "Convert it first: iconv -f UTF-16 -t UTF-8.",
  })),
  {
    magic: Buffer.from("["),
    name: "a JSON array",
    hint: "An event log has one event a line: jq -c '.[]' makes it of an array of events.",
  },
];

/** How to decode a file that begins so; undefined for what is no event log. */
export function detectCodec(head: Buffer): Codec | undefined {
  return (
    CODECS.find(({ magics }) => magics.some((magic) => startsWith(head, magic))) ??
    (startsWith(skipMargin(head), PLAIN_TEXT.magics[0]!) ? PLAIN_TEXT : undefined)
  );
}

export function isZip(head: Buffer): boolean {
  return ZIP_MAGICS.some((magic) => startsWith(head, magic));
}

/** Text without what editors put before it: a byte order mark, blank lines. */
export function skipMargin(head: Buffer): Buffer {
  let start = startsWith(head, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (start < head.length && head[start]! <= 0x20) start += 1;
  return head.subarray(start);
}

/** What a file is that is none of these formats, in words, and what to do. */
export function describeForeignFormat(head: Buffer): { readonly name: string; readonly hint: string } | undefined {
  return FOREIGN.find(({ magic }) => startsWith(head, magic));
}

function startsWith(head: Buffer, magic: Buffer): boolean {
  return head.length >= magic.length && head.compare(magic, 0, magic.length, 0, magic.length) === 0;
}
