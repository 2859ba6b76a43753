// Writes the tables of docs/metrics.md from the metrics' definitions.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { METRIC_TABLES } from "../src/report/metrics/families.ts";
import { replacePart } from "./replace-part.ts";

const SOURCE = "src/report/metrics/families.ts";

/** docs/metrics.md with its generated parts as the definitions want them. */
export function renderMetricsPage(page: string): string {
  return Object.entries(METRIC_TABLES).reduce(
    (text, [name, rows]) => replacePart(text, { name, source: SOURCE }, renderTable(rows)),
    page,
  );
}

function renderTable(rows: (typeof METRIC_TABLES)["case"]): string {
  return markdownTable(
    [
      ["metric", "further labels", "meaning", "Argo too"],
      ...rows.map(({ name, labels, help, argo }) => [`\`${name}\``, labels, help, argo ? "yes" : ""]),
    ],
    { alignDelimiters: false },
  );
}

if (import.meta.main) {
  const path = join(import.meta.dirname, "..", "docs", "metrics.md");
  writeFileSync(path, renderMetricsPage(readFileSync(path, "utf8")));
  console.log(path);
}
