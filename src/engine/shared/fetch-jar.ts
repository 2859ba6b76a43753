import { join } from "node:path";
import { downloadFile } from "../../cluster/tools/download.ts";
import { BadInputError, InfrastructureError } from "../../lib/errors.ts";
import { installFolder } from "../../lib/files/install-folder.ts";
import { PINS } from "../../lib/pins.ts";
import type { Environment } from "../../lib/process/environment.ts";
import type { Jar } from "../../plan/jars.ts";

const MAVEN_CENTRAL = "https://repo1.maven.org/maven2";
/** Spark's own variable for a mirror of it, which spark-submit --packages heeds, too. */
const MIRROR = "DEFAULT_ARTIFACT_REPOSITORY";
const HINT = `Check the network; behind a proxy set HTTPS_PROXY, for a mirror of Maven Central ${MIRROR}. The cache folder of a machine that has run once will do, too.`;

/** Name of a jar's file. */
export function jarFile({ artifact, version }: Jar): string {
  return `${artifact}-${version}.jar`;
}

/**
 * Has a jar in the cache. It is checked when it is downloaded, if its checksum is known here; else the repository is believed.
 *
 * @returns its path, and whether it was downloaded now
 * @throws BadInputError for a mirror that is no address; InfrastructureError where the jar cannot be had, or is another file than the
 *   one that is known; an ExecError when it was aborted
 */
export async function fetchJar(
  jar: Jar,
  context: { readonly cacheDirectory: string; readonly environment: Environment; readonly signal: AbortSignal },
): Promise<{ readonly path: string; readonly isNew: boolean }> {
  const { cacheDirectory, environment, signal } = context;
  const base = (environment[MIRROR] || MAVEN_CENTRAL).replace(/\/+$/, "");
  const { group, artifact, version } = jar;
  if (!URL.canParse(base)) throw new BadInputError(`${MIRROR} is no address of a Maven repository: ${base}`);
  const url = [base, ...group.split("."), artifact, version, jarFile(jar)].join("/");
  const folder = join(cacheDirectory, "jars", `${artifact}-${version}`);
  const isNew = await installFolder(folder, async (made) => {
    try {
      const limits = { gunzip: false, maxBytes: PINS.jars.maxBytes };
      const found = await downloadFile(url, join(made, jarFile(jar)), { environment, signal, ...limits });
      if (jar.sha256 !== null && found !== jar.sha256) {
        throw new InfrastructureError(
          `${jarFile(jar)} of ${new URL(base).host} is not the file whose checksum is known`,
        );
      }
    } catch (error) {
      if (!(error instanceof InfrastructureError)) throw error;
      throw new InfrastructureError(`The jar ${jarFile(jar)} could not be had: ${error.message}`, {
        hint: HINT,
        cause: error,
      });
    }
  });
  return { path: join(folder, jarFile(jar)), isNew };
}
