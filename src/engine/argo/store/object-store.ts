import { createWriteStream, openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import pLimit from "p-limit";
import { S3mini, S3ServiceError } from "s3mini";
import { InfrastructureError } from "../../../lib/errors.ts";
import { LimitError, type SizeLimit, tooLarge, tooMany } from "../../../lib/files/limit.ts";
import { makeDirectory } from "../../../lib/files/make-directory.ts";
import { mayPass } from "../../../lib/http/ask.ts";
import { createFetch } from "../../../lib/http/fetch.ts";
import { backoffDelayMs, retry } from "../../../lib/http/retry.ts";
import { connectionMessage, rootCause } from "../../../lib/http/transient.ts";

const CONCURRENCY = 4;
/** A port-forward that drops is back with the next connection. */
const RETRIES = 4;
const FIRST_DELAY_MS = 300;
/** Of a text, or a page of a list: a log of a pod that Argo archived is the largest. */
const ANSWER = { mostBytes: 256 * 1024 * 1024, of: "The object store's answer" } as const;
/** Of all that is downloaded from below one prefix: the event log of an application. */
const MOST_DOWNLOADED_BYTES = 8 * 1024 * 1024 * 1024;
/** Of a list, with a thousand objects each, or none. */
const MOST_PAGES = 100;

/** An object that does not come with another attempt. */
class MissingError extends Error {}

/** Whether the store has no room. VersityGW says so with a status, and no other way. */
function isFull(error: unknown): boolean {
  return error instanceof S3ServiceError && error.status === 507;
}

function delayMs(error: Error, attempt: number): number | null {
  return error instanceof MissingError || isFull(error) || !mayPass(error)
    ? null
    : backoffDelayMs(attempt, FIRST_DELAY_MS);
}

/** The artifacts of runs, over S3. */
export interface ObjectStore {
  /** Keys below a prefix, sorted. Throws InfrastructureError. */
  list(prefix: string, options: { readonly signal: AbortSignal }): Promise<string[]>;
  /** Text of an object. Throws InfrastructureError. */
  readObject(key: string, options: { readonly signal: AbortSignal }): Promise<string>;
  /**
   * Has a file in the store under a key that names its content. An object that is there is left alone where it is as large.
   *
   * @returns whether it was sent
   */
  upload(key: string, path: string, options: { readonly signal: AbortSignal }): Promise<boolean>;
  /**
   * Downloads what lies below a prefix, which ends in `/`, as files of the same names. Gives their paths.
   *
   * @throws InfrastructureError also for a name that leads out of the folder
   */
  downloadPrefix(prefix: string, directory: string, options: { readonly signal: AbortSignal }): Promise<string[]>;
}

/** Connects nothing yet. The keys are held in memory only. */
export function createObjectStore(options: {
  readonly endpoint: URL;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of all that one downloadPrefix() fetches. */
  readonly mostDownloadedBytes?: number;
}): ObjectStore {
  const clientOf = (signal: AbortSignal, limit: SizeLimit) => {
    // What a store redirects to would end in the run's folder.
    const send = createFetch({ environment: {}, signal, limit, redirects: 0 });
    let pages = 0;
    return new S3mini({
      endpoint: new URL(options.bucket, options.endpoint).href,
      // The store has no regions; this is the one that it signs for.
      region: "us-east-1",
      accessKeyId: options.accessKey,
      secretAccessKey: options.secretKey,
      fetch: (input, init) => {
        pages += init?.method === "GET" ? 1 : 0;
        if (pages > MOST_PAGES + RETRIES) throw tooMany("The object store's list", MOST_PAGES, "pages");
        return send(input, init);
      },
    });
  };
  const limit = pLimit(CONCURRENCY);
  const ask = async <T>(
    what: string,
    request: (client: S3mini) => Promise<T>,
    signal: AbortSignal,
    size: SizeLimit = ANSWER,
  ): Promise<T> => {
    const client = clientOf(signal, size);
    try {
      return await retry(() => request(client), delayMs, { retries: RETRIES, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (isFull(error)) {
        throw new InfrastructureError(`Could not ${what}: its disk is full.`, {
          hint: "Give it more, which is persistence.size of the chart's values (docs/clusters.md), or remove what earlier runs left in it.",
          cause: error,
        });
      }
      const isOurs = rootCause(error) instanceof LimitError;
      throw new InfrastructureError(`Could not ${what}: ${connectionMessage(error)}`, {
        cause: error,
        ...(isOurs
          ? { hint: "Fetch it by hand: kubectl port-forward to the store's Service, and a client of S3." }
          : {}),
      });
    }
  };

  const list: ObjectStore["list"] = (prefix, { signal }) =>
    ask(
      `list ${prefix} in the object store`,
      async (client) => ((await client.listObjects("/", prefix)) ?? []).map(({ Key }) => Key).sort(),
      signal,
    );

  return {
    list,

    readObject: (key, { signal }) =>
      ask(
        `read ${key} from the object store`,
        async (client) => {
          const text = await client.getObject(key);
          if (text === null) throw new MissingError("there is no such object");
          return text;
        },
        signal,
      ),

    async upload(key, path, { signal }) {
      const { size } = await stat(path);
      return ask(
        `put ${key} into the object store`,
        async (client) => {
          // By its size: the chart's store forgets its metadata.
          const there = ((await client.listObjects("/", key)) ?? []).find((object) => object.Key === key);
          if (Number(there?.Size) === size) return false;
          // As it is read from the disk.
          await client.putObject(key, await openAsBlob(path));
          return true;
        },
        signal,
      );
    },

    async downloadPrefix(prefix, directory, { signal }) {
      const keys = (await list(prefix, { signal })).filter((key) => !key.endsWith("/"));
      const places = keys.map((key) => ({ key, path: placeBelow(directory, key.slice(prefix.length)) }));
      const mostBytes = options.mostDownloadedBytes ?? MOST_DOWNLOADED_BYTES;
      const size = { mostBytes, of: `What is in the object store below ${prefix}` };
      let bytes = 0;
      const count = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > size.mostBytes) throw tooLarge(size);
          yield chunk;
        }
      };
      const download = ({ key, path }: (typeof places)[number]) =>
        ask(
          `download ${key} from the object store`,
          async (client) => {
            await makeDirectory(dirname(path));
            const response = await client.getObjectResponse(key);
            if (response === null) throw new MissingError("it is gone");
            const body = Readable.fromWeb(response.body as ReadableStream);
            await pipeline(body, count, createWriteStream(path), { signal });
            return path;
          },
          signal,
          size,
        );
      return Promise.all(places.map((place) => limit(() => download(place))));
    },
  };
}

/** The path of a file by an object's name, which is not ours to trust. */
function placeBelow(directory: string, name: string): string {
  const path = normalize(join(directory, name));
  if (path.startsWith(`${normalize(directory)}${sep}`)) return path;
  throw new InfrastructureError(`An object is called ${JSON.stringify(name)}, which leads out of its folder.`);
}
