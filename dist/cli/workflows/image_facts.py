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
JARS = (
    "jars/spark-connect_*.jar",
    "connect/spark-connect_*.jar",
    "jars/iceberg-spark-runtime-*.jar",
    "jars/rapids-4-spark_*.jar",
    "jars/hadoop-aws-*.jar",
)
# The first is in the builds of Spark that have a Hadoop, the other where somebody put his own.
HADOOP = ("jars/hadoop-client-api-*.jar", "jars/hadoop-common-*.jar")


def missing_modules():
    return [name for name in CLIENT_MODULES if not is_there(name)]


def is_there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def hadoop_version(home):
    """ "3.4.2", and "" where there is none that is known."""
    found = [path for jar in HADOOP for path in sorted(glob.glob(os.path.join(home, jar)))]
    return os.path.basename(found[0])[: -len(".jar")].rpartition("-")[2] if found else ""


def image_facts(home):
    libc, libc_version = platform.libc_ver()
    return {
        "python": ".".join(map(str, sys.version_info[:2])),
        "machine": platform.machine(),
        "libc": libc,
        "libcVersion": libc_version,
        "hadoop": hadoop_version(home),
        "missingModules": missing_modules(),
        "jars": sorted(os.path.basename(path) for jar in JARS for path in glob.glob(os.path.join(home, jar))),
    }


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(image_facts(os.environ.get("SPARK_HOME") or "/opt/spark"), file)
