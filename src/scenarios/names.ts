import { randomBytes } from "node:crypto";
import { toDnsText } from "../cluster/namespaces/labels.ts";

/** A namespace is a DNS label. */
const NAMESPACE_LENGTH = 63;
/** Helm's limit of a release's name. */
const RELEASE_LENGTH = 53;
const RELEASE_PREFIX = "spark";

/** Eight random characters, which make the names of a scenario's attempts differ between runs and within one. */
export function createSuffix(): string {
  return randomBytes(4).toString("hex");
}

/** Names of one attempt's namespace and Helm release: the scenario's name cut to the limits, and `suffix` at the end of both. */
export function nameAttempt(
  scenario: string,
  prefix: string,
  suffix: string,
): { readonly namespace: string; readonly release: string } {
  const text = toDnsText(scenario) || "scenario";
  const join = (first: string, length: number) => {
    const room = length - first.length - suffix.length - 2;
    return `${first}-${text.slice(0, room).replace(/(?<!-)-+$/, "")}-${suffix}`;
  };
  return { namespace: join(prefix, NAMESPACE_LENGTH), release: join(RELEASE_PREFIX, RELEASE_LENGTH) };
}
