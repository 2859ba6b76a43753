import { z } from "zod";
import { readJsonLines } from "../../lib/files/json-lines.ts";

const lineSchema = z.object({
  repetition: z.string(),
  wallMs: z.number().optional(),
  checksum: z.string().nullish(),
});
export type Repetition = z.infer<typeof lineSchema>;

/** The repetitions that a workload has finished so far, one JSON line each. */
export function readRepetitions(path: string): Promise<Repetition[]> {
  return readJsonLines(path, lineSchema);
}

/** Names of the repetitions of a case in their order: warmup-1, sample-1, sample-2. */
export function expectedRepetitions(warmups: number, samples: number): string[] {
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
  return [...names("warmup", warmups), ...names("sample", samples)];
}

/** Where a case stands after so many finished repetitions: "warm-up 1/1", "sample 2/3". */
export function describeStep(finished: number, warmups: number, samples: number): string {
  if (finished < warmups) return `warm-up ${finished + 1}/${warmups}`;
  if (finished < warmups + samples) return `sample ${finished - warmups + 1}/${samples}`;
  return "ending";
}

/** What is wrong with the results of a case, null where nothing is: repetitions that are missing, or differ. */
export function findWrongResult(repetitions: readonly Repetition[], expected: readonly string[]): string | null {
  const missing = expected.find((name) => !repetitions.some(({ repetition }) => repetition === name));
  if (missing !== undefined) return `the workload ended without the result of repetition ${missing}`;
  const [first, ...others] = repetitions.filter(({ checksum }) => typeof checksum === "string");
  const other = others.find(({ checksum }) => checksum !== first?.checksum);
  if (first === undefined || other === undefined) return null;
  return `wrong result: repetition ${other.repetition} gave ${other.checksum}, ${first.repetition} gave ${first.checksum}`;
}
