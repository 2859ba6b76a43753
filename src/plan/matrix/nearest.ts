import { distance } from "fastest-levenshtein";

/** The known name that a mistyped one most likely means; undefined where none is close. */
export function findNearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    // "spark" for sparkVersion, "smoke" for p0_smoke: a part of the name says as much as a slip of the finger.
    const isPart = wanted.length >= 2 && other.includes(wanted);
    const edits = isPart ? 1 : distance(wanted, other);
    if (edits < fewest && (isPart || edits <= Math.max(2, other.length / 3))) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Names that a mistyped one is compared with; a file may have thousands of both. */
const MOST_COMPARED = 200;

/** What to say after "unknown ...": the nearest name where there is one, and all of them where they are few. */
export function suggest(name: string, known: readonly string[]): string {
  const nearest = known.length > MOST_COMPARED ? undefined : findNearest(name, known);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const list = known.length === 0 || known.length > 16 ? "" : ` (known: ${known.join(", ")})`;
  return `${question}${list}`;
}
