"""The built-in workload: one operation on taxi trips, repeated, each repetition under a job group (a tag in Connect).

    builtin.py --generate SIZE --data DIR
    builtin.py --operation OPERATION --data DIR --output DIR --samples N --warmups N --result FILE [--fault FAULT]

Where the session has an Iceberg catalog called "loadtest", the operations work on its tables: the data set becomes one
without being copied, and `write` makes one, merges a correction into it and looks back at what was before.

The result file gets one JSON line a repetition as soon as it ends: {"repetition", "wallMs", "checksum"}. The checksum
is a function of the operation's rows, whatever their order, so that every Spark version has to give the same one.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

# Rows and Parquet files of each size. Files and rows are fixed, so that input splits are the same on every machine.
SIZES = {
    "tiny": (200_000, 4),
    "1gb": (32_000_000, 32),
    "11gb": (352_000_000, 352),
}
FAULTS = ("skew", "double-work", "lose-executor", "exceed-memory", "wrong-result", "fail")
FIRST_PICKUP_EPOCH_SECONDS = 1_704_067_200  # 2024-01-01T00:00:00Z
SECONDS_PER_YEAR = 366 * 24 * 3600
BUSY_ZONE = 132  # JFK Airport in the commission's list of zones


def draw(salt: int, values: int):
    """A number in 0..values-1 that depends on the row's id and the salt alone."""
    return F.pmod(F.xxhash64(F.col("id"), F.lit(salt)), F.lit(values))


def cents(column):
    """A column of cents as the amount in dollars that the trip records use."""
    return column.cast("double") / F.lit(100.0)


def generate_trips(spark: SparkSession, rows: int, files: int) -> DataFrame:
    """Yellow-taxi trip records in the schema of the NYC Taxi and Limousine Commission, 2024."""
    trips = spark.range(0, rows, 1, files)
    pickup = F.lit(FIRST_PICKUP_EPOCH_SECONDS) + draw(1, SECONDS_PER_YEAR)
    seconds = F.lit(120) + draw(2, 2_400)
    distance = F.lit(30) + draw(3, 1_500)
    fare = F.lit(300) + distance * 2 + draw(4, 500)
    extra = draw(5, 4) * 50
    tip = F.when(draw(6, 10) < 7, draw(7, 900)).otherwise(F.lit(0))
    tolls = F.when(draw(8, 20) == 0, F.lit(694)).otherwise(F.lit(0))
    congestion = F.when(draw(9, 10) < 9, F.lit(250)).otherwise(F.lit(0))
    airport = F.when(draw(10, 12) == 0, F.lit(175)).otherwise(F.lit(0))
    total = fare + extra + 50 + tip + tolls + 100 + congestion + airport
    return trips.select(
        (F.lit(1) + draw(11, 2)).cast("int").alias("VendorID"),
        F.timestamp_seconds(pickup).alias("tpep_pickup_datetime"),
        F.timestamp_seconds(pickup + seconds).alias("tpep_dropoff_datetime"),
        (F.lit(1) + draw(12, 6)).cast("bigint").alias("passenger_count"),
        cents(distance).alias("trip_distance"),
        (F.lit(1) + draw(13, 6)).cast("bigint").alias("RatecodeID"),
        F.when(draw(14, 100) == 0, F.lit("Y")).otherwise(F.lit("N")).alias("store_and_fwd_flag"),
        (F.lit(1) + draw(15, 263)).cast("int").alias("PULocationID"),
        (F.lit(1) + draw(16, 263)).cast("int").alias("DOLocationID"),
        (F.lit(1) + draw(17, 4)).cast("bigint").alias("payment_type"),
        cents(fare).alias("fare_amount"),
        cents(extra).alias("extra"),
        F.lit(0.5).alias("mta_tax"),
        cents(tip).alias("tip_amount"),
        cents(tolls).alias("tolls_amount"),
        F.lit(1.0).alias("improvement_surcharge"),
        cents(total).alias("total_amount"),
        cents(congestion).alias("congestion_surcharge"),
        cents(airport).alias("Airport_fee"),
    )


def checksum(rows: DataFrame) -> str:
    """Runs the query and folds its rows into one value. Rows may come in any order; every column counts."""
    row_hash = F.xxhash64(*[F.col(name) for name in rows.columns])
    # The sum of the upper halves tells apart what the exclusive or alone would cancel out (a row that comes twice).
    folded = rows.select(row_hash.alias("h")).agg(
        F.count("*").alias("n"), F.expr("bit_xor(h)").alias("x"), F.sum(F.shiftrightunsigned("h", 32)).alias("s")
    )
    count, xor, total = folded.collect()[0]
    return f"{count}-{(xor or 0) & (2**64 - 1):016x}-{total or 0:x}"


def in_cents(name: str):
    """Amounts are added up as whole cents: sums of doubles depend on the order of the rows."""
    return F.round(F.col(name) * 100).cast("bigint")


def aggregate(trips: DataFrame) -> DataFrame:
    return trips.groupBy("PULocationID", "payment_type", F.hour("tpep_pickup_datetime").alias("hour")).agg(
        F.count("*").alias("trips"),
        F.sum(in_cents("total_amount")).alias("total_cents"),
        F.sum(in_cents("tip_amount")).alias("tip_cents"),
        F.max("trip_distance").alias("longest"),
        F.countDistinct("DOLocationID").alias("destinations"),
    )


def join(trips: DataFrame) -> DataFrame:
    day = F.to_date("tpep_pickup_datetime").alias("day")
    trips = trips.select("PULocationID", "DOLocationID", day, in_cents("total_amount").alias("cents"))
    arrivals = trips.groupBy(F.col("DOLocationID").alias("PULocationID"), "day").agg(F.count("*").alias("arrivals"))
    # A sort-merge join at every size, so that a small data set measures what a large one does.
    joined = trips.join(arrivals.hint("merge"), ["PULocationID", "day"])
    return joined.groupBy("PULocationID", "arrivals").agg(F.sum("cents").alias("cents"), F.count("*").alias("trips"))


def window(trips: DataFrame) -> DataFrame:
    by_zone = Window.partitionBy("PULocationID").orderBy("tpep_pickup_datetime")
    return trips.select(
        "PULocationID",
        "tpep_pickup_datetime",
        F.rank().over(by_zone).alias("rank"),
        F.sum(in_cents("total_amount")).over(by_zone).alias("running_cents"),
    )


CATALOG = "loadtest"
TRIPS_TABLE = f"{CATALOG}.taxi.trips"
MONTHS_TABLE = f"{CATALOG}.taxi.trips_by_month"


def has_catalog(spark: SparkSession) -> bool:
    return spark.conf.get(f"spark.sql.catalog.{CATALOG}", "") != ""


def register_table(spark: SparkSession, data: str) -> None:
    """Makes the data set's files a table's, in place: their footers are read, and nothing is copied."""
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.taxi")
    schema = spark.read.parquet(data).schema
    spark.createDataFrame([], schema).writeTo(TRIPS_TABLE).using("iceberg").createOrReplace()
    spark.sql(f"CALL {CATALOG}.system.add_files(table => 'taxi.trips', source_table => '`parquet`.`{data}`')")


def write_table(spark: SparkSession, trips: DataFrame, repetition: str) -> str:
    """Writes trips of which a month is wrong, corrects it by a merge, and gives the checksum of what is there then."""
    is_wrong = F.month("tpep_pickup_datetime") == 1
    total = F.col("total_amount")
    wrong = trips.withColumn("total_amount", F.when(is_wrong, -total).otherwise(total))
    wrong.writeTo(MONTHS_TABLE).using("iceberg").createOrReplace()
    spark.sql(
        f"MERGE INTO {MONTHS_TABLE} trips USING (SELECT 1 AS month, -1.0D AS factor) correction "
        "ON month(trips.tpep_pickup_datetime) = correction.month "
        "WHEN MATCHED THEN UPDATE SET total_amount = trips.total_amount * correction.factor"
    )
    mark_repetition(spark, f"write/verify-{repetition}")
    snapshots = spark.table(f"{MONTHS_TABLE}.snapshots").orderBy(F.col("committed_at").desc()).limit(2).collect()
    # Not by an option of the reader, which the clients of Connect 3.5 leave out.
    version = f"{MONTHS_TABLE} VERSION AS OF {snapshots[1]['snapshot_id']}"
    before = spark.sql(f"SELECT * FROM {version}")  # noqa: S608 (names of our own, and a number)
    after = spark.table(MONTHS_TABLE)
    counts = [rows.where(is_wrong & (total < 0)).count() for rows in (before, after)]
    expected = [trips.where(is_wrong & (total > 0)).count(), 0]
    if counts != expected:
        raise SystemExit(f"the table's snapshots before and after the merge hold {counts} wrong trips, not {expected}")
    return checksum(after)


QUERIES = {"read": lambda trips: trips, "aggregate": aggregate, "join": join, "window": window}


def is_connect(spark: SparkSession) -> bool:
    return ".connect." in type(spark).__module__


def mark_repetition(spark: SparkSession, name: str) -> None:
    """The jobs from here on belong to a repetition. Spark Connect has no job groups, but tags."""
    if is_connect(spark):
        spark.clearTags()
        spark.addTag(name)
    else:
        spark.sparkContext.setJobGroup(name, name)


def on_first_task(spark: SparkSession, action) -> None:
    """Runs a small job, the first attempt of whose first task does this on its executor. Connect has plain UDFs too."""

    def act(_: int) -> int:
        from pyspark import TaskContext

        context = TaskContext.get()
        if context.partitionId() == 0 and context.attemptNumber() == 0:
            process = os.getpid()
            while process > 0:
                with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
                    parent = int(stat.read().rpartition(")")[2].split()[1])
                with open(f"/proc/{process}/comm", encoding="utf-8") as comm:
                    if comm.read().strip() == "java":
                        action(process)
                process = parent
        return 1

    ones = spark.range(0, 8, 1, 8).select(F.udf(act, "int")("id").alias("one"))
    ones.agg(F.sum("one")).collect()


def lose_executor(spark: SparkSession) -> None:
    """Kills one executor's JVM in the middle of a job. Local mode has none to lose."""
    if spark.conf.get("spark.master").startswith("local["):
        raise SystemExit(
            "--fault lose-executor needs executors of their own: run with --only mode=standalone or mode=kubernetes"
        )

    def kill(java: int) -> None:
        os.kill(java, signal.SIGKILL)
        # The first process of a container takes no SIGKILL from inside of it.
        time.sleep(1)
        os.kill(java, signal.SIGTERM)
        time.sleep(60)

    on_first_task(spark, kill)


def exceed_memory(spark: SparkSession) -> None:
    """Takes memory until the limit of an executor's container ends it. Without a limit the machine would go instead."""
    if not spark.conf.get("spark.master").startswith("k8s:"):
        raise SystemExit(
            "--fault exceed-memory needs executors with a limit of their memory: run with --only mode=kubernetes"
        )

    def eat(java: int) -> None:
        # The kernel ends the process that it deems worst, and with the second cgroups all others of the container, too.
        # It is to be the executor: so what is eaten is spread over processes that are small beside it.
        with open(f"/proc/{java}/oom_score_adj", "w", encoding="utf-8") as score:
            score.write("1000")
        for _ in range(1024):
            if os.fork() == 0:
                eaten = b"x" * (64 << 20)
                time.sleep(60)
                os._exit(0 if eaten else 1)
            time.sleep(0.05)

    on_first_task(spark, eat)


def run_operation(spark: SparkSession, args: argparse.Namespace, repetition: str) -> str:
    """Runs the operation once and gives the checksum of its result."""
    mark_repetition(spark, f"{args.operation}/{repetition}")
    trips = spark.table(TRIPS_TABLE) if has_catalog(spark) else spark.read.parquet(args.data)
    if args.fault == "skew":
        mostly = F.pmod(F.xxhash64("tpep_pickup_datetime", "total_amount"), F.lit(10)) < 7
        trips = trips.withColumn("PULocationID", F.when(mostly, F.lit(BUSY_ZONE)).otherwise(F.col("PULocationID")))
    if args.fault == "double-work":
        trips = trips.unionAll(trips)
    if args.fault == "wrong-result" and repetition.startswith("sample-"):
        trips = trips.withColumn("total_amount", F.col("total_amount") + 0.01)
    if args.fault == "lose-executor" and repetition == "sample-1":
        lose_executor(spark)
    if args.fault == "exceed-memory" and repetition == "sample-1":
        exceed_memory(spark)
    if args.fault == "fail" and repetition == "sample-1":
        trips = trips.withColumn("total_amount", F.expr("raise_error('asked for by --fault fail')").cast("double"))
    if args.operation != "write":
        return checksum(QUERIES[args.operation](trips))
    # Trips of a month together, as a table that others will read would be laid out.
    by_month = trips.repartition(F.month("tpep_pickup_datetime"))
    if has_catalog(spark):
        return write_table(spark, by_month, repetition)
    by_month.write.mode("overwrite").parquet(args.output)
    mark_repetition(spark, f"write/verify-{repetition}")
    return checksum(spark.read.parquet(args.output))


def measure(spark: SparkSession, args: argparse.Namespace) -> None:
    names = [f"warmup-{n}" for n in range(1, args.warmups + 1)] + [f"sample-{n}" for n in range(1, args.samples + 1)]
    if has_catalog(spark):
        mark_repetition(spark, f"{args.operation}/table")
        register_table(spark, args.data)
    with open(args.result, "a", encoding="utf-8") as result:
        for name in names:
            started = time.monotonic()
            value = run_operation(spark, args, name)
            wall_ms = round((time.monotonic() - started) * 1000, 1)
            result.write(json.dumps({"repetition": name, "wallMs": wall_ms, "checksum": value}) + "\n")
            result.flush()


def generate(spark: SparkSession, args: argparse.Namespace) -> None:
    rows, files = SIZES[args.generate]
    tracker = spark.sparkContext.statusTracker()
    done = threading.Event()

    def report() -> None:
        while not done.wait(1):
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            finished = sum(stage.numCompletedTasks for stage in stages if stage)
            print(f"progress {finished / files:.3f}", flush=True)

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    generate_trips(spark, rows, files).write.mode("overwrite").parquet(args.data)
    done.set()
    reporter.join()
    print("progress 1.000", flush=True)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The built-in workload of spark-loadtest.")
    parser.add_argument("--generate", choices=sorted(SIZES))
    parser.add_argument("--operation", choices=[*QUERIES, "write"])
    parser.add_argument("--data", required=True)
    parser.add_argument("--output")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--warmups", type=int, default=1)
    parser.add_argument("--result")
    parser.add_argument(
        "--fault", choices=FAULTS, help="makes the workload worse on purpose, to see what the verdict says"
    )
    args = parser.parse_args()
    if not args.generate and not (args.operation and args.output and args.result):
        parser.error("--operation, --output and --result are required")
    return args


def main() -> None:
    args = parse_args()
    spark = SparkSession.builder.appName(f"spark-loadtest {args.operation or 'generate'}").getOrCreate()
    try:
        if args.generate:
            generate(spark, args)
        else:
            measure(spark, args)
    finally:
        spark.stop()


if __name__ == "__main__":
    sys.exit(main())
