"""Runs the workload in the driver of a SparkApplication, which shares no volume with the pod of its case.

What it runs comes from that pod by WebHDFS, and the result goes back the same way. The file `place` beside this one
says where that is. Python's standard library and PySpark are all that the image has for sure.
"""

import contextlib
import json
import os
import runpy
import sys
import threading
import urllib.request

SCRATCH = "/tmp"
LOOK_SECONDS = 0.2
TIMEOUT_SECONDS = 60


def request(place, path, op, method="GET", body=None):
    address = f"{place}/{path}?op={op}"
    call = urllib.request.Request(address, body, {"Content-Type": "application/octet-stream"}, method=method)
    with urllib.request.urlopen(call, timeout=TIMEOUT_SECONDS) as answer:
        return answer.read()


class Mirror:
    """Sends a small file that grows, as a whole, whenever it has grown."""

    def __init__(self, place, path, file):
        self._send = lambda body: request(place, path, "CREATE&overwrite=true&step=data", "PUT", body)
        self._file = file
        self._sent = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        while not self._done.wait(LOOK_SECONDS):
            # What does not arrive now does with the next look, and at the end it is said.
            with contextlib.suppress(OSError):
                self._look()

    def _look(self):
        if not os.path.exists(self._file) or os.path.getsize(self._file) == self._sent:
            return
        with open(self._file, "rb") as file:
            body = file.read()
        self._send(body)
        self._sent = len(body)

    def finish(self):
        """Sends the rest. Raises OSError where it cannot."""
        self._done.set()
        self._thread.join()
        self._look()


def main():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "place"), encoding="utf-8") as file:
        place = file.read().strip()
    application = json.loads(request(place, "application/application.json", "OPEN").decode())
    # Under the same name as where the case's own pod runs it: it stands in the names of Spark's stages.
    script = os.path.join(SCRATCH, "workload.py")
    with open(script, "wb") as file:
        file.write(request(place, "application/workload.py", "OPEN"))
    from pyspark import SparkContext

    # Read when the SparkContext is made. Neither the SparkApplication nor the operator's log has them.
    for name, value in application["conf"].items():
        SparkContext.setSystemProperty(name, value)
    sys.argv = [script, *application["args"]]
    sys.path[0] = SCRATCH
    mirror = Mirror(place, "result/result.jsonl", application["result"])
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    finally:
        mirror.finish()
    if SparkContext._active_spark_context is None:
        # The event log is closed, and nobody need wait for the end of the JVM and of the pod, which takes seconds.
        with contextlib.suppress(OSError):
            request(place, application["ended"], "CREATE&overwrite=true&step=data", "PUT", b"")


if __name__ == "__main__":
    main()
