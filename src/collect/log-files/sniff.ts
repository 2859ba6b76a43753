import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import {
  describeForeignFormat,
  detectCodec,
  HEAD_BYTES,
  isZip,
  PLAIN_TEXT,
  skipMargin,
} from "../codecs/detect-codec.ts";
import { GZIP_MAGIC } from "../codecs/gzip.ts";

/** Of a gzip file what is decompressed to see what is in it; 4 MB at most come out. */
const GZIP_HEAD_BYTES = 4 * 1024;

/** Files that have a use of their own beside logs, whatever they quote. */
const OTHER_BY_NAME = /\.(md|html?|xml|css|js|py|sh|ya?ml|csv|parquet|png|svg)$/i;
const MAYBE_BY_NAME = /(^stdout|^stderr|\.(jsonl?|txt|log|out|err|tmp))$/i;
/** Spark's and Hadoop's marks of what is finished or under way. */
const MARKER = /^(_SUCCESS|_started_\d+|_committed_\d+|appstatus_.*)$/;

export type FileKind = "log" | "zip" | { readonly passedOver: string };

/** The first bytes of a file. Throws what the file system throws. */
export function readHead(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What a file is that lies in a folder which is searched for logs: by its content, since people give logs all kinds of names. Logs that
 * are empty or cannot be read are logs, so that they are reported; null for files that Spark puts there and that say nothing.
 */
export function classifyFile(file: string, name: string): FileKind | null {
  if (MARKER.test(name)) return null;
  if (OTHER_BY_NAME.test(name)) return { passedOver: "is no event log by its name" };
  let head: Buffer;
  try {
    head = readHead(file);
  } catch {
    return "log";
  }
  if (head.length === 0) return MAYBE_BY_NAME.test(name) ? { passedOver: "is empty" } : "log";
  if (isZip(head)) return "zip";
  if (isEmptyGzip(head)) return { passedOver: "is empty once it is decompressed" };
  const wrapped = describeWrapped(head);
  if (wrapped !== undefined) return { passedOver: `is ${wrapped.name}` };
  const codec = detectCodec(head);
  if (codec !== undefined && codec !== PLAIN_TEXT && !head.subarray(0, 2).equals(GZIP_MAGIC)) return "log";
  if (holdsEvents(head)) return "log";
  const foreign = describeForeignFormat(head);
  return { passedOver: foreign === undefined ? "begins like no event log" : `is ${foreign.name}` };
}

const TAR_MAGIC = Buffer.from("ustar");
const TAR_MAGIC_AT = 257;
/** As jq and editors lay it out, after white space. */
const INDENTED = /^\{\s*\n\s+"[^"]*"\s*:/;

/** What a file is that holds events, mostly, in a form that cannot be read, in words, and what to do; undefined for all others. */
export function describeWrapped(head: Buffer): { readonly name: string; readonly hint: string } | undefined {
  const isGzip = head.subarray(0, 2).equals(GZIP_MAGIC);
  const content = isGzip ? unzipHead(head) : head;
  if (content.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length).equals(TAR_MAGIC))
    return { name: "a tar archive", hint: "Unpack it first: tar -xf." };
  if (content.length > 0 && content.every((byte) => byte === 0))
    return {
      name: "nothing but zeros, as an empty tar archive or a file that was never written is",
      hint: "Fetch or make it again.",
    };
  if (isGzip && content.subarray(0, 2).equals(GZIP_MAGIC))
    return { name: "compressed by gzip twice", hint: "Decompress it once first: gzip -d." };
  const text = skipMargin(content).toString("latin1");
  if (INDENTED.test(text) && /\n[ \t]+"Event"[ \t]*:[ \t]*"/.test(text))
    return { name: "indented JSON", hint: "An event log has one event a line: jq -c . makes it of indented events." };
  return undefined;
}

/** Whether the first bytes of a text, plain or compressed by gzip, have a line that is an event, or begins like one. */
export function holdsEvents(head: Buffer): boolean {
  const text = skipMargin(head.subarray(0, 2).equals(GZIP_MAGIC) ? unzipHead(head) : head).toString("latin1");
  const firstLine = text.split("\n", 1)[0]!;
  return (firstLine.startsWith("{") && /"Event"\s*:\s*"/.test(firstLine)) || /\n\{ ?"Event" ?: ?"/.test(text);
}

function isEmptyGzip(head: Buffer): boolean {
  if (!head.subarray(0, 2).equals(GZIP_MAGIC)) return false;
  try {
    return gunzipSync(head.subarray(0, GZIP_HEAD_BYTES)).length === 0;
  } catch {
    // It is longer, or damaged.
    return false;
  }
}

/** Less and less of it where it is damaged: Node gives nothing of what has damage in it. */
function unzipHead(head: Buffer): Buffer {
  for (let bytes = Math.min(head.length, GZIP_HEAD_BYTES); bytes > 0; bytes >>= 1) {
    try {
      return gunzipSync(head.subarray(0, bytes), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      // The damage is in these bytes.
    }
  }
  return Buffer.alloc(0);
}
