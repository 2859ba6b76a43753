import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import { BadInputError, errorMessage } from "../lib/errors.ts";

/** From the top of the document: keys of mappings and indexes of lists. */
export type YamlPath = readonly (string | number)[];

/** One thing that is wrong in a file, and where. */
export interface Mistake {
  readonly path: YamlPath;
  /** Whether the last step's key or its value is at fault; the message points there. */
  readonly at: "key" | "value";
  readonly message: string;
}

export interface YamlSource {
  /** The document with every scalar as the text that stands in the file: `3.10` is not the number 3.1, `no` is not false. */
  readonly value: unknown;
  /** All mistakes as one error, each as `file:line:column: message`, in the order of the file. */
  toError(mistakes: readonly Mistake[]): BadInputError;
}

const SHOWN_MISTAKES = 20;
const HINT =
  "the format is described by workflows/tiers/tiers.schema.json, and workflows/tiers/tiers.yaml is an example";

/**
 * Reads YAML 1.2.
 *
 * @param path of the file, for messages
 * @throws BadInputError for a syntax error, with its line and column
 */
export function readYaml(text: string, path: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parse(text, path, lineCounter);
  const toError = (located: readonly { offset: number; message: string }[]) => {
    const lines = [...located]
      .sort((a, b) => a.offset - b.offset)
      .slice(0, SHOWN_MISTAKES)
      .map(({ offset, message }) => {
        const { line, col } = lineCounter.linePos(offset);
        return `${path}:${line}:${col}: ${message}`;
      });
    if (located.length > SHOWN_MISTAKES) lines.push(`and ${located.length - SHOWN_MISTAKES} more mistakes`);
    return new BadInputError(lines.join("\n"), { hint: HINT });
  };
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
  visit(document, {
    Pair: (_, { key }) => {
      // It would be the prototype of the object that the mapping becomes.
      if (isScalar(key) && key.value === "__proto__")
        faults.push({ offset: key.range?.[0] ?? 0, message: "no key can be called __proto__" });
    },
  });
  if (faults.length > 0) throw toError(faults);
  return {
    value: toValue(document, path),
    toError: (mistakes) =>
      toError(mistakes.map(({ path: at, at: part, message }) => ({ offset: offsetOf(document, at, part), message }))),
  };
}

function parse(text: string, path: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { schema: "failsafe", stringKeys: true, lineCounter, prettyErrors: false });
  } catch (error) {
    // The parser calls itself for each level of nesting.
    throw new BadInputError(`${path} cannot be read as YAML: ${errorMessage(error)}`, { hint: HINT, cause: error });
  }
}

function toValue(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that refer to themselves, or that would grow into a huge document.
    throw new BadInputError(`${path} cannot be read as YAML: ${errorMessage(error)}`, { hint: HINT, cause: error });
  }
}

/** Start of what a path points at, or of the nearest thing around it that is in the file. */
function offsetOf(document: Document.Parsed, path: YamlPath, part: Mistake["at"]): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const found = isMap(node)
      ? findEntry(node, String(step))
      : isSeq(node)
        ? entryOf(node.items[Number(step)])
        : undefined;
    if (found === undefined) break;
    const isLast = depth === path.length - 1;
    const target: Node | null = isLast && part === "key" ? (found.key ?? found.value) : found.value;
    // An empty value has no place of its own that a reader would see.
    const visible = isScalar(target) && target.source === "" ? (found.key ?? target) : target;
    offset = visible?.range?.[0] ?? found.key?.range?.[0] ?? offset;
    node = found.value;
  }
  return offset;
}

interface Entry {
  readonly key: Node | null;
  readonly value: Node | null;
}

function findEntry(map: YAMLMap, name: string): Entry | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

function entryOf(item: unknown): Entry | undefined {
  return item === undefined ? undefined : { key: null, value: item as Node | null };
}
