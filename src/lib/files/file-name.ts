import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";

/** What one part of a path may have on common file systems. */
const LONGEST_BYTES = 255;
/** Kept free for what is put behind a name: `.json`, `-baseline`, the number of an attempt. */
const LONGEST_SUFFIX_BYTES = 40;
const DIGEST_LENGTH = 8;

/**
 * What GitHub's artifacts refuse in the paths of files and, the slashes, in their own names
 * (https://github.com/actions/toolkit/blob/main/packages/artifact/src/internal/upload/path-and-artifact-name-validation.ts), and other
 * characters that drive a terminal.
 */
const REFUSED = /[":<>|*?\\/]|\p{Cc}|\p{Surrogate}/u;
/** Names of Windows' devices, whatever follows a point. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
/** Windows drops points and spaces at a name's end; names of nothing but points are folders. */
const ENDS_IN_NOTHING = /[. ]$/;

/** Whether a path below a folder, with slashes, can be in an artifact. */
export function isArtifactPath(path: string): boolean {
  return path.split("/").every((part) => !REFUSED.test(part));
}

/** What Node.js puts in place of bytes that are no UTF-8. */
const LOST = "\uFFFD";

/** Whether the name that a folder's listing gives leads to nothing, since the file's own name is not UTF-8. */
export async function isLostName(path: string): Promise<boolean> {
  return (
    path.includes(LOST) &&
    (await lstat(path).then(
      () => false,
      () => true,
    ))
  );
}

/**
 * A text as the name of a file or an artifact, which every file system takes with a suffix behind it. A text that is one already stays as it
 * is; another gets a digest of the whole, so that two of them do not become one.
 */
export function toFileName(text: string): string {
  const room = LONGEST_BYTES - LONGEST_SUFFIX_BYTES;
  const isRefused = [REFUSED, DEVICE, ENDS_IN_NOTHING].some((pattern) => pattern.test(text));
  if (text !== "" && !isRefused && Buffer.byteLength(text) <= room) return text;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, DIGEST_LENGTH);
  const safe = text.replace(new RegExp(REFUSED.source, "gu"), "-").replace(DEVICE, "_$&");
  return `${cutBytes(safe, room - DIGEST_LENGTH - 1)}-${digest}`;
}

function cutBytes(text: string, most: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return kept;
}
