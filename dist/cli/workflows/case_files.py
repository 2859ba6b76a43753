"""Files of a pod: scripts as they are run, and what Hadoop leaves beside its own."""

import os
import shutil

EVENT_LOG_PREFIX = "eventlog_v2_"


def copy_script(args, name):
    """A mounted file lies behind links whose names hold the time, which would show in the names of Spark's stages."""
    return shutil.copyfile(os.path.join(args.config, name), os.path.join(args.scratch, name))


def remove_checksums(folder):
    """Hadoop's local file system leaves a .crc beside each file, which no one who reads them from the store needs."""
    for path, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".crc"):
                os.unlink(os.path.join(path, name))


def name_event_log(folder, name):
    """Gives the first event log in the folder this name, by which it is looked for among those of all cases.

    Only on Kubernetes an application has the id that it is told to have: `local-` and a time, or `app-`, a time and a
    number, may be another's, too.
    """
    found = sorted(each for each in os.listdir(folder) if each.startswith(EVENT_LOG_PREFIX))
    if found and f"{EVENT_LOG_PREFIX}{name}" not in found:
        os.rename(os.path.join(folder, found[0]), os.path.join(folder, f"{EVENT_LOG_PREFIX}{name}"))
