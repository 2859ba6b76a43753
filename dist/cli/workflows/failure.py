"""Why Spark ended badly, from the end of its log, by the same rules as src/engine/local/failure.ts."""

import re
import signal

from problem import CannotStart, CaseFailed, TryAgain
from tables import TABLES

# PySpark looks for what it needs when it is imported, or at the first call that needs it.
MISSING_PACKAGE = re.compile(r"^\S*PySparkImportError: \[PACKAGE_NOT_INSTALLED\] (.+)$", re.MULTILINE)
RULES = TABLES["failures"]
MACHINE_FAILURES = [(re.compile(each["pattern"]), each["reason"].format(machine="pod")) for each in RULES["machine"]]
WRONG_JVM_OPTION, LOG_LINE, CHATTER, EXCEPTION, SAYS_NOTHING = (
    re.compile(RULES[name]) for name in ("wrongJvmOption", "logLine", "chatter", "exception", "saysNothing")
)
# The logger's, the task's that happened to fail first, and the class's packages, which say nothing to people.
PREFIXES = [LOG_LINE, *map(re.compile, RULES["prefixes"])]
TRACEBACK = RULES["traceback"]
OOM_FILES = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def explain(code, lines, oom_kills=0):
    """The Problem that an exit code other than 0 stands for.

    lines: the end of the log. oom_kills: how many processes of this pod were killed for memory.
    """
    if oom_kills > 0 and code in (-signal.SIGKILL, 137):
        return CaseFailed("the driver's pod ran out of memory")
    if code < 0 or code == 137:
        return _explain_signal(signal.Signals(-code if code < 0 else signal.SIGKILL).name)
    words = [line for line in lines if _level(line) in (None, "ERROR", "FATAL")]
    text = "\n".join(words)
    missing = MISSING_PACKAGE.search(text)
    if missing:
        return CannotStart(f"the image lacks a Python package: {missing.group(1)}")
    if not WRONG_JVM_OPTION.search(text):
        for pattern, reason in MACHINE_FAILURES:
            if pattern.search(text):
                return TryAgain(reason)
    return CaseFailed(telling_line(words) or f"exit code {code} without a word")


def count_oom_kills():
    """How many processes of this container the kernel has killed for memory."""
    for path in OOM_FILES:
        try:
            with open(path, encoding="utf-8") as file:
                match = re.search(r"^oom_kill (\d+)$", file.read(), re.MULTILINE)
        except OSError:
            continue
        if match:
            return int(match.group(1))
    return 0


def _level(line):
    match = LOG_LINE.match(line)
    return match.group(1) if match else None


def _explain_signal(name):
    if name in RULES["crashes"]:
        return CaseFailed(f"crashed with {name}")
    return TryAgain(
        f"killed by {name} from outside" + (" (the node may be out of memory)" if name == "SIGKILL" else "")
    )


def telling_line(lines):
    """The line that says best why a Spark application failed: Python's exception, Java's, the last error."""
    tracebacks = [at for at, line in enumerate(lines) if line == TRACEBACK]
    if tracebacks:
        plain = [at for at in range(tracebacks[-1] + 1, len(lines)) if re.match(r"\S", lines[at])]
        if plain:
            at = plain[0]
            # Py4J's own line says which object was called, the next one what Java threw.
            if lines[at].startswith(RULES["javaError"]) and at + 1 < len(lines):
                at += 1
            if lines[at].endswith(TRACEBACK):
                # A Python worker's exception stands below its own traceback.
                at = next((below for below in plain if below > at), at)
            return _shorten(lines[_find_cause(lines, at)])
    plain = [line for line in lines if re.match(r"\S", line) and not CHATTER.match(line)]
    for candidates in (
        [line for line in plain if EXCEPTION.match(line)],
        [line for line in plain if not LOG_LINE.match(line)],
        plain,
    ):
        if candidates:
            return _shorten(candidates[-1])
    return None


def _find_cause(lines, at):
    """Where the cause stands that is below a line that says nothing by itself, else where that line stands."""
    if not SAYS_NOTHING.search(lines[at]):
        return at
    causes = (below for below in range(at + 1, len(lines)) if lines[below].startswith(RULES["cause"]))
    return next((below for below in causes if not SAYS_NOTHING.search(lines[below])), at)


def _shorten(line):
    for prefix in PREFIXES:
        line = prefix.sub("", line)
    return line
