import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { type VariableModel, VariableRefresh, VariableSort } from "@grafana/grafana-foundation-sdk/dashboard";
import { CASE_LABELS } from "./queries.ts";

export const DATASOURCE = { type: "prometheus", uid: "$datasource" };

/** Where `spark-loadtest ui` opens Argo and the History Server, and where the runs' folders can be served; the chart puts others in. */
export const ADDRESSES = {
  argo: "http://127.0.0.1:2746/workflows/spark-loadtest",
  history: "http://127.0.0.1:18080",
  reports: "http://127.0.0.1:8000",
} as const;

const FILTER_TITLES: Readonly<Record<(typeof CASE_LABELS)[number], string>> = {
  tier: "Tier",
  spark_version: "Spark version",
  orchestrator: "Orchestrator",
  mode: "Mode",
  extensions: "Extensions",
  operation: "Operation",
  data_size: "Data size",
  variant: "Variant",
};

const ADDRESS_TITLES: Readonly<
  Record<keyof typeof ADDRESSES, { readonly label: string; readonly description: string }>
> = {
  argo: { label: "Argo", description: "Address of the workflows in Argo's Web UI." },
  history: { label: "History Server", description: "Address of Spark's History Server." },
  reports: {
    label: "Reports",
    description: "Address under which the runs' folders are served; see docs/monitoring.md.",
  },
};

/** Every value of a filter that is there under the filters before it. */
function filterVariable(label: (typeof CASE_LABELS)[number], index: number): dashboard.QueryVariableBuilder {
  const before = CASE_LABELS.slice(0, index).map((each) => `${each}=~"$${each}"`);
  const selector = [`__name__=~"(argo_workflows_)?spark_loadtest_case_outcome"`, ...before].join(",");
  return (
    new dashboard.QueryVariableBuilder(label)
      .label(FILTER_TITLES[label])
      .datasource(DATASOURCE)
      .query({ qryType: 1, query: `label_values({${selector}},${label})`, refId: label })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.NaturalAsc)
      .multi(true)
      .includeAll(true)
      // All is one short matcher, however many values there are.
      .allValue(".*")
      .current({ selected: true, text: ["All"], value: ["$__all"] })
  );
}

export function variables(): { build(): VariableModel }[] {
  const datasource = new dashboard.DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus");
  const addresses = (Object.keys(ADDRESSES) as (keyof typeof ADDRESSES)[]).map((name) =>
    new dashboard.TextBoxVariableBuilder(name)
      .label(ADDRESS_TITLES[name].label)
      .description(ADDRESS_TITLES[name].description)
      .defaultValue(ADDRESSES[name])
      .current({ selected: false, text: ADDRESSES[name], value: ADDRESSES[name] }),
  );
  return [datasource, ...CASE_LABELS.map(filterVariable), ...addresses];
}
