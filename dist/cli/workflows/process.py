"""Runs a program, passes on its lines as they come, and keeps the last of them to explain a failure with."""

import collections
import contextlib
import os
import signal
import subprocess
import sys
import threading

TAIL_LINES = 400
LINE_LENGTH = 4_000
KILL_SECONDS = 8
_output_lock = threading.Lock()


def say(text):
    """A line of this script's own."""
    write_line(f"spark-loadtest: {text}\n".encode())


def write_line(line):
    """A line of a program's, as bytes; its end is added where it has none."""
    with _output_lock:
        sys.stdout.buffer.write(line if line.endswith(b"\n") else line + b"\n")
        sys.stdout.buffer.flush()


class Process:
    """A process group of its own. `on_line` sees each line as text; whatever it raises is lost."""

    def __init__(self, command, environment=None, on_line=None, folder=None):
        self.tail = collections.deque(maxlen=TAIL_LINES)
        self._on_line = on_line
        self._popen = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._popen.stdout:
            write_line(line)
            text = line[:LINE_LENGTH].decode("utf-8", "replace").rstrip("\r\n")
            self.tail.append(text)
            if self._on_line:
                self._on_line(text)

    def poll(self):
        """The exit code, negative for a signal, None while it runs."""
        return self._popen.poll()

    def finish(self):
        """Waits for the last lines; a grandchild that holds the pipe is not waited for."""
        self._reader.join(5)

    def stop(self, seconds=2):
        """Ends the whole group, by SIGTERM at first."""
        for sent, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, KILL_SECONDS)):
            try:
                os.killpg(self._popen.pid, sent)
                self._popen.wait(patience)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        # What the leader left behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self.finish()
