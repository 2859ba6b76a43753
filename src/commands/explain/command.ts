import { describeCauses } from "../../analyse/describe.ts";
import { explain, findLargestDifference } from "../../analyse/explain.ts";
import { toSubject } from "../../analyse/statistics/subject.ts";
import { readEventLogs } from "../../collect/application/read-event-logs.ts";
import { isUnread } from "../../collect/application/to-application.ts";
import { BadInputError, ExitCode } from "../../lib/errors.ts";
import { writeLines } from "../../lib/process/output.ts";
import type { Application, ExplainDocument } from "../../model/documents.ts";
import { print } from "../shared/print.ts";
import type { ExplainConfig } from "./options.ts";

export async function executeExplain({ current, baseline, json }: ExplainConfig): Promise<ExitCode> {
  const [now, before] = await Promise.all([readOne(current), readOne(baseline)]);
  const subjects = [toSubject(now), toSubject(before)] as const;
  const causes = explain(...subjects);
  const document: ExplainDocument = { schema: "spark-loadtest/explain/v1", causes };
  print(json ? document : describeCauses(causes, findLargestDifference(...subjects)));
  return ExitCode.pass;
}

async function readOne(path: string): Promise<Application> {
  const all = await readEventLogs([path]);
  const applications = all.filter((application) => !isUnread(application));
  const [application] = applications;
  if (application !== undefined && applications.length === 1) {
    const unread = all.filter(isUnread).map(({ name, problems }) => `${name} is left out: ${problems.join("; ")}`);
    writeLines(process.stderr, unread);
    return { ...application, problems: [...application.problems, ...unread] };
  }
  throw new BadInputError(`${path} holds ${applications.length} applications, and explain compares one with one.`, {
    hint: "Name the event log of one application.",
  });
}
