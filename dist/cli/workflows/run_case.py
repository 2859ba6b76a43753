"""What a pod of a run does: one case of it, or one data set.

    run_case.py case --name NAME --image IMAGE --attempt N
    run_case.py data --size SIZE

Exit codes: 0 passed; 3 failed; 6 the cluster cannot start it, and will not; 75 the infrastructure failed, another
attempt may do better. The same is in result.json beside the reason. Python 3.8 and its standard library are all that an
image has to have beside Spark.
"""

import argparse
import datetime
import json
import os
import sys
import traceback

from case_attempt import CaseAttempt
from case_files import name_event_log, remove_checksums
from data_set import DataSet
from interruption import catch_signals, stop_signal
from problem import Problem, TryAgain
from process import say


def parse_args(argv):
    parser = argparse.ArgumentParser(description="One case of a run, or one data set, in a pod.")
    parser.add_argument("--config", default="/etc/spark-loadtest", help="the run's ConfigMap")
    parser.add_argument("--root", default="/case", help="folder of eventlogs/, data/, output/ and result/")
    parser.add_argument("--scratch", default="/tmp")
    parser.add_argument("--api", default="https://kubernetes.default.svc")
    parser.add_argument("--account", default="/var/run/secrets/kubernetes.io/serviceaccount")
    modes = parser.add_subparsers(dest="mode", required=True)
    case = modes.add_parser("case")
    for name in ("name", "image"):
        case.add_argument(f"--{name}", required=True)
    case.add_argument("--attempt", type=int, default=0, help="counted from 0")
    data = modes.add_parser("data")
    data.add_argument("--size", required=True)
    return parser.parse_args(argv)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_config(folder, name, default=None):
    """What one of the mounted files holds; the default where there is none."""
    path = os.path.join(folder, name)
    if default is not None and not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_result(args, problem, checksum, place, started_at, well="passed"):
    """place: {namespace, eventLog}, the case's namespace if it has one, and the name of its event log; well: how a
    case without a problem has ended."""
    result = {
        "status": well if problem is None else problem.status,
        "reason": None if problem is None else problem.reason,
        "checksum": checksum,
        **place,
        "startedAt": started_at,
        "finishedAt": now(),
    }
    path = os.path.join(args.root, "result", "result.json")
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        json.dump(result, file)
    os.replace(f"{path}.part", path)


def main():
    catch_signals()
    args = parse_args(sys.argv[1:])
    started_at = now()
    for name in ("eventlogs", "data", "output", "result"):
        os.makedirs(os.path.join(args.root, name), exist_ok=True)
    job = problem = checksum = None
    place = {"namespace": None, "eventLog": None}
    try:
        document = read_config(args.config, "cases.json")
        # Of the run's Secret: what all cases have, then what each has.
        for key, name in (("secretConf", "secret-conf.json"), ("secretArgs", "secret-args.json")):
            document["settings"][key] = read_config(args.config, name, {})
        document["secrets"] = read_config(args.config, "secret-cases.json", {})
        job = (CaseAttempt if args.mode == "case" else DataSet)(args, document, dict(os.environ))
        place = job.place() if args.mode == "case" else place
        # Stands if this process is killed.
        write_result(args, TryAgain("the pod ended before its case did"), None, place, started_at)
        checksum = job.run()
    except Problem as raised:
        # A signal may reach Spark before it reaches this loop, and how Spark ends then is no reason.
        problem = TryAgain(f"interrupted by {stop_signal()}") if stop_signal() else raised
    except Exception as error:  # A mistake of ours, or a file system that is full.
        traceback.print_exc()
        problem = TryAgain(f"{type(error).__name__}: {error}")
    remove_checksums(os.path.join(args.root, "eventlogs"))
    if place["eventLog"]:
        name_event_log(os.path.join(args.root, "eventlogs"), place["eventLog"])
    well = "explained" if args.mode == "case" and job is not None and job.case.get("explained") else "passed"
    write_result(args, problem, checksum, place, started_at, well)
    say(well if problem is None else f"{problem.status}: {problem.reason}")
    if job is not None:
        job.clean_up(problem)
    return 0 if problem is None else problem.exit_code


if __name__ == "__main__":
    sys.exit(main())
