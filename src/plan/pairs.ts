import type { Partner, RunConfig } from "../commands/shared/config.ts";
import type { Case } from "../model/documents.ts";
import type { Tier } from "./matrix/tier.ts";

/** What one execution in an A/B run is. */
export interface Arm {
  readonly side: "current" | "baseline";
  /** 1, 2, ... */
  readonly pair: number;
  /** Of the case. */
  readonly name: string;
}

/** Seconds that a run may take: as it was told, else its tier's for each time that a case is run. */
export function timeoutOf(
  { timeoutSeconds, partner }: Pick<RunConfig, "timeoutSeconds" | "partner">,
  tier: Pick<Tier, "timeoutSeconds">,
): number {
  const times = partner === null ? 1 : 2 * partner.pairs;
  return timeoutSeconds ?? tier.timeoutSeconds * times;
}

/** What the progress of a run counts. */
export function unitOf(partner: Partner | null): string {
  return partner === null ? "case" : "execution";
}

/**
 * The executions of a run in their order, each as a case of a name of its own. Those of a pair are neighbours, and the image that is
 * first changes from pair to pair, over the cases as well as over the pairs of one case: what drifts meanwhile (a machine that gets
 * warm, a disk that fills) does not favour one of the images.
 */
export function toArms(cases: readonly Case[], partner: Partner | null): Case[] {
  if (partner === null) return [...cases];
  return Array.from({ length: partner.pairs }, (_, index) => index + 1).flatMap((pair) =>
    cases.flatMap((testCase, position) => {
      const arm = (side: Arm["side"]): Case => ({ ...testCase, name: nameArm({ side, pair, name: testCase.name }) });
      const both = [arm("current"), arm("baseline")];
      return (position + pair) % 2 === 1 ? both : both.reverse();
    }),
  );
}

/** Also the place of its files below `logs/` and `eventlogs/`; the current image's first pair is where a plain run has them. */
function nameArm({ side, pair, name }: Arm): string {
  return `${side === "baseline" ? "baseline/" : ""}${pair === 1 ? "" : `pair-${pair}/`}${name}`;
}

/** What an execution is, by its name; a case of a run of one image is the current image's first pair. */
export function readArm(armName: string): Arm {
  const [, baseline, pair, name] = /^(baseline\/)?(?:pair-(\d+)\/)?(.*)$/s.exec(armName)!;
  return { side: baseline === undefined ? "current" : "baseline", pair: Number(pair ?? 1), name: name! };
}

/** The name of an execution for people. */
export function describeArm(armName: string, partner: Partner | null): string {
  const { side, pair, name } = readArm(armName);
  const words = [
    ...(side === "baseline" ? ["baseline"] : []),
    ...(partner !== null && partner.pairs > 1 ? [`pair ${pair}`] : []),
  ];
  return words.length === 0 ? name : `${name} (${words.join(", ")})`;
}
