"""Serves what all cases read from the folder of the object store, data sets in place and parts, and takes nothing.

file_server.py --root DIR [--address ADDRESS] [--port PORT]

webhdfs://HOST:PORT/data/RUN/SIZE          a data set, for Spark
http://HOST:PORT/webhdfs/v1/parts/NAME     a file
http://HOST:PORT/check/data/RUN/SIZE       200 where a data set is as it was generated, or 409 {"message"}
"""

import argparse
import os
import socket
import threading
import urllib.parse

from data_checksums import NAME, find_difference
from webhdfs import PREFIX, Refusal, WebHdfsHandler, listen

# Of the bucket; event logs, logs and metrics are beside them.
FOLDERS = ("data", "parts")
CHECK = "/check"


class FileHandler(WebHdfsHandler):
    methods = ("GET",)

    def locate(self, path):
        """The file behind a path of ours. Raises for one that is outside of the two folders."""
        prefix, _, inner = path.partition(f"{PREFIX}/")
        file = self.find_below(inner, [os.path.join(self.root, folder) for folder in FOLDERS])
        if prefix or file is None:
            raise Refusal(403, "org.apache.hadoop.security.AccessControlException", "not for you")
        return file

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if not path.startswith(f"{CHECK}/"):
            super().do_GET()
            return
        try:
            message = self.checks.find_difference(self.locate(PREFIX + path[len(CHECK) :]))
        except Refusal as refusal:
            self.send_json(refusal.body, refusal.status)
        except (FileNotFoundError, NotADirectoryError):
            self.send_json({"message": "there is no such data set"}, 404)
        except OSError as error:
            self.send_json({"message": str(error)}, 500)
        else:
            self.send_json({} if message is None else {"message": message}, 200 if message is None else 409)


class Checks:
    """Each data set is read once, whoever asks, as long as it is the same.

    The folder of its run shows when it was last asked for: what removes data that are old goes by that.
    """

    def __init__(self):
        self._locks = {}
        self._lock = threading.Lock()
        self._good = {}

    def find_difference(self, folder):
        written = os.stat(os.path.join(folder, NAME)).st_mtime_ns
        os.utime(os.path.dirname(folder))
        with self._lock:
            lock = self._locks.setdefault(folder, threading.Lock())
        with lock:
            if self._good.get(folder) == written:
                return None
            difference = find_difference(folder)
            if difference is None:
                self._good[folder] = written
            return difference


def main():
    parser = argparse.ArgumentParser(description="Data sets and parts of cases, to be read.")
    parser.add_argument("--root", required=True, help="the object store's folder, in which data/ and parts/ are")
    parser.add_argument("--address", default="::" if socket.has_dualstack_ipv6() else "")
    parser.add_argument("--port", type=int, default=7071)
    args = parser.parse_args()
    settings = {"root": os.path.realpath(args.root), "checks": Checks()}
    server = listen(args.address, args.port, settings, FileHandler)
    print(f"serving {args.root} at port {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
