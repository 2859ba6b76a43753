/** How a command of spark-loadtest can end. The numbers are a contract with scripts and workflows. */
export const ExitCode = {
  pass: 0,
  internal: 1,
  badInput: 2,
  casesFailed: 3,
  regression: 4,
  timeout: 5,
  infrastructure: 6,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * An ending that the user can act on: what was tried and what came back in `message`, what to do next in `hint`.
 * Whatever is thrown and is not one of these is a bug of ours and ends with exit code 1.
 */
export class LoadtestError extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}

/** The user gave something that cannot work: an option, a file, a folder. Nothing was created. */
export class BadInputError extends LoadtestError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(ExitCode.badInput, message, options);
  }
}

/** The machine, the network or a tool failed, not the workload. */
export class InfrastructureError extends LoadtestError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(ExitCode.infrastructure, message, options);
  }
}

/** The text of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error ("ENOENT"), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
