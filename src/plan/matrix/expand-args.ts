import { BadInputError } from "../../lib/errors.ts";
import { suggest } from "./nearest.ts";

// Other braces, such as those of JSON, stay as they are.
const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** Names of the placeholders of an argument, in order. */
export function placeholdersOf(argument: string): string[] {
  return [...argument.matchAll(PLACEHOLDER)].map((match) => match[1]!);
}

/**
 * Arguments of a workload with each `{name}` replaced by the value of that name.
 *
 * @throws BadInputError for a placeholder without a value
 */
export function expandArgs(args: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return args.map((argument) =>
    argument.replace(PLACEHOLDER, (placeholder, name: string) => {
      if (Object.hasOwn(values, name)) return values[name]!;
      throw new BadInputError(
        `unknown placeholder ${placeholder} in the workload's argument "${argument}"${suggest(name, Object.keys(values))}`,
      );
    }),
  );
}
