import { z } from "zod";

/** Of args and otherData: what the viewers show as it is. */
const value = z.union([z.string(), z.number(), z.boolean()]);
const time = z.number().nonnegative();
const id = z.int().nonnegative();

/**
 * The part of the Trace Event Format that is written, and nothing else
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): "JSON Object Format", complete events, metadata.
 */
export const traceFileSchema = z.strictObject({
  otherData: z.record(z.string(), value),
  displayTimeUnit: z.literal("ms"),
  traceEvents: z.array(
    z.union([
      z.strictObject({
        ph: z.literal("X"),
        name: z.string().min(1),
        cat: z.string().regex(/^[a-z-]+(,[a-z-]+)*$/),
        ts: time,
        dur: time,
        pid: id,
        tid: id,
        args: z.record(z.string(), value),
      }),
      z.strictObject({
        ph: z.literal("M"),
        name: z.enum(["process_name", "thread_name"]),
        pid: id,
        tid: id,
        args: z.strictObject({ name: z.string().min(1) }),
      }),
      z.strictObject({
        ph: z.literal("M"),
        name: z.enum(["process_sort_index", "thread_sort_index"]),
        pid: id,
        tid: id,
        args: z.strictObject({ sort_index: z.int() }),
      }),
    ]),
  ),
});
export type TraceFile = z.infer<typeof traceFileSchema>;

/**
 * What a viewer drops or draws wrongly though the schema takes it: complete events of one track that overlap without one being inside
 * the other, and tracks without a name. Gives a line for each.
 */
export function findMisplaced({ traceEvents }: TraceFile): string[] {
  const problems: string[] = [];
  const named = new Set(
    traceEvents.flatMap(({ ph, name, pid, tid }) => (ph === "M" && name === "thread_name" ? [`${pid}/${tid}`] : [])),
  );
  const open = new Map<string, { readonly name: string; readonly endUs: number }[]>();
  const slices = traceEvents.filter((event) => event.ph === "X");
  for (const { name, pid, tid, ts, dur } of slices.toSorted((a, b) => a.ts - b.ts)) {
    const track = `${pid}/${tid}`;
    if (!named.has(track)) problems.push(`${name} is on a track without a name`);
    const around = (open.get(track) ?? []).filter(({ endUs }) => endUs > ts);
    const outer = around.at(-1);
    if (outer !== undefined && ts + dur > outer.endUs) problems.push(`${name} reaches out of ${outer.name}`);
    open.set(track, [...around, { name, endUs: ts + dur }]);
  }
  return problems;
}
