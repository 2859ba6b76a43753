/** File systems allow 255 bytes; names get suffixes such as `.log` and, on a cluster, prefixes. */
export const MAX_NAME_LENGTH = 200;

/**
 * Name of a case: `{tier}_{spark}_{orchestrator}_{mode}_{extensions}_{operation}_{size}`, then the values of the tier's own
 * dimensions. Safe as a file name because the tier file allows only letters, digits and `. + - _` in its parts.
 *
 * @param values in the order of the tier's dimensions
 */
export function nameCase(tier: string, values: readonly string[]): string {
  return [tier, ...values].join("_");
}
