import tables from "../../../workflows/tables.json" with { type: "json" };

const { names, longestName } = tables.secrets;
const SECRET = new RegExp(names.secret.join("|"));
const PLAIN = new RegExp(names.plain.join("|"), "g");
const PARAMETER = new RegExp(names.parameter);
const WORD_STARTS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;

/** What a name stands before: a secret; one only where it is a parameter of an address (`sig=`); null for neither. */
export type NameKind = "secret" | "parameter" | null;

/** Texts repeat the same words. */
const known = new Map<string, NameKind>();
const MAX_KNOWN = 10_000;
const LONGEST_KNOWN = 100;

/** A name as its words in small letters, each between underscores: `trustStorePassword` is `_trust_store_password_`. */
export function normalizeName(name: string): string {
  const cut = name.length > 2 * longestName ? `${name.slice(0, longestName)}.${name.slice(-longestName)}` : name;
  return `_${cut.replace(WORD_STARTS, "_").toLowerCase()}_`.replace(/[^a-z0-9]+/g, "_");
}

/** What a property, variable, option, header or parameter of this name holds. */
export function classifyName(name: string): NameKind {
  let kind = known.get(name);
  if (kind !== undefined) return kind;
  kind = decide(normalizeName(name));
  if (name.length > LONGEST_KNOWN) return kind;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, kind);
  return kind;
}

function decide(normalized: string): NameKind {
  if (PARAMETER.test(normalized)) return "parameter";
  return SECRET.test(normalized) && SECRET.test(normalized.replace(PLAIN, "_")) ? "secret" : null;
}
