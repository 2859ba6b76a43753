import vm from "node:vm";
import { expect, it } from "vitest";
import { collectExpressions, type Expression } from "./collect.ts";

const SIZE = 100_000;
/** Of processor time: one that takes time with the square of the length takes several seconds, others a few milliseconds. */
const MOST_MS = 500;
/** Each is repeated up to the size: what people, programs and attackers write on and on. */
const PIECES = [
  ...["a", "Z", "7", "0123456789abcdef", "ab ", "token", "token ", "passWord=", "a-", "-", "--a ", "a_"],
  ...[
    " ",
    "\t",
    "\n",
    "a\n",
    " \n",
    "a.",
    "a/",
    "a,",
    "a:",
    "::",
    "a=",
    "x=1 ",
    "http://",
    "@",
    "#",
    "(",
    "[",
    '"',
    "'",
    "\\",
    "\u001B[",
  ],
];
/** What comes after: the end that an expression looked for is not there. */
const TAIL = "\u0000!\n";

const context = vm.createContext({ text: "", expression: / / });
const search = new vm.Script("text.replace(expression, '')");

/** Milliseconds of processor time of one search through the whole text; Infinity where it was given up. */
function measureMs({ source, flags }: Expression, text: string): number {
  Object.assign(context, { text, expression: new RegExp(source, `${flags.replace("g", "")}g`) });
  const before = process.cpuUsage();
  try {
    // Where an expression tracks back, V8 looks whether it is to end.
    search.runInContext(context, { timeout: 5 * MOST_MS });
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

it("every expression of the product takes time that grows with the length of a text", {
  timeout: 600_000,
}, async () => {
  const expressions = await collectExpressions();
  expect(expressions.length).toBeGreaterThan(200);
  const texts = PIECES.map((piece) => ({ piece, text: piece.repeat(SIZE / piece.length) + TAIL }));
  const slow = expressions.flatMap((expression) => {
    // The collection of garbage counts, too: once more where it was slow.
    const worst = texts.find(
      ({ text }) => measureMs(expression, text) >= MOST_MS && measureMs(expression, text) >= MOST_MS,
    );
    if (worst === undefined) return [];
    return [`${expression.file}: /${expression.source}/${expression.flags} on ${JSON.stringify(worst.piece)}`];
  });
  expect(slow).toEqual([]);
});
