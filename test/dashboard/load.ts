import { readFileSync } from "node:fs";
import type { Dashboard, Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { DASHBOARD_PATH } from "../../scripts/generate-dashboard.ts";

export const dashboardText = readFileSync(DASHBOARD_PATH, "utf8");
export const dashboard: Dashboard = JSON.parse(dashboardText);

/** Whether it is a panel, and not the title of a row. */
export const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== "row";
export const panels = (dashboard.panels ?? []).filter(isPanel);

/** A query of a panel. */
export interface PanelQuery {
  readonly panel: string;
  readonly expr: string;
  /** Over the time shown, and not only at its end. */
  readonly isRange: boolean;
}

export const panelQueries: readonly PanelQuery[] = panels.flatMap(({ title = "", targets = [] }) =>
  targets.map((target) => {
    const { expr, range } = target as unknown as { expr: string; range?: boolean };
    return { panel: title, expr, isRange: range === true };
  }),
);

/** A filter that the user has. */
export interface FilterVariable {
  readonly name: string;
  /** `label_values(selector, label)` */
  readonly query: string;
}

export const filterVariables: readonly FilterVariable[] = (dashboard.templating?.list ?? [])
  .filter(({ type }) => type === "query")
  .map(({ name, query }) => ({ name, query: (query as { query: string }).query }));

/** What stands for Grafana's own variables. */
export const TIMES: Readonly<Record<string, string>> = {
  __range: "6h",
  __interval: "2m",
  __rate_interval: "1m",
};

/**
 * A query as Grafana's data source for Prometheus sends it.
 *
 * @param values of the filters; those that are not named are at All, which the dashboard defines as ".*"
 */
export function substitute(query: string, values: Readonly<Record<string, readonly string[]>>): string {
  return query.replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const time = TIMES[name];
    if (time !== undefined) return time;
    if (!filterVariables.some((each) => each.name === name)) throw new Error(`no variable ${name} in ${query}`);
    const chosen = values[name];
    if (chosen === undefined) return ".*";
    const escaped = chosen.map((value) => value.replaceAll("\\", "\\\\\\\\").replace(/[$^*{}[\]'+?.()|]/g, "\\\\$&"));
    return escaped.length === 1 ? escaped[0]! : `(${escaped.join("|")})`;
  });
}
