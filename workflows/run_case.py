"""What a pod of a run does: one case of it, or one data set.

    run_case.py case --name NAME --namespace NAMESPACE --image IMAGE --attempt N
    run_case.py data --size SIZE

Exit codes: 0 passed; 3 failed; 6 the cluster cannot start it, and will not; 75 the infrastructure failed, another attempt may do better.
The same is in result.json beside the reason. Python 3.8 and its standard library are all that an image has to have beside Spark.
"""

import argparse
import datetime
import json
import os
import shutil
import signal
import sys
import time
import traceback

from case_namespace import CaseNamespace, attempt_namespace
from connect_server import client_environment, connect_port, is_listening, server_command, stop_server
from executor_watch import ExecutorWatch, find_forbidden
from failure import count_oom_kills, explain
from kubernetes_api import KubernetesApi
from problem import CannotStart, CaseFailed, Problem, TryAgain
from process import Process, say
from result_file import check_result, describe_step, read_repetitions
from spark_command import case_conf, quota_of, redact, spark_home, submit_command, write_pod_template
from webhdfs import WebHdfsServer

LOOK_SECONDS = 0.2
# What a driver that is told to end gets to close its event log.
GENTLE_SECONDS = 8
HASTY_SECONDS = 2
PROGRESS_SECONDS = 1
stop_signal = None


def on_signal(number, _frame):
    global stop_signal
    stop_signal = signal.Signals(number).name


class Case:
    """One attempt of a case, from the namespace to the result."""

    def __init__(self, args, document, environment):
        self.args = args
        self.environment = environment
        self.settings = document["settings"]
        self.labels = document["labels"]
        if args.name not in document["cases"]:
            raise CannotStart(f"the run's ConfigMap has no case {args.name}")
        self.case = document["cases"][args.name]
        self.result = os.path.join(args.root, "result", "result.jsonl")
        self.deadline = time.monotonic() + self.settings["caseTimeoutSeconds"]
        self.forbidden = None
        self.next_look = 0
        self.finished = -1
        api = KubernetesApi(args.api, args.account, stopped=lambda: stop_signal is not None)
        self.namespace = CaseNamespace(api, attempt_namespace(args.namespace, args.attempt))
        self.executors = ExecutorWatch(self.namespace, self.settings["startTimeoutSeconds"])

    def run(self):
        """Gives the checksum. Raises a Problem."""
        args, settings = self.args, self.settings
        ip = self.environment["POD_IP"]
        template = os.path.join(args.scratch, "executor-pod.yaml")
        write_pod_template(template, self.labels)
        conf = case_conf(
            self.case,
            settings,
            {
                "namespace": self.namespace.name,
                "image": args.image,
                "ip": f"[{ip}]" if ":" in ip else ip,
                "eventlogs": os.path.join(args.root, "eventlogs"),
                "template": template,
            },
        )
        server = WebHdfsServer(args.root, ip)
        places = {"data": f"{server.uri}/data", "output": f"{server.uri}/output", "result": self.result}
        script = [copy_script(args, "workload.py"), *(expand(part, places) for part in self.case["args"])]
        self.namespace.create(args.name, self.labels, quota_of(conf, settings), self.pod())
        say(f"namespace {self.namespace.name}")
        try:
            if self.case["orchestrator"] == "connect":
                self.run_connect(conf, script)
            else:
                self.run_submit(conf, script)
        finally:
            server.stop()
        return check_result(read_repetitions(self.result), settings)

    def pod(self):
        names = {"name": "POD_NAME", "namespace": "POD_NAMESPACE", "serviceAccount": "SERVICE_ACCOUNT"}
        return {key: self.environment[name] for key, name in names.items()}

    def run_submit(self, conf, script):
        driver = self.start(submit_command(spark_home(), self.args.name, self.master(), conf, script), self.environment)
        self.supervise(driver, lambda: driver.poll() is not None)
        self.check_end(driver)

    def run_connect(self, conf, script):
        home = spark_home()
        client = client_environment(home, self.environment, connect_port(conf))
        server = self.start(server_command(home, self.args.name, self.master(), conf), self.environment)
        try:
            port = connect_port(conf)
            self.supervise(server, lambda: server.poll() is not None or is_listening(port), stop=False)
            if server.poll() is not None:
                self.check_end(server)
                raise CaseFailed("the Connect server ended before its client could reach it")
            workload = self.start([client.get("PYSPARK_PYTHON", "python3"), *script], client)
            self.supervise(workload, lambda: workload.poll() is not None or server.poll() is not None)
            if workload.poll() != 0 and server.poll() not in (None, 0):
                self.check_end(server)
            self.check_end(workload)
        finally:
            stop_server(server)

    def master(self):
        return f"k8s://{self.args.api}"

    def start(self, command, environment):
        say(" ".join(redact(command)))
        return Process(command, environment, self.on_line, self.args.scratch)

    def on_line(self, line):
        self.forbidden = self.forbidden or find_forbidden(line)

    def supervise(self, process, is_done, stop=True):
        """Waits until it is done. Raises the Problem that comes before, and ends the process then; `stop`: in any case."""
        try:
            while not is_done():
                self.look()
                time.sleep(LOOK_SECONDS)
        except Problem as problem:
            # One that never began has no event log worth waiting for.
            process.stop(GENTLE_SECONDS if self.executors.started and isinstance(problem, CaseFailed) else HASTY_SECONDS)
            raise
        if stop:
            process.stop()
        self.show_progress()

    def look(self):
        if stop_signal:
            raise TryAgain(f"interrupted by {stop_signal}")
        if time.monotonic() > self.deadline:
            raise CaseFailed(f"no end after {self.settings['caseTimeoutSeconds']} s")
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

    def check_end(self, process):
        process.finish()
        code = process.poll()
        if code == 0:
            return
        if self.forbidden and not self.executors.started:
            raise CannotStart(self.forbidden)
        raise explain(code, list(process.tail), count_oom_kills())

    def clean_up(self, problem):
        if problem is not None and self.settings.get("keepOnFailure") and stop_signal is None:
            self.namespace.keep()
            say(f"kept; look at it with: kubectl -n {self.namespace.name} get pods,events")
            return
        refusal = self.namespace.remove()
        if refusal is not None:
            say(f"the namespace {self.namespace.name} could not be removed: {refusal}")


def copy_script(args, name):
    """A mounted file lies behind links whose names hold the time, which would show in the names of Spark's stages."""
    return shutil.copyfile(os.path.join(args.config, name), os.path.join(args.scratch, name))


def expand(text, places):
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text


class DataSet:
    """One data set, made in this pod alone."""

    def __init__(self, args, document, environment):
        self.args = args
        self.environment = environment
        self.settings = document["settings"]
        self.deadline = time.monotonic() + self.settings["caseTimeoutSeconds"]

    def run(self):
        target = os.path.join(self.args.root, "data")
        # workload.py may be the user's, who has the built-in data all the same.
        has_builtin = os.path.exists(os.path.join(self.args.config, "builtin.py"))
        script = copy_script(self.args, "builtin.py" if has_builtin else "workload.py")
        conf = {
            "spark.driver.memory": f"{self.settings['driverMemoryMb']}m",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.session.timeZone": "UTC",
        }
        rest = [script, "--generate", self.args.size, "--data", target]
        command = submit_command(spark_home(), f"data {self.args.size}", "local[*]", conf, rest)
        process = Process(command, self.environment, None, self.args.scratch)
        try:
            while process.poll() is None:
                if stop_signal:
                    raise TryAgain(f"interrupted by {stop_signal}")
                if time.monotonic() > self.deadline:
                    raise CaseFailed(f"no data after {self.settings['caseTimeoutSeconds']} s")
                time.sleep(LOOK_SECONDS)
        finally:
            process.stop()
        if process.poll() != 0:
            raise explain(process.poll(), list(process.tail), count_oom_kills())
        remove_checksums(target)
        return None

    def clean_up(self, _problem):
        pass


def remove_checksums(folder):
    """Hadoop's local file system leaves a .crc beside each file, which is no use to anyone who reads them from the store."""
    for path, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".crc"):
                os.unlink(os.path.join(path, name))


def parse_args(argv):
    parser = argparse.ArgumentParser(description="One case of a run, or one data set, in a pod.")
    parser.add_argument("--config", default="/etc/spark-loadtest", help="the run's ConfigMap")
    parser.add_argument("--root", default="/case", help="folder of eventlogs/, data/, output/ and result/")
    parser.add_argument("--scratch", default="/tmp")
    parser.add_argument("--api", default="https://kubernetes.default.svc")
    parser.add_argument("--account", default="/var/run/secrets/kubernetes.io/serviceaccount")
    modes = parser.add_subparsers(dest="mode", required=True)
    case = modes.add_parser("case")
    for name in ("name", "namespace", "image"):
        case.add_argument(f"--{name}", required=True)
    case.add_argument("--attempt", type=int, default=0, help="counted from 0")
    data = modes.add_parser("data")
    data.add_argument("--size", required=True)
    return parser.parse_args(argv)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_result(args, problem, checksum, namespace, started_at):
    result = {
        "status": "passed" if problem is None else problem.status,
        "reason": None if problem is None else problem.reason,
        "checksum": checksum,
        "namespace": namespace,
        "startedAt": started_at,
        "finishedAt": now(),
    }
    path = os.path.join(args.root, "result", "result.json")
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        json.dump(result, file)
    os.replace(f"{path}.part", path)


def main():
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    args = parse_args(sys.argv[1:])
    started_at = now()
    namespace = attempt_namespace(args.namespace, args.attempt) if args.mode == "case" else None
    for name in ("eventlogs", "data", "output", "result"):
        os.makedirs(os.path.join(args.root, name), exist_ok=True)
    # Stands if this process is killed.
    write_result(args, TryAgain("the pod ended before its case did"), None, namespace, started_at)
    job = problem = checksum = None
    try:
        with open(os.path.join(args.config, "cases.json"), encoding="utf-8") as file:
            document = json.load(file)
        job = (Case if args.mode == "case" else DataSet)(args, document, dict(os.environ))
        checksum = job.run()
    except Problem as raised:
        problem = raised
    except Exception as error:  # A mistake of ours, or a file system that is full.
        traceback.print_exc()
        problem = TryAgain(f"{type(error).__name__}: {error}")
    remove_checksums(os.path.join(args.root, "eventlogs"))
    write_result(args, problem, checksum, namespace, started_at)
    say("passed" if problem is None else f"{problem.status}: {problem.reason}")
    if job is not None:
        job.clean_up(problem)
    return 0 if problem is None else problem.exit_code


if __name__ == "__main__":
    sys.exit(main())
