"""Spark's own master and a worker for each executor, as pods in the case's namespace (the mode standalone)."""

import json
import secrets
import time
import urllib.request
from http.client import HTTPException

from executor_watch import ExecutorWatch
from failure import explain
from kubernetes_api import ApiError
from problem import CannotStart, CaseFailed, TryAgain
from spark_command import executor_memory_mb, executors_of, restricted_pod

MASTER = "master"
WORKER = "worker"
MASTER_PORT = 7077
PAGE_PORT = 7078
# Of the JVM of the master and of a worker, which leave the work to executors.
DAEMON_HEAP_MB = 256
# Such a JVM with what it needs outside its heap.
DAEMON_MEMORY_MB = 640
MASTER_STORAGE_GI = 1
LOOK_SECONDS = 0.3
PAGE_TIMEOUT_SECONDS = 2
LARGEST_PAGE_BYTES = 1_000_000
# From the start of all containers until the workers are registered: seconds, or minutes on a machine that is busy.
REGISTRATION_SECONDS = 300

PRELUDE = 'bracket() { case $1 in *:*) echo "[$1]";; *) echo "$1";; esac; }; '
# A worker that finds no master at first asks again after 5 to 15 seconds.
AWAIT_MASTER = 'until (exec 3<>"/dev/tcp/$MASTER_IP/$MASTER_PORT") 2>/dev/null; do sleep 0.1; done; '
SPARK_CLASS = 'exec "${SPARK_HOME:-/opt/spark}/bin/spark-class" org.apache.spark.deploy'
COMMANDS = {
    MASTER: PRELUDE
    + f'{SPARK_CLASS}.master.Master --host "$(bracket "$POD_IP")" --port "$MASTER_PORT" --webui-port "$PAGE_PORT"',
    WORKER: PRELUDE
    + AWAIT_MASTER
    + f'{SPARK_CLASS}.worker.Worker --host "$(bracket "$POD_IP")" --webui-port 0 --work-dir /tmp/work '
    + '--cores "$CORES" --memory "${MEMORY_MB}m" "spark://$(bracket "$MASTER_IP"):$MASTER_PORT"',
}
POD_IP = {"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}


def worker_size(conf, settings):
    """What a worker offers, which is what an executor takes: (cores, MiB). Raises CaseFailed where nobody can tell."""
    cores = conf["spark.executor.cores"]
    if not cores.isdigit() or int(cores) == 0:
        raise CaseFailed(f"spark.executor.cores is {cores}, which is no number of cores")
    return int(cores), executor_memory_mb(conf, settings)


def standalone_quota(conf, settings, storage_gi):
    """Hard limits of the case's namespace: its pods. storage_gi: what each worker may write on its node's disk."""
    workers = executors_of(conf)
    _, memory_mb = worker_size(conf, settings)
    return {
        "pods": str(1 + workers),
        "limits.memory": f"{DAEMON_MEMORY_MB + workers * (DAEMON_MEMORY_MB + memory_mb)}Mi",
        "limits.ephemeral-storage": f"{MASTER_STORAGE_GI + workers * storage_gi}Gi",
    }


def worker_name(index):
    return f"{WORKER}-{index + 1}"


def role_of(name):
    """What a pod of this name is: MASTER or WORKER."""
    return name.partition("-")[0]


def daemon_pod(name, pod, variables, memory_mb, storage_gi):
    """pod: as StandaloneCluster has it. variables: the container's, each with `value` or `valueFrom`.

    memory_mb: of what the daemon starts.
    """
    container = {
        "name": role_of(name),
        "image": pod["image"],
        "imagePullPolicy": "IfNotPresent",
        "command": ["bash", "-c", COMMANDS[role_of(name)]],
        "env": [{"name": key, **value} for key, value in variables.items()],
        # A small request of CPU and no limit, as executors have in the mode kubernetes.
        "resources": {
            "requests": {"cpu": "100m", "memory": f"{DAEMON_HEAP_MB + memory_mb}Mi", "ephemeral-storage": "64Mi"},
            "limits": {"memory": f"{DAEMON_MEMORY_MB + memory_mb}Mi", "ephemeral-storage": f"{storage_gi}Gi"},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
        # Its last words stand in the pod's state then, and nobody needs the right to read logs.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    made = restricted_pod(pod, container)
    made["metadata"] = {**made["metadata"], "name": name}
    made["spec"]["volumes"] = [{"name": "tmp", "emptyDir": {"sizeLimit": f"{storage_gi}Gi"}}]
    return made


def find_end(name, pod):
    """The Problem of a daemon that has ended, or None."""
    role = role_of(name)
    for container in pod.get("status", {}).get("containerStatuses") or []:
        for state in (container.get("state") or {}, container.get("lastState") or {}):
            ended = state.get("terminated")
            if ended is None:
                continue
            reason, message = ended.get("reason") or "", ended.get("message") or ""
            if reason not in ("Error", "Completed"):
                return CannotStart(f"Spark's {role} did not start: {reason}" + (f": {message}" if message else ""))
            problem = explain(ended.get("exitCode", 1), message.split("\n"))
            kind = TryAgain if isinstance(problem, TryAgain) else CannotStart
            return kind(f"Spark's {role} did not start: {problem.reason}")
    return None


class StandaloneCluster:
    """A master, and for each of the case's executors a worker of its size. It goes with the namespace."""

    def __init__(self, namespace, pod, conf, settings):
        """pod: {image, labels, storageGi, caseIp}: of each; caseIp: address of the case's own pod."""
        self._namespace = namespace
        self._pod = pod
        self._workers = [worker_name(index) for index in range(executors_of(conf))]
        self._cores, self._memory_mb = worker_size(conf, settings)
        # Drivers of other cases reach the master, too, which takes orders of this case's alone.
        self._secret = secrets.token_hex(16)
        self._pods = {}
        self._watches = {
            name: ExecutorWatch(lambda name=name: self._named(name), settings["startTimeoutSeconds"])
            for name in (MASTER, *self._workers)
        }
        self._registered = 0
        self._registration_deadline = None

    def driver_conf(self):
        """Properties that a driver of it needs beside the master's address."""
        return {
            "spark.cores.max": str(len(self._workers) * self._cores),
            "spark.authenticate": "true",
            "spark.authenticate.secret": self._secret,
        }

    def start(self, look):
        """Gives the master's address, once the workers are registered.

        look: called again and again. Raises what it raises, or a Problem that says why the cluster does not start.
        """
        self._namespace.create_pod(self._master_pod())
        ip = self._wait(self._master_ip, look)
        for name in self._workers:
            self._namespace.create_pod(self._worker_pod(name, ip))
        host = f"[{ip}]" if ":" in ip else ip
        self._wait(lambda: self._are_registered(f"http://{host}:{PAGE_PORT}/json/"), look)
        return f"spark://{host}:{MASTER_PORT}"

    def _are_registered(self, address):
        self._registered = count_workers(address)
        return self._registered >= len(self._workers)

    def _wait(self, find, look):
        while True:
            look()
            self._check_pods()
            found = find()
            if found:
                return found
            time.sleep(LOOK_SECONDS)

    def _check_pods(self):
        try:
            self._pods = {pod["metadata"]["name"]: pod for pod in self._namespace.pods()}
        except (ApiError, TryAgain):
            return  # An API server that restarts.
        for name, watch in self._watches.items():
            watch.check()
            end = find_end(name, self._pods.get(name, {}))
            if end:
                raise end
        if not all(watch.started for watch in self._watches.values()):
            return
        if self._registration_deadline is None:
            self._registration_deadline = time.monotonic() + REGISTRATION_SECONDS
        if time.monotonic() > self._registration_deadline:
            raise TryAgain(
                f"{self._registered} of {len(self._workers)} workers registered with Spark's master within "
                f"{REGISTRATION_SECONDS} s"
            )

    def _named(self, name):
        return [self._pods[name]] if name in self._pods else []

    def _master_ip(self):
        return self._pods.get(MASTER, {}).get("status", {}).get("podIP")

    def _master_pod(self):
        # Its page is the driver's to ask. It ends no application and removes no worker.
        options = "-Dspark.ui.killEnabled=false -Dspark.master.ui.decommission.allow.mode=DENY"
        variables = {
            **self._variables(f"{options} -Dspark.master.rest.enabled=false"),
            "SPARK_LOCAL_IP": POD_IP,
            "PAGE_PORT": {"value": str(PAGE_PORT)},
        }
        return daemon_pod(MASTER, self._pod, variables, 0, MASTER_STORAGE_GI)

    def _worker_pod(self, name, master_ip):
        variables = {
            **self._variables(""),
            # Its page, which shows what executors write, binds to this address. Nobody asks it.
            "SPARK_LOCAL_IP": {"value": "127.0.0.1"},
            "MASTER_IP": {"value": master_ip},
            "CORES": {"value": str(self._cores)},
            "MEMORY_MB": {"value": str(self._memory_mb)},
        }
        return daemon_pod(name, self._pod, variables, self._memory_mb, self._pod["storageGi"])

    def _variables(self, options):
        authenticate = f"-Dspark.authenticate=true -Dspark.authenticate.secret={self._secret}"
        return {
            "POD_IP": POD_IP,
            "MASTER_PORT": {"value": str(MASTER_PORT)},
            "SPARK_DAEMON_MEMORY": {"value": f"{DAEMON_HEAP_MB}m"},
            "SPARK_DAEMON_JAVA_OPTS": {
                "value": f"-XX:+UseSerialGC -XX:TieredStopAtLevel=1 {authenticate} {options}".strip()
            },
        }


def count_workers(address):
    """How many workers the master has whose page of JSON is at this address; 0 where it does not answer."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=PAGE_TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read(LARGEST_PAGE_BYTES)).get("aliveworkers", 0)
    except (OSError, HTTPException, ValueError):
        return 0
