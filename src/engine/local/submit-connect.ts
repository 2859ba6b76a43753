import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, dirname } from "node:path";
import { ExecError, type ExecResult, isCommandFailure } from "../../lib/process/exec.ts";
import { submitCommand } from "./spark-command.ts";
import { prepareHome, runLogged, type Submission } from "./submit.ts";

const SERVER_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer";
/** A server that is asked to end closes its event log. */
const STOP_GRACE_MS = 20_000;

export interface ConnectClient {
  /** What PySpark needs for Connect. */
  readonly folder: string;
  /** Starts a script as a client: workflows/connect_client.py. */
  readonly launcher: string;
}

/**
 * Runs a script as a client of a Spark Connect server of its own, both to their end. The server of Spark 4 listens on this machine only
 * and asks for a token; that of 3.5 can do neither.
 *
 * @throws ExecError: the server's where it ended before its client, else the client's
 */
export async function submitConnect(submission: Submission, client: ConnectClient): Promise<ExecResult> {
  const { spark, script, args, signal } = submission;
  const home = await prepareHome(submission);
  const port = await findFreePort();
  const python = [dirname(spark.home), client.folder].join(delimiter);
  const env = { SPARK_CONNECT_AUTHENTICATE_TOKEN: randomBytes(16).toString("hex"), PYTHONPATH: python };
  const served = {
    ...submission.conf,
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": String(port),
  };
  const command = submitCommand(home, { ...submission, conf: served, main: { className: SERVER_CLASS }, args: [] });
  const stop = new AbortController();
  const gone = new AbortController();
  const server = runLogged(submission, command, home, {
    env: { ...env, PYTHONPATH: client.folder },
    signal: AbortSignal.any([signal, stop.signal]),
    abortGraceMs: STOP_GRACE_MS,
  });
  const ended = server.then(
    () => new ExecError(command, { kind: "exit", code: 0 }, "the Connect server ended before its client"),
    (error: unknown) => error,
  );
  void ended.then(() => gone.abort());
  try {
    return await runLogged(submission, [spark.python.path, client.launcher, String(port), script, ...args], home, {
      env: { ...env, SPARK_REMOTE: `sc://localhost:${port}` },
      signal: AbortSignal.any([signal, gone.signal]),
    });
  } catch (error) {
    const serverError = gone.signal.aborted ? await ended : null;
    throw isCommandFailure(serverError) ? serverError : error;
  } finally {
    stop.abort();
    await ended;
  }
}

/** A port that nobody has at the moment. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
