import { expect, test } from "vitest";
import { withoutAddresses, withoutRunIds } from "../../../src/lib/text/run-ids.ts";

test.each([
  ["4598586477831989067_7525196874081667841_job-703-run-31144-action-4960839961566214", "*_*_job-*-run-*-action-*"],
  ["0d7a3c51-30be-4a7e-9d8e-4a1b2c3d4e5f", "*"],
  ["batch 12", "batch *"],
  ["etl_2024-01-05T03:00:00Z_daily", "etl_*_daily"],
  ["etl_20240105", "etl_*"],
  ["load-3f9a0c77", "load-*"],
  ["application_1700000000000_0001", "application_*_0001"],
  ["daily_2026-11-28T03:00:00+00:00", "daily_*"],
  ["daily_2026-11-28T03:00:00.123456-0530.x", "daily_*.x"],
  ["scheduled__2026-11-28T03:00+00", "scheduled__*"],
  ["etl-try3", "etl-try*"],
  ["etl attempt_2", "etl attempt_*"],
  ["dag.task try_number=2", "dag.task try_number=*"],
  ["etl-x7f9q", "etl-*"],
  ["etl-6d4cf56db6-x7f9q", "etl-*"],
  ["etl-7b9c4d2fxk-bcdfg", "etl-*"],
  ["etl-28374650-hjklm/step", "etl-*/step"],
  ["etl-x7f9q-driver", "etl-*-driver"],
  // Words, versions, sizes, quantiles and times that are no suffix of a pod, and words that end like a counted one.
  ["q14a", "q14a"],
  ["tpcds-q99", "tpcds-q99"],
  ["bench-tpcds", "bench-tpcds"],
  ["bench-tpch5-sf100", "bench-tpch5-sf100"],
  ["scan-256mb", "scan-256mb"],
  ["wait-p99th", "wait-p99th"],
  ["on-k8s25", "on-k8s25"],
  ["grid-4x256", "grid-4x256"],
  ["for-2h45m", "for-2h45m"],
  ["x7f9q", "x7f9q"],
  ["entry3 of country2", "entry3 of country2"],
  ["v2026.11", "v2026.11"],
  // Numbers that count, and numbers and words that name work.
  ["Unable to acquire 262144 bytes of memory", "Unable to acquire 262144 bytes of memory"],
  ["q12", "q12"],
  ["step 3", "step 3"],
  ["window/verify", "window/verify"],
  ["defaced", "defaced"],
  ["facade-feedbeef", "facade-feedbeef"],
  ["", ""],
])("%j without ids of the run is %j", (name, expected) => expect(withoutRunIds(name)).toBe(expected));

test.each([
  ["spark://10.0.0.5:7077", "spark://*"],
  ["ann@example.com,bob.c@mail.example.org", "*,*"],
  ["10.1.2.3", "*"],
  ["ip-10-0-0-7.ec2.internal:8020", "*"],
  ["jdbc:postgresql://ann:x@db.example.com:5432/sales", "jdbc:postgresql://*/sales"],
  ["master.example.com:7077", "*"],
  ["Failed to connect to ip-10-0-0-1.ec2.internal/10.0.0.1:7337", "Failed to connect to */*"],
  ["lost on host-17.example.com", "lost on *"],
  ["(worker-a.zone.example.com executor 3): x", "(* executor 3): x"],
  ["pod.ns.svc.cluster.local is gone", "* is gone"],
  ["daily_2026-11-28T03:00:00+00:00", "daily_*"],
  ["daily_2026-11-28T03:00", "daily_*"],
  // No addresses.
  ["org.apache.spark.io.X: com.example.io", "org.apache.spark.io.X: com.example.io"],
  ["spark.sql.catalog.local", "spark.sql.catalog.local"],
  ["part-00001.parquet of db.table1", "part-*.parquet of db.table1"],
  ["at Job.scala:42, exit code:137", "at Job.scala:42, exit code:137"],
  ["org.apache.spark.serializer.KryoSerializer", "org.apache.spark.serializer.KryoSerializer"],
  ["local[2]", "local[2]"],
  ["3.5.1", "3.5.1"],
  ["-XX:+UseG1GC -Xss4m", "-XX:+UseG1GC -Xss4m"],
  ["k8s://https://10.96.0.1:443", "k8s://*"],
  ["k8s://https://api.example.com:6443/path", "k8s://*/path"],
])("%j without addresses is %j", (text, expected) => expect(withoutAddresses(text)).toBe(expected));

test.each([
  "0123456789abcdef",
  "job-",
  "token.",
  "a@",
  "://",
  "*-",
  "1.",
  "f:",
  "a.b:",
  "a-",
  "a1.",
  "-x7f9",
  "-2b2b2b2b",
  "try",
  "2024-01-01T",
])("a long text of %j takes time that grows with its length", (part) => {
  const timeOf = (length: number): number => {
    const text = part.repeat(Math.ceil(length / part.length));
    const startedAtMs = performance.now();
    withoutAddresses(text);
    return performance.now() - startedAtMs;
  };
  timeOf(1000);
  expect(timeOf(200_000)).toBeLessThan(1000);
});
