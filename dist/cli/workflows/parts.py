"""What a case needs beside its image: from the object store's file server into the case's pod, checked by its SHA-256.

parts: [{name, sha256, is}]: "client" is the archive of Spark Connect's client, "jar" a jar.
"""

import hashlib
import json
import os
import tarfile
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException

from problem import CannotStart, TryAgain
from process import say

# As long as a store takes that is started anew on another node.
DELAYS_SECONDS = (0.5, 1, 2, 4, 8, 15)
TIMEOUT_SECONDS = 60
# A data set is read as a whole when the first case of a run asks.
CHECK_TIMEOUT_SECONDS = 900
CHUNK_BYTES = 1024 * 1024
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch_parts(parts, address, folder, check_limits):
    """Has the jars in jars/ below a folder. address: where the parts are. Raises a Problem.

    Gives the client, as a Background that ends when it is in client/; None where there is none.
    """
    os.makedirs(os.path.join(folder, "jars"), exist_ok=True)
    client = next((part for part in parts if part["is"] == "client"), None)
    fetched = Background(lambda: _fetch_client(client, address, folder, check_limits)) if client else None
    for part in parts:
        if part["is"] == "jar":
            _fetch(part, address, os.path.join(folder, "jars", part["name"]), check_limits)
    return fetched


class Background:
    """An action that goes on while others do."""

    def __init__(self, action):
        self._error = None
        self._thread = threading.Thread(target=self._run, args=(action,), daemon=True)
        self._thread.start()

    def _run(self, action):
        try:
            action()
        except Exception as error:
            self._error = error

    def is_done(self):
        return not self._thread.is_alive()

    def finish(self):
        """Waits for its end. Raises what it raised."""
        self._thread.join()
        if self._error:
            raise self._error


def _fetch_client(part, address, folder, check_limits):
    path = os.path.join(folder, part["name"])
    _fetch(part, address, path, check_limits)
    begun = time.monotonic()
    _unpack(path, folder)
    os.unlink(path)
    say(f"{part['name']}: unpacked in {time.monotonic() - begun:.1f} s")


def _unpack(path, folder):
    with tarfile.open(path) as archive:
        # Of Python 3.12, and of later releases of those before.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        for member in archive:
            archive.extract(member, folder)


def check_data(address, check_limits):
    """Raises a Problem where a data set is not what was generated. address: of the check, with the data set's path."""

    def ask():
        try:
            with OPENER.open(address, timeout=CHECK_TIMEOUT_SECONDS):
                return
        except urllib.error.HTTPError as error:
            with error:
                body = error.read(10_000)
            if error.code >= 500:
                raise
            raise CannotStart(f"the data set in the object store: {_message_of(body)}") from None

    _patiently("check the data set in the object store", ask, check_limits)


def _message_of(body):
    try:
        answer = json.loads(body)
        return answer.get("message") or answer["RemoteException"]["message"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return body.decode("utf-8", "replace")[:200]


def _fetch(part, address, path, check_limits):
    def get():
        digest, left = hashlib.sha256(), 0
        with OPENER.open(f"{address}/{part['name']}", timeout=TIMEOUT_SECONDS) as answer, open(path, "wb") as file:
            left = int(answer.headers["Content-Length"])
            for chunk in iter(lambda: answer.read(CHUNK_BYTES), b""):
                check_limits()
                left -= len(chunk)
                digest.update(chunk)
                file.write(chunk)
        if left != 0:
            raise ConnectionError(f"the answer ended {left} bytes early")
        if digest.hexdigest() != part["sha256"]:
            raise TryAgain(
                f"{part['name']} in the object store has the SHA-256 {digest.hexdigest()}, not {part['sha256']}"
            )

    begun = time.monotonic()
    _patiently(f"get {part['name']} from the object store", get, check_limits)
    say(f"{part['name']}: {time.monotonic() - begun:.1f} s")


def _patiently(what, action, check_limits):
    delays = iter(DELAYS_SECONDS)
    while True:
        try:
            return action()
        except (OSError, HTTPException) as error:
            delay = next(delays, None)
            if delay is None:
                raise TryAgain(f"could not {what}: {error}") from error
        until = time.monotonic() + delay
        while time.monotonic() < until:
            check_limits()
            time.sleep(0.1)
