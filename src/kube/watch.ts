import type { KubeConfig } from "@kubernetes/client-node";
import { ApiException } from "@kubernetes/client-node";
import { ByteLines } from "../lib/files/byte-lines.ts";
import { tooLarge } from "../lib/files/limit.ts";
import { parseJson } from "../lib/text/parse-json.ts";
import { kubeStatus } from "./client.ts";
import { type OnDisturbance, Patience } from "./patience.ts";
import { ConnectionError, forgetCredentials, getKubeJson, readKubeStream, StalledError } from "./stream.ts";

export interface KubeObject {
  readonly metadata: { readonly name: string; readonly uid?: string; readonly resourceVersion?: string };
}

/**
 * A change of the objects. "listed" follows the events of the first LIST and of each later one: from then on everything that
 * exists has been told. The object of "deleted" is the last state that was seen.
 */
export type ResourceEvent<T extends KubeObject> =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: T }
  | { readonly type: "listed" };

export interface WatchResourceOptions {
  readonly kubeConfig: KubeConfig;
  /** Of the list: "/api/v1/namespaces/x/pods". */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** For people, after "could not": "follow the workflow x". */
  readonly what: string;
  readonly signal: AbortSignal;
  readonly onDisturbance: OnDisturbance;
  readonly unreachableTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
  readonly firstDelayMs?: number;
}

/** After so long the API server ends a watch by itself; less would only cost, more would hide what a proxy does. */
const WATCH_SECONDS = 300;
/** A watch that ends sooner, and said nothing, has failed: without this, a proxy that closes at once would make a busy loop. */
const SHORTEST_WATCH_MS = 1_000;
/** Of one object with what a watch says of it; the API server keeps none of more than 1.5 MB. */
const WATCH_LINE = { mostBytes: 32 * 1024 * 1024, of: "A line of the API server's watch" };
/** From so many failures on, resuming is given up and everything is listed again. */
const RESUMES = 3;

interface WatchLine<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/**
 * Lists objects once, then watches them: resumes where a connection dropped, lists again and tells the difference where the
 * server no longer knows (410), waits with backoff while it is away. Ends when `signal` aborts.
 *
 * @throws InfrastructureError where a right or the resource is missing, or the API server is away for too long
 */
export async function* watchResource<T extends KubeObject>(
  options: WatchResourceOptions,
): AsyncGenerator<ResourceEvent<T>, void> {
  const { signal, unreachableTimeoutMs = 300_000, idleTimeoutMs = 90_000 } = options;
  let kubeConfig = options.kubeConfig;
  const patience = new Patience({
    what: options.what,
    signal,
    unreachableTimeoutMs,
    onDisturbance: options.onDisturbance,
    ...(options.firstDelayMs === undefined ? {} : { firstDelayMs: options.firstDelayMs }),
    onUnauthorized: () => {
      kubeConfig = forgetCredentials(kubeConfig);
    },
  });
  const selectors = { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
  const known = new Map<string, T>();
  let version: string | undefined;
  let timesGone = 0;
  while (!signal.aborted) {
    let opened = false;
    try {
      if (version === undefined) {
        const list = toList<T>(
          await getKubeJson(kubeConfig, options.path, { signal, idleTimeoutMs, query: selectors }),
        );
        patience.worked();
        yield* difference(known, list.items);
        yield { type: "listed" };
        version = list.version;
      }
      const query = {
        ...selectors,
        watch: true,
        allowWatchBookmarks: true,
        timeoutSeconds: WATCH_SECONDS,
        resourceVersion: version,
      };
      const openedAt = performance.now();
      let spoke = false;
      const lines = new ByteLines(WATCH_LINE.mostBytes);
      const onOpen = () => {
        opened = true;
        patience.opened();
      };
      for await (const chunk of readKubeStream(kubeConfig, options.path, { signal, idleTimeoutMs, query, onOpen })) {
        for (const { bytes, cut } of lines.push(chunk)) {
          if (cut) throw tooLarge(WATCH_LINE);
          const { type, object } = toLine<T>(bytes);
          spoke = true;
          timesGone = 0;
          patience.worked();
          version = object.metadata.resourceVersion ?? version;
          if (type !== "BOOKMARK") yield* note(known, type === "DELETED", object);
        }
        if (lines.isCut) throw tooLarge(WATCH_LINE);
      }
      if (!spoke && performance.now() - openedAt < SHORTEST_WATCH_MS) {
        throw new ConnectionError("the watch was closed at once");
      }
      patience.worked();
    } catch (error) {
      if (signal.aborted) return;
      // A watch that was taken and then fell silent is no server that is away.
      if (opened && error instanceof StalledError) patience.worked();
      const gone = kubeStatus(error) === 410 && version !== undefined;
      if (gone || patience.failures >= RESUMES) version = undefined;
      if (gone) timesGone += 1;
      // The first time at once: nothing is wrong, only late.
      if (timesGone === 1 && gone) continue;
      await patience.failed(error).catch((failure) => {
        if (!signal.aborted) throw failure;
      });
    }
  }
}

/** Tells how the objects differ from those that are known, and knows them. */
function* difference<T extends KubeObject>(known: Map<string, T>, items: readonly T[]): Generator<ResourceEvent<T>> {
  const listed = new Map(items.map((object) => [object.metadata.name, object]));
  for (const object of [...known.values()]) {
    const now = listed.get(object.metadata.name);
    if (now === undefined || now.metadata.uid !== object.metadata.uid) yield* note(known, true, object);
  }
  for (const object of items) {
    const before = known.get(object.metadata.name);
    if (before === undefined || before.metadata.resourceVersion !== object.metadata.resourceVersion) {
      yield* note(known, false, object);
    }
  }
}

function* note<T extends KubeObject>(known: Map<string, T>, deleted: boolean, object: T): Generator<ResourceEvent<T>> {
  const { name } = object.metadata;
  if (deleted) {
    if (known.delete(name)) yield { type: "deleted", object };
    return;
  }
  const type = known.has(name) ? "modified" : "added";
  known.set(name, object);
  yield { type, object };
}

function toList<T>(body: unknown): { readonly version: string; readonly items: readonly T[] } {
  const { metadata, items } = body as { metadata?: { resourceVersion?: string }; items?: T[] };
  if (metadata?.resourceVersion === undefined) throw new SyntaxError("the answer is no list of Kubernetes objects");
  return { version: metadata.resourceVersion, items: items ?? [] };
}

/** One line of a watch. Throws ApiException for what the server reports in it, SyntaxError for what is no event. */
function toLine<T extends KubeObject>(bytes: Buffer): WatchLine<T> {
  const line = parseJson(bytes.toString("utf8")) as WatchLine<T> | undefined;
  if (line?.object === undefined) throw new SyntaxError("the watch gave a line that is no event");
  if (line.type === "ERROR") {
    const status = line.object as unknown as { code?: number; message?: string };
    throw new ApiException(status.code ?? 500, status.message ?? "", JSON.stringify(status), {});
  }
  return line;
}
