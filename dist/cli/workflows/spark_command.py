"""spark-submit with its properties, and what the executors' pods are made of. Pure, but for `write_pod_template`."""

import json
import math
import os
import re

from tables import TABLES

EXECUTOR_OVERHEAD_MB = 384  # Spark's own least
EXECUTOR_OVERHEAD_FACTOR = 0.4  # Spark's for anything but JVM programs, Python among them
UNITS_MB = TABLES["memoryUnitsMb"]
MEMORY = re.compile(rf"(\d+)\s*([{''.join(UNITS_MB)}]?)b?", re.IGNORECASE)
DEFAULT_CONNECT_PORT = 15002
# A taint of its name often keeps nodes for the pods that ask for a GPU, and not every cluster has those tolerate it.
GPU_VENDOR = "nvidia.com"
ICEBERG_WAREHOUSE = "spark.sql.catalog.loadtest.warehouse"


def spark_home(environment=os.environ):
    return environment.get("SPARK_HOME") or "/opt/spark"


def parse_memory_mb(text):
    """MiB of one of Spark's memory settings ("512m", "2g"; a bare number is MiB), or None."""
    match = MEMORY.fullmatch((text or "").strip())
    return math.ceil(int(match.group(1)) * UNITS_MB[match.group(2).lower() or "m"]) if match else None


def case_conf(case, settings, pod):
    """Properties of a case: this engine's defaults, the run's, the case's, then what it cannot run without.

    pod: {namespace, image, ip, ui, eventlogs, template, jars, warehouse}: the case's namespace and image, this pod's
    address, "true" where Spark's own page is to be served, files as paths, where Iceberg's tables are to be.
    """
    mode = case["mode"]
    conf = {
        **size_defaults(mode, settings),
        # Serves Spark's own metrics while the case runs, under names without the application's id, which changes with
        # every case. Its start takes half a second, so that it is off where nobody asks.
        "spark.ui.enabled": pod["ui"],
        "spark.ui.killEnabled": "false",
        "spark.ui.prometheus.enabled": "true",
        "spark.metrics.namespace": "spark_loadtest",
        "spark.metrics.appStatusSource.enabled": "true",
        "spark.metrics.conf.driver.sink.prometheusServlet.class": "org.apache.spark.metrics.sink.PrometheusServlet",
        "spark.metrics.conf.driver.sink.prometheusServlet.path": "/metrics/prometheus",
        "spark.jars.ivy": "/tmp/.ivy2",
        **(KUBERNETES_DEFAULTS if mode == "kubernetes" else {}),
        **settings.get("sparkConf", {}),
        **case.get("sparkConf", {}),
        **settings.get("secretConf", {}),
        **case.get("secretConf", {}),
        "spark.driver.host": pod["ip"],
        "spark.driver.bindAddress": pod["ip"],
        # Of the pod's port spark-ui.
        "spark.ui.port": "4040",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{pod['eventlogs']}",
        "spark.eventLog.rolling.enabled": "true",
        **(kubernetes_conf(settings, pod) if mode == "kubernetes" else {}),
    }
    if mode != "local" and executors_to_await(conf) > 1:
        conf = {**TABLES["waitForExecutors"], **conf}
    # The JVM sizes its collectors and compilers alike on every machine.
    name = f"spark.{'driver' if mode == 'local' else 'executor'}.defaultJavaOptions"
    options = conf.get(name, "")
    if "ActiveProcessorCount" not in options:
        cores = conf.get("spark.executor.cores", settings["executorCores"])
        conf[name] = f"{options} -XX:ActiveProcessorCount={cores}".strip()
    if pod["jars"]:
        conf["spark.jars"] = join_list([conf.get("spark.jars", ""), *pod["jars"]])
    if conf.get(ICEBERG_WAREHOUSE) == "{warehouse}":
        conf[ICEBERG_WAREHOUSE] = pod["warehouse"]
    return conf


KUBERNETES_DEFAULTS = {
    # A small request, so that the cases that fit by their memory are not kept out. No limit, which would throttle
    # the compilers of a JVM that starts.
    "spark.kubernetes.executor.request.cores": "100m",
    "spark.kubernetes.executor.podNamePrefix": "spark",
    # The first request comes with the driver's start, the next ones soon.
    "spark.kubernetes.allocation.batch.delay": "1s",
}


def size_defaults(mode, settings):
    """How many executors there are, and what driver and executors take.

    A driver that is alone does the work of both, in an executor's memory.
    """
    if mode == "local":
        return {"spark.driver.memory": f"{settings['executorMemoryMb']}m"}
    return {
        "spark.driver.memory": f"{settings['driverMemoryMb']}m",
        "spark.executor.instances": str(settings["executors"]),
        "spark.executor.cores": str(settings["executorCores"]),
        "spark.executor.memory": f"{settings['executorMemoryMb']}m",
    }


def kubernetes_conf(settings, pod):
    return {
        "spark.app.id": pod["namespace"],
        "spark.kubernetes.namespace": pod["namespace"],
        "spark.kubernetes.container.image": pod["image"],
        "spark.kubernetes.container.image.pullPolicy": "IfNotPresent",
        "spark.kubernetes.executor.podTemplateFile": pod["template"],
        # The namespace goes with the case; these would only need more rights.
        "spark.kubernetes.driver.service.deleteOnTermination": "false",
        "spark.kubernetes.driver.ownPersistentVolumeClaim": "false",
        **({"spark.kubernetes.executor.deleteOnTermination": "false"} if settings.get("keepOnFailure") else {}),
    }


def join_list(parts):
    """One of Spark's lists, separated by commas."""
    return ",".join(part for part in parts if part)


def executors_of(conf):
    """How many executors a case may have at once."""
    names = ["spark.executor.instances"]
    if is_dynamic(conf):
        names += ["spark.dynamicAllocation.maxExecutors", "spark.dynamicAllocation.initialExecutors"]
    return max([1, *(int(conf[name]) for name in names if conf.get(name, "").isdigit())])


def is_dynamic(conf):
    """Whether Spark asks for executors as it has work for them."""
    return conf.get("spark.dynamicAllocation.enabled") == "true"


def executors_to_await(conf):
    """How many executors a case begins with: Spark would do with fewer, and measure those."""
    return 1 if is_dynamic(conf) else executors_of(conf)


def executor_memory_mb(conf, settings):
    """MiB of an executor's container, by Spark's own rule for Kubernetes."""
    memory_mb = parse_memory_mb(conf["spark.executor.memory"]) or settings["executorMemoryMb"]
    factor = conf.get("spark.executor.memoryOverheadFactor") or conf.get("spark.kubernetes.memoryOverheadFactor")
    overhead_mb = parse_memory_mb(conf.get("spark.executor.memoryOverhead")) or max(
        EXECUTOR_OVERHEAD_MB, math.ceil(memory_mb * max(EXECUTOR_OVERHEAD_FACTOR, float(factor or 0)))
    )
    more_mb = sum(
        parse_memory_mb(conf.get(name)) or 0 for name in ("spark.executor.pyspark.memory", "spark.memory.offHeap.size")
    )
    return memory_mb + overhead_mb + more_mb


def quota_of(conf, settings, storage_gi):
    """Hard limits of the case's namespace: its executors, and one that replaces another while that one still ends.

    storage_gi: what each may write on its node's disk.
    """
    pods = executors_of(conf) + 1
    return {
        "pods": str(pods),
        "limits.memory": f"{pods * executor_memory_mb(conf, settings)}Mi",
        "limits.ephemeral-storage": f"{pods * storage_gi}Gi",
    }


def restricted_pod(pod, container):
    """A pod of a case's namespace: what Pod Security "restricted" asks for, no credentials, the run's labels.

    pod: {labels, caseIp}; caseIp: address of the case's own pod, whose files it reads and writes.
    """
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": pod["labels"]},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            # Hadoop asks for the name behind an address of WebHDFS. Few name servers know those of pods: where one has
            # nobody to ask in turn, each JVM waited for ten seconds.
            "hostAliases": [{"ip": pod["caseIp"], "hostnames": ["spark-loadtest-case"]}],
            "terminationGracePeriodSeconds": 5,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 185,
                "runAsGroup": 185,
                "fsGroup": 185,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    **container,
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
        },
    }


def pod_template(pod, conf):
    """The executors' pod. pod: {labels, storageGi, caseIp}"""
    resources = {
        "requests": {"ephemeral-storage": "64Mi"},
        "limits": {"ephemeral-storage": f"{pod['storageGi']}Gi"},
    }
    template = restricted_pod(pod, {"name": "executor", "resources": resources})
    if conf.get("spark.executor.resource.gpu.vendor") == GPU_VENDOR:
        template["spec"]["tolerations"] = [{"key": f"{GPU_VENDOR}/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    return template


def write_pod_template(path, pod, conf):
    """JSON is YAML, too."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(pod_template(pod, conf), file)


def submit_command(home, name, master, conf, rest):
    properties = [part for key, value in conf.items() for part in ("--conf", f"{key}={value}")]
    return [f"{home}/bin/spark-submit", "--master", master, "--name", name, *properties, *rest]


def python_path(home, names):
    """PYTHONPATH for a client without spark-submit. names: files of $SPARK_HOME/python/lib."""
    archives = sorted(name for name in names if name.startswith("py4j-") and name.endswith(".zip"))
    return os.pathsep.join([f"{home}/python", *(f"{home}/python/lib/{name}" for name in archives)])
