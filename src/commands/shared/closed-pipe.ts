import { fstatSync, writeSync } from "node:fs";
import { ExitCode, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { writeText } from "../../lib/process/output.ts";
import { describeError } from "../../lib/text/describe-error.ts";

/** Endings that say more than that their result could not be written. */
const KEPT: readonly number[] = [ExitCode.internal, ExitCode.badInput, ExitCode.interrupted, ExitCode.terminated];

/**
 * Lets a reader that has seen enough (`| head`) go without an error: what is written after that is lost, and the command ends as it
 * would have. Also of stderr, whose end must not keep a run from removing what it made.
 *
 * Where stdout cannot be written for another reason, as on a full disk, the command goes on and ends with ExitCode.infrastructure.
 */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    writeWhole(stream);
    let hasFailed = false;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || stream === process.stderr || hasFailed) return;
      hasFailed = true;
      writeText(process.stderr, describeError(toOutputError(error)).text);
      process.once("exit", (code) => {
        if (!KEPT.includes(code)) process.exitCode = ExitCode.infrastructure;
      });
    });
  }
}

function toOutputError(error: Error): InfrastructureError {
  return new InfrastructureError(`The result cannot be written to stdout: ${errorMessage(error)}`, {
    hint: "What is there of it is not whole. Free some space, or send it elsewhere, and call the command again.",
  });
}

/** Node.js writes to a file once, and takes it for written where a disk that is nearly full takes a part of it. */
function writeWhole(stream: NodeJS.WriteStream & { readonly fd: number }): void {
  const { fd } = stream;
  if (!isFile(fd)) return;
  stream._write = (chunk: Buffer | string, encoding, done) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    // Whoever started the command has closed it.
    return false;
  }
}

/** Aborted when nobody reads stdout any more. */
export function untilReaderGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.once("error", () => gone.abort());
  return gone.signal;
}
