import { describeCauses } from "../../analyse/describe.ts";
import { explain, findLargestDifference } from "../../analyse/explain.ts";
import { toSubject } from "../../analyse/statistics/subject.ts";
import { readEventLogs } from "../../collect/application/read-event-logs.ts";
import { BadInputError, ExitCode } from "../../lib/errors.ts";
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
  const applications = await readEventLogs([path]);
  const [application] = applications;
  if (application !== undefined && applications.length === 1) return application;
  throw new BadInputError(`${path} holds ${applications.length} applications, and explain compares one with one.`, {
    hint: "Name the event log of one application.",
  });
}
