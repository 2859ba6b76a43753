"""A case as a SparkApplication of the Kubeflow Spark Operator: what it is made of, and how it goes.

The application: https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md
"""

import json
import os
import re
import shutil
import time

from driver_log import DriverLog
from executor_watch import ExecutorWatch, find_forbidden, has_run
from failure import telling_line
from kubernetes_api import ApiError
from problem import CannotStart, TryAgain
from process import say
from spark_command import parse_memory_mb, pod_template, quota_of

API_VERSION = "sparkoperator.k8s.io/v1beta2"
NAME = "case"
DRIVER_POD = f"{NAME}-driver"
DRIVER_CONTAINER = "spark-kubernetes-driver"
EXECUTOR_CONTAINER = "spark-kubernetes-executor"
# Of the ConfigMap and its mount: what the driver begins with.
FILES = "application"
FOLDER = "/opt/spark-loadtest"
RESULT = "/tmp/result.jsonl"
# In the case's files, from the driver: it has ended well.
ENDED = "application/ended"
# As the case's own pod has for Python and for what a JVM needs outside its heap.
DRIVER_OVERHEAD = "1024m"
# Of a driver in the case's pod; or a field of the application, which the operator wants there; or for nobody.
NOT_OF_APPLICATIONS = (
    "spark.app.id",
    "spark.driver.host",
    "spark.driver.bindAddress",
    "spark.eventLog.dir",
    "spark.jars.ivy",
    "spark.kubernetes.container.image",
    "spark.kubernetes.container.image.pullPolicy",
    "spark.kubernetes.executor.podTemplateFile",
    "spark.kubernetes.namespace",
)
POLL_SECONDS = 1
# Where the driver says nothing more.
LAST_POLL_SECONDS = 0.2
# For the last lines of a driver that has ended but for its pod.
LAST_LINES_SECONDS = 0.5
# An operator says nothing before its spark-submit has ended, which took two minutes on a machine with ten times more to
# do than it had cores; ten are under way at a time, and the others wait. One that is not there, or watches other
# namespaces, is refused before a run; this is for one that died since.
UNSEEN_SECONDS = 300
SUBMIT_FAILED = "SUBMISSION_FAILED"
# Of the operator's spark-submit, whose JVM may wait for a core, to the API server.
PATIENCE_MS = "60000"
# What it says where it did not get there: another attempt may.
UNREACHED = re.compile(
    r"timeout of \d+ ms has been exceeded|timed out|TimeoutException|UnknownHostException"
    r"|Connection refused|Connection reset"
)
SUBMITTING = re.compile(r"^(?:failed to (?:submit spark application|run spark-submit): )+")


def driver_conf(conf):
    """The properties with those that a driver in a pod of its own needs, unless they are there."""
    return {
        "spark.driver.cores": "1",
        "spark.driver.memoryOverhead": DRIVER_OVERHEAD,
        "spark.kubernetes.driver.request.cores": "100m",
        "spark.kubernetes.submission.connectionTimeout": PATIENCE_MS,
        "spark.kubernetes.submission.requestTimeout": PATIENCE_MS,
        **conf,
    }


def application_quota(conf, settings, storage_gi):
    """Hard limits of the case's namespace: those of its executors, and of the driver beside them."""
    hard = quota_of(conf, settings, storage_gi)
    memory_mb = parse_memory_mb(conf["spark.driver.memory"]) or settings["driverMemoryMb"]
    overhead_mb = parse_memory_mb(conf["spark.driver.memoryOverhead"]) or parse_memory_mb(DRIVER_OVERHEAD)
    return {
        "pods": str(int(hard["pods"]) + 1),
        "limits.memory": f"{int(hard['limits.memory'][: -len('Mi')]) + memory_mb + overhead_mb}Mi",
        "limits.ephemeral-storage": f"{int(hard['limits.ephemeral-storage'][: -len('Gi')]) + storage_gi}Gi",
    }


def spark_application(conf, pod):
    """The object. conf: properties, without secrets.

    pod: {image, sparkVersion, labels, storageGi, env, caseIp}: of driver and executors; env: the driver's, by name;
    caseIp: address of the case's own pod.
    """
    return {
        "apiVersion": API_VERSION,
        "kind": "SparkApplication",
        # The operator hands its labels on to the pods.
        "metadata": {"name": NAME, "labels": pod["labels"]},
        "spec": {
            "type": "Python",
            "mode": "cluster",
            "pythonVersion": "3",
            "sparkVersion": pod["sparkVersion"],
            "image": pod["image"],
            "imagePullPolicy": "IfNotPresent",
            "mainApplicationFile": f"local://{FOLDER}/application_driver.py",
            "restartPolicy": {"type": "Never"},
            "sparkConf": {name: value for name, value in conf.items() if name not in NOT_OF_APPLICATIONS},
            "driver": {"serviceAccount": "driver", "template": _driver_template(pod)},
            "executor": {"template": _template(pod, EXECUTOR_CONTAINER, conf)},
        },
    }


def _template(pod, container, conf):
    """As of executors in any case, without what only a manifest of its own has."""
    template = pod_template(pod, conf)
    template["spec"]["containers"][0]["name"] = container
    return {"metadata": {"labels": pod["labels"]}, "spec": template["spec"]}


def _driver_template(pod):
    template = _template(pod, DRIVER_CONTAINER, {})
    spec = template["spec"]
    # It asks the API server for its executors.
    spec["automountServiceAccountToken"] = True
    spec["volumes"] = [{"name": FILES, "configMap": {"name": FILES}}]
    spec["containers"][0].update(
        {
            "env": [{"name": name, "value": value} for name, value in pod["env"].items()],
            "volumeMounts": [{"name": FILES, "mountPath": FOLDER, "readOnly": True}],
        }
    )
    return template


def make_application(namespace, application, place, folder):
    """Makes what the driver needs in the namespace, then the application. Raises CannotStart or TryAgain.

    place: address of the case's files, with their secret. folder: of the scripts.
    """
    with open(os.path.join(folder, "application_driver.py"), encoding="utf-8") as file:
        script = file.read()
    labels = application["metadata"]["labels"]
    namespace.make_driver_account(labels)
    namespace.make_config_map(FILES, {"application_driver.py": script, "place": place}, labels)
    made = namespace.make_application(application)
    if not made.get("spec", {}).get("driver", {}).get("template"):
        raise CannotStart(
            "the SparkApplications of this cluster have no pod templates: its Spark Operator is older than 2.1"
        )


def write_files(folder, script, document):
    """Lays out what the driver fetches: the workload, and {conf, args, result, ended}."""
    os.makedirs(folder, exist_ok=True)
    shutil.copyfile(script, os.path.join(folder, "workload.py"))
    with open(os.path.join(folder, "application.json"), "w", encoding="utf-8") as file:
        json.dump(document, file)


def split_secrets(conf, names, address):
    """(properties for everybody who may read the application, those that only its driver gets).

    names: of secrets. address: of the case's files, which lets whoever knows it read and write them.
    """
    hidden = {name: value for name, value in conf.items() if name in names or address in value}
    return {name: value for name, value in conf.items() if name not in hidden}, hidden


def serve_jars(conf, folder, address):
    """The properties with the jars that are in a folder of this pod as a server of it has them.

    By HTTP: those of a file system of Hadoop's the operator's spark-submit looks for, which does not reach this pod.
    """
    if "spark.jars" not in conf:
        return conf
    jars = conf["spark.jars"].split(",")
    served = [address + jar[len(folder) :] if jar.startswith(folder + os.sep) else jar for jar in jars]
    return {**conf, "spark.jars": ",".join(served)}


def find_reason(message):
    """Why spark-submit failed in the operator's pod, from what the operator says; in Kubernetes' words where it was."""
    lines = SUBMITTING.sub("", message or "").splitlines()
    for line in lines:
        forbidden = find_forbidden(line)
        if forbidden:
            return forbidden
    return telling_line(lines) or "the operator gives no reason"


def terminated(pod):
    """How the driver's container ended, as its status has it: {exitCode, reason}; None while it runs."""
    status = pod.get("status", {})
    for container in status.get("containerStatuses") or []:
        ended = (container.get("state") or {}).get("terminated")
        if container.get("name") == DRIVER_CONTAINER and ended:
            return ended
    # A pod that was evicted may have no word about its container.
    return {"exitCode": 137, "reason": status.get("reason")} if status.get("phase") in ("Failed", "Succeeded") else None


class SparkApplication:
    """One that was made, followed as a process is: by the operator's word, by the driver's pod, and by the driver's own
    word that it has ended well."""

    def __init__(self, namespace, files, start_timeout_seconds, on_line, now=time.monotonic):
        """files: the case's folder, which the driver writes to."""
        self._namespace = namespace
        self._mark = os.path.join(files, ENDED)
        self._has_ended_well = False
        self._now = now
        self._begun = now()
        self._next = 0
        self._start_watch = lambda: ExecutorWatch(self._drivers, start_timeout_seconds, now)
        self._watch = None
        self._log = DriverLog(namespace, DRIVER_POD, DRIVER_CONTAINER, on_line)
        self._driver = None
        self._state = None
        self._code = None

    @property
    def tail(self):
        return self._log.tail

    def poll(self):
        """The exit code of its driver, None while it runs. Raises a Problem where there will be no driver."""
        if self._code is None and self._log.has_begun and os.path.exists(self._mark):
            self._log.finish(LAST_LINES_SECONDS)
            self._has_ended_well = True
            self._code = 0
        if self._code is not None or self._now() < self._next:
            return self._code
        self._next = self._now() + (LAST_POLL_SECONDS if self._log.is_at_end else POLL_SECONDS)
        try:
            status = self._namespace.read_application(NAME).get("status") or {}
            self._driver = self._namespace.read_driver(DRIVER_POD) or self._driver
        except (ApiError, TryAgain):
            return None  # An API server that restarts.
        state = status.get("applicationState") or {}
        self._tell(state.get("state") or "")
        if self._driver and has_run(self._driver):
            self._log.start()
            self._look_at_driver(state)
        else:
            self._look_for_driver(state)
        return self._code

    def _look_at_driver(self, state):
        ended = terminated(self._driver)
        if ended is not None:
            # The operator says the same, a second or two later.
            self._code = ended.get("exitCode", 1)
        # The last that was seen of it: the operator says that there is none any more.
        elif self._state == "FAILED":
            raise TryAgain(f"the driver's pod was lost: {state.get('errorMessage') or 'nobody says why'}")

    def _look_for_driver(self, state):
        if self._state in (SUBMIT_FAILED, "FAILED"):
            reason = find_reason(state.get("errorMessage"))
            kind = TryAgain if UNREACHED.search(reason) else CannotStart
            raise kind(f"the Spark Operator could not submit the application: {reason}")
        if not self._state and not self._driver and self._now() - self._begun > UNSEEN_SECONDS:
            raise CannotStart(
                f"the Spark Operator has said nothing of the SparkApplication within {UNSEEN_SECONDS} s: its "
                "controller does not run, or has more to submit than it can (controller.workers of its chart)"
            )
        if self._driver:
            # From when it is there, whatever spark-submit took.
            self._watch = self._watch or self._start_watch()
            self._watch.check()

    def _drivers(self):
        driver = self._namespace.read_driver(DRIVER_POD)
        return [driver] if driver else []

    def _tell(self, state):
        if state != self._state:
            self._state = state
            say(f"SparkApplication {NAME}: {state or 'new'}")

    def finish(self):
        """Waits for the driver's last lines."""
        if not self._has_ended_well:
            self._log.finish()

    def stop(self, seconds=2):
        """Has the driver ended, and stays as it is for who keeps the namespace. Its end closes the event log."""
        if self._has_ended_well:
            return
        if self._driver is not None and terminated(self._driver) is None:
            self._namespace.end_pod(DRIVER_POD)
            until = self._now() + seconds
            while self._now() < until:
                time.sleep(POLL_SECONDS / 2)
                try:
                    driver = self._namespace.read_driver(DRIVER_POD)
                except (ApiError, TryAgain):
                    continue
                if driver is None or terminated(driver) is not None:
                    break
        self._log.finish(seconds)

    def count_oom_kills(self):
        ended = terminated(self._driver) if self._driver else None
        return 1 if ended and ended.get("reason") == "OOMKilled" else 0
