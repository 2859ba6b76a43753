import { parser } from "@prometheus-io/lezer-promql";

/** What a query asks of one metric. */
export interface Selector {
  /** Name, or the regular expression for it. */
  readonly metric: string;
  readonly isPattern: boolean;
  readonly labels: readonly string[];
}

export interface Query {
  /** Places that are no PromQL. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels that results are grouped or matched by. */
  readonly grouping: readonly string[];
}

/** Reads a query with the grammar of Prometheus' own editor. */
export function readQuery(text: string): Query {
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  parser.parse(text).iterate({
    enter({ type, name, node, from, to }) {
      if (type.isError) errors.push(text.slice(Math.max(0, from - 20), to + 20));
      if (name === "GroupingLabels") {
        for (const label of node.getChildren("LabelName")) grouping.push(text.slice(label.from, label.to));
      }
      if (name !== "VectorSelector") return;
      const identifier = node.getChild("Identifier");
      const matchers = [...text.slice(from, to).matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)];
      const named = matchers.find(([, label]) => label === "__name__");
      selectors.push({
        metric: identifier === null ? (named?.[3] ?? "") : text.slice(identifier.from, identifier.to),
        isPattern: identifier === null,
        labels: matchers.map(([, label]) => label!).filter((label) => label !== "__name__"),
      });
    },
  });
  return { errors, selectors, grouping };
}
