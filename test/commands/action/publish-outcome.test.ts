import { expect, it } from "vitest";
import { listOutputs } from "../../../src/commands/action/publish-outcome.ts";
import { noBaseline } from "../../report/runs.ts";
import { action } from "./inputs.ts";

it("gives every output of action.yml, of a run that its time limit ended how far it came", () => {
  const { results, verdict } = noBaseline();
  const ended = { endCause: "its limit of 60 s", cutOffCases: ["t_join", "t_window"] };
  const ending = { ending: "timeout", plannedCases: 20, finishedCases: 10, ...ended } as const;
  const judged = { ...verdict, verdict: "inconclusive" as const, ...ending, cutOffCases: [...ending.cutOffCases] };
  const outputs = listOutputs({ results, verdict: judged, htmlPath: "/out/report.html" }, null);
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
  expect(outputs).toMatchObject({
    ...{ verdict: "inconclusive", ending: "timeout", planned: 20, finished: 10, "cut-off": "t_join\nt_window" },
    ...{ passed: 10, explained: 0, failed: 0, regressions: 0, "artifact-url": "" },
  });
});
