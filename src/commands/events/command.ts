import { describeApplications } from "../../collect/application/describe-application.ts";
import { readEventLogs } from "../../collect/application/read-event-logs.ts";
import type { PassedOver } from "../../collect/log-files/find-logs.ts";
import { ExitCode } from "../../lib/errors.ts";
import type { EventsDocument } from "../../model/documents.ts";
import { print } from "../shared/print.ts";
import type { EventsConfig } from "./options.ts";

export async function executeEvents({ paths, json }: EventsConfig): Promise<ExitCode> {
  const passedOver: PassedOver[] = [];
  const applications = await readEventLogs(paths, { onPassedOver: (file) => passedOver.push(file) });
  const document: EventsDocument = { schema: "spark-loadtest/events/v1", applications, passedOver };
  print(json ? document : describeApplications(applications, passedOver));
  return ExitCode.pass;
}
