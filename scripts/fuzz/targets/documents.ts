import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderForeignReport } from "../../../src/commands/action/comment.ts";
import { findVerdict, readResults } from "../../../src/documents/read-results.ts";
import { RunFolder } from "../../../src/spec/run-folder.ts";
import { noChange, regression } from "../../../test/report/runs.ts";
import { MIXED } from "../../../test/report/scenarios/documents.ts";
import { mutateJson } from "../mutate-json.ts";
import { callProduct, checkDocument, checkText, mayRefuse } from "../product.ts";
import type { Random } from "../random.ts";
import type { Input, Target } from "../target.ts";

const RUNS = [noChange(), regression()];
/** Beside 0: cases failed, a regression, a time-out, an interruption. */
const CODES_OF_VERDICTS = [0, 3, 4, 5, 6, 130];
const CASES = 3;

function pickCases(random: Random) {
  const { results, verdict, baseline } = random.pick(RUNS);
  const first = random.below(Math.max(1, results.cases.length - CASES));
  const short = (run: typeof results) => ({ ...run, cases: run.cases.slice(first, first + CASES) });
  return { results: short(results), verdict, baseline: baseline.map(short) };
}

async function checkReport(folder: string, argv: readonly string[]): Promise<void> {
  const out = join(folder, "out");
  const { code } = await callProduct(["report", ...argv, "--out", out]);
  if (code !== 0) return;
  for (const name of readdirSync(out)) checkText(readFileSync(join(out, name), "utf8"), name);
}

function makeRun(random: Random): Input {
  const { results, verdict, baseline } = pickCases(random);
  // One document has the mutations mostly: several mistakes at once are refused at the first.
  const mutated = random.below(4);
  const text = (index: number, document: unknown) =>
    mutated === index || random.chance(0.1) ? mutateJson(document, random) : JSON.stringify(document);
  const files = new Map<string, string>([
    ["now/results.json", text(0, results)],
    ...(random.chance(0.6) ? ([["now/verdict.json", text(1, verdict)]] as const) : []),
    ...baseline.map((run, index) => [`before/${index}/results.json`, text(2, run)] as const),
    ["now/run.json", text(3, {})],
    ["now/cases.jsonl", results.cases.map((each) => text(3, each)).join("\n")],
  ]);
  const check = async (folder: string) => {
    const [now, before] = [join(folder, "now"), join(folder, "before")];
    const argv = ["compare", "--current", now, "--baseline", before];
    const { code, stdout } = await callProduct([...argv, "--json"], CODES_OF_VERDICTS);
    if (code !== 2) checkDocument(stdout, "verdict");
    await callProduct(argv, CODES_OF_VERDICTS);
    await checkReport(folder, ["--results", now, "--baseline", before]);
    const comment = await mayRefuse(async () => {
      const read = await readResults(now);
      const judged = await findVerdict(now, read);
      return judged === null ? null : renderForeignReport(read, judged);
    });
    checkText(comment ?? "", "the comment");
    await mayRefuse(() => RunFolder.open(now));
  };
  return { files, check };
}

function makeScenarios(random: Random): Input {
  const files = new Map([["now/scenarios.json", mutateJson(MIXED, random)]]);
  return { files, check: (folder) => checkReport(folder, ["--results", join(folder, "now")]) };
}

/** What runs wrote: `compare`, `report`, the comment on a fork's pull request, and the folder of a run that is to go on. */
export const DOCUMENTS: Target = {
  name: "documents",
  make: (random) => (random.chance(0.15) ? makeScenarios(random) : makeRun(random)),
};
