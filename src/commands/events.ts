import { describeApplications } from "../collect/describe-application.ts";
import { readEventLogs } from "../collect/event-log.ts";
import type { EventsConfig } from "../config/config.ts";
import { ExitCode } from "../lib/errors.ts";
import type { EventsDocument } from "../model/documents.ts";
import { print } from "./print.ts";

export async function executeEvents({ paths, json }: EventsConfig): Promise<ExitCode> {
  const applications = await readEventLogs(paths);
  const document: EventsDocument = { schema: "spark-loadtest/events/v1", applications };
  print(json ? document : describeApplications(applications));
  return ExitCode.pass;
}
