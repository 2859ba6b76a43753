import { generateByHand, prepareByHand } from "./by-hand.ts";
import { apply, IMAGE, kubectl, median, NAMESPACE, NODE, ROUNDS, run, runTier, seconds } from "./setting.ts";

const SIZE = process.env.BENCH_DATA_SIZE ?? "1gb";
const STORAGE = { storageClassName: "bench", accessModes: ["ReadOnlyMany"] };
const READ = { mode: "local", operation: "read", dataSize: SIZE };

/** Reading a data set where it is, in the run's store, against a copy of it on the disk of the pod; and what the store holds of it. */
export function benchData(): void {
  prepareByHand();
  const folder = generateByHand(SIZE);
  const copyBytes = Number(run("docker", ["exec", NODE, "du", "-sb", folder]).split("\t")[0]);
  claim(folder);
  const inPlace: number[] = [];
  const copied: number[] = [];
  let storedBytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of round % 2 === 0 ? ["place", "copy"] : ["copy", "place"]) {
      const data = turn === "copy" ? ["--data", "pvc://bench"] : [];
      const [one] = runTier(READ, ["--image", IMAGE, ...data], { samples: 3, warmups: 1, memoryMb: 2048 });
      (turn === "copy" ? copied : inPlace).push(...one!.samples.map(({ metrics }) => metrics.wallMs));
      if (turn === "place") storedBytes = Math.max(storedBytes, inStore());
    }
  }
  console.log(
    `read ${SIZE}: in place ${inPlace.map(seconds).join(", ")}; a copy in the pod ${copied.map(seconds).join(", ")}`,
  );
  console.log(`  throughput in place ${(median(copied) / median(inPlace)).toFixed(2)} of a copy's (at least 0.8)`);
  console.log(`  stored ${(storedBytes / copyBytes).toFixed(2)} times the data (at most 1.2)`);
}

/** Bytes of the newest data set in the store, all that lies beside it in its folder included. */
function inStore(): number {
  const script = 'du -sb "$(ls -dt /buckets/spark-loadtest/data/*/ | head -1)"';
  const said = kubectl("-n", NAMESPACE, "exec", "deploy/spark-loadtest-store", "-c", "files", "--", "sh", "-c", script);
  return Number(said.split("\t")[0]);
}

/** A claim of the namespace of runs on a folder of the node. */
function claim(path: string): void {
  const capacity = { storage: "20Gi" };
  apply(
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "bench" },
      spec: { ...STORAGE, capacity, hostPath: { path } },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "bench", namespace: NAMESPACE },
      spec: { ...STORAGE, volumeName: "bench", resources: { requests: capacity } },
    },
  );
}
