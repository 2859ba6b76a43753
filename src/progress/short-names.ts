/**
 * Names of cases by what differs between them: the parts (between `_`) that all of the names share are left out, the others are
 * put side by side. "p0_4.1.1_submit_kubernetes_join" and "p0_3.5.7_submit_kubernetes_read" become "4.1.1 join" and "3.5.7 read".
 *
 * @returns the short name of each; a name whose parts are all shared, such as an only one, stays as it is
 */
export function shortenNames(names: readonly string[]): Map<string, string> {
  const split = names.map((name) => name.split("_"));
  const shared = findShared(split);
  return new Map(
    split.map((parts, index) => {
      const kept = parts.filter((_, position) => !shared(position, parts.length));
      return [names[index]!, kept.join(" ") || names[index]!];
    }),
  );
}

/** Tells whether the part at a position of a name with so many parts is the same in all names. */
function findShared(names: readonly (readonly string[])[]): (position: number, length: number) => boolean {
  const [first = []] = names;
  const lengths = names.map(({ length }) => length);
  const fewest = Math.min(...lengths);
  if (lengths.every((length) => length === fewest)) {
    const same = first.map((part, position) => names.every((parts) => parts[position] === part));
    return (position) => same[position] === true;
  }
  // The values of a tier may hold `_` themselves: then only what all begin and end with is known to be the same dimension.
  const before = countWhile(fewest, (offset) => names.every((parts) => parts[offset] === first[offset]));
  const after = countWhile(fewest - before, (offset) =>
    names.every((parts) => parts.at(-1 - offset) === first.at(-1 - offset)),
  );
  return (position, length) => position < before || position >= length - after;
}

function countWhile(most: number, holds: (offset: number) => boolean): number {
  let count = 0;
  while (count < most && holds(count)) count += 1;
  return count;
}
