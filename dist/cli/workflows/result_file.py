"""What a workload reports: a JSON line a repetition."""

import json

from problem import CaseFailed


def read_repetitions(path):
    """The repetitions that are finished so far, each a dict with `repetition` and mostly `checksum`."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")[:-1]
    except OSError:
        return []
    repetitions = []
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get("repetition"), str):
            repetitions.append(value)
    return repetitions


def describe_step(finished, warmups, samples):
    """Where a case stands: "warm-up 1/1", "sample 2/3"."""
    if finished < warmups:
        return f"warm-up {finished + 1}/{warmups}"
    if finished < warmups + samples:
        return f"sample {finished - warmups + 1}/{samples}"
    return "ending"


def check_result(repetitions, settings):
    """The checksum that all repetitions agree on, or None. Raises CaseFailed where one is missing or differs."""
    if settings.get("builtinWorkload"):
        expected = [f"warmup-{n + 1}" for n in range(settings["warmups"])]
        expected += [f"sample-{n + 1}" for n in range(settings["samples"])]
        found = {repetition["repetition"] for repetition in repetitions}
        for name in expected:
            if name not in found:
                raise CaseFailed(f"the workload ended without the result of repetition {name}")
    told = [repetition for repetition in repetitions if isinstance(repetition.get("checksum"), str)]
    for other in told[1:]:
        if other["checksum"] != told[0]["checksum"]:
            raise CaseFailed(
                f"wrong result: repetition {other['repetition']} gave {other['checksum']}, "
                f"{told[0]['repetition']} gave {told[0]['checksum']}"
            )
    return told[0]["checksum"] if told else None
