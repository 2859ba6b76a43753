"""Files of a pod: scripts as they are run, and what Hadoop leaves beside its own."""

import os
import shutil


def copy_script(args, name):
    """A mounted file lies behind links whose names hold the time, which would show in the names of Spark's stages."""
    return shutil.copyfile(os.path.join(args.config, name), os.path.join(args.scratch, name))


def remove_checksums(folder):
    """Hadoop's local file system leaves a .crc beside each file, which no one who reads them from the store needs."""
    for path, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".crc"):
                os.unlink(os.path.join(path, name))
