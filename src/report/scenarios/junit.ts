import { addEnding, builder, secondsOf } from "../shared/junit.ts";
import type { ScenariosView } from "./view.ts";

/**
 * The run as JUnit XML, a test case for each scenario, also for one that was cut off; one more that fails where the run was ended before
 * all of them.
 */
export function renderJunit({ document: { run, scenarios }, headline, incomplete }: ScenariosView): string {
  const report = builder.newBuilder();
  const suite = report
    .testSuite()
    .name("spark-loadtest scenarios")
    .timestamp(run.startedAt)
    .property("headline", headline)
    .property("run", run.id);
  for (const scenario of scenarios) {
    const testCase = suite.testCase().className("scenarios").name(scenario.name).time(secondsOf(scenario));
    addEnding(testCase, scenario);
  }
  for (const name of run.cutOff ?? []) {
    suite.testCase().className("scenarios").name(name).time(0).error("cut off: the run ended before it", "ending");
  }
  if (incomplete !== null) {
    suite.testCase().className("scenarios").name("all scenarios finished").time(0).error(incomplete, "ending");
  }
  return report.build();
}
