import { BlockList, isIP } from "node:net";
import { BadInputError } from "../errors.ts";
import type { Environment } from "../process/environment.ts";

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * The proxy by which a URL is reached; null for none. For https: HTTPS_PROXY, else ALL_PROXY, else HTTP_PROXY; for http: HTTP_PROXY,
 * else ALL_PROXY. A variable's name in small letters comes first. NO_PROXY names hosts, with the hosts below them (`example.com`,
 * `.example.com`, `*.example.com`), one of their ports (`example.com:8080`), addresses and ranges of them (`10.0.0.0/8`), or all (`*`).
 * What is on this machine is reached without a proxy.
 *
 * @throws BadInputError for an address that is none
 */
export function findProxy(url: URL, environment: Environment): URL | null {
  const proxy = namesOf(url.protocol)
    .map((name) => readVariable(name, environment))
    .find((value) => value !== "");
  if (proxy === undefined || LOOPBACK.test(url.hostname)) return null;
  const port = url.port || DEFAULT_PORTS[url.protocol];
  const entries = readVariable("NO_PROXY", environment)
    .toLowerCase()
    .split(/[,\s]+/);
  if (entries.some((entry) => entry !== "" && isExcepted(url.hostname, port, entry))) return null;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  // The address may hold a password, so it is not shown.
  if (!URL.canParse(address)) {
    throw new BadInputError("What HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names is no proxy's address.");
  }
  return new URL(address);
}

/**
 * The variables that an environment lacks for programs and libraries that know fewer of them: HTTPS_PROXY and HTTP_PROXY as findProxy()
 * takes them, and in NO_PROXY each host with a point before it, too, which is how some write "and the hosts below it".
 */
export function completeProxyVariables(environment: Environment): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const [name, protocol] of [
    ["HTTPS_PROXY", "https:"],
    ["HTTP_PROXY", "http:"],
  ] as const) {
    const values = namesOf(protocol).map((each) => readVariable(each, environment));
    const proxy = values.find((value) => value !== "") ?? "";
    // Programs that ask for HTTPS_PROXY do not know every other kind of proxy that ALL_PROXY may name.
    if (values[0] === "" && proxy !== "" && !/^socks/i.test(proxy)) missing[name] = proxy;
  }
  const exceptions = readVariable("NO_PROXY", environment);
  const entries = exceptions.split(/[,\s]+/).filter((entry) => entry !== "");
  const below = entries
    .filter((entry) => /^(\*\.)?[a-z][^:]*$/i.test(entry))
    .map((entry) => `.${entry.replace(/^\*\./, "")}`)
    .filter((entry) => !entries.includes(entry));
  if (below.length > 0) missing[environment.no_proxy ? "no_proxy" : "NO_PROXY"] = [...entries, ...below].join(",");
  return missing;
}

/** Of the variables that count for a protocol, the first that is set is the one. */
function namesOf(protocol: string): readonly string[] {
  return protocol === "https:" ? ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"] : ["HTTP_PROXY", "ALL_PROXY"];
}

function readVariable(name: string, environment: Environment): string {
  return environment[name.toLowerCase()] || environment[name] || "";
}

function isExcepted(hostname: string, port: string | undefined, entry: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  const [, network = "", prefix] = /^\[?([\da-f.:]+)\]?(?:\/(\d+))?$/.exec(entry) ?? [];
  if (isIP(network) !== 0) return isIP(address) !== 0 && isInNetwork(address, network, prefix);
  const [, host = "", onlyPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
  if (host === "" || (onlyPort !== undefined && onlyPort !== port)) return false;
  return host === "*" || hostname === host || hostname.endsWith(`.${host}`);
}

function isInNetwork(address: string, network: string, prefix: string | undefined): boolean {
  const bits = isIP(network) === 6 ? 128 : 32;
  const length = Number(prefix ?? bits);
  if (length > bits) return false;
  const family = (text: string) => (isIP(text) === 6 ? "ipv6" : "ipv4");
  const list = new BlockList();
  list.addSubnet(network, length, family(network));
  return list.check(address, family(address));
}
