// Whether what reads the most grows with its length and no faster: npm run bench.
import { median } from "simple-statistics";
import { createStatusReader } from "../src/engine/argo/objects/node-status.ts";
import type { WorkflowObject } from "../src/engine/argo/objects/workflow-client.ts";
import { toLogText } from "../src/lib/text/printable.ts";
import { begin, caseOf, finishedCase, inOrder, listSpans, SUBJECT } from "../test/trace/records.ts";

const ROUNDS = 9;
/** Once this many times as much is held against this many times the same: what grows with its square takes this many times as long. */
const FACTOR = 16;
const MAX_RATIO = 4;
const CASES = 1_280;

interface Work {
  readonly what: string;
  readonly size: number;
  /** What is timed, of a size. */
  readonly prepare: (size: number) => () => unknown;
}

const WORKS: readonly Work[] = [
  { what: "spaces in a log on GitHub", size: 200_000, prepare: (size) => () => toLogText(" ".repeat(size)) },
  { what: "empty lines in one", size: 100_000, prepare: (size) => () => toLogText("\n ".repeat(size)) },
  {
    what: "cases of a workflow's status",
    size: CASES,
    prepare: (size) => {
      const workflow = makeWorkflow(size);
      return () => createStatusReader()(workflow);
    },
  },
  {
    what: "cases of a trace",
    size: CASES,
    prepare: (size) => {
      const cases = Array.from({ length: size }, (_, index) => caseOf(`op${index}`));
      const records = inOrder(
        begin(0),
        cases.map((testCase, index) => finishedCase(testCase, [[index, index + 3]])),
      );
      return () => listSpans(records, { ...SUBJECT, cases });
    },
  },
];

/** Medians of work of a size and of as much in parts, in turn, so that a busy moment of the machine meets both. */
function benchGrowth({ what, size, prepare }: Work): boolean {
  const [whole, part] = [prepare(size), prepare(size / FACTOR)];
  const times = { whole: [] as number[], parts: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.parts.push(measureMs(part, FACTOR));
    times.whole.push(measureMs(whole));
  }
  const wholeMs = median(times.whole);
  const ratio = wholeMs / median(times.parts);
  const passed = ratio < MAX_RATIO;
  console.log(
    `${size} ${what}: ${wholeMs.toFixed(1)} ms, ${ratio.toFixed(1)} times as long as in ${FACTOR} parts ` +
      `(under ${MAX_RATIO}): ${passed ? "passed" : "FAILED"}`,
  );
  return passed;
}

function makeWorkflow(cases: number): WorkflowObject {
  const nodes = Array.from({ length: cases }, (_, index) => {
    const inputs = { parameters: [{ name: "name", value: `case-${index}` }] };
    const name = `w[0].case(${index}:x)`;
    const node = { phase: "Running" as const, inputs };
    return [
      { ...node, id: `r${index}`, name, displayName: name, type: "Retry", children: [`p${index}`] },
      { ...node, id: `p${index}`, name: `${name}(0)`, displayName: `case(${index}:x)(0)`, type: "Pod" },
    ];
  }).flat();
  return {
    metadata: { name: "w", namespace: "x", uid: "u" },
    spec: {},
    status: { phase: "Running", nodes: Object.fromEntries(nodes.map((node) => [node.id, node])) },
  };
}

function measureMs(work: () => unknown, times = 1): number {
  const start = performance.now();
  for (let time = 0; time < times; time++) work();
  return performance.now() - start;
}

if (import.meta.main) process.exitCode = WORKS.map(benchGrowth).every(Boolean) ? 0 : 1;
