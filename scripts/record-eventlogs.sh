#!/bin/bash
# Records the event logs of test/fixtures/eventlogs again, with this repository's own workload on real Spark.
#
#   sudo scripts/record-eventlogs.sh OUT VERSION=VENV[:NAME,...]...     e.g. out 3.5.9=$HOME/venvs/3.5.9:lz4,window
#
# A VENV holds pyspark of that version; without NAMEs it makes all the recordings below. Everything runs in namespaces of its own (hence root), under paths and names that
# say nothing about the machine: the logs hold all of them.
set -euo pipefail

if [ -z "${RECORDING:-}" ]; then RECORDING=1 exec unshare --mount --uts --pid --fork --kill-child --mount-proc "$0" "$@"; fi

out=$(realpath "$1"); shift
repository=$(realpath "$(dirname "$0")/..")
mount -t tmpfs tmpfs /opt
mount -t tmpfs tmpfs /home
mount -t tmpfs tmpfs /srv
hostname localhost
mkdir -p /opt/python /opt/pyspark /opt/spark-loadtest /home/spark /srv/data /srv/logs "$out"
mount --bind "$(python3 -c 'import sys; print(sys.base_prefix)')" /opt/python
cp "$repository/workloads/builtin.py" /opt/spark-loadtest/
cd /opt/spark-loadtest

spark() { # MASTER [--conf ...] -- WORKLOAD_ARGUMENT...
  local master=$1 conf=(); shift
  while [ "$1" != -- ]; do conf+=("$1"); shift; done; shift
  env -i PATH="$PATH" HOME=/home/spark SPARK_USER=spark SPARK_LOCAL_HOSTNAME=localhost SPARK_LOCAL_IP=127.0.0.1 \
    JDK_JAVA_OPTIONS="-Duser.name=spark -Duser.home=/home/spark -Dos.version=6.1" \
    SPARK_HOME=/opt/pyspark/pyspark PYTHONPATH=/opt/pyspark PYSPARK_PYTHON=/opt/python/bin/python3 \
    /opt/pyspark/pyspark/bin/spark-submit --master "$master" --driver-memory 1g --conf spark.ui.enabled=false \
    --conf spark.sql.shuffle.partitions=8 --conf spark.sql.adaptive.coalescePartitions.enabled=false "${conf[@]}" builtin.py "$@" >>/srv/spark.log 2>&1
}

wanted() { [ -z "$only" ] || [[ ",$only," == *",$1,"* ]]; }

record() { # NAME MASTER [--conf ...] -- WORKLOAD_ARGUMENT...
  local name=$1 master=$2; shift 2
  wanted "$name" || return 0
  rm -rf /srv/logs /srv/output /srv/result.jsonl; mkdir /srv/logs
  echo "$version-$name" >&2
  spark "$master" --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=file:///srv/logs "$@" \
    --data /srv/data --output /srv/output --result /srv/result.jsonl || true
  find /srv/logs -name '.*.crc' -delete
  rm -rf "${out:?}/$version-$name"; cp -r /srv/logs "$out/$version-$name"; chmod -R u+rwX,go+rX "$out/$version-$name"
}

codec() { echo --conf spark.eventLog.compress=true --conf "spark.eventLog.compression.codec=$1" --conf "spark.eventLog.rolling.enabled=${2:-false}"; }
repeat() { echo --operation "$1" --warmups "${2:-1}" --samples "${3:-2}"; }

for installed in "$@"; do
  version=${installed%%=*} venv=${installed#*=} only=
  [[ $venv != *:* ]] || { only=${venv#*:}; venv=${venv%%:*}; }
  umount --lazy /opt/pyspark 2>/dev/null || true # a killed one may linger
  mount --bind "$(echo "$venv"/lib/python3*/site-packages)" /opt/pyspark
  [ -e /srv/data/_SUCCESS ] || spark "local[2]" -- --generate tiny --data /srv/data
  record plain "local[2]" --conf spark.eventLog.compress=false --conf spark.eventLog.rolling.enabled=false -- $(repeat read 0 1)
  for name in lz4 snappy lzf; do record "$name" "local[2]" $(codec $name) -- $(repeat read 0 1); done
  record aggregate "local[2]" $(codec zstd) -- $(repeat aggregate)
  record write "local[2]" $(codec zstd) -- $(repeat write)
  record rolling "local[2]" $(codec zstd true) --conf spark.eventLog.rolling.maxFileSize=10m \
    --conf spark.io.compression.zstd.level=19 --conf spark.sql.shuffle.partitions=720 -- $(repeat aggregate 0 1)
  record window "local[2]" $(codec zstd true) -- $(repeat window)
  record skew "local[2]" $(codec zstd true) -- $(repeat window) --fault skew
  record spill "local[2]" $(codec zstd true) --conf spark.memory.fraction=0.005 -- $(repeat window)
  record one-partition "local[2]" $(codec zstd true) --conf spark.sql.shuffle.partitions=1 -- $(repeat window)
  record double-work "local[2]" $(codec zstd true) -- $(repeat window) --fault double-work
  record failed "local[2]" $(codec zstd true) -- $(repeat window) --fault fail
  record lost-executor "local-cluster[2,1,512]" $(codec zstd true) --conf spark.executor.memory=512m -- $(repeat aggregate) --fault lose-executor
  wanted killed-driver || continue
  # A driver that is killed while its jobs run leaves its log as it was at that moment.
  rm -f /srv/result.jsonl
  record killed-driver "local[2]" $(codec zstd true) -- $(repeat aggregate 1 20) & recording=$!
  until [ -e /srv/result.jsonl ] && [ "$(wc -l </srv/result.jsonl)" -ge 3 ]; do sleep 0.1; kill -0 $recording; done
  pkill -9 java # the namespace has no other
  wait $recording
done
