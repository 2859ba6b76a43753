import { setTimeout as sleep } from "node:timers/promises";
import { BatchV1Api, CoreV1Api, type KubeConfig, type V1Job, type V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import { askKubernetes } from "../../../kube/client.ts";
import { parseJson } from "../../../lib/text/parse-json.ts";
import { STORE_NAME } from "../objects/names.ts";
import { findStartProblem } from "../outcome/start-failure.ts";
import type { ImageFacts } from "./parts.ts";

const LOOK_MS = 250;
/** Of a pod that something keeps from starting. Its case will say what, and wait for itself. */
const PATIENCE_MS = 10_000;
/** For an image that is pulled from far away. */
const LONGEST_SECONDS = 600;
/** After that the cluster removes a Job whose maker is gone. */
const KEPT_SECONDS = 60;
const FACTS_FILE = "/dev/termination-log";

const FACTS = z.object({
  python: z.string(),
  machine: z.string(),
  libc: z.string(),
  libcVersion: z.string(),
  hadoop: z.string(),
  missingModules: z.array(z.string()),
  jars: z.array(z.string()),
}) satisfies z.ZodType<ImageFacts>;

/** What asks an image: a Job with one pod, whose termination message is the answer. */
export function toFactsJob(
  image: string,
  name: string,
  context: { readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly script: string },
): V1Job {
  const { namespace, labels, script } = context;
  const resources = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: LONGEST_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels: { ...labels } },
        spec: {
          restartPolicy: "Never",
          // Of the chart's accounts one that may do nothing, and knows how to pull.
          serviceAccountName: STORE_NAME,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // As the cases': the WorkflowTemplate's.
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 185,
            runAsGroup: 185,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "main",
              image,
              imagePullPolicy: "IfNotPresent",
              command: ["python3", "-B", "-c", script, FACTS_FILE],
              terminationMessagePath: FACTS_FILE,
              resources: { requests: resources, limits: { memory: "256Mi", "ephemeral-storage": "64Mi" } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  };
}

/**
 * Asks an image what it has. null where its pod does not start or gives no answer: the case that needs the image ends with the reason.
 *
 * @throws InfrastructureError where the API server refuses
 */
export async function readImageFacts(
  kubeConfig: KubeConfig,
  job: V1Job,
  signal: AbortSignal,
): Promise<ImageFacts | null> {
  const batch = kubeConfig.makeApiClient(BatchV1Api);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const { name = "", namespace = "" } = job.metadata ?? {};
  const what = `ask the image ${job.spec!.template.spec!.containers[0]!.image} what it has`;
  const list = () => core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${name}` });
  await askKubernetes(what, () => batch.createNamespacedJob({ namespace, body: job }), { signal, nullOn: [409] });
  try {
    let troubledSince: number | null = null;
    for (let elapsed = 0; elapsed < LONGEST_SECONDS * 1000; elapsed += LOOK_MS) {
      const pod = (await askKubernetes(what, list, { signal })).items[0];
      if (pod?.status?.phase === "Succeeded" || pod?.status?.phase === "Failed") return factsOf(pod);
      const problem = pod === undefined ? null : findStartProblem(pod);
      troubledSince = problem === null || problem.kind === "starting" ? null : (troubledSince ?? elapsed);
      if (troubledSince !== null && elapsed - troubledSince >= PATIENCE_MS) return null;
      await sleep(LOOK_MS, undefined, { signal });
    }
    return null;
  } finally {
    const remove = () => batch.deleteNamespacedJob({ name, namespace, propagationPolicy: "Background" });
    await askKubernetes(`remove the Job ${name}`, remove, { signal: AbortSignal.timeout(10_000), nullOn: [404] });
  }
}

/** What a pod that has ended said; null for nothing that is an answer. */
export function factsOf(pod: V1Pod): ImageFacts | null {
  const message = pod.status?.containerStatuses?.[0]?.state?.terminated?.message ?? "";
  return FACTS.safeParse(parseJson(message)).data ?? null;
}
