"""What a driver says that runs in a pod of its own: its lines, as they come, in this pod's log."""

import collections
import contextlib
import threading
from http.client import HTTPException

from kubernetes_api import ApiError
from problem import TryAgain
from process import LINE_LENGTH, TAIL_LINES, write_line

AGAIN_SECONDS = 1
FINISH_SECONDS = 10


class DriverLog:
    """Follows the log of a container from its first line. One that is cut off is taken up behind the last line."""

    def __init__(self, namespace, pod, container, on_line):
        self.tail = collections.deque(maxlen=TAIL_LINES)
        self._lines = lambda since: namespace.log_lines(pod, container, since)
        self._on_line = on_line
        self._last = ""
        self._is_over = threading.Event()
        self._thread = None
        # Whether it came to its end, as it does when the container ends; or the connection was lost.
        self.is_at_end = False

    @property
    def has_begun(self):
        return self._thread is not None

    def start(self):
        """Begins once; the container has to have run."""
        if not self.has_begun:
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()

    def finish(self, seconds=FINISH_SECONDS):
        """Waits for the last lines of a container that has ended, or that is given up."""
        self._is_over.set()
        if self.has_begun:
            self._thread.join(seconds)

    def _read(self):
        while True:
            # Once more after the end: the connection may have been lost before it.
            was_over = self._is_over.is_set()
            with contextlib.suppress(ApiError, TryAgain, OSError, HTTPException, ValueError):
                for line in self._lines(self._last):
                    self._take(line)
            self.is_at_end = True
            if was_over:
                return
            self._is_over.wait(AGAIN_SECONDS)

    def _take(self, line):
        stamp, _, text = line.partition(b" ")
        stamp = stamp.decode("ascii", "replace")
        # Asked for from a whole second on, so that some come again.
        if stamp <= self._last:
            return
        self._last = stamp
        write_line(text)
        text = text[:LINE_LENGTH].decode("utf-8", "replace").rstrip("\r\n")
        self.tail.append(text)
        self._on_line(text)
