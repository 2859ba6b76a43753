"""A Spark Connect server in the case's pod, and the client's environment."""

import glob
import os

from image_facts import missing_modules
from problem import CannotStart
from process import say
from spark_command import DEFAULT_CONNECT_PORT, join_list, python_path, submit_command

SERVER_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
RECIPE = "docs/images.md says how to make an image for Connect"


def connect_jars(home, listed):
    """Jars of the server that Spark does not load by itself. 4.x has it among its jars; 3.5 has it from Maven.

    listed: the case's jars, by names of files. Raises CannotStart where there is none.
    """
    extra = sorted(glob.glob(f"{home}/connect/spark-connect_*.jar"))
    if extra:
        return extra
    if glob.glob(f"{home}/jars/spark-connect_*.jar") or "spark-connect_" in listed:
        return []
    raise CannotStart(f"the image has no Spark Connect server in {home}/connect or {home}/jars; {RECIPE}")


def check_client(path):
    """Raises CannotStart where Python parts of the client are missing. path: PYTHONPATH."""
    import sys

    saved = list(sys.path)
    sys.path[:0] = path.split(os.pathsep)
    try:
        missing = missing_modules()
    finally:
        sys.path[:] = saved
    if missing:
        raise CannotStart(f"the image lacks Python packages of Spark Connect's client: {', '.join(missing)}; {RECIPE}")


def server_command(home, name, master, conf):
    conf = {
        # 3.5 knows no address and listens on all of them; the chart's network policy stands before it.
        "spark.connect.grpc.binding.address": "127.0.0.1",
        **conf,
        "spark.connect.grpc.binding.port": str(connect_port(conf)),
    }
    listed = conf.get("spark.jars", "")
    jars = join_list([listed, *connect_jars(home, listed)])
    if jars:
        conf["spark.jars"] = jars
    return submit_command(home, name, master, conf, ["--class", SERVER_CLASS, "spark-internal"])


def connect_port(conf):
    return int(conf.get("spark.connect.grpc.binding.port", DEFAULT_CONNECT_PORT))


def client_environment(home, environment, port):
    """The environment of a client. Raises CannotStart where it cannot run."""
    library = f"{home}/python/lib"
    path = python_path(home, os.listdir(library) if os.path.isdir(library) else [])
    if environment.get("PYTHONPATH"):
        path = os.pathsep.join([path, environment["PYTHONPATH"]])
    check_client(path)
    return {**environment, "PYTHONPATH": path, "SPARK_REMOTE": f"sc://127.0.0.1:{port}"}


def client_command(folder, client, port, script):
    """A client that waits for its server. folder: of the scripts; client: its environment; script: with arguments."""
    return [client.get("PYSPARK_PYTHON", "python3"), os.path.join(folder, "connect_client.py"), str(port), *script]


def stop_server(server):
    """A server that is asked to end closes its event log. One that has ended is no matter."""
    if server.poll() is None:
        say("stopping the Connect server")
    server.stop(seconds=20)
