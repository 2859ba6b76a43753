import tables from "../../../workflows/tables.json" with { type: "json" };

const { words, names, option, texts } = tables.secrets;
/** What Spark itself writes for a secret. */
export const REDACTED = tables.secrets.redacted;

/** Spark's own spark.redaction.regex, and the names that it leaves out. */
const SECRET_NAME = new RegExp(`${words}|${names}`, "i");
/**
 * `-Ddb.password=x` and `?token=x` inside a value; `--password x`, whose value is a word of its own; `scheme://user:password@host`.
 * The first group stands before the secret and stays.
 */
const SECRET_TEXTS = texts.map((text) => new RegExp(text.replace("{words}", words), "gi"));

/** A property's value, with what looks like a secret taken out, even where Spark did not see one. */
export function redactProperty(name: string, value: string): string {
  return SECRET_NAME.test(name) ? REDACTED : redactText(value);
}

/** Spark properties, each value without what looks like a secret. */
export function redactConf(conf: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(conf).map(([name, value]) => [name, redactProperty(name, value)]));
}

/** An option without its value, which may be the argument after it. */
const OPTION = new RegExp(`^${option}$`);

/**
 * A command as it may stand in a log: its arguments of the form name=value are taken for properties, and what follows an option for its
 * value.
 */
export function redactCommand(command: readonly string[]): string[] {
  return command.map((argument, index) => {
    const before = command[index - 1] ?? "";
    if (OPTION.test(before) && SECRET_NAME.test(before) && !OPTION.test(argument)) return REDACTED;
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(argument) ?? [];
    return name === undefined || value === undefined ? redactText(argument) : `${name}=${redactProperty(name, value)}`;
  });
}

/** A message of Spark's or of a user's code, likewise. */
export function redactText(text: string): string {
  return SECRET_TEXTS.reduce((redacted, secret) => redacted.replace(secret, `$1${REDACTED}`), text);
}
