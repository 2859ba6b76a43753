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
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { toLine } from "../../lib/text/printable.ts";

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
/** Each is resolved by a look through the others. */
const MAX_ALIASES = 1_000;
/** What follows a syntax error is mostly its consequence. */
const SHOWN_SYNTAX_ERRORS = 3;
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
  const toError = (located: readonly Located[], most: number) => {
    const lines = [...located]
      .sort((a, b) => a.offset - b.offset)
      .map(({ offset, message }) => {
        const { line, col } = lineCounter.linePos(offset);
        return toLine(`${path}:${line}:${col}: ${message}`);
      });
    // One place can be in several tiers, through an alias.
    const distinct = [...new Set(lines)];
    const rest = distinct.length - most;
    return new BadInputError([...distinct.slice(0, most), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n"), {
      hint: HINT,
    });
  };
  const faults = findFaults(document);
  if (faults.length > 0) throw toError(faults, SHOWN_SYNTAX_ERRORS);
  return {
    value: toValue(document, path),
    toError: (mistakes) =>
      toError(
        mistakes.map(({ path: at, at: part, message }) => ({ offset: offsetOf(document, at, part), message })),
        SHOWN_MISTAKES,
      ),
  };
}

interface Located {
  readonly offset: number;
  readonly message: string;
}

function findFaults(document: Document.Parsed): Located[] {
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
  let aliases = 0;
  const anchors = new Set<string | undefined>();
  visit(document, {
    Alias: (_, alias) => {
      aliases += 1;
      if (aliases > MAX_ALIASES) {
        const message = `the file has more than ${MAX_ALIASES} aliases (*name), which are the most`;
        faults.push({ offset: alias.range?.[0] ?? 0, message });
        return visit.BREAK;
      }
      if (anchors.has(alias.source)) return;
      faults.push({ offset: alias.range?.[0] ?? 0, message: `there is no anchor &${alias.source} before this alias` });
    },
    Value: (_, { anchor }) => void anchors.add(anchor),
    Pair: (_, { key }) => {
      // It would be the prototype of the object that the mapping becomes.
      if (!isScalar(key) || key.value !== "__proto__") return;
      faults.push({ offset: key.range?.[0] ?? 0, message: "no key can be called __proto__" });
    },
  });
  return faults;
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
