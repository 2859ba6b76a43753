import type { Random } from "./random.ts";

const deep = (open: string, close: string, levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;

export const HOSTILE_TEXTS: readonly string[] = [
  "",
  " ",
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "../../etc/passwd",
  "C:\\NUL",
  "a\u0000b",
  "a\nb\r\nc\u2028d",
  "\n::stop-commands::x\n::error::y",
  "::add-mask::x",
  "x ##[error]y ##vso[task.setvariable]z",
  "\u001b[31mred\u001b]0;title\u0007",
  "\u009b31m\u0090q\u009c",
  "\u202eevil\u2066",
  "\ud800",
  "\udc00x\ud800",
  "😀".repeat(40),
  "<script>alert(1)</script>",
  "]]><!--",
  "]]>",
  "&lt;&#0;",
  "| a | b |\n|---|---|",
  "```\n# heading",
  "@team #1 https://example.com",
  '"} 1\n# EOF\n',
  "a,b=c",
  "a".repeat(5000),
  "$(jndi)",
  "{{workflow.name}}",
  "NaN",
  "Infinity",
  "-1",
  "1e999",
  "2026-13-45T99:99:99Z",
  "0000-00-00",
  "+275760-09-13T00:00:00.001Z",
  "spark.jobGroup.id",
  "read/sample-1",
  "read/sample-99999999999999999999",
  "join/verify-",
  "Traceback (most recent call last):",
];

/** As they stand in a JSON text. */
const HOSTILE_NUMBERS: readonly string[] = [
  "0",
  "-0",
  "1",
  "-1",
  "0.5",
  "-1e-9",
  "1e999",
  "-1e999",
  "1e308",
  "1.7976931348623157e308",
  "9007199254740991",
  "9007199254740993",
  "9223372036854775807",
  "18446744073709551616",
  "8640000000000001",
  "123456789012345678901234567890",
  "2147483648",
  "-2147483649",
  "NaN",
  "01",
];
const HOSTILE_JSON: readonly string[] = [
  ...HOSTILE_NUMBERS,
  "true",
  "false",
  "[]",
  "{}",
  "[null]",
  "[[]]",
  "[1,2]",
  '["a","b"]',
  '[["a","b"]]',
  '[["__proto__","b"],["constructor","c"]]',
  '{"a":1}',
  '{"a":null}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"hasOwnProperty":2}',
  '{"length":4294967295}',
  '"\\ud800"',
  '"\\u0000"',
  deep("[", "]", 5000),
  deep('{"a":', "}", 5000),
];

type Holder = Record<string, unknown> | unknown[];

/** An object or list in a value, found from the top down: what lies deep is mostly many and alike. */
function pickHolder(value: unknown, random: Random): Holder | undefined {
  if (!isHolder(value)) return undefined;
  let at = value;
  for (;;) {
    const below: Holder[] = Object.values(at).filter(isHolder);
    if (below.length === 0 || random.chance(0.3)) return at;
    at = random.pick(below);
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null;
}

/** Defines what a plain assignment of `__proto__` would not. */
function put(holder: Holder, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The JSON text of a value that is changed in a few places: other types, missing and doubled parts, names and texts of an attacker. */
export function mutateJson(original: unknown, random: Random, mostChanges = 5): string {
  const value = structuredClone(original);
  /** What JSON.stringify would not write, in place of the texts that stand for them. */
  const raw = new Map<string, string>();
  const asRaw = (text: string) => {
    const mark = `@raw:${raw.size}@`;
    raw.set(JSON.stringify(mark), text);
    return mark;
  };
  for (let left = random.few(mostChanges); left > 0; left--) {
    const holder = pickHolder(value, random);
    if (holder !== undefined) mutateHolder(holder, random, asRaw);
  }
  let text = JSON.stringify(value);
  for (const [mark, json] of raw) text = text.replaceAll(mark, () => json);
  return text;
}

/** An object may have a `toString` by now that is none. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function mutateHolder(holder: Holder, random: Random, asRaw: (text: string) => string): void {
  const keys = Object.keys(holder);
  const key = keys.length === 0 ? "0" : random.pick(keys);
  const read = (name: string) => (holder as Record<string, unknown>)[name];
  switch (random.below(9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), random.few(3));
      else delete holder[key];
      break;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, ...holder.slice(Number(key)));
      else put(holder, random.pick(HOSTILE_TEXTS), read(key));
      break;
    case 2:
      put(holder, key, random.pick(HOSTILE_TEXTS));
      break;
    case 3:
      put(holder, key, `${textOf(read(key)).slice(0, 60)}${random.pick(HOSTILE_TEXTS)}`);
      break;
    case 4:
      // The value of another field of the same thing.
      if (keys.length > 0) put(holder, key, structuredClone(read(random.pick(keys))));
      break;
    case 5:
      put(holder, key, null);
      break;
    default:
      // A number as such, or something of another type.
      put(holder, key, asRaw(random.pick(typeof read(key) === "number" ? HOSTILE_NUMBERS : HOSTILE_JSON)));
  }
}
