"""One attempt of a case."""

import glob
import os
import time

from case_files import copy_script
from case_namespace import APPLICATION_NETWORK, EXECUTOR_NETWORK, CaseNamespace, attempt_namespace
from connect_server import client_command, client_environment, connect_port, server_command, stop_server
from executor_watch import ExecutorWatch, find_forbidden
from failure import count_oom_kills, explain
from interruption import stop_signal
from kubernetes_api import KubernetesApi
from parts import check_data, fetch_parts
from problem import CannotStart, CaseFailed, Problem, TryAgain
from process import Process, say
from redaction import redact_command
from result_file import check_result, describe_step, read_repetitions
from spark_application import (
    ENDED,
    RESULT,
    SparkApplication,
    application_quota,
    driver_conf,
    make_application,
    serve_jars,
    spark_application,
    split_secrets,
    write_files,
)
from spark_command import case_conf, executors_to_await, quota_of, spark_home, submit_command, write_pod_template
from standalone_cluster import StandaloneCluster, standalone_quota
from trace_context import traceparent
from webhdfs import PREFIX, WebHdfsServer

LOOK_SECONDS = 0.2
# What a driver that is told to end gets to close its event log.
GENTLE_SECONDS = 8
HASTY_SECONDS = 2
PROGRESS_SECONDS = 1


class CaseAttempt:
    """From the namespace to the result."""

    def __init__(self, args, document, environment):
        self.args = args
        self.settings = document["settings"]
        parent = traceparent(self.settings["trace"], args.name, args.attempt)
        self.environment = {**environment, "TRACEPARENT": parent}
        # What each pod may write on its node's disk.
        self.storage_gi = int(environment["STORAGE_LIMIT"][: -len("Gi")])
        self.labels = document["labels"]
        self.run_id = document["run"]
        self.all_parts = document["parts"]
        if args.name not in document["cases"]:
            raise CannotStart(f"the run's ConfigMap has no case {args.name}")
        self.case = document["cases"][args.name]
        secret = document["secrets"].get(args.name, {})
        self.case["secretConf"] = secret.get("sparkConf", {})
        self.secret_names = {*self.settings["secretConf"], *self.case["secretConf"]}
        # What is secret in the arguments is hidden in the ConfigMap.
        for at, value in {**self.settings["secretArgs"], **secret.get("args", {})}.items():
            self.case["args"][int(at)] = value
        self.result = os.path.join(args.root, "result", "result.jsonl")
        self.deadline = time.monotonic() + self.settings["caseTimeoutSeconds"]
        self.forbidden = None
        self.next_look = 0
        self.finished = -1
        api = KubernetesApi(args.api, args.account, stopped=lambda: stop_signal() is not None)
        *self.earlier, self.namespace = (
            CaseNamespace(api, attempt_namespace(self.case["namespace"], each)) for each in range(args.attempt + 1)
        )
        self.executors = ExecutorWatch(self.namespace.pods, self.settings["startTimeoutSeconds"])
        # A driver that is alone starts nothing in a namespace.
        self.is_alone = self.case["mode"] == "local"
        self.executors.started = self.is_alone
        self.is_application = self.case["orchestrator"] == "operator"
        # Spark Connect's client on its way into this pod, where the image has none.
        self.client = None
        # Of this pod's folder, for who is not in this pod.
        self.server = None

    def run(self):
        """Gives the checksum. Raises a Problem."""
        self.fetch()
        if self.is_alone:
            self.run_driver(f"file://{self.args.root}")
        else:
            self.server = WebHdfsServer(self.args.root, self.environment["POD_IP"], journals="eventlogs")
            try:
                self.run_driver(self.server.uri)
            finally:
                self.server.stop()
        return check_result(read_repetitions(self.result), self.settings)

    def fetch(self):
        """Has what the case needs beside its image, and knows that its data are what was generated."""
        files, folder = self.settings["files"], os.path.join(self.args.root, "parts")
        parts = [self.all_parts[at] for at in self.case["parts"]]
        if parts:
            self.client = fetch_parts(parts, f"http://{files}{PREFIX}/parts", folder, self.check_limits)
        if self.client:
            own = self.environment.get("PYTHONPATH")
            path = os.pathsep.join(filter(None, [os.path.join(folder, "client"), own]))
            self.environment["PYTHONPATH"] = path
        if self.settings["generatesData"]:
            check_data(f"http://{files}/check/{self.data_path()}", self.check_limits)

    def data_path(self):
        """Of the data set in the object store."""
        return f"data/{self.run_id}/{self.case['dataSize']}"

    def run_driver(self, root):
        """root: address of this pod's folder, as driver and executors reach it."""
        args, settings = self.args, self.settings
        ip = self.environment["POD_IP"]
        template = os.path.join(args.scratch, "executor-pod.yaml")
        conf = case_conf(
            self.case,
            settings,
            {
                "namespace": self.namespace.name,
                "image": args.image,
                "ip": f"[{ip}]" if ":" in ip else ip,
                "ui": self.environment.get("SPARK_UI_ENABLED", "false"),
                "eventlogs": os.path.join(args.root, "eventlogs"),
                "template": template,
                "jars": sorted(glob.glob(os.path.join(args.root, "parts", "jars", "*.jar"))),
                "warehouse": f"{root}/warehouse",
            },
        )
        self.executors.awaited = executors_to_await(conf)
        if self.is_application:
            conf = driver_conf(conf)
        result = RESULT if self.is_application else self.result
        # Generated once, and read by all cases where it is; or of a claim that is mounted into this pod.
        data = f"webhdfs://{settings['files']}/{self.data_path()}" if settings["generatesData"] else f"{root}/data"
        places = {"data": data, "output": f"{root}/output", "result": result}
        script = [copy_script(args, "workload.py"), *(expand(part, places) for part in self.case["args"])]
        if self.is_application:
            self.run_operator(conf, script)
            return
        master = f"local[{settings['executorCores']}]" if self.is_alone else self.start_executors(conf, template)
        (self.run_connect if self.case["orchestrator"] == "connect" else self.run_submit)(master, conf, script)

    def start_executors(self, conf, template):
        """Makes the namespace and, where the driver itself does not, what starts executors in it. Gives the master.

        Adds to conf what a driver needs for that master.
        """
        args, settings = self.args, self.settings
        standalone = self.case["mode"] == "standalone"
        self.make_namespace((standalone_quota if standalone else quota_of)(conf, settings, self.storage_gi))
        if not standalone:
            write_pod_template(template, self.case_pods(), conf)
            return f"k8s://{args.api}"
        cluster = StandaloneCluster(self.namespace, self.case_pods(), conf, settings)
        conf.update(cluster.driver_conf())
        master = cluster.start(self.check_limits)
        # The workers have room for the executors, and the driver waits for them.
        self.executors.started = True
        return master

    def make_namespace(self, quota, network=EXECUTOR_NETWORK):
        for namespace in self.earlier:
            namespace.remove_left_over(self.labels, self.pod())
        self.namespace.create(self.args.name, self.labels, quota, self.pod(), network)
        say(f"namespace {self.namespace.name}")

    def place(self):
        name = self.namespace.name
        return {"namespace": None if self.is_alone else name, "eventLog": name}

    def pod(self):
        names = {"name": "POD_NAME", "namespace": "POD_NAMESPACE", "serviceAccount": "SERVICE_ACCOUNT"}
        return {key: self.environment[name] for key, name in names.items()}

    def case_pods(self):
        """What all pods of the case's namespace have."""
        return {
            "image": self.args.image,
            "labels": self.labels,
            "storageGi": self.storage_gi,
            "caseIp": self.environment["POD_IP"],
        }

    def run_submit(self, master, conf, script):
        driver = self.start(submit_command(spark_home(), self.args.name, master, conf, script), self.environment)
        self.supervise(driver, lambda: driver.poll() is not None)
        self.check_end(driver)

    def run_operator(self, conf, script):
        self.make_namespace(application_quota(conf, self.settings, self.storage_gi), APPLICATION_NETWORK)
        folder = os.path.join(self.args.root, "parts")
        # Of another server: their address stands in the application, and leads to nothing else.
        parts = WebHdfsServer(folder, self.environment["POD_IP"])
        try:
            conf = serve_jars(conf, folder, parts.http_uri)
            shown, hidden = split_secrets(conf, self.secret_names, self.server.uri)
            own = {
                "spark.app.id": self.namespace.name,
                "spark.app.name": self.args.name,
                "spark.eventLog.dir": f"{self.server.uri}/eventlogs",
            }
            document = {"conf": {**hidden, **own}, "args": script[1:], "result": RESULT, "ended": ENDED}
            write_files(os.path.join(self.args.root, "application"), script[0], document)
            pod = {
                **self.case_pods(),
                "sparkVersion": self.case["sparkVersion"],
                "env": {"TRACEPARENT": self.environment["TRACEPARENT"]},
            }
            made = spark_application(shown, pod)
            properties = [f"{name}={value}" for name, value in made["spec"]["sparkConf"].items()]
            say(" ".join(redact_command(["SparkApplication", *properties], self.secret_names)))
            make_application(self.namespace, made, self.server.http_uri, self.args.config)
            patience = self.settings["startTimeoutSeconds"]
            application = SparkApplication(self.namespace, self.args.root, patience, self.on_line)
            self.supervise(application, lambda: application.poll() is not None)
            self.check_end(application, application.count_oom_kills)
        finally:
            parts.stop()

    def run_connect(self, master, conf, script):
        home = spark_home()
        port = connect_port(conf)
        # What the image lacks is said at once; what comes from beside it does so while the server starts.
        client = None if self.client else client_environment(home, self.environment, port)
        server = self.start(server_command(home, self.args.name, master, conf), self.environment)
        try:
            if self.client:
                self.supervise(server, lambda: server.poll() is not None or self.client.is_done(), stop=False)
                self.check_server(server)
                self.client.finish()
                client = client_environment(home, self.environment, port)
            workload = self.start(client_command(self.args.config, client, port, script), client)
            self.supervise(workload, lambda: workload.poll() is not None or server.poll() is not None)
            if workload.poll() != 0:
                self.check_server(server)
            self.check_end(workload)
        finally:
            stop_server(server)

    def check_server(self, server):
        """Raises a Problem where the Connect server has ended."""
        if server.poll() is not None:
            self.check_end(server)
            raise CaseFailed("the Connect server ended before its client")

    def start(self, command, environment):
        say(" ".join(redact_command(command, self.secret_names)))
        return Process(command, environment, self.on_line, self.args.scratch)

    def on_line(self, line):
        self.forbidden = self.forbidden or find_forbidden(line)

    def supervise(self, process, is_done, stop=True):
        """Waits until it is done. Raises the Problem that comes before, and ends the process then; `stop`: always."""
        try:
            while not is_done():
                self.look()
                time.sleep(LOOK_SECONDS)
        except Problem as problem:
            # One that never began has no event log worth waiting for.
            process.stop(
                GENTLE_SECONDS if self.executors.started and isinstance(problem, CaseFailed) else HASTY_SECONDS
            )
            raise
        if stop:
            process.stop()
        self.show_progress()

    def check_limits(self):
        if stop_signal():
            raise TryAgain(f"interrupted by {stop_signal()}")
        if time.monotonic() > self.deadline:
            raise CaseFailed(f"no end after {self.settings['caseTimeoutSeconds']} s")

    def look(self):
        self.check_limits()
        if self.forbidden and not self.executors.started:
            raise CannotStart(self.forbidden)
        self.executors.check()
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + PROGRESS_SECONDS
            self.show_progress()

    def show_progress(self):
        """Tells Argo, and who reads the log, how many repetitions are done."""
        warmups, samples = self.settings["warmups"], self.settings["samples"]
        finished = min(len(read_repetitions(self.result)), warmups + samples)
        if finished == self.finished:
            return
        self.finished = finished
        if self.settings.get("builtinWorkload") or finished > 0:
            say(describe_step(finished, warmups, samples))
        if self.environment.get("ARGO_PROGRESS_FILE") and warmups + samples > 0:
            with open(self.environment["ARGO_PROGRESS_FILE"], "w", encoding="utf-8") as file:
                file.write(f"{finished}/{warmups + samples}")

    def check_end(self, process, count_kills=count_oom_kills):
        process.finish()
        code = process.poll()
        if code == 0:
            return
        if self.forbidden and not self.executors.started:
            raise CannotStart(self.forbidden)
        raise explain(code, list(process.tail), count_kills())

    def clean_up(self, problem):
        if self.is_alone:
            return
        if problem is not None and self.settings.get("keepOnFailure") and stop_signal() is None:
            self.namespace.keep()
            say(f"kept; look at it with: kubectl -n {self.namespace.name} get pods,events")
            return
        refusal = self.namespace.remove()
        if refusal is not None:
            say(f"the namespace {self.namespace.name} could not be removed: {refusal}")


def expand(text, places):
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text
