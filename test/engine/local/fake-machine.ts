import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "../../../src/model/documents.ts";
import type { Tier } from "../../../src/plan/matrix/tier.ts";
import type { RunLimits, RunSettings, RunSpec } from "../../../src/spec/spec.ts";
import { makeCase } from "../../plan/make-case.ts";
import { makeTier } from "../../plan/make-tier.ts";
import { makeSettings, makeSpec } from "../../spec/make-spec.ts";

/** Answers as Python does where the engine asks it something, becomes what it is to guard, and runs scripts of bash. */
const PYTHON = `#!/bin/bash
case "$1" in
  -S) shift 5; exec "$@" ;;
  -c) echo "$0"; echo "$FAKE_PYTHON_VERSION" ;;
  *) exec bash "$@" ;;
esac
`;

/** `pip install` does what FAKE_UV says; anything else fails. */
const UV = `#!/bin/bash
[ "$1" = pip ] || exit 2
for arg; do [ "$before" = --target ] && target="$arg"; before="$arg"; done
echo "Resolved 1 package in 1ms" >&2
case "$FAKE_UV" in
  slow) sleep 0.3 ;;
  hang) sleep 600 & sleep 600 ;;
  offline) cat "$FAKE_UV_OUTPUT" >&2; exit 1 ;;
esac
mkdir -p "$target/pyspark/bin"
cp "$FAKE_SUBMIT" "$target/pyspark/bin/spark-submit"
`;

/**
 * Runs its workload, a script of bash, with the arguments that Spark would pass on. As a Connect server it does what the file `connect` of
 * HOME says: it listens until it is told to end, or it ends.
 */
const SUBMIT = `#!/bin/bash
echo "26/11/23 07:40:35 INFO SparkContext: Running Spark version 9.0.0"
printf '%s\\n' "$@" > "$SPARK_CONF_DIR/arguments"
while [ $# -gt 0 ]; do
  case "$2" in spark.connect.grpc.binding.port=*) port="\${2#*=}" ;; esac
  case "$1" in --master|--name|--conf|--class) shift 2 ;; *) break ;; esac
done
[ "$1" = spark-internal ] || exec bash "$@"
case "$(cat "$HOME/connect" 2>/dev/null)" in
  ends) echo "java.net.BindException: Address already in use" >&2; exit 1 ;;
  ends-later) end="setTimeout(() => process.exit(1), 1500)" ;;
esac
exec "${process.execPath}" -e "
  process.on('SIGTERM', () => { require('fs').writeFileSync('$HOME/closed', process.env.PYTHONPATH); process.exit(); });
  require('net').createServer((socket) => socket.on('error', () => 0)).listen($port, '127.0.0.1');
  $end"
`;

const CONNECT_CLIENT = `until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.1; done; shift; exec bash "$@"`;

/** `generate` for the data set; a result of each repetition for an operation. */
export const WORKLOAD = `
if [ "$1" = --generate ]; then
  echo "progress 0.500"
  mkdir -p "$4"; touch "$4/part-0.parquet"; echo "progress 1.000"
  exit 0
fi
result="\${12}"
for name in warmup-1 sample-1 sample-2; do
  echo "{\\"repetition\\":\\"$name\\",\\"wallMs\\":1,\\"checksum\\":\\"c0ffee\\"}" >> "$result"
done
`;

export function javaScript(version: string, home: string): string {
  return `#!/bin/bash\necho "    java.home = ${home}" >&2\necho "    java.version = ${version}" >&2\n`;
}

export interface FakeMachine {
  /** Folder of everything. */
  readonly root: string;
  /** Folder that is PATH, before the system's own. */
  readonly bin: string;
  readonly environment: Record<string, string>;
  readonly spec: RunSpec;
  put(path: string, text: string): Promise<string>;
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

/** A machine whose Python, Java, uv and Spark are scripts, in a folder of its own. */
export async function createFakeMachine(
  given: {
    /** The built-in workload, a script of bash. */
    readonly workload?: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly settings?: Partial<RunSettings>;
    readonly limits?: Partial<RunLimits>;
  } = {},
): Promise<FakeMachine> {
  const root = await mkdtemp(join(tmpdir(), "local engine-"));
  const bin = join(root, "bin");
  const put = async (path: string, text: string) => {
    const target = join(root, path);
    await mkdir(join(target, ".."), { recursive: true });
    await writeFile(target, text);
    await chmod(target, 0o755);
    return target;
  };
  await put("bin/python3", PYTHON);
  await put("bin/uv", UV);
  await put("bin/java", javaScript("17.0.15", "/usr/lib/jvm/java-17"));
  const submit = await put("spark-submit", SUBMIT);
  await put("workloads/builtin.py", given.workload ?? WORKLOAD);
  await put("workflows/connect_client.py", CONNECT_CLIENT);
  for (const line of [3, 4]) await put(`images/requirements-${line}.txt`, "grpcio==1 --hash=sha256:00\n");
  const environment: Record<string, string> = {
    PATH: `${bin}:/usr/bin:/bin`,
    FAKE_PYTHON_VERSION: "3.12.1",
    FAKE_SUBMIT: submit,
    HOME: root,
    ...given.environment,
  };
  return {
    root,
    bin,
    environment,
    spec: makeSpec({
      tier: tierOf(),
      settings: makeSettings({ samples: 2, ...given.settings }),
      limits: { maxParallel: 2, caseTimeoutSeconds: 600, timeoutSeconds: 600, retries: 2, ...given.limits },
      directory: join(root, "run"),
      assetsDirectory: root,
      cacheDirectory: join(root, "cache"),
      environment,
    }),
    put,
    read: (path) => readFile(join(root, path), "utf8"),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export function tierOf(more: Partial<Tier> = {}): Tier {
  return makeTier({ name: "t", dimensions: {}, samples: 2, ...more });
}

export function caseOf(more: Partial<Case["dimensions"]> = {}): Case {
  const { dimensions } = makeCase(more);
  return { name: `t_${dimensions.sparkVersion}_${dimensions.mode}_${dimensions.operation}`, dimensions };
}
