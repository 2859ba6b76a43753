"""Whether this pod was told to end."""

import signal

_signal = None


def _note(number, _frame):
    global _signal
    _signal = signal.Signals(number).name


def catch_signals():
    """From here on a signal does not end this process, which ends Spark and removes the namespace first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _note)


def stop_signal():
    """Name of the signal that came, or None."""
    return _signal
