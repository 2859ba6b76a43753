"""Why Spark ended badly, from the end of its log. The same rules as src/engine/local/failure.ts."""

import re
import signal

from problem import CannotStart, CaseFailed, TryAgain

MACHINE_FAILURES = (
    (r"No space left on device", "no space left on device"),
    (
        r"Cannot allocate memory|insufficient memory for the Java Runtime|Could not reserve enough space",
        "the pod has no memory left for another JVM",
    ),
    (r"Too many open files", "too many open files"),
    (r"Resource temporarily unavailable|unable to create (?:new )?native thread", "no process or thread left"),
    (r"Address already in use|BindException", "a network address is already in use"),
    (r"JAVA_GATEWAY_EXITED|Java gateway process exited", "the JVM ended before Python could reach it"),
    (r"Error occurred during initialization of (?:VM|boot layer)", "the JVM did not start"),
)
# PySpark looks for what it needs when it is imported, or at the first call that needs it.
MISSING_PACKAGE = re.compile(r"^\S*PySparkImportError: \[PACKAGE_NOT_INSTALLED\] (.+)$", re.MULTILINE)
WRONG_JVM_OPTION = re.compile(
    r"Unrecognized (?:VM )?option|Invalid (?:maximum|initial) heap size|Initial heap size set to a larger value"
)
LOG_LINE = re.compile(r"^\d\d/\d\d/\d\d \d\d:\d\d:\d\d (INFO|WARN|DEBUG|TRACE|ERROR|FATAL) ")
CHATTER = re.compile(r"^(?:WARNING:|Using |Setting default|To adjust|Picked up |NOTE:|log4j:|SLF4J|:: |\s*$)")
EXCEPTION = re.compile(r'^(?:Exception in thread "[^"]*" )?[\w.$]*(?:Exception|Error)\b')
TRACEBACK = "Traceback (most recent call last):"
CRASHES = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"}
OOM_FILES = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def explain(code, lines, oom_kills=0):
    """The Problem that an exit code other than 0 stands for. lines: the end of the log. oom_kills: processes of this pod that memory cost."""
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
            if re.search(pattern, text):
                return TryAgain(reason)
    return CaseFailed(_telling_line(words) or f"exit code {code} without a word")


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
    if name in CRASHES:
        return CaseFailed(f"crashed with {name}")
    return TryAgain(f"killed by {name} from outside" + (" (the node may be out of memory)" if name == "SIGKILL" else ""))


def _telling_line(lines):
    """The line that says best why a Spark application failed: Python's exception, Java's, the last error."""
    tracebacks = [at for at, line in enumerate(lines) if line == TRACEBACK]
    if tracebacks:
        plain = [at for at in range(tracebacks[-1] + 1, len(lines)) if re.match(r"\S", lines[at])]
        if plain:
            at = plain[0]
            # Py4J's own line says which object was called, the next one what Java threw.
            if lines[at].startswith("py4j.protocol.Py4JJavaError") and at + 1 < len(lines):
                at += 1
            if lines[at].endswith(TRACEBACK):
                # A Python worker's exception stands below its own traceback.
                at = next((below for below in plain if below > at), at)
            return _shorten(lines[at])
    plain = [line for line in lines if re.match(r"\S", line) and not CHATTER.match(line)]
    for candidates in (
        [line for line in plain if EXCEPTION.match(line)],
        [line for line in plain if not LOG_LINE.match(line)],
        plain,
    ):
        if candidates:
            return _shorten(candidates[-1])
    return None


def _shorten(line):
    """Without the logger's prefix, the task that happened to fail first and the class's packages, which say nothing to people."""
    for pattern in (
        LOG_LINE.pattern,
        r"^: ",
        r'^Exception in thread "[^"]*" ',
        r"^.*Job aborted due to stage failure: .* most recent failure: Lost task [^)]*\) \([^)]*\): ",
        r"^(?:[a-z_][\w$]*\.)+(?=[A-Z])",
    ):
        line = re.sub(pattern, "", line)
    return line
