/** What a user's Spark is told to redact, beside what looks like a secret to this project. */
export interface OwnRules {
  /** Of `spark.redaction.regex`: whether it finds itself in a property's name or value. */
  readonly isSecret: (text: string) => boolean;
  /** Of `spark.redaction.string.regex`: a text without what it finds. */
  readonly hideIn: (text: string, redacted: string) => string;
  /** Why an expression is not applied, each in a sentence. */
  readonly problems: readonly string[];
}

export const NO_OWN_RULES: OwnRules = { isSecret: () => false, hideIn: (text) => text, problems: [] };

const NAMES_RULE = "spark.redaction.regex";
const TEXTS_RULE = "spark.redaction.string.regex";
/** They find themselves in their own values, and are no secrets. */
export const RULES: readonly string[] = [NAMES_RULE, TEXTS_RULE];
/** A text that an expression of a user's is applied to is cut, by how many open repetitions the expression has: the time is their power. */
const LONGEST_TEXT = [256, 256, 96] as const;
/** Of texts each line is looked through in pieces, up to here in all. */
const LONGEST_MESSAGE = 4096;
const MAX_CHOICES = 8;
const LONGEST_EXPRESSION = 2000;

/**
 * The rules among the properties of cases or of an application. An expression is written for Java. One that JavaScript does not have, or
 * that may take time without end, is not applied.
 *
 * @param properties names and values; a name may come more than once
 */
export function readOwnRules(properties: Iterable<readonly [string, string]>): OwnRules {
  const expressions = [...properties].filter(([name, value]) => RULES.includes(name) && value !== "");
  if (expressions.length === 0) return NO_OWN_RULES;
  const problems = new Set<string>();
  const compile = (rule: string) =>
    [...new Set(expressions.filter(([name]) => name === rule).map(([, expression]) => expression))].flatMap((each) => {
      const compiled = compileJava(each);
      if (typeof compiled !== "string") return [compiled];
      problems.add(`${rule} is not applied to what is shown here: it has ${compiled}`);
      return [];
    });
  const names = compile(NAMES_RULE);
  const texts = compile(TEXTS_RULE);
  return {
    isSecret: (text) => names.some(({ found, longest }) => found.test(text.slice(0, longest))),
    hideIn: (text, redacted) => texts.reduce((hidden, compiled) => hideFound(hidden, compiled, redacted), text),
    problems: [...problems],
  };
}

interface Compiled {
  /** Without the flag g. */
  readonly found: RegExp;
  readonly longest: number;
}

function hideFound(text: string, { found, longest }: Compiled, redacted: string): string {
  const everywhere = new RegExp(found, `${found.flags}g`);
  const pieces = text.slice(0, LONGEST_MESSAGE).match(new RegExp(`[^\\n]{1,${longest}}|\\n`, "g")) ?? [];
  const hidden = pieces.map((piece) => piece.replace(everywhere, (match) => (match === "" ? "" : redacted)));
  return hidden.join("") + text.slice(LONGEST_MESSAGE);
}

/** A group that is open while an expression is read. */
interface Group {
  /** Whether there is more than one way to match it. */
  hasChoice: boolean;
}

/** An expression of Java's in JavaScript; else what it has that is not translated. */
function compileJava(expression: string): Compiled | string {
  if (expression.length > LONGEST_EXPRESSION) return `more than ${LONGEST_EXPRESSION} characters`;
  const [, flags = "", body = ""] = /^(?:\(\?([a-z]+)\))?([\s\S]*)$/.exec(expression) ?? [];
  if (/[^ismu]/.test(flags)) return `the flags (?${flags})`;
  const groups: Group[] = [{ hasChoice: false }];
  let closed: Group | null = null;
  let open = 0;
  let choices = 0;
  let pattern = "";
  for (let rest = body; rest !== ""; ) {
    const part = PART.exec(rest)?.groups;
    if (part === undefined) return "a part that JavaScript does not have";
    const [[kind, text]] = Object.entries(part).filter((entry) => entry[1] !== undefined) as [[string, string]];
    rest = rest.slice(text.length);
    const group: Group | null = closed;
    closed = null;
    if (kind === "open") groups.push({ hasChoice: false });
    if (kind === "close") {
      closed = groups.pop()!;
      if (groups.length === 0) return "a bracket too many";
      if (closed.hasChoice) groups.at(-1)!.hasChoice = true;
    }
    if (kind === "or") {
      groups.at(-1)!.hasChoice = true;
      if (groups.length > 1) choices++;
    }
    if (kind === "quantifier") {
      const [least, most] = readBounds(text);
      if (most > 1 && group?.hasChoice) return "a repetition of what may match in several ways";
      if (most !== least) {
        groups.at(-1)!.hasChoice = true;
        if (most > 1) open++;
        else choices++;
      }
      pattern += text.replace(/(?<=.)\+$/, "");
      continue;
    }
    pattern += translate(kind, text);
  }
  if (open >= LONGEST_TEXT.length || choices > MAX_CHOICES) return "too many repetitions";
  try {
    return { found: new RegExp(pattern, `${flags.replace("u", "")}u`), longest: LONGEST_TEXT[open]! };
  } catch {
    return "a part that JavaScript does not have";
  }
}

/** What an expression is made of. A class holds no further class, and nothing refers to a group. */
const PART =
  /^(?:(?<quoted>\\Q[\s\S]*?(?:\\E|$))|(?<known>\\(?:[dDwWsSbBnrtf]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}))|(?<edge>\\[AzZ])|(?<escaped>\\[^A-Za-z0-9])|(?<set>\[\^?\]?(?:[^\]\\[&]|\\[dDwWsSnrtf]|\\[^A-Za-z0-9])*\])|(?<open>\((?:\?(?::|=|!|<=|<!|<[A-Za-z][A-Za-z0-9]*>))?)|(?<close>\))|(?<or>\|)|(?<quantifier>(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})[?+]?)|(?<plain>[^\\[\](){}*+?|]))/;

function readBounds(quantifier: string): [number, number] {
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
  if (least !== undefined) {
    if (comma === "") return [Number(least), Number(least)];
    return [Number(least), most === "" ? Number.POSITIVE_INFINITY : Number(most)];
  }
  return [quantifier.startsWith("+") ? 1 : 0, quantifier.startsWith("?") ? 1 : Number.POSITIVE_INFINITY];
}

function translate(kind: string, text: string): string {
  if (kind === "quoted") return escapeEach(text.replace(/^\\Q/, "").replace(/\\E$/, ""));
  if (kind === "edge") return text === "\\A" ? "^" : "$";
  if (kind === "escaped") return escapeEach(text.slice(1));
  if (kind === "set")
    return text.replace(/^\[(\^?)\]/, "[$1\\]").replace(/\\([^A-Za-z0-9])/g, (_, each) => escapeEach(each));
  return text;
}

function escapeEach(text: string): string {
  return [...text]
    .map((each) => (/[A-Za-z0-9]/.test(each) ? each : `\\u{${each.codePointAt(0)!.toString(16)}}`))
    .join("");
}
