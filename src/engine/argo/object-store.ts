import { createWriteStream } from "node:fs";
import { join, normalize, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import { InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/make-directory.ts";

const CONCURRENCY = 4;
/** A port-forward that drops is back with the next connection. */
const ATTEMPTS = 5;

/** The artifacts of runs, over S3. */
export interface ObjectStore {
  /** Keys below a prefix, sorted. Throws InfrastructureError. */
  list(prefix: string, options: { readonly signal: AbortSignal }): Promise<string[]>;
  /** Text of an object. Throws InfrastructureError. */
  readObject(key: string, options: { readonly signal: AbortSignal }): Promise<string>;
  /**
   * Downloads what lies below a prefix, which ends in `/`, as files of the same names. Gives their paths.
   *
   * @throws InfrastructureError also for a name that leads out of the folder
   */
  downloadPrefix(prefix: string, directory: string, options: { readonly signal: AbortSignal }): Promise<string[]>;
  close(): void;
}

/** Connects nothing yet. The keys are held in memory only. */
export function createObjectStore(options: {
  readonly endpoint: URL;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}): ObjectStore {
  const { endpoint, bucket } = options;
  const client = new S3Client({
    endpoint: endpoint.href,
    // Required by the client; the store has no regions.
    region: "us-east-1",
    // The store is reached by an address, of which the bucket cannot be a subdomain.
    forcePathStyle: true,
    maxAttempts: ATTEMPTS,
    credentials: { accessKeyId: options.accessKey, secretAccessKey: options.secretKey },
    // Checksums of multipart uploads are no checksums of their bytes.
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const limit = pLimit(CONCURRENCY);
  const ask = async <T>(what: string, request: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    try {
      return await request();
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message || error.name : String(error);
      throw new InfrastructureError(`Could not ${what}: ${message}`, { cause: error });
    }
  };

  const list: ObjectStore["list"] = (prefix, { signal }) =>
    ask(
      `list ${prefix} in the object store`,
      async () => {
        const keys: string[] = [];
        let token: string | undefined;
        do {
          const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
          const page = await client.send(command, { abortSignal: signal });
          keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
          token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
        } while (token !== undefined);
        return keys.sort();
      },
      signal,
    );

  const open = async (key: string, signal: AbortSignal): Promise<Readable> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    return Body as Readable;
  };

  return {
    list,

    readObject: (key, { signal }) =>
      ask(
        `read ${key} from the object store`,
        async () => {
          const chunks: Buffer[] = [];
          for await (const chunk of await open(key, signal)) chunks.push(chunk as Buffer);
          return Buffer.concat(chunks).toString("utf8");
        },
        signal,
      ),

    async downloadPrefix(prefix, directory, { signal }) {
      const keys = (await list(prefix, { signal })).filter((key) => !key.endsWith("/"));
      const download = (key: string) =>
        ask(
          `download ${key} from the object store`,
          async () => {
            const path = placeBelow(directory, key.slice(prefix.length));
            await makeDirectory(join(path, ".."));
            for (let attempt = 1; ; attempt++) {
              try {
                await pipeline(await open(key, signal), createWriteStream(path), { signal });
                return path;
              } catch (error) {
                if (signal.aborted || attempt === ATTEMPTS) throw error;
              }
            }
          },
          signal,
        );
      return Promise.all(keys.map((key) => limit(() => download(key))));
    },

    close: () => client.destroy(),
  };
}

/** The path of a file by an object's name, which is not ours to trust. */
function placeBelow(directory: string, name: string): string {
  const path = normalize(join(directory, name));
  if (path.startsWith(`${normalize(directory)}${sep}`)) return path;
  throw new InfrastructureError(`An object is called ${JSON.stringify(name)}, which leads out of its folder.`);
}
