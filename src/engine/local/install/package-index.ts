import { copyFile, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { downloadFile, downloadText } from "../../../cluster/tools/download.ts";
import type { Environment } from "../../../lib/process/environment.ts";

const PYPI = "https://pypi.org/simple";

/** What to do where packages cannot be had. */
export const INDEX_HINT =
  "The first run downloads from PyPI. Check the network; behind a proxy set HTTPS_PROXY, for a mirror UV_DEFAULT_INDEX. " +
  "Without a network, name a folder of files with --artifacts, or copy the cache folder of a machine that has run once.";

interface IndexOptions {
  /** Names the index by uv's variables; those of pip are not read, as uv does not. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * The address of a project's file, https: or file:, in the first place of uv's that has it: UV_FIND_LINKS, then the index.
 *
 * @throws InfrastructureError, or the error of a folder that cannot be read
 */
export async function findFile(project: string, name: string, options: IndexOptions): Promise<URL | null> {
  for (const place of listPlaces(project, options.environment)) {
    const found = (await listFiles(place, options)).find((file) => nameOf(file) === name);
    if (found !== undefined) return found;
  }
  return null;
}

/** Versions of a project that the index has, in no order. */
export async function listVersions(project: string, options: IndexOptions): Promise<string[]> {
  const places = listPlaces(project, options.environment);
  const files = await Promise.all(places.map((place) => listFiles(place, options)));
  const pattern = new RegExp(`^${project}-([^-]+?)(?:-.+\\.whl|\\.tar\\.gz)$`);
  return [...new Set(files.flat().flatMap((file) => pattern.exec(nameOf(file))?.[1] ?? []))];
}

/** Gets a file that findFile() found. Throws InfrastructureError, or the error of a file that cannot be copied. */
export async function fetchFile(
  file: URL,
  path: string,
  options: IndexOptions & { readonly maxBytes: number },
): Promise<void> {
  if (file.protocol === "file:") await copyFile(fileURLToPath(file), path);
  else await downloadFile(file.href, path, { ...options, gunzip: false });
}

/** Folders and pages with links to files: https://docs.astral.sh/uv/concepts/indexes/ */
function listPlaces(project: string, environment: Environment): URL[] {
  const links = (environment.UV_FIND_LINKS ?? "").split(",").filter((place) => place !== "");
  return [
    ...links.map((place) => (/^\w+:\/\//.test(place) ? new URL(place) : pathToFileURL(resolve(place)))),
    pageOf(project, environment),
  ];
}

function pageOf(project: string, environment: Environment): URL {
  // An index may be given with a name: internal=https://…
  const index = (environment.UV_DEFAULT_INDEX || environment.UV_INDEX_URL || PYPI).replace(/^[\w.-]+=/, "");
  return new URL(`${index.replace(/\/+$/, "")}/${project}/`);
}

/** The address of a project's page in the index, fit to be shown. */
export function projectPage(project: string, environment: Environment): string {
  return String(Object.assign(pageOf(project, environment), { username: "", password: "" }));
}

/** What a folder holds, or a page links to (https://packaging.python.org/en/latest/specifications/simple-repository-api/). */
async function listFiles(place: URL, options: IndexOptions): Promise<URL[]> {
  if (place.protocol === "file:") {
    const folder = fileURLToPath(place);
    return (await readdir(folder)).map((name) => pathToFileURL(join(folder, name)));
  }
  const page = await downloadText(place.href, options);
  return [...page.matchAll(/<a\s[^>]*?\bhref\s*=\s*["']([^"']+)["']/gi)].map(([, link]) => {
    const file = new URL(link!.replaceAll("&amp;", "&"), place);
    // Who may read the index may read its files.
    if (file.origin === place.origin) Object.assign(file, { username: place.username, password: place.password });
    return file;
  });
}

function nameOf(file: URL): string {
  return decodeURIComponent(basename(file.pathname));
}
