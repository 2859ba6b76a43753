"""Whether this pod was told to end."""

import signal

_received = []


def _note(number, _frame):
    _received.append(signal.Signals(number).name)


def catch_signals():
    """From here on a signal does not end this process, which ends Spark and removes the namespace first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _note)


def stop_signal():
    """Name of the signal that came last, or None."""
    return _received[-1] if _received else None
