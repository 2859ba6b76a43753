import tables from "../../../workflows/tables.json" with { type: "json" };

const { names, longestName } = tables.secrets;
const SECRET = new RegExp(names.secret.join("|"));
const PLAIN = new RegExp(names.plain.join("|"), "g");
const WORD_STARTS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;

/** A name as its words in small letters, each between underscores: `trustStorePassword` is `_trust_store_password_`. */
export function normalizeName(name: string): string {
  const known = name.length > 2 * longestName ? `${name.slice(0, longestName)}.${name.slice(-longestName)}` : name;
  return `_${known.replace(WORD_STARTS, "_").toLowerCase()}_`.replace(/[^a-z0-9]+/g, "_");
}

/** Whether a property, variable, option, header or parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(normalizeName(name).replace(PLAIN, "_"));
}
