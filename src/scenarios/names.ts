import { randomBytes } from "node:crypto";
import { toDnsText } from "../cluster/namespaces/labels.ts";

/** A namespace is a DNS label. */
const NAMESPACE_LENGTH = 63;
/** Helm's limit of a release's name. */
const RELEASE_LENGTH = 53;
const RELEASE_PREFIX = "spark";

/** Eight characters that make names of one scenario differ, whoever runs it and however often. */
export function createSuffix(): string {
  return randomBytes(4).toString("hex");
}

/** The namespace and the release of one attempt: readable, within the limits, and a pair by what they end in. */
export function nameAttempt(
  scenario: string,
  prefix: string,
  suffix: string,
): { readonly namespace: string; readonly release: string } {
  const text = toDnsText(scenario) || "scenario";
  const join = (first: string, length: number) => {
    const room = length - first.length - suffix.length - 2;
    return `${first}-${text.slice(0, room).replace(/-+$/, "")}-${suffix}`;
  };
  return { namespace: join(prefix, NAMESPACE_LENGTH), release: join(RELEASE_PREFIX, RELEASE_LENGTH) };
}
