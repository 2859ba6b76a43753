import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { InfrastructureError } from "../../../lib/errors.ts";
import { hashFile } from "../../../lib/files/hash-file.ts";
import { plural } from "../../../lib/text/format.ts";
import type { Execution } from "../../../plan/execution.ts";
import type { Jar } from "../../../plan/jars.ts";
import type { ClusterRunSpec } from "../../../spec/spec.ts";
import type { PrepareEvent } from "../../engine.ts";
import { findInstaller, type PackagePlatform, packConnectClient } from "../../local/install/package-installer.ts";
import { findPython } from "../../local/install/python.ts";
import { allFilesOrAbort } from "../../shared/all-or-abort.ts";
import { fetchJar, jarFile } from "../../shared/fetch-jar.ts";
import { showStep } from "../../shared/show-step.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { imageOf, imagesOf, type PlacedPart, type PlacedParts } from "../submit/manifests.ts";
import { runLabelsOf } from "../submit/submit.ts";
import { readImageFacts, toFactsJob } from "./image-facts.ts";
import { mayNeedParts, type Parts, partsOf } from "./parts.ts";

type Client = NonNullable<Parts["client"]>;

/** Images that are asked, and files that are on their way, at a time. */
const CONCURRENCY = 4;

/** A file that is to be in the store. */
interface PartFile {
  /** For people; each file has its own. */
  readonly step: string;
  /** Has it on this machine. */
  readonly get: (say: (detail: string) => void, signal: AbortSignal) => Promise<string>;
}

/**
 * Has in the object store what cases need beside their images: asks the images what they have, gets the rest from PyPI and Maven Central
 * or from the cache, and sends what the store lacks. Nothing is asked and no store is waited for where no case may need anything.
 *
 * @param context `openStore` is called for what has to be sent, and may wait until the store serves
 * @throws InfrastructureError for what cannot be had
 */
export async function placeParts(
  executions: readonly Execution[],
  spec: ClusterRunSpec,
  context: {
    readonly kubeConfig: KubeConfig;
    readonly openStore: () => Promise<ObjectStore>;
    readonly onEvent: (event: PrepareEvent) => void;
    readonly signal: AbortSignal;
  },
): Promise<PlacedParts> {
  const needing = executions.filter((execution) => mayNeedParts(execution, spec));
  if (needing.length === 0) return new Map();
  const imageNameOf = (execution: Execution) => imageOf(execution, imagesOf(spec));
  const images = [...new Set(needing.map(imageNameOf))];
  const facts = await showStep("Parts of the images", context.onEvent, async () => {
    const found = await askImages(images, spec, context);
    const silent = images.filter((image) => found.get(image) === null);
    const detail = silent.length === 0 ? plural(images.length, "image") : `no answer of ${silent.join(", ")}`;
    return { value: found, detail };
  });
  const wanted = needing.flatMap((execution) => {
    const image = imageNameOf(execution);
    const found = facts.get(image) ?? null;
    // What does not start here does not start as a case's pod either, which says why.
    if (found === null) return [];
    const { client, jars } = partsOf(execution, spec, image, found);
    const parts = { client: client && clientPart(client, spec), jars: jars.map((jar) => jarPart(jar, spec)) };
    return [{ execution, ...parts }];
  });
  const files = wanted.flatMap(({ client, jars }) => [...jars, client]).filter((file) => file !== null);
  const placed = await sendAll(new Map(files.map((file) => [file.step, file])), context);
  const find = ({ step }: PartFile) => placed.get(step)!;
  return new Map(
    wanted.map(({ execution, client, jars }) => [
      execution.id,
      { client: client && find(client), jars: jars.map(find) },
    ]),
  );
}

async function askImages(
  images: readonly string[],
  spec: ClusterRunSpec,
  { kubeConfig, signal }: { readonly kubeConfig: KubeConfig; readonly signal: AbortSignal },
) {
  const script = await readFile(join(spec.assetsDirectory, "workflows", "image_facts.py"), "utf8");
  const { namespace } = spec.onCluster;
  const context = { namespace, labels: runLabelsOf(spec), script };
  const limit = pLimit(CONCURRENCY);
  const answers = images.map((image, index) =>
    limit(async () => {
      const job = toFactsJob(image, `${spec.run.id}-image-${index + 1}`, context);
      return [image, await readImageFacts(kubeConfig, job, signal)] as const;
    }),
  );
  return new Map(await Promise.all(answers));
}

/** @returns by their steps */
async function sendAll(
  files: ReadonlyMap<string, PartFile>,
  {
    openStore,
    onEvent,
    signal,
  }: {
    readonly openStore: () => Promise<ObjectStore>;
    readonly onEvent: (event: PrepareEvent) => void;
    readonly signal: AbortSignal;
  },
): Promise<ReadonlyMap<string, PlacedPart>> {
  // One that fails ends the others, unless it lacks a file: then they say what they lack, too.
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const limit = pLimit(CONCURRENCY);
  const placed = new Map<string, PlacedPart>();
  const sent = [...files.values()].map(({ step, get }) =>
    limit(() =>
      showStep(step, onEvent, async (say) => {
        const path = await get(say, ended);
        const store = await openStore();
        say("sending");
        placed.set(step, { name: basename(path), sha256: (await hashFile(path))! });
        const isNew = await store.upload(`parts/${basename(path)}`, path, { signal: ended });
        return { value: undefined, detail: isNew ? "sent to the object store" : "in the object store" };
      }),
    ),
  );
  await allFilesOrAbort(sent, failed);
  return placed;
}

function jarPart(jar: Jar, { cacheDirectory, environment }: ClusterRunSpec): PartFile {
  return {
    step: jarFile(jar),
    get: async (_, signal) => (await fetchJar(jar, { cacheDirectory, environment, signal })).path,
  };
}

function clientPart({ sparkLine, platform }: Client, spec: ClusterRunSpec): PartFile {
  const { assetsDirectory, cacheDirectory, environment } = spec;
  return {
    step: `Spark Connect's client ${sparkLine} for Python ${platform.python} (${platform.tag})`,
    get: async (onStep, signal) => {
      const python = await findPython([], environment, signal);
      const installer = findInstaller(python, environment, cacheDirectory, signal);
      const requirements = join(assetsDirectory, "images", `requirements-${sparkLine}.txt`);
      const context = { cacheDirectory, installer, platform, signal, onStep };
      try {
        return (await packConnectClient(sparkLine, requirements, context)).file;
      } catch (error) {
        throw error instanceof InfrastructureError && NO_WHEELS.test(error.message)
          ? withoutWheels(error, platform)
          : error;
      }
    },
  };
}

/** In uv's words, of a Python or a machine that nobody makes wheels for. */
const NO_WHEELS = /has no usable wheels|does not satisfy Python/;

function withoutWheels(error: InfrastructureError, { python, tag }: PackagePlatform): InfrastructureError {
  return new InfrastructureError(
    `There are no wheels of Spark Connect's client for the Python of an image, ${python} on ${tag}: ${error.message}`,
    {
      hint: "Give an image that has the client (docs/images.md), or leave Connect out: --only orchestrator=submit",
      cause: error,
    },
  );
}
