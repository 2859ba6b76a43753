"""Makes an event log with all that can happen to tasks: speculation, results and shuffle files that are lost with their
executor, retried stages, errors of Python and of SQL, workers that crash, cancelled jobs.

    docker run --rm --hostname localhost --user root -e JDK_JAVA_OPTIONS=-Dos.version=6.1 \
      -v "$PWD/scripts:/opt/scripts:ro" -v "$PWD/OUT:/out" apache/spark:4.1.1 \
      /opt/spark/bin/spark-submit --master 'local-cluster[3,2,700]' \
      --conf spark.executor.memory=700m --conf spark.driver.host=localhost \
      --conf spark.speculation=true --conf spark.speculation.multiplier=1.2 --conf spark.speculation.quantile=0.5 \
      --conf spark.shuffle.readHostLocalDisk=false \
      --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=file:///out \
      /opt/scripts/record-troubled-log.py
"""

import os
import signal
import threading
import time

from pyspark import TaskContext
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("troubled").getOrCreate()
sc = spark.sparkContext


def kill_executor_after(seconds):
    def kill():
        time.sleep(seconds)
        for process in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
            try:
                with open(f"/proc/{process}/cmdline") as file:
                    arguments = file.read().split("\0")
            except OSError:
                continue
            if arguments[0].endswith("java") and any(
                each.endswith("CoarseGrainedExecutorBackend") for each in arguments
            ):
                os.kill(process, signal.SIGKILL)
                return

    threading.Thread(target=kill).start()


def slowly(seconds):
    def work(rows):
        kept = list(rows)
        time.sleep(seconds)
        return [(row % 7, 1) for row in kept] if kept and isinstance(kept[0], int) else [len(kept)]

    return work


def attempt(action):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, str(error)[:200])


def fail_first(_):
    context = TaskContext.get()
    if context.partitionId() == 1 and context.attemptNumber() == 0:
        raise ValueError("the first attempt\nfails: password=secret")
    if context.partitionId() == 2 and context.attemptNumber() < 2:
        os._exit(3)
    time.sleep(4 if context.partitionId() == 3 and context.attemptNumber() == 0 else 0)
    return [1]


sc.parallelize(range(10), 6).count()

sc.setJobGroup("shuffle/sample-1", "an executor is lost while the stage that writes its shuffle files runs")
kill_executor_after(15)
sc.parallelize(range(1000), 60).mapPartitions(slowly(2)).groupByKey(4).mapPartitions(slowly(0)).collect()

sc.setJobGroup("shuffle/sample-2", "an executor is lost while its shuffle files are read")
shuffled = sc.parallelize(range(1000), 6).map(lambda x: (x % 7, x)).groupByKey(36).mapPartitions(slowly(2))
kill_executor_after(12)
shuffled.collect()

sc.setJobGroup("failing/sample-1", "tasks fail")
sc.parallelize(range(10), 8).mapPartitions(fail_first).collect()

sc.setJobGroup("cancelled", "a job is cancelled")
threading.Timer(3, lambda: sc.cancelJobGroup("cancelled")).start()
attempt(lambda: sc.parallelize(range(4), 4).mapPartitions(slowly(60)).collect())

sc.setJobGroup("sql/sample-1", "plans that are adapted, cached, reused")
sc.addFile("/etc/hostname")
spark.sql("set spark.sql.shuffle.partitions=3")
spark.sql("cache table t as select id, id % 3 k from range(1000)")
spark.sql("select k, count(*) from t group by k order by 2").collect()
spark.sql("select a.k, b.id from t a join t b on a.id = b.id order by 1 limit 10").collect()

sc.setJobGroup("sql/sample-2", "jobs fail")
attempt(lambda: spark.sql("select raise_error(concat('a', k)) from t").collect())
attempt(lambda: spark.range(4).repartition(4).rdd.map(lambda row: 1 // 0).collect())
spark.stop()
