import { type ChildProcess, spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiServer } from "../kube/api-server.ts";

/** Notes its arguments, and becomes FAKE_DRIVER with the workload's, or FAKE_SERVER for the class of a Connect server. */
const SUBMIT = `#!/bin/bash
printf '%s\\n' "$@" > "$FAKE_ARGUMENTS"
while [ $# -gt 0 ]; do
  case "$1" in
    --master|--name|--conf|--jars) shift 2 ;;
    --class) exec bash -c "$FAKE_SERVER" ;;
    *) break ;;
  esac
done
shift
exec bash -c "$FAKE_DRIVER" driver "$@"
`;

/** What the workload does in the tests: its arguments are the case's. */
export const RESULT = (name: string, checksum: string): string =>
  `echo '{"repetition": "${name}", "wallMs": 1, "checksum": "${checksum}"}' >> "$RESULT"; `;
export const PASSES = ["warmup-1", "sample-1", "sample-2"].map((name) => RESULT(name, "c0ffee")).join("");

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly result: {
    readonly status: string;
    readonly reason: string | null;
    readonly checksum: string | null;
    readonly namespace: string | null;
    readonly eventLog: string | null;
  };
}

/** A folder with what a case's pod has, and the API server that it asks. */
export class CasePod {
  /** In the case's namespace. */
  pods: unknown[] = [];
  /** The chart's, for executors. */
  networkPolicy: unknown = null;
  readonly api = new ApiServer(
    ({ method, path }) =>
      method === "GET" &&
      ((path.endsWith("/pods") && { body: { items: this.pods } }) ||
        (path.endsWith("/resourcequotas/case") && { body: { status: { hard: { pods: "2" } } } }) ||
        (path.endsWith("/networkpolicies/spark-loadtest-executor") &&
          (this.networkPolicy === null ? { status: 404, body: { message: "none" } } : { body: this.networkPolicy }))),
  );
  readonly labels = { "app.kubernetes.io/managed-by": "spark-loadtest", "spark-loadtest/run": "run-1" };
  readonly settings: Record<string, unknown> = {
    executors: 1,
    executorCores: 2,
    executorMemoryMb: 1024,
    driverMemoryMb: 512,
    caseTimeoutSeconds: 60,
    startTimeoutSeconds: 2,
    keepOnFailure: false,
    builtinWorkload: true,
    samples: 2,
    warmups: 1,
    files: "127.0.0.1:1",
    generatesData: false,
    trace: { traceId: "0af7651916cd43dd8448eb211c80319c", sampled: true, runSpanId: "b7ad6b7169203331" },
    sparkConf: { "spark.sql.shuffle.partitions": "8", "spark.app.id": "not-this" },
  };
  readonly testCase: Record<string, unknown> = {
    orchestrator: "submit",
    mode: "kubernetes",
    namespace: "a-case-1234",
    dataSize: "tiny",
    parts: [],
    sparkConf: { "spark.sql.shuffle.partitions": "16", "spark.secret.token": "hush" },
    args: ["--data", "{data}", "--output", "{output}", "--result", "{result}"],
  };
  /** Of all cases, in the object store. */
  parts: { readonly name: string; readonly sha256: string; readonly is: "client" | "jar" }[] = [];
  readonly environment: Record<string, string> = {};
  #root = "";

  path(...parts: string[]): string {
    return join(this.#root, ...parts);
  }

  async start(): Promise<this> {
    this.#root = await mkdtemp(join(tmpdir(), "case-pod-"));
    // A case waits for no namespace of its own to be gone.
    this.api.goneAfterMs = 0;
    await this.api.start();
    for (const folder of ["config", "account", "case", "tmp", "spark/bin", "spark/python"]) {
      await mkdir(this.path(folder), { recursive: true });
    }
    for (const name of await readdir("workflows")) {
      if (/\.(py|json)$/.test(name)) await copyFile(join("workflows", name), this.path("config", name));
    }
    await writeFile(this.path("config/workload.py"), "# the workload\n");
    await writeFile(this.path("account/token"), "first\n");
    await writeFile(this.path("spark/bin/spark-submit"), SUBMIT);
    await chmod(this.path("spark/bin/spark-submit"), 0o755);
    return this;
  }

  /** Gives the client's Python packages, empty ones: the image's, or those that the pod got beside it. */
  async addConnectClient(folder = "spark/python"): Promise<void> {
    for (const name of ["grpc", "grpc_status", "google", "google/protobuf", "pandas", "pyarrow"]) {
      await mkdir(this.path(folder, name), { recursive: true });
      await writeFile(this.path(folder, name, "__init__.py"), "");
    }
  }

  async stop(): Promise<void> {
    await this.api.stop();
    await rm(this.#root, { recursive: true, force: true });
  }

  /** Starts run_case.py. `driver` is a script of bash; RESULT is where the repetitions go. */
  async launch(driver: string, mode: readonly string[] = this.caseMode()): Promise<RunningPod> {
    const { settings, labels, parts } = this;
    const document = { run: "run-1", labels, settings, parts, cases: { "a case": this.testCase } };
    await writeFile(this.path("config/cases.json"), JSON.stringify(document));
    const folders = ["config", "account"].flatMap((name) => [`--${name}`, this.path(name)]);
    const places = ["--root", this.path("case"), "--scratch", this.path("tmp"), "--api", this.api.url];
    const child = spawn("python3", [this.path("config/run_case.py"), ...folders, ...places, ...mode], {
      env: {
        PATH: process.env.PATH ?? "",
        PYTHONDONTWRITEBYTECODE: "1",
        SPARK_HOME: this.path("spark"),
        POD_IP: "127.0.0.1",
        POD_NAME: "pod-1",
        POD_NAMESPACE: "runs",
        SERVICE_ACCOUNT: "spark-loadtest-case-run-1",
        STORAGE_LIMIT: "64Gi",
        ARGO_PROGRESS_FILE: this.path("progress"),
        FAKE_ARGUMENTS: this.path("arguments"),
        FAKE_DRIVER: driver,
        RESULT: this.path("case/result/result.jsonl"),
        ...this.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new RunningPod(child, this.path("case/result/result.json"));
  }

  caseMode(attempt = 0): string[] {
    return ["case", "--name", "a case", "--image", "spark:9", "--attempt", `${attempt}`];
  }

  async run(driver: string, mode?: readonly string[]): Promise<Ended> {
    return (await this.launch(driver, mode)).end();
  }
}

export class RunningPod {
  readonly child: ChildProcess;
  output = "";
  readonly #resultFile: string;
  readonly #ended: Promise<number | null>;
  #onOutput = (): void => undefined;

  constructor(child: ChildProcess, resultFile: string) {
    this.child = child;
    this.#resultFile = resultFile;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#onOutput();
      });
    }
    this.#ended = new Promise((resolve) => child.once("close", resolve));
  }

  /** Resolves once the output has this. */
  async says(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#onOutput = () => this.output.includes(text) && resolve();
      this.#onOutput();
      void this.#ended.then(() => reject(new Error(`ended without "${text}":\n${this.output}`)));
    });
  }

  async end(): Promise<Ended> {
    const code = await this.#ended;
    const result = JSON.parse(await readFile(this.#resultFile, "utf8").catch(() => "null"));
    return { code, output: this.output, result };
  }
}
