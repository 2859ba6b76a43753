import type { Decode } from "./decode.ts";
import { decodeLz4Block, LZ4_BLOCK_MAGIC } from "./lz4-block.ts";
import { decodeLzf, LZF_MAGIC } from "./lzf.ts";
import { decodeSnappyJava, SNAPPY_JAVA_MAGIC } from "./snappy-java.ts";
import { decodeZstd, prepareZstd, ZSTD_MAGIC } from "./zstd.ts";

/** Bytes of a file's beginning that tell its format. */
export const SNIFF_BYTES = 16;

function* passThrough(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  yield* chunks;
}

interface Codec {
  readonly magics: readonly Buffer[];
  readonly decode: Decode;
  /** To be awaited before decoding. */
  readonly prepare?: () => Promise<void>;
}

/** By content: people rename files, and an event log in progress has a second suffix. */
const CODECS: readonly Codec[] = [
  { magics: [ZSTD_MAGIC], decode: decodeZstd, prepare: prepareZstd },
  { magics: [LZ4_BLOCK_MAGIC], decode: decodeLz4Block },
  { magics: [SNAPPY_JAVA_MAGIC], decode: decodeSnappyJava },
  { magics: [0, 1].map((type) => Buffer.from([...LZF_MAGIC, type])), decode: decodeLzf },
  { magics: [Buffer.from("{")], decode: passThrough },
];

/** Formats that Spark does not write but that people put logs into. */
const FOREIGN: readonly { readonly magic: Buffer; readonly name: string; readonly hint: string }[] = [
  {
    magic: Buffer.from([0x50, 0x4b, 0x03, 0x04]),
    name: "a zip archive",
    hint: "Unzip it first: a History Server's /logs answer is a zip of the event log.",
  },
  { magic: Buffer.from([0x1f, 0x8b]), name: "compressed by gzip", hint: "Decompress it first: gzip -d." },
  {
    magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]),
    name: "a standard LZ4 frame, which Spark does not write",
    hint: "Decompress it first: lz4 -d.",
  },
];

/** How to decode a file that begins so; undefined for what is no event log. */
export function detectCodec(head: Buffer): Codec | undefined {
  return CODECS.find(({ magics }) => magics.some((magic) => startsWith(head, magic)));
}

/** What a file is that is none of Spark's formats, in words, and what to do. */
export function describeForeignFormat(head: Buffer): { readonly name: string; readonly hint: string } | undefined {
  return FOREIGN.find(({ magic }) => startsWith(head, magic));
}

function startsWith(head: Buffer, magic: Buffer): boolean {
  return head.length >= magic.length && head.compare(magic, 0, magic.length, 0, magic.length) === 0;
}
