import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { decodeZstd, prepareZstd } from "../../../src/collect/codecs/zstd.ts";
import { findFixtureFile } from "../../../test/collect/fixtures.ts";
import { HOSTILE_TEXTS, mutateJson } from "../mutate-json.ts";
import { callProduct, checkDocument, Fault } from "../product.ts";
import { Random } from "../random.ts";
import type { Target } from "../target.ts";

await prepareZstd();

function readLines(fixture: string): string[] {
  const bytes = readFileSync(findFixtureFile(fixture));
  const text = fixture === "4.3.0-plain" ? bytes.toString() : decodeAll(bytes);
  return text.trimEnd().split("\n");
}

function decodeAll(bytes: Buffer): string {
  const pieces: Buffer[] = [];
  for (const piece of decodeZstd([bytes])) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

const RECORDED = [
  "4.3.0-plain",
  "3.5.9-lost-executor",
  "3.5.9-window",
  "4.1.1-connect",
  "4.1.1-troubled",
  "4.3.0-failed",
].map(readLines);
/** Of each log the beginning, which says what application it is. */
const HEAD_LINES = 8;
const MOST_LINES = 25;

/** A log of fewer lines, in their order. */
export function shorten(lines: readonly string[], random: Random): string[] {
  const share = MOST_LINES / lines.length;
  return lines.filter((_, index) => index < HEAD_LINES || index === lines.length - 1 || random.chance(share));
}

/** Lines that are mutated, go, come twice, change places or are cut; all others stay. */
function mutateLines(lines: string[], random: Random): void {
  for (let left = 1 + random.below(12); left > 0; left--) {
    const at = random.below(lines.length);
    const line = lines[at] ?? "";
    switch (random.below(10)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, ...lines.slice(at, at + random.few(4)));
        break;
      case 2:
        lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1));
        break;
      case 3:
        lines[at] = line.slice(0, random.below(line.length + 1));
        break;
      case 4:
        // Of one name twice, the later one counts.
        lines[at] = line.replace(/\}$/, `,"Event":${JSON.stringify(random.pick(HOSTILE_TEXTS))}}`);
        break;
      default:
        lines[at] = mutateLine(line, random);
    }
  }
}

/** What was mutated before is no JSON, or too deep to be copied. */
const DEEP = /\[{50}|(?:\{"a":){50}/;

function mutateLine(line: string, random: Random): string {
  if (DEEP.test(line)) return line;
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return line;
  }
  if (random.chance(0.15) && typeof event === "object" && event !== null)
    return JSON.stringify({ ...event, Event: random.pick(RECORDED[0]!.map((each) => JSON.parse(each).Event)) });
  return mutateJson(event, random);
}

const GOOD = `${shorten(RECORDED[0]!, new Random(1))
  .join("\n")
  .replaceAll(/"App ID":"[^"]*"/g, '"App ID":"good"')}\n`;
const LINE_ENDS = ["\n", "\n", "\n", "\r\n", "\n\n", "\r"];

interface Events {
  readonly applications: readonly unknown[];
}
let expected: unknown;

/** A log alone, beside another one, and compared with that: `events` and `explain`. */
export const EVENT_LOGS: Target = {
  name: "event-logs",
  make: (random) => {
    const lines = shorten(random.pick(RECORDED), random);
    mutateLines(lines, random);
    const files = new Map<string, string>([
      ["bad/bad", lines.join(random.pick(LINE_ENDS))],
      ["good/good", GOOD],
      ["mixed/bad", lines.join("\n")],
      ["mixed/good", GOOD],
    ]);
    const check = async (folder: string) => {
      const at = (name: string) => join(folder, name);
      const readGood = async () => {
        const { stdout } = await callProduct(["events", at("good/good"), "--json"]);
        return (checkDocument(stdout, "events") as Events).applications[0];
      };
      expected ??= await readGood();
      const alone = await callProduct(["events", at("bad/bad"), "--json"]);
      if (alone.code === 0) checkDocument(alone.stdout, "events");
      const mixed = await callProduct(["events", at("mixed"), "--json"]);
      if (mixed.code !== 0) throw new Fault("the log beside it is not read");
      const { applications } = checkDocument(mixed.stdout, "events") as Events;
      if (!applications.some((each) => isDeepStrictEqual(each, expected)))
        throw new Fault("the log beside it is read otherwise");
      const argv = random.pick([
        ["events", at("mixed")],
        ["explain", "--current", at("bad/bad"), "--baseline", at("good/good")],
        ["explain", "--current", at("good/good"), "--baseline", at("bad/bad")],
      ]);
      await callProduct(argv);
      const explained = argv[0] === "explain" ? await callProduct([...argv, "--json"]) : null;
      if (explained?.code === 0) checkDocument(explained.stdout, "explain");
    };
    return { files, check };
  },
};
