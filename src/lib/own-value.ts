/**
 * The value that an object holds itself under a name. Names come from files, logs and users: `constructor` must not find what every object
 * inherits.
 */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
