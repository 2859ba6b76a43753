"""Runs a script of Python as a client of a Spark Connect server that is still starting.

    connect_client.py PORT SCRIPT [ARGUMENT...]

What a client imports takes seconds of a processor, which has nothing to do while a server waits for its executors: so
it is imported at once, and the script begins when the server listens. Who starts this ends it where the server ends.
"""

import contextlib
import os
import runpy
import socket
import sys
import time

LOOK_SECONDS = 0.1


def import_client():
    # What is missing the script says, if it asks for it.
    with contextlib.suppress(ImportError):
        import pyspark.sql.connect.dataframe
        import pyspark.sql.connect.functions
        import pyspark.sql.connect.session  # noqa: F401


def wait_for(port):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(LOOK_SECONDS)


def main():
    _, port, script, *arguments = sys.argv
    import_client()
    wait_for(int(port))
    # As if it had been run itself.
    sys.argv = [script, *arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
