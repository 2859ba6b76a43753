import type { V1ConfigMap, V1Secret, V1ServiceAccount } from "@kubernetes/client-node";
import { KEEP_SECONDS } from "../../../cluster/namespaces/labels.ts";
import { redactCommand, redactProperty } from "../../../lib/text/redact.ts";
import { type OwnRules, readOwnRules } from "../../../lib/text/spark-redaction.ts";
import type { Case } from "../../../model/documents.ts";
import type { Execution } from "../../../plan/execution.ts";
import { asksForGpu, bringsIceberg, bringsRapids } from "../../../plan/jars.ts";
import { formatValue, valuesOf, variantOf } from "../../../plan/matrix/dimensions.ts";
import { expandArgs } from "../../../plan/matrix/expand-args.ts";
import { givenConfOf } from "../../../plan/matrix/spark-conf.ts";
import type { Tier } from "../../../plan/matrix/tier.ts";
import type { ClusterRunSpec } from "../../../spec/spec.ts";
import { toState } from "../../../spec/state.ts";
import { DEFAULT_CONF, DRIVER_MEMORY_MB, defaultPartitions } from "../../shared/defaults.ts";
import { icebergConf } from "../../shared/iceberg.ts";
import { isExplained, rapidsConf } from "../../shared/rapids.ts";
import { needsData, workloadArgs } from "../../shared/workload.ts";
import { readDataClaim } from "../objects/data-claim.ts";
import {
  caseAccountOf,
  FILES_PORT,
  namespaceOf,
  STATE_ANNOTATION,
  STORE_NAME,
  TEMPLATE_NAME,
} from "../objects/names.ts";
import type { WorkflowManifest } from "../objects/workflow-client.ts";

/** What the manifests of a run are made of: its spec, and what is known when it is submitted. */
export interface ManifestSpec extends ClusterRunSpec {
  readonly labels: Readonly<Record<string, string>>;
  readonly maxParallel: number;
  readonly parts: PlacedParts;
  /** Whether some node has a GPU that pods may get. */
  readonly hasGpu: boolean;
}

/** A file that lies in the object store, below `parts/`. */
export interface PlacedPart {
  readonly name: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** What executions need beside their images, by their ids: an archive with Spark Connect's client, and jars. Most need neither. */
export type PlacedParts = ReadonlyMap<
  string,
  { readonly client: PlacedPart | null; readonly jars: readonly PlacedPart[] }
>;

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

/** How long a pod may take to start once there is room and an image for it. */
const START_TIMEOUT_SECONDS = 20;
/** A case ends itself when its time is over; the pod's own deadline comes after that. */
const CASE_GRACE_SECONDS = 120;
/** What is left to the exit handler when the run's time is over. */
const EXIT_HANDLER_SECONDS = 120;

function driverMemoryMb({ memoryMb }: Tier): number {
  return Math.min(memoryMb, DRIVER_MEMORY_MB);
}

/** As much as a container of an executor has: its heap and, by Spark's own rule for Python, 40 % beside it. */
function loneDriverMemoryMb({ memoryMb }: Tier): number {
  return Math.ceil(memoryMb * 1.4);
}

/** Images of the two sides; `{sparkVersion}` and other dimensions stand for a case's values. */
export interface ImageTemplates {
  readonly current: string;
  /** null for a run of one image. */
  readonly baseline: string | null;
}

/** The images of a run's spec. */
export function imagesOf({ onCluster, settings }: Pick<ClusterRunSpec, "onCluster" | "settings">): ImageTemplates {
  return { current: onCluster.image, baseline: settings.partner?.image ?? null };
}

/** The image of an execution. Throws BadInputError for a placeholder that is no dimension. */
export function imageOf({ case: testCase, side }: Execution, { current, baseline }: ImageTemplates): string {
  const [image] = expandArgs([side === "baseline" ? (baseline ?? current) : current], valuesOf(testCase));
  return image!;
}

/** Spark properties of a case: defaults, the tier's, the user's. What run_case.py cannot do without comes over them. */
function sparkConf(testCase: Case, spec: ManifestSpec): Record<string, string> {
  const own = givenConfOf(testCase, spec);
  return {
    ...DEFAULT_CONF,
    "spark.sql.shuffle.partitions": defaultPartitions(testCase, spec.tier, own),
    "spark.driver.defaultJavaOptions": "-Duser.timezone=UTC",
    "spark.executor.defaultJavaOptions": "-Duser.timezone=UTC",
    ...(bringsIceberg(testCase, spec.tier) ? icebergConf(PLACES_IN_POD.warehouse) : {}),
    ...(bringsRapids(testCase, spec.tier) ? rapidsConf(testCase.dimensions.sparkVersion, gpuOf(testCase, spec)) : {}),
    ...own,
  };
}

/** Whether the run makes the data sets that its cases read. */
function generatesData({ tier, settings }: ManifestSpec): boolean {
  return needsData(tier) && settings.dataDirectory === null;
}

function gpuOf(testCase: Case, { tier, hasGpu }: ManifestSpec): { readonly executorCores: number } | null {
  return hasGpu && asksForGpu(testCase, tier) ? { executorCores: tier.cores } : null;
}

function isSecret([name, value]: readonly [string, string], own: OwnRules): boolean {
  return redactProperty(name, value, own) !== value;
}

/** What only the pod knows. */
const PLACES_IN_POD = { data: "{data}", output: "{output}", result: "{result}", warehouse: "{warehouse}" };

/** What a case's pod gets, by who may read it. */
interface CaseInput {
  /** For the ConfigMap: properties that are no secrets, and all arguments, with what is secret in them hidden. */
  readonly sparkConf: Record<string, string>;
  readonly args: readonly string[];
  /** For the Secret: the other properties, and the arguments that are hidden in part or in whole, by their place. */
  readonly secretConf: Record<string, string>;
  readonly secretArgs: Record<string, string>;
}

function toCaseInput(testCase: Case, spec: ManifestSpec): CaseInput {
  const conf = sparkConf(testCase, spec);
  const own = readOwnRules(Object.entries(conf));
  const { dataDirectory } = spec.settings;
  const data = readDataClaim(dataDirectory) === null ? (dataDirectory ?? PLACES_IN_POD.data) : PLACES_IN_POD.data;
  const args = workloadArgs(testCase, spec, { ...PLACES_IN_POD, data });
  const shown = redactCommand(args, own);
  const pick = (secret: boolean) =>
    Object.fromEntries(Object.entries(conf).filter((property) => isSecret(property, own) === secret));
  return {
    sparkConf: pick(false),
    args: shown,
    secretConf: pick(true),
    secretArgs: Object.fromEntries([...args.entries()].filter(([at, argument]) => argument !== shown[at])),
  };
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

/** Executions in their order, as the Workflow gets them. */
export function toWorkflowCases(executions: readonly Execution[], spec: ManifestSpec): WorkflowCase[] {
  return executions.map((execution) => {
    const { sparkVersion, orchestrator, mode, dataSize, operation, extensions } = execution.case.dimensions;
    return {
      name: execution.id,
      image: imageOf(execution, imagesOf(spec)),
      spark: sparkVersion,
      via: orchestrator,
      mode,
      with: formatValue(extensions),
      op: operation,
      size: dataSize,
      own: variantOfExecution(execution),
    };
  });
}

/** What sets a case's metrics apart, beside the built-in dimensions: those of the other image of an A/B run are none of the case's. */
function variantOfExecution({ case: testCase, side }: Execution): string {
  const variant = variantOf(testCase);
  if (side === "current") return variant;
  return variant === "" ? "side=baseline" : `${variant},side=baseline`;
}

/** Everything that the pods of a run read; mounted into each of them. A ConfigMap holds 1 MiB at most. */
export function toConfigMap(
  executions: readonly Execution[],
  spec: ManifestSpec,
  files: Readonly<Record<string, string>>,
): V1ConfigMap & { data: Record<string, string> } {
  const { run, tier, settings, limits, onCluster } = spec;
  const inputs = executions.map((execution) => toCaseInput(execution.case, spec));
  const shared = sharedEntries(inputs.map((input) => input.sparkConf));
  const partsOf = ({ id }: Execution) => {
    const { client = null, jars = [] } = spec.parts.get(id) ?? {};
    return [...(client === null ? [] : [{ ...client, is: "client" }]), ...jars.map((jar) => ({ ...jar, is: "jar" }))];
  };
  const parts = [...new Map(executions.flatMap(partsOf).map((part) => [part.name, part])).values()];
  const document = {
    run: run.id,
    labels: spec.labels,
    parts,
    settings: {
      executors: tier.executors,
      executorCores: tier.cores,
      executorMemoryMb: tier.memoryMb,
      driverMemoryMb: driverMemoryMb(tier),
      caseTimeoutSeconds: limits.caseTimeoutSeconds,
      startTimeoutSeconds: START_TIMEOUT_SECONDS,
      keepOnFailure: onCluster.keepOnFailure,
      trace: spec.runTrace,
      builtinWorkload: tier.workload === null,
      samples: settings.samples,
      warmups: settings.warmups,
      files: `${STORE_NAME}.${onCluster.namespace}:${FILES_PORT}`,
      generatesData: generatesData(spec),
      // Once, and not in each of a thousand cases: the whole has to fit.
      sparkConf: shared,
    },
    cases: Object.fromEntries(
      executions.map(({ case: testCase, id }, index) => [
        id,
        {
          orchestrator: testCase.dimensions.orchestrator,
          mode: testCase.dimensions.mode,
          sparkVersion: testCase.dimensions.sparkVersion,
          dataSize: testCase.dimensions.dataSize,
          parts: partsOf(executions[index]!).map(({ name }) => parts.findIndex((part) => part.name === name)),
          namespace: namespaceOf(run.id, id),
          // How the case ends that ends well; left out where it passes.
          ...(isExplained(testCase, tier, inputs[index]!.sparkConf) ? { explained: true } : {}),
          sparkConf: omitShared(inputs[index]!.sparkConf, shared),
          args: inputs[index]!.args,
        },
      ]),
    ),
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: run.id, namespace: onCluster.namespace, labels: { ...spec.labels } },
    data: { ...files, "cases.json": JSON.stringify(document) },
  };
}

/** The account of the run's pods: by its name the chart's policies keep it to the namespaces of this run. */
export function toAccount({
  run,
  onCluster,
  labels,
}: Pick<ManifestSpec, "run" | "onCluster" | "labels">): V1ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: caseAccountOf(run.id), namespace: onCluster.namespace, labels: { ...labels } },
  };
}

/**
 * The Spark properties and arguments that hold a secret, for the pods of a run alone: what all cases have, then what each has; null where
 * there are none.
 */
export function toSecret(
  executions: readonly Execution[],
  spec: ManifestSpec,
): (V1Secret & { stringData: Record<string, string> }) | null {
  const { run, onCluster, labels } = spec;
  const inputs = executions.map((execution) => toCaseInput(execution.case, spec));
  const sharedConf = sharedEntries(inputs.map(({ secretConf }) => secretConf));
  const sharedArgs = sharedEntries(inputs.map(({ secretArgs }) => secretArgs));
  const ofCases = executions.map(({ id }, index) => {
    const { secretConf, secretArgs } = inputs[index]!;
    return [id, { sparkConf: omitShared(secretConf, sharedConf), args: omitShared(secretArgs, sharedArgs) }] as const;
  });
  const isEmpty = (record: object) => Object.keys(record).length === 0;
  const documents = {
    "secret-conf.json": sharedConf,
    "secret-args.json": sharedArgs,
    "secret-cases.json": Object.fromEntries(
      ofCases.filter(([, { sparkConf, args }]) => !isEmpty(sparkConf) || !isEmpty(args)),
    ),
  };
  const files = Object.entries(documents).filter(([, document]) => !isEmpty(document));
  if (files.length === 0) return null;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: run.id, namespace: onCluster.namespace, labels: { ...labels } },
    stringData: Object.fromEntries(files.map(([name, document]) => [name, JSON.stringify(document)])),
  };
}

/** What mounts a claim into the pods of a run, to be read only, where their script serves it to Spark. Argo's `podSpecPatch`. */
function mountClaim(dataDirectory: string | null): { readonly podSpecPatch?: string } {
  const claim = readDataClaim(dataDirectory);
  if (claim === null) return {};
  const name = "own-data";
  // With readOnly here, too, Kubernetes does not give its files to the pod's group.
  const volume = { name, persistentVolumeClaim: { claimName: claim.name, readOnly: true } };
  const mount = {
    name,
    mountPath: "/case/data",
    readOnly: true,
    ...(claim.path === "" ? {} : { subPath: claim.path }),
  };
  return {
    podSpecPatch: JSON.stringify({ containers: [{ name: "main", volumeMounts: [mount] }], volumes: [volume] }),
  };
}

/** The Workflow of a run, which only fills in the WorkflowTemplate of the chart. */
export function toWorkflow(executions: readonly Execution[], spec: ManifestSpec): WorkflowManifest {
  const { run, tier, settings, limits, onCluster } = spec;
  const items = toWorkflowCases(executions, spec);
  const sizes = generatesData(spec) ? [...new Set(items.map((item) => item.size))] : [];
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
      name: run.id,
      namespace: onCluster.namespace,
      labels: { ...spec.labels },
      annotations: { [STATE_ANNOTATION]: JSON.stringify(toState(spec)) },
    },
    spec: {
      workflowTemplateRef: { name: TEMPLATE_NAME },
      arguments: {
        parameters: [
          parameter("tier", tier.name),
          parameter("cases", items),
          parameter("caseCount", String(new Set(executions.map((execution) => execution.case.name)).size)),
          parameter("dataSizes", dataSizes),
          parameter("retries", String(limits.retries)),
          parameter("driverMemoryMb", String(driverMemoryMb(tier))),
          parameter("loneDriverMemoryMb", String(loneDriverMemoryMb(tier))),
          parameter("caseDeadlineSeconds", String(limits.caseTimeoutSeconds + CASE_GRACE_SECONDS)),
        ],
      },
      ...mountClaim(settings.dataDirectory),
      parallelism: spec.maxParallel,
      activeDeadlineSeconds: limits.timeoutSeconds + EXIT_HANDLER_SECONDS,
      ttlStrategy: { secondsAfterCompletion: KEEP_SECONDS },
      podMetadata: { labels: { ...spec.labels } },
    },
  };
}
