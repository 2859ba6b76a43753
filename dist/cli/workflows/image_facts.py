"""What an image has of what a case may need beside Spark, as one line of JSON in a file.

python3 -c "$(cat image_facts.py)" FILE
"""

import glob
import importlib.util
import json
import os
import platform
import sys

# What PySpark's client of Spark Connect imports.
CLIENT_MODULES = ("grpc", "grpc_status", "google.protobuf", "pandas", "pyarrow")
# Jars of which a case needs one at most, in the folders that Spark or this project's images have them in.
JARS = ("jars/spark-connect_*.jar", "connect/spark-connect_*.jar", "jars/iceberg-spark-runtime-*.jar")


def missing_modules():
    return [name for name in CLIENT_MODULES if not is_there(name)]


def is_there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def image_facts(home):
    libc, libc_version = platform.libc_ver()
    return {
        "python": ".".join(map(str, sys.version_info[:2])),
        "machine": platform.machine(),
        "libc": libc,
        "libcVersion": libc_version,
        "missingModules": missing_modules(),
        "jars": sorted(os.path.basename(path) for jar in JARS for path in glob.glob(os.path.join(home, jar))),
    }


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(image_facts(os.environ.get("SPARK_HOME") or "/opt/spark"), file)
