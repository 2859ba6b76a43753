import { formatBytes, formatRatio } from "../../lib/text/format.ts";
import type { StageComparison } from "./figures.ts";

/** Ratio of the largest to the median task from which a stage is marked; hashing alone gives smaller ones. */
const NOTABLE_SKEW = 4;

/** Something unusual in a stage of this run. */
export interface StageMark {
  readonly kind: "skew" | "spill" | "new" | "gone" | "failed";
  readonly text: string;
}

/** Skew, spill, failed tasks, and stages that only one of the two sides has. */
export function stageMarks(stage: StageComparison): StageMark[] {
  const marks: StageMark[] = [];
  const compared = stage.inBaseline || !stage.inCurrent;
  if (!stage.inCurrent) return [{ kind: "gone", text: "not in this run" }];
  const skew = Math.max(stage.skew("shuffleRecordsSkew").current ?? 0, stage.skew("shuffleBytesSkew").current ?? 0);
  if (skew >= NOTABLE_SKEW) marks.push({ kind: "skew", text: `skew ${formatRatio(skew)}` });
  const spilled = stage.metric("diskSpilledBytes").current ?? 0;
  if (spilled > 0) marks.push({ kind: "spill", text: `spilled ${formatBytes(spilled)}` });
  const failed = stage.metric("failedTasks").current ?? 0;
  if (failed > 0) marks.push({ kind: "failed", text: `${failed} failed tasks` });
  if (!compared) marks.push({ kind: "new", text: "not in the baseline" });
  return marks;
}
