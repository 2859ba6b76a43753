import { BadInputError } from "../lib/errors.ts";
import { REDACTED, redactCommand } from "../lib/text/redact.ts";
import { quoteCommand } from "../lib/text/shell.ts";
import type { OwnRules } from "../lib/text/spark-redaction.ts";
import { ownRulesOf } from "./own-rules.ts";
import type { RunSettings, RunState } from "./spec.ts";

/**
 * The settings of a run that is continued, with their secrets, which its folder does not hold.
 *
 * @param given what `--conf` and `--workload-arg` give this time
 * @throws BadInputError for a secret that is missing, or anything else, which was settled when the run began
 */
export function restoreSecrets(
  { settings, tier }: Pick<RunState, "settings" | "tier">,
  given: Pick<RunSettings, "conf" | "workloadArgs">,
): RunSettings {
  const { conf, workloadArgs } = settings;
  const { sparkConf, workload } = tier;
  const ofTier = [sparkConf.all, ...Object.values(sparkConf.byDimension).flatMap((confs) => Object.values(confs))];
  const hidden = new Set(
    [...ofTier, conf].flatMap((each) => Object.keys(each).filter((name) => isHidden(each[name]!))),
  );
  const other = Object.keys(given.conf).find((name) => !hidden.has(name));
  if (other !== undefined) refuseSettled(`--conf cannot set ${other}`);
  const own = ownRulesOf(tier, settings);
  const left = groupArgs(given.workloadArgs, own);
  const restored = [...workloadArgs];
  const missingArgs: ShownArg[] = [];
  for (const secret of groupArgs(workloadArgs, own).filter(({ at }) => isHidden(workloadArgs[at]!))) {
    const index = left.findIndex(({ shown }) => shown.join(" ") === secret.shown.join(" "));
    if (index === -1) missingArgs.push(secret);
    else restored[secret.at] = given.workloadArgs[left.splice(index, 1)[0]!.at]!;
  }
  if (left.length > 0) refuseSettled(`--workload-arg cannot be ${left[0]!.shown.join(" ")}`);
  const missing = [...hidden].filter((name) => !Object.hasOwn(given.conf, name));
  const ofWorkload = workload?.args ?? [];
  const lost = groupArgs(ofWorkload, own).filter(({ at }) => isHidden(ofWorkload[at]!));
  if (missing.length + missingArgs.length + lost.length > 0) {
    const again = [
      ...missing.flatMap((name) => ["--conf", `${name}=...`]),
      ...missingArgs.flatMap(({ shown }) => shown).map((word) => `--workload-arg=${word.replace(REDACTED, "...")}`),
    ];
    const ofArgs = [...missingArgs, ...lost].map(({ shown }) => shown[0]!);
    const names = [...missing, ...ofArgs].map((text) => text.replace(`=${REDACTED}`, ""));
    throw new BadInputError(`The run's folder does not hold what is secret: ${names.join(", ")}.`, {
      hint:
        lost.length === 0
          ? `Give it again: ${quoteCommand(again)}`
          : "Arguments in a tiers file cannot be given again: start a new run, with them as --workload-arg.",
    });
  }
  return { ...settings, conf: { ...conf, ...given.conf }, workloadArgs: restored };
}

/** An argument as it may be shown, after the option that makes it a secret where one does, and its place among all. */
interface ShownArg {
  readonly shown: readonly string[];
  readonly at: number;
}

function groupArgs(args: readonly string[], own: OwnRules): ShownArg[] {
  const shown = redactCommand(args, own);
  const isValue = (at: number) => at > 0 && shown[at] === REDACTED;
  return shown.flatMap((word, at) => {
    if (isValue(at + 1)) return [];
    return [{ at, shown: isValue(at) ? [shown[at - 1]!, word] : [word] }];
  });
}

/** Of what a run's folder holds. What an earlier version did not take for a secret is there, and is not asked for. */
function isHidden(text: string): boolean {
  return text.includes(REDACTED);
}

function refuseSettled(what: string): never {
  throw new BadInputError(`--resume continues a run as it was begun, so ${what}.`, {
    hint: "Leave it out, or start a new run without --resume.",
  });
}
