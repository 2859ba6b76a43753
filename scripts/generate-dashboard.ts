/** Writes the dashboard that the chart brings to Grafana. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildDashboard } from "./dashboard/dashboard.ts";

export const DASHBOARD_PATH = "charts/spark-loadtest/dashboards/spark-loadtest.json";

/** What the file has to hold. */
export function renderDashboard(): string {
  return `${JSON.stringify(buildDashboard(), null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, "..", DASHBOARD_PATH), renderDashboard());
  console.log(DASHBOARD_PATH);
}
