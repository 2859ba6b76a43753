import { readFileSync } from "node:fs";
import { apply, kubectl, NODE, run, SPARK_IMAGE, seconds } from "./setting.ts";

/** The built-in workload under plain spark-submit in cluster mode: one driver and one executor, as a case has them. */
const HAND_NAMESPACE = "bench-by-hand";
/** On the node, and in all pods of the namespace. */
const FOLDER = "/bench";
const NODE_FOLDER = "/var/lib/bench";
const SPARK = "/opt/spark/bin/spark-submit";
const USER = 185;

const VOLUMES = [
  { name: "scripts", configMap: { name: "scripts" } },
  { name: "bench", hostPath: { path: NODE_FOLDER } },
];
const MOUNTS = [
  { name: "scripts", mountPath: "/etc/bench" },
  { name: "bench", mountPath: FOLDER },
];
const SECURITY = { runAsUser: USER, runAsNonRoot: true, fsGroup: USER };

/** Has the namespace, an account that may submit in it, the workload, and a folder on the node that all pods share. */
export function prepareByHand(): void {
  run("docker", ["exec", NODE, "mkdir", "-p", "-m", "777", NODE_FOLDER]);
  const namespace = HAND_NAMESPACE;
  const mounts = (container: string) =>
    JSON.stringify({
      spec: { volumes: VOLUMES, securityContext: SECURITY, containers: [{ name: container, volumeMounts: MOUNTS }] },
    });
  apply(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "spark", namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "spark", namespace },
      subjects: [{ kind: "ServiceAccount", name: "spark", namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "scripts", namespace },
      data: {
        "workload.py": readFileSync("workloads/builtin.py", "utf8"),
        "driver.yaml": mounts("spark-kubernetes-driver"),
        "executor.yaml": mounts("spark-kubernetes-executor"),
      },
    },
  );
}

/** Generates a data set on the node's disk. Gives the folder of it there. */
export function generateByHand(size: string): string {
  runPod(`generate-${size}`, [
    SPARK,
    "--master",
    "local[2]",
    "--driver-memory",
    "1g",
    "/etc/bench/workload.py",
    "--generate",
    size,
    "--data",
    `${FOLDER}/${size}`,
  ]);
  return `${NODE_FOLDER}/${size}`;
}

/** What a job took without its own repetitions. */
export function submitByHand(round: number): number {
  const name = `submit-${round}`;
  const conf = {
    "spark.kubernetes.namespace": HAND_NAMESPACE,
    "spark.kubernetes.authenticate.driver.serviceAccountName": "spark",
    "spark.kubernetes.container.image": SPARK_IMAGE,
    "spark.kubernetes.driver.podTemplateFile": "/etc/bench/driver.yaml",
    "spark.kubernetes.executor.podTemplateFile": "/etc/bench/executor.yaml",
    "spark.kubernetes.driver.request.cores": "100m",
    "spark.kubernetes.executor.request.cores": "100m",
    "spark.executor.instances": "1",
    "spark.executor.cores": "1",
    "spark.driver.memory": "768m",
    "spark.executor.memory": "768m",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": "file:///tmp",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
  };
  const result = `${FOLDER}/${name}.jsonl`;
  const tookMs = runPod(name, [
    ...[SPARK, "--master", "k8s://https://kubernetes.default.svc", "--deploy-mode", "cluster", "--name", name],
    ...Object.entries(conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]),
    ...["local:///etc/bench/workload.py", "--operation", "aggregate", "--data", `file://${FOLDER}/tiny`],
    ...["--output", `file://${FOLDER}/output`, "--samples", "2", "--warmups", "0", "--result", result],
  ]);
  const lines = run("docker", ["exec", NODE, "cat", `${NODE_FOLDER}/${name}.jsonl`])
    .trim()
    .split("\n");
  const ownMs = lines.reduce((sum, line) => sum + JSON.parse(line).wallMs, 0);
  console.log(`  spark-submit in cluster mode: ${seconds(tookMs)}, ${seconds(ownMs)} of it the operation's`);
  return tookMs - ownMs;
}

/** Runs a command in a pod. Gives how long it was there, by Kubernetes' clock of whole seconds. */
function runPod(name: string, command: readonly string[]): number {
  apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: HAND_NAMESPACE },
    spec: {
      serviceAccountName: "spark",
      restartPolicy: "Never",
      securityContext: SECURITY,
      volumes: VOLUMES,
      containers: [
        { name: "main", image: SPARK_IMAGE, imagePullPolicy: "IfNotPresent", command, volumeMounts: MOUNTS },
      ],
    },
  });
  kubectl("-n", HAND_NAMESPACE, "wait", `pod/${name}`, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=600s");
  const { metadata, status } = JSON.parse(kubectl("-n", HAND_NAMESPACE, "get", "pod", name, "-o", "json"));
  kubectl("-n", HAND_NAMESPACE, "delete", "pods", "--all");
  return Date.parse(status.containerStatuses[0].state.terminated.finishedAt) - Date.parse(metadata.creationTimestamp);
}
