import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { downloadFile } from "../../cluster/tools/download.ts";
import { BadInputError, errorCode, InfrastructureError } from "../../lib/errors.ts";
import { hashFile } from "../../lib/files/hash-file.ts";
import { installFolder } from "../../lib/files/install-folder.ts";
import { StatusError } from "../../lib/http/ask.ts";
import { PINS } from "../../lib/pins.ts";
import type { Environment } from "../../lib/process/environment.ts";
import type { Jar } from "../../plan/jars.ts";

const MAVEN_CENTRAL = "https://repo1.maven.org/maven2";
/** Spark's own variable for a mirror of it, which spark-submit --packages heeds, too. */
const MIRROR = "DEFAULT_ARTIFACT_REPOSITORY";
const HINT = `Check the network; behind a proxy set HTTPS_PROXY, for a mirror of Maven Central ${MIRROR}. Without a network, name a folder that has it with --artifacts.`;
const ABSENT = `The repository has no such file. Leave out the cases that need it with --exclude, put it into a folder for --artifacts, or name another repository with ${MIRROR}.`;
const REPLACE = "Put the file into the folder again, as it is published, or take it out there.";

/** Name of a jar's file. */
export function jarFile({ artifact, version }: Jar): string {
  return `${artifact}-${version}.jar`;
}

/**
 * Has a jar in the cache. It is checked when it gets there: by its checksum where that is known here; else by a `.sha256` or `.sha1`
 * that lies beside it in the folder of artifacts. A repository is believed.
 *
 * @returns its path, and where it came from, for people
 * @throws BadInputError for a mirror that is no address; InfrastructureError where the jar cannot be had, or is another file than the
 *   one that is known; an ExecError when it was aborted
 */
export async function fetchJar(
  jar: Jar,
  context: { readonly cacheDirectory: string; readonly environment: Environment; readonly signal: AbortSignal },
): Promise<{ readonly path: string; readonly detail: string }> {
  const { cacheDirectory, environment, signal } = context;
  const base = (environment[MIRROR] || MAVEN_CENTRAL).replace(/\/+$/, "");
  const { group, artifact, version } = jar;
  if (!URL.canParse(base)) throw new BadInputError(`${MIRROR} is no address of a Maven repository: ${base}`);
  const url = [base, ...group.split("."), artifact, version, jarFile(jar)].join("/");
  const folder = join(cacheDirectory, "jars", `${artifact}-${version}`);
  let detail = "in the cache";
  await installFolder(folder, async (made) => {
    try {
      const path = join(made, jarFile(jar));
      const limits = { gunzip: false, maxBytes: PINS.jars.maxBytes };
      const { sha256, from, isArtifact } = await downloadFile(url, path, { environment, signal, ...limits });
      detail = isArtifact ? `from ${from}` : "downloaded";
      if (jar.sha256 === null && isArtifact) {
        if (!(await isAsBeside(from))) detail += "; not checked: no checksum of it is known here or lies beside it";
      } else if (jar.sha256 !== null && sha256 !== jar.sha256) {
        if (isArtifact)
          throw new InfrastructureError(`${from} is not the file whose checksum is known`, { hint: REPLACE });
        throw new InfrastructureError(
          `${jarFile(jar)} of ${new URL(base).host} is not the file whose checksum is known`,
        );
      }
    } catch (error) {
      if (!(error instanceof InfrastructureError)) throw error;
      throw new InfrastructureError(`The jar ${jarFile(jar)} could not be had: ${error.message}`, {
        hint: error.hint ?? (error.cause instanceof StatusError && error.cause.status === 404 ? ABSENT : HINT),
        cause: error,
      });
    }
  });
  return { path: join(folder, jarFile(jar)), detail };
}

/**
 * Whether a file has the checksum that lies beside it, as repositories publish them.
 *
 * @returns false where none does
 * @throws InfrastructureError where it has another one
 */
async function isAsBeside(path: string): Promise<boolean> {
  for (const algorithm of ["sha256", "sha1"]) {
    const text = await readFile(`${path}.${algorithm}`, "utf8").catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    });
    if (text === null) continue;
    if (text.trim().split(/\s/)[0]!.toLowerCase() === (await hashFile(path, algorithm))) return true;
    throw new InfrastructureError(`${path} does not have the checksum that ${path}.${algorithm} says`, {
      hint: REPLACE,
    });
  }
  return false;
}
