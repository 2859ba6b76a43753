import type { V1ConfigMap, V1Secret } from "@kubernetes/client-node";
import { redactProperty } from "../../../lib/text/redact.ts";
import type { RunTrace } from "../../../lib/trace-context.ts";
import type { Case } from "../../../model/documents.ts";
import { formatValue, valuesOf, variantOf } from "../../../plan/matrix/dimensions.ts";
import { expandArgs, placeholdersOf } from "../../../plan/matrix/expand-args.ts";
import { sparkConfOf } from "../../../plan/matrix/spark-conf.ts";
import type { Tier } from "../../../plan/matrix/tier.ts";
import { readArm } from "../../../plan/pairs.ts";
import { namespaceOf, STATE_ANNOTATION, TEMPLATE_NAME } from "../objects/names.ts";
import type { ImageTemplates } from "../options.ts";

/** The objects of a run, in the order in which they are made; no Secret where nothing is secret. */
export interface RunManifests {
  readonly secret: V1Secret | null;
  readonly configMap: V1ConfigMap;
  readonly workflow: WorkflowManifest;
}

/** What the manifests of a run are made of. Pure data. */
export interface RunSpec {
  readonly runId: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
  readonly tier: Tier;
  readonly images: ImageTemplates;
  readonly data: string | null;
  readonly maxParallel: number;
  readonly caseTimeoutSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly samples: number;
  readonly warmups: number;
  readonly conf: Readonly<Record<string, string>>;
  readonly workloadArgs: readonly string[];
  readonly keepOnFailure: boolean;
  readonly trace: RunTrace;
  /** Of a finished Workflow, until Argo removes it. */
  readonly keepSeconds: number;
}

/**
 * A case as the Workflow gets it, an item of `withParam`: what its metrics are labelled with, and little else. The list stands twice in
 * a Workflow, which holds 1 MiB with its nodes, so that the keys are short.
 */
export interface WorkflowCase {
  readonly name: string;
  readonly image: string;
  readonly spark: string;
  /** The orchestrator. */
  readonly via: string;
  readonly mode: string;
  /** The extensions. */
  readonly with: string;
  readonly op: string;
  readonly size: string;
  /** The tier's own dimensions; empty where it has none. */
  readonly own: string;
}

/** An object of argoproj.io/v1alpha1, of which only what is used here is typed. */
export interface WorkflowManifest {
  readonly apiVersion: "argoproj.io/v1alpha1";
  readonly kind: "Workflow";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Memory of a driver, which plans and collects little. */
const DRIVER_MEMORY_MB = 1024;
/** How long a pod may take to start once there is room and an image for it. */
const START_TIMEOUT_SECONDS = 20;
/** A case ends itself when its time is over; the pod's own deadline comes after that. */
const CASE_GRACE_SECONDS = 120;
/** What is left to the exit handler when the run's time is over. */
const EXIT_HANDLER_SECONDS = 120;

function driverMemoryMb({ memoryMb }: Tier): number {
  return Math.min(memoryMb, DRIVER_MEMORY_MB);
}

/** The image of a case. Throws BadInputError for a placeholder that is no dimension. */
export function imageOf(testCase: Case, { current, baseline }: ImageTemplates): string {
  const template = readArm(testCase.name).side === "baseline" ? baseline : current;
  const [image] = expandArgs([template ?? current], valuesOf(testCase));
  return image!;
}

/** Whether the workload asks for the data set at all. */
export function needsData(tier: Tier): boolean {
  return tier.workload === null || tier.workload.args.some((argument) => placeholdersOf(argument).includes("data"));
}

/** Spark properties of a case: defaults, the tier's, the user's. What run_case.py cannot do without comes over them. */
function sparkConf(testCase: Case, spec: RunSpec): Record<string, string> {
  return {
    "spark.sql.shuffle.partitions": String(spec.tier.cores * 4),
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.defaultJavaOptions": "-Duser.timezone=UTC",
    "spark.executor.defaultJavaOptions": "-Duser.timezone=UTC",
    "spark.ui.showConsoleProgress": "false",
    ...sparkConfOf(spec.tier, testCase),
    ...omitSecrets(spec.conf),
  };
}

function isSecret([name, value]: readonly [string, string]): boolean {
  return redactProperty(name, value) !== value;
}

function omitSecrets(conf: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(conf).filter((entry) => !isSecret(entry)));
}

/** Arguments of the workload. What only the pod knows stays a placeholder: {data}, {output}, {result}. */
function workloadArgs(testCase: Case, spec: RunSpec): string[] {
  const args = spec.tier.workload?.args ?? [
    ...["--operation", "{operation}", "--data", "{data}", "--output", "{output}"],
    ...["--samples", "{samples}", "--warmups", "{warmups}", "--result", "{result}"],
  ];
  const values = {
    ...valuesOf(testCase),
    samples: String(spec.samples),
    warmups: String(spec.warmups),
    data: spec.data ?? "{data}",
    output: "{output}",
    result: "{result}",
  };
  return [...expandArgs(args, values), ...spec.workloadArgs];
}

function sharedEntries(records: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = records;
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) => others.every((other) => other[key] === value)),
  );
}

function omitShared(record: Record<string, string>, shared: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !Object.hasOwn(shared, key)));
}

/** Cases in the order of the plan, as the Workflow gets them. */
export function toWorkflowCases(cases: readonly Case[], spec: RunSpec): WorkflowCase[] {
  return cases.map((testCase) => {
    const { sparkVersion, orchestrator, mode, dataSize, operation } = testCase.dimensions;
    return {
      name: testCase.name,
      image: imageOf(testCase, spec.images),
      spark: sparkVersion,
      via: orchestrator,
      mode,
      with: formatValue(testCase.dimensions.extensions),
      op: operation,
      size: dataSize,
      own: variantOfArm(testCase),
    };
  });
}

/** What sets a case's metrics apart, beside the built-in dimensions: those of the other image of an A/B run are none of the case's. */
function variantOfArm(testCase: Case): string {
  const variant = variantOf(testCase);
  if (readArm(testCase.name).side === "current") return variant;
  return variant === "" ? "side=baseline" : `${variant},side=baseline`;
}

/** Everything that the pods of a run read; mounted into each of them. A ConfigMap holds 1 MiB at most. */
export function toConfigMap(
  cases: readonly Case[],
  spec: RunSpec,
  files: Readonly<Record<string, string>>,
): V1ConfigMap & { data: Record<string, string> } {
  const confs = cases.map((testCase) => sparkConf(testCase, spec));
  const shared = sharedEntries(confs);
  const document = {
    run: spec.runId,
    labels: spec.labels,
    settings: {
      executorCores: spec.tier.cores,
      executorMemoryMb: spec.tier.memoryMb,
      driverMemoryMb: driverMemoryMb(spec.tier),
      caseTimeoutSeconds: spec.caseTimeoutSeconds,
      startTimeoutSeconds: START_TIMEOUT_SECONDS,
      keepOnFailure: spec.keepOnFailure,
      trace: spec.trace,
      builtinWorkload: spec.tier.workload === null,
      samples: spec.samples,
      warmups: spec.warmups,
      // Once, and not in each of a thousand cases: the whole has to fit.
      sparkConf: shared,
    },
    cases: Object.fromEntries(
      cases.map((testCase, index) => [
        testCase.name,
        {
          orchestrator: testCase.dimensions.orchestrator,
          namespace: namespaceOf(spec.runId, testCase.name),
          sparkConf: omitShared(confs[index]!, shared),
          args: workloadArgs(testCase, spec),
        },
      ]),
    ),
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: spec.runId, namespace: spec.namespace, labels: { ...spec.labels } },
    data: { ...files, "cases.json": JSON.stringify(document) },
  };
}

/** The user's Spark properties that hold a secret, for the pods of a run alone; null where there are none. */
export function toSecret(spec: RunSpec): (V1Secret & { stringData: Record<string, string> }) | null {
  const secrets = Object.entries(spec.conf).filter(isSecret);
  if (secrets.length === 0) return null;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: spec.runId, namespace: spec.namespace, labels: { ...spec.labels } },
    stringData: { "secret-conf.json": JSON.stringify(Object.fromEntries(secrets)) },
  };
}

/** The Workflow of a run, which only fills in the WorkflowTemplate of the chart. */
export function toWorkflow(cases: readonly Case[], spec: RunSpec): WorkflowManifest {
  const items = toWorkflowCases(cases, spec);
  const sizes = needsData(spec.tier) && spec.data === null ? [...new Set(items.map((item) => item.size))] : [];
  // The first case that uses a size lends its image: every Spark version generates the same data.
  const dataSizes = sizes.map((size) => ({ size, image: items.find((item) => item.size === size)!.image }));
  const parameter = (name: string, value: unknown) => ({
    name,
    value: typeof value === "string" ? value : JSON.stringify(value),
  });
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {
      name: spec.runId,
      namespace: spec.namespace,
      labels: { ...spec.labels },
      annotations: { [STATE_ANNOTATION]: spec.state },
    },
    spec: {
      workflowTemplateRef: { name: TEMPLATE_NAME },
      arguments: {
        parameters: [
          parameter("tier", spec.tier.name),
          parameter("cases", items),
          parameter("caseCount", String(new Set(items.map(({ name }) => readArm(name).name)).size)),
          parameter("dataSizes", dataSizes),
          parameter("retries", String(spec.retries)),
          parameter("driverMemoryMb", String(driverMemoryMb(spec.tier))),
          parameter("caseDeadlineSeconds", String(spec.caseTimeoutSeconds + CASE_GRACE_SECONDS)),
        ],
      },
      parallelism: spec.maxParallel,
      activeDeadlineSeconds: spec.timeoutSeconds + EXIT_HANDLER_SECONDS,
      ttlStrategy: { secondsAfterCompletion: spec.keepSeconds },
      podMetadata: { labels: { ...spec.labels } },
    },
  };
}
