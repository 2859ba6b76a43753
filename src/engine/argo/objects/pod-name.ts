/** Longest name of an object, less the hash and the hyphens that Argo puts behind the prefix. */
const LONGEST_PREFIX = 253 - 10 - 1;

/**
 * The name that Argo Workflows gives the pod of a node, so that it is known of pods that are gone, too: format "v2" (Argo's own
 * default since 3.4, `workflow/util/pod_name.go`), or "v1", the node's id, where the workflow says so.
 */
export function podNameOf(
  workflow: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> },
  node: {
    readonly id: string;
    readonly name: string;
    readonly templateName?: string;
    readonly templateRef?: { readonly template?: string };
  },
): string {
  if (workflow.annotations?.["workflows.argoproj.io/pod-name-format"] === "v1") return node.id;
  if (workflow.name === node.name) return workflow.name;
  const template = node.templateRef?.template ?? node.templateName ?? "";
  const prefix = template === "" ? workflow.name : `${workflow.name}-${template}`;
  return `${prefix.slice(0, LONGEST_PREFIX)}-${fnv32a(node.name)}`;
}

/** FNV-1a, 32 bits, of the text's UTF-8 bytes. */
function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, "utf8")) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
