import { createReadStream } from "node:fs";
import { toReason } from "../engine/shared/reason.ts";
import { ByteLines } from "../lib/files/byte-lines.ts";
import type { CaseResult, NotOnGpu } from "../model/documents.ts";

/** What the RAPIDS Accelerator said in the log of a driver. */
export interface GpuAdvice {
  /** Its version; null where the log has no word of it. */
  readonly version: string | null;
  /** The Spark version whose build of it was used in place of the driver's own; null for its own. */
  readonly build: string | null;
  /** The most frequent first. */
  readonly notOnGpu: readonly NotOnGpu[];
}

const LONGEST_LINE_BYTES = 16 * 1024;
const LONGEST_REASON = 200;
/** Different ones that are kept of a log. */
const MOST_KEPT = 50;
const MOST_SHOWN = 3;

const VERSION = /RAPIDS Accelerator (\S+) using cudf/;
const BUILD = /Overriding Spark shims provider to com\.nvidia\.spark\.rapids\.shims\.spark(\d)(\d)(\d+)\./;
/**
 * "  !Exec <ObjectHashAggregateExec> cannot run on GPU because ..."; an expression's SQL stands between, and what the plugin does not know
 * has no kind.
 */
const CANNOT = /^\s*!\w* <([\w.$]+)>.* cannot run on GPU because (.+)$/;
const COLUMN_ID = /#\d+L?/g;
const TYPES = /\. The data type of following expressions will be converted.*$/;
const ATTEMPT = /^=== attempt (\d+)/;

/** Reads the lines of a driver's log one by one. Of several attempts in one log the last one counts. */
export class GpuAdviceReader {
  #attempt = "";
  #version: string | null = null;
  #build: string | null = null;
  readonly #counts = new Map<string, NotOnGpu>();

  add(line: string): void {
    const attempt = ATTEMPT.exec(line)?.[1];
    if (attempt !== undefined && attempt !== this.#attempt) {
      this.#attempt = attempt;
      this.#counts.clear();
    }
    this.#version = VERSION.exec(line)?.[1] ?? this.#version;
    const build = BUILD.exec(line);
    if (build !== null) this.#build = build.slice(1).join(".");
    const cannot = CANNOT.exec(line);
    if (cannot === null) return;
    const [, operator, text] = cannot as unknown as [string, string, string];
    // Spark numbers the columns of each plan anew; what the plugin adds of types is no reason.
    const reason = toReason(text.replace(COLUMN_ID, "").replace(TYPES, "")).slice(0, LONGEST_REASON);
    const key = `${operator} ${reason}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    if (count > 1 || this.#counts.size < MOST_KEPT) this.#counts.set(key, { operator, reason, count });
  }

  advice(): GpuAdvice {
    const notOnGpu = [...this.#counts.values()].sort((a, b) => b.count - a.count);
    return { version: this.#version, build: this.#build, notOnGpu };
  }
}

/** What the plugin said in a driver's log. Of one that cannot be read: nothing. */
export async function readGpuAdvice(path: string): Promise<GpuAdvice> {
  const reader = new GpuAdviceReader();
  const lines = new ByteLines(LONGEST_LINE_BYTES);
  const take = (found: readonly { readonly bytes: Buffer }[]) => {
    for (const { bytes } of found) reader.add(bytes.toString("utf8"));
  };
  try {
    for await (const chunk of createReadStream(path)) take(lines.push(chunk as Buffer));
    take(lines.rest());
  } catch {
    return new GpuAdviceReader().advice();
  }
  return reader.advice();
}

/** A case of the plugin by what shows whether it used a GPU: the driver's log where it only explains, else the nodes that ran. */
export async function judgeGpu(result: CaseResult, log: string): Promise<CaseResult> {
  return result.status === "explained" ? addAdvice(result, await readGpuAdvice(log)) : failWithoutGpu(result);
}

/** An explained case with what the plugin said. One of which it said nothing at all has failed: nobody knows whether it was there. */
export function addAdvice(result: CaseResult, { version, build, notOnGpu }: GpuAdvice): CaseResult {
  if (result.status !== "explained") return result;
  if (version === null) {
    const reason =
      "The RAPIDS Accelerator left no word in the driver's log: Spark properties of the run or the tier may name other plugins, or hide warnings.";
    return { ...result, status: "failed", reason };
  }
  const by = `the RAPIDS Accelerator ${version}${build === null ? "" : `, whose build for Spark ${build} was used`}`;
  return {
    ...result,
    notOnGpu: [...notOnGpu],
    reason: `No GPU: ran on the CPU, explained by ${by}. ${describe(notOnGpu)}`,
  };
}

function describe(notOnGpu: readonly NotOnGpu[]): string {
  if (notOnGpu.length === 0) return "It names nothing that would not run on a GPU.";
  const shown = notOnGpu.slice(0, MOST_SHOWN).map(({ operator, reason }) => `${operator} (${reason})`);
  const left = notOnGpu.length - shown.length;
  return `Not on a GPU: ${shown.join("; ")}${left === 0 ? "" : `; ${left} more in results.json`}.`;
}

/**
 * Fails a passed case of the plugin that ran nothing on a GPU: the plugin leaves to the CPU what it cannot do, without a word in the
 * result. A node of a stage is one whose metrics the stage updated, so that it has run.
 */
export function failWithoutGpu(result: CaseResult): CaseResult {
  if (result.status !== "passed") return result;
  const isOnGpu = (node: string) => node.startsWith("Gpu");
  const without = result.samples.filter(({ stages }) => !stages.some(({ planNodes }) => planNodes.some(isOnGpu)));
  if (result.samples.length > 0 && without.length === 0) return result;
  const reason = `${without.length} of ${result.samples.length} samples ran nothing on a GPU: no stage has a node of the RAPIDS Accelerator (Gpu...). The log says why, in lines with "cannot run on GPU".`;
  return { ...result, status: "failed", reason };
}
