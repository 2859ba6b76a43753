import { InfrastructureError } from "../lib/errors.ts";
import type { Application } from "../model/documents.ts";

export interface HistoryServerOptions {
  readonly signal: AbortSignal;
  /** For one answer; left out for 30 s. */
  readonly timeoutMs?: number;
}

/** Reads an application from a History Server. Throws InfrastructureError where it cannot answer. */
export async function collectFromHistoryServer(
  baseUrl: URL,
  applicationId: string,
  _options: HistoryServerOptions,
): Promise<Application> {
  throw new InfrastructureError(`The History Server at ${baseUrl} is not asked for ${applicationId} yet.`);
}
