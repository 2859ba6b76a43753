import { BadInputError } from "../errors.ts";
import type { Environment } from "../process/environment.ts";

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * The proxy by which a URL is reached; null for none. HTTP_PROXY counts for https, too, where there is no HTTPS_PROXY; a variable's name
 * in small letters comes first. NO_PROXY names hosts, with the hosts below them (`example.com`, `.example.com`, `*.example.com`), one of
 * their ports (`example.com:8080`), or all (`*`). What is on this machine is reached without a proxy.
 *
 * @throws BadInputError for an address that is none
 */
export function findProxy(url: URL, environment: Environment): URL | null {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || "";
  const proxy = (url.protocol === "https:" && read("HTTPS_PROXY")) || read("HTTP_PROXY");
  if (proxy === "" || LOOPBACK.test(url.hostname)) return null;
  const port = url.port || DEFAULT_PORTS[url.protocol];
  const isExcepted = read("NO_PROXY")
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      const [, host = "", onlyPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      if (host === "" || (onlyPort !== undefined && onlyPort !== port)) return false;
      return host === "*" || url.hostname === host || url.hostname.endsWith(`.${host}`);
    });
  if (isExcepted) return null;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  // The address may hold a password, so it is not shown.
  if (!URL.canParse(address)) throw new BadInputError("What HTTPS_PROXY or HTTP_PROXY names is no proxy's address.");
  return new URL(address);
}
