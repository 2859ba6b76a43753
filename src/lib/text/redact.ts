/** What Spark itself writes for a secret. */
export const REDACTED = "*********(redacted)";

/** Spark's own spark.redaction.regex, and the names that it leaves out. */
const SECRET_NAME = /secret|password|passwd|token|credential|access[._-]?key|api[._-]?key|private[._-]?key/i;
/** The name of a secret within a text. */
const SECRET_WORDS = String.raw`[\w.-]*(?:secret|password|passwd|token|access[._-]?key|api[._-]?key)[\w.-]*`;
/** `-Ddb.password=x` and `?token=x` inside a value, and `scheme://user:password@host`. */
const SECRET_ASSIGNMENT = new RegExp(String.raw`(${SECRET_WORDS}["']?\s*[=:]\s*)[^\s&,;]+`, "gi");
/** `--password x`, whose value is a word of its own. */
const SECRET_OPTION = new RegExp(String.raw`(^|\s)(--?(?=[a-z])${SECRET_WORDS}\s+)[^\s-]\S*`, "gi");
const URL_PASSWORD = /(:\/\/[^\s/:@]*:)[^\s/@]+@/g;

/** A property's value, with what looks like a secret taken out, even where Spark did not see one. */
export function redactProperty(name: string, value: string): string {
  return SECRET_NAME.test(name) ? REDACTED : redactText(value);
}

/** Spark properties, each value without what looks like a secret. */
export function redactConf(conf: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(conf).map(([name, value]) => [name, redactProperty(name, value)]));
}

/** An option without its value, which may be the argument after it. */
const OPTION = /^--?[A-Za-z][\w.-]*$/;

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
  return text
    .replace(SECRET_ASSIGNMENT, `$1${REDACTED}`)
    .replace(SECRET_OPTION, `$1$2${REDACTED}`)
    .replace(URL_PASSWORD, `$1${REDACTED}@`);
}
