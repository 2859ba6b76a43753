import tables from "../../../workflows/tables.json" with { type: "json" };
import { classifyName, normalizeName } from "./secret-names.ts";
import { NO_OWN_RULES, type OwnRules, RULES } from "./spark-redaction.ts";

const { secrets } = tables;
/** What Spark itself writes for a secret. */
export const REDACTED = secrets.redacted;

/** What is secret by its shape, or by where it stands in an address. The first group stands before the secret and stays. */
const TEXTS = secrets.texts.map((text) => new RegExp(text, "g"));
const NAME = new RegExp(secrets.name, "g");
const QUOTE = stickyOf(secrets.quote);
const LINE_REST: Readonly<Record<string, RegExp>> = { "": /[^\n\r]*/y, '"': /[^\n\r"]*/y, "'": /[^\n\r']*/y };
const VALUE = stickyOf(secrets.value);
const TUPLE_VALUE = stickyOf(secrets.tupleValue);
const LISTED_VALUE = stickyOf(secrets.listedValue);
/** What may stand between a name and its value, and after which names. */
const SEPARATORS = {
  sign: stickyOf(secrets.separators.sign),
  /** `(name,value)`, as Scala writes it */
  tuple: stickyOf(secrets.separators.tuple),
  /** `<name>value</name>` */
  element: stickyOf(secrets.separators.element),
  /** `--name value` */
  option: stickyOf(secrets.separators.option),
  /** `["--name", "value"]` and `--name,value` */
  listed: stickyOf(secrets.separators.listed),
  /** `name 'value'`, as SQL has it */
  quoted: stickyOf(secrets.separators.quoted),
};
const PLAIN_VALUE = new RegExp(`^(?:${secrets.plainValue})$`);
/** A sentence about a parser's token or about a column, up to the end of the word after the colon. */
const PLAIN_SPEECH = secrets.plainSpeech.map(({ before, from }) => ({
  before: new RegExp(before),
  from: new RegExp(from),
}));
const LONGEST_WORD_BEFORE = 24;
const PLAIN_PAIR = new RegExp(`^${secrets.plainPair}`);
const SHORTEST_NAME = 3;
const LONGEST_PLAIN_VALUE = 160;
const TO_LINE_END = new RegExp(secrets.names.toLineEnd);
const NOUN = new RegExp(secrets.names.noun);
const FLAG = new RegExp(secrets.names.flag);
/** An option without its value, which may be the argument after it. */
const OPTION = new RegExp(`^${secrets.option}$`);

/** A property's value, with what looks like a secret taken out, even where Spark did not see one. */
export function redactProperty(name: string, value: string, own: OwnRules = NO_OWN_RULES): string {
  if (RULES.includes(name)) return value;
  const isSecret = isSecretProperty(name, own) || own.isSecret(value);
  return isSecret && !isPlain(name, value) ? REDACTED : redactText(value, own);
}

/** Spark properties, each value without what looks like a secret. */
export function redactConf(
  conf: Readonly<Record<string, string>>,
  own: OwnRules = NO_OWN_RULES,
): Record<string, string> {
  return Object.fromEntries(Object.entries(conf).map(([name, value]) => [name, redactProperty(name, value, own)]));
}

/**
 * A command as it may stand in a log: its arguments of the form name=value are taken for properties, and what follows an option for its
 * value.
 */
export function redactCommand(command: readonly string[], own: OwnRules = NO_OWN_RULES): string[] {
  let isValue = false;
  return command.map((argument) => {
    const isHidden = isValue && !isPlain("", argument);
    isValue =
      !isHidden && OPTION.test(argument) && !FLAG.test(normalizeName(argument)) && classifyName(argument) === "secret";
    if (isHidden) return REDACTED;
    const equals = argument.indexOf("=");
    const name = argument.slice(0, Math.max(0, equals));
    if (!isSecretProperty(name, own)) return redactText(argument, own);
    const value = argument.slice(equals + 1);
    return `${redactText(name, own)}=${isPlain(name, value) ? redactText(value, own) : REDACTED}`;
  });
}

/** A message of Spark's or of a user's code, likewise. The time that it takes grows with its length only. */
export function redactText(text: string, own: OwnRules = NO_OWN_RULES): string {
  const shaped = TEXTS.reduce((redacted, secret) => redacted.replace(secret, `$1${REDACTED}`), text);
  return own.hideIn(redactNamed(shaped), REDACTED);
}

/** How many times as long as what is shown the text may be that is looked through. */
const LOOKED_THROUGH = 8;

/** The beginning of a text, redacted, with "…" where it is cut. What is far behind it is not looked through. */
export function redactBeginning(text: string, longest: number, own: OwnRules = NO_OWN_RULES): string {
  const redacted = redactText(text.slice(0, longest * LOOKED_THROUGH), own);
  return redacted.length > longest ? `${redacted.slice(0, longest - 1)}…` : redacted;
}

function isSecretProperty(name: string, own: OwnRules): boolean {
  return classifyName(name) !== null || own.isSecret(name);
}

/** Whether a value of something that sounds secret is none: a word for yes, no or nothing, a placeholder, what is hidden already. */
function isPlain(name: string, value: string): boolean {
  if (value.length > LONGEST_PLAIN_VALUE) return false;
  return value === "" || PLAIN_VALUE.test(value) || PLAIN_PAIR.test(`${name}=${value}`);
}

function redactNamed(text: string): string {
  const parts: string[] = [];
  let at = 0;
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    const end = NAME.lastIndex;
    if (found[1]!.length < SHORTEST_NAME) continue;
    const secret = findSecret(text, found[1]!, end);
    if (secret === null) continue;
    parts.push(text.slice(at, secret.start), REDACTED);
    at = secret.end;
    NAME.lastIndex = at;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(at);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where the secret is that a name which ends at `nameEnd` stands before; null for none. */
function findSecret(text: string, name: string, nameEnd: number): Range | null {
  const nameKind = classifyName(name);
  if (nameKind === null) return null;
  const normalized = normalizeName(name);
  const isParameter = nameKind === "parameter";
  const nameStart = nameEnd - name.length;
  const separator = findSeparator(text, { name, normalized, isParameter, nameStart, nameEnd });
  if (separator === null) return null;
  const { end: start, kind } = separator;
  const quoted = findQuoted(text, start);
  const end = quoted?.end ?? matchEnd(bareValueOf(kind), text, start) ?? start;
  if (isPlain(name, quoted === null ? text.slice(start, end) : text.slice(quoted.from, quoted.to))) return null;
  if (isSpeech(text, nameStart, end)) return null;
  if (quoted !== null || !TO_LINE_END.test(normalized)) return { start, end };
  return { start, end: Math.max(end, findLineEnd(text, start, text[nameStart - 1] ?? "")) };
}

/** Whether a name and the word behind it are part of a sentence: `unexpected token: SELECT`. */
function isSpeech(text: string, nameStart: number, end: number): boolean {
  if (end - nameStart > LONGEST_PLAIN_VALUE) return false;
  const beforeName = text.slice(Math.max(0, nameStart - LONGEST_WORD_BEFORE), nameStart);
  const fromName = text.slice(nameStart, end);
  return PLAIN_SPEECH.some(({ before, from }) => before.test(beforeName) && from.test(fromName));
}

type SeparatorKind = keyof typeof SEPARATORS;

/** What a value is that is in no quotes. */
function bareValueOf(kind: SeparatorKind): RegExp {
  if (kind === "tuple") return TUPLE_VALUE;
  return kind === "listed" ? LISTED_VALUE : VALUE;
}

/** Where the value begins that belongs to a name, and what is before it; null where there is none. */
function findSeparator(
  text: string,
  of: { name: string; normalized: string; isParameter: boolean; nameStart: number; nameEnd: number },
): { kind: SeparatorKind; end: number } | null {
  for (const kind of separatorsOf(text, of)) {
    const end = matchEnd(SEPARATORS[kind], text, of.nameEnd);
    if (end === null) continue;
    return of.isParameter && !/[=dD]/.test(text.slice(of.nameEnd, end)) ? null : { kind, end };
  }
  return null;
}

function separatorsOf(
  text: string,
  of: { name: string; normalized: string; isParameter: boolean; nameStart: number },
): SeparatorKind[] {
  const before = text.slice(Math.max(0, of.nameStart - 3), of.nameStart);
  // A user's name in an address, whose password is hidden already.
  if (before === "://") return [];
  if (of.isParameter) return ["sign"];
  const kinds: SeparatorKind[] = ["sign"];
  if (/\(["']?$/.test(before)) kinds.push("tuple");
  if (before.endsWith("<")) kinds.push("element");
  if (OPTION.test(of.name) && !FLAG.test(of.normalized)) kinds.push("listed", "option");
  if (!NOUN.test(of.normalized)) kinds.push("quoted");
  return kinds;
}

/** A value in quotes, which may be escaped, as in JSON within JSON: of all of it, and of what is between the quotes. */
function findQuoted(text: string, start: number): (Range & { from: number; to: number }) | null {
  const from = matchEnd(QUOTE, text, start);
  if (from === null) return null;
  const limit = Math.min(text.length, from + secrets.longestQuoted);
  const quote = text[from - 1]!;
  if (quote !== '"' && quote !== "'") {
    const opening = text.slice(start, from);
    const to = text.indexOf(opening, from);
    return to === -1 || to > limit ? null : { start, from, to, end: to + opening.length };
  }
  const depth = from - 1 - start;
  for (let at = text.indexOf(quote, from); at !== -1 && at < limit; at = text.indexOf(quote, at + 1)) {
    let to = at;
    while (to > from && text[to - 1] === "\\") to--;
    const escapes = at - to;
    // Fewer are the end of what is around it.
    if (escapes < depth) return { start, from, to, end: to };
    if (escapes % (2 * (depth + 1)) === depth) return { start, from, to: at - depth, end: at + 1 };
  }
  const lineEnd = findLineEnd(text, from, "");
  return { start, from, to: lineEnd, end: lineEnd };
}

/** The end of the line, or before it the quote that the line is in. */
function findLineEnd(text: string, start: number, quote: string): number {
  return matchEnd(LINE_REST[quote] ?? LINE_REST[""]!, text, start)!;
}

function stickyOf(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll("{quote}", secrets.quote), "y");
}

function matchEnd(sticky: RegExp, text: string, at: number): number | null {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : null;
}
