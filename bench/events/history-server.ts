import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findFreePort } from "../free-port.ts";

const POLL_MS = 50;
const GIVE_UP_MS = 180_000;

export interface HistoryServerAnswer {
  /** From the start of the process to the list of applications that has the log. */
  readonly listedMs: number;
  /** From the start of the process to the whole first answer of /stages. */
  readonly stagesMs: number;
  readonly stages: readonly unknown[];
}

/** Starts a Spark History Server on a folder of event logs, asks for the stages of the one application in it, and ends it. */
export async function askHistoryServer(sparkHome: string, logFolder: string, query = ""): Promise<HistoryServerAnswer> {
  const port = await findFreePort();
  const local = mkdtempSync(join(tmpdir(), "bench-history-"));
  const started = performance.now();
  const server = spawn(join(sparkHome, "bin", "spark-class"), ["org.apache.spark.deploy.history.HistoryServer"], {
    stdio: "ignore",
    env: {
      ...process.env,
      SPARK_HOME: sparkHome,
      SPARK_LOCAL_IP: "127.0.0.1",
      SPARK_DAEMON_MEMORY: "1g",
      SPARK_HISTORY_OPTS: `-Dspark.history.ui.port=${port} -Dspark.history.fs.logDirectory=file://${logFolder} -Djava.io.tmpdir=${local}`,
    },
  });
  try {
    const base = `http://127.0.0.1:${port}/api/v1/applications`;
    const id = await poll(async () => {
      const applications = (await (await fetch(base)).json()) as { id: string }[];
      return applications[0]?.id;
    }, started);
    const listedMs = performance.now() - started;
    const stages = (await (await fetch(`${base}/${id}/stages${query}`)).json()) as unknown[];
    return { listedMs, stagesMs: performance.now() - started, stages };
  } finally {
    // spark-class replaces itself by Java, so this is the server.
    server.kill("SIGKILL");
    rmSync(local, { recursive: true, force: true });
  }
}

async function poll<T>(look: () => Promise<T | undefined>, started: number): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() - started > GIVE_UP_MS)
      throw new Error("the History Server has not listed the log in three minutes");
    await setTimeout(POLL_MS);
  }
}
