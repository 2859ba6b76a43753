import { toPrintable, UNPRINTABLE } from "../../lib/text/printable.ts";

/**
 * Text from logs, tier files and other people's documents, made harmless for each place it is shown in. Case names, reasons, property
 * values and log lines are whatever a cluster, a script or an attacker's pull request put there.
 */

/** Longest text of one field that a report shows; a stack trace of megabytes belongs into the log. */
const LONGEST_FIELD = 4000;

const NOT_CLEAN = new RegExp(`\\r|${UNPRINTABLE.source}`, "u");

/** The text with what cannot be shown replaced by U+FFFD and its length bounded; line ends become "\n". */
export function cleanText(text: string): string {
  const over = text.length - LONGEST_FIELD;
  if (over <= 0 && !NOT_CLEAN.test(text)) return text;
  const bounded = over <= 0 ? text : `${text.slice(0, LONGEST_FIELD)}… (${over} more characters)`;
  return toPrintable(bounded);
}

/**
 * A document in which every string and key went through {@link cleanText}. Parts that need no change are not copied: a run of a
 * thousand cases has millions of numbers.
 */
export function cleanDocument<T>(value: T): T {
  return cleanValue(value, new Set()) as T;
}

/** `cleanKeys` are keys that were found clean before: a document has millions of them, and a hundred different ones. */
function cleanValue(value: unknown, cleanKeys: Set<string>): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => cleanValue(item, cleanKeys));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value);
  let changed = false;
  for (const entry of entries) {
    const [key, item] = entry;
    if (!cleanKeys.has(key)) {
      entry[0] = cleanText(key);
      if (entry[0] === key) cleanKeys.add(key);
      else changed = true;
    }
    if (typeof item === "number") continue;
    entry[1] = cleanValue(item, cleanKeys);
    if (entry[1] !== item) changed = true;
  }
  return changed ? Object.fromEntries(entries) : value;
}

/** The text on one line, cut after `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length <= longest
    ? line
    : `${characters
        .slice(0, longest - 1)
        .join("")
        .trimEnd()}…`;
}

/** The first line that says something, cut after `longest` characters: of a stack trace what was thrown. */
export function firstLine(text: string, longest: number): string {
  return oneLine(text.trimStart().split("\n", 1)[0] ?? "", longest);
}

/** A Markdown code span: GitHub looks for no mentions, references, links or markup in it. Holds in table cells too. */
export function markdownCode(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "";
  const longestRun = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  // A backslash before the escaped pipe would be read as an escaped backslash, and the cell would end there.
  const inner = line.replace(/\\(?=\|)/g, "\\ ").replaceAll("|", "\\|");
  return `${fence}${padding}${inner}${padding}${fence}`;
}

/** Zero-width space: ends what GitHub would take for a mention, a reference or an address, and shows nothing. */
const BREAK = "\u200B";

/** What GitHub takes for a commit: 7 to 40 hexadecimal digits that stand alone. */
const COMMIT = /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/gi;

/** Prose for Markdown on one line: reads as written, and nothing in it is markup, HTML, a mention, a reference or a link. */
export function markdownProse(text: string): string {
  return (
    text
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[\\`*_{}[\]#|~]/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replace(/^([-=+]|\d+(?=[.)]))/, `${BREAK}$1`)
      .replace(/(@|#|GH-)(?=[\w-])/gi, `$1${BREAK}`)
      .replace(/:(?=\/\/)/g, `:${BREAK}`)
      .replace(/www\./gi, `www${BREAK}.`)
      .replace(COMMIT, (hash) => hash.replace(/.{6}(?=.)/g, `$&${BREAK}`))
      // GitHub reads $...$ as a formula even where the dollar is escaped.
      .replaceAll("$", "&#36;")
  );
}
