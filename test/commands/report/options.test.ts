import { Command } from "commander";
import { expect, it } from "vitest";
import { addReportCommand, type ReportConfig } from "../../../src/commands/report/options.ts";

function read(line: string): ReportConfig | undefined {
  const program = new Command();
  let given: ReportConfig | undefined;
  addReportCommand(program, (config) => {
    given = config;
  });
  program.parse(["report", ...line.split(" ")], { from: "user" });
  return given;
}

it("judges by the gates that are asked for, else by those of the verdict", () => {
  expect(read("--results /a --out /o")).toEqual({
    ...{ results: "/a", verdict: null, baseline: [], failOn: null, outDirectory: "/o" },
  });
  expect(read("--results /a --baseline /b --fail-on soft --out /o")).toMatchObject({ failOn: ["soft"] });
});

it.each(["--results /a --fail-on soft --out /o", "--results /a --baseline /b --verdict /v --fail-on soft --out /o"])(
  "refuses `report %s`, in which nothing could be judged",
  (line) => {
    expect(() => read(line)).toThrow("--fail-on judges the run again, against --baseline and in place of --verdict.");
  },
);
