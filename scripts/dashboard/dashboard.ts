import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { DASHBOARD_UID } from "../../src/monitoring/monitoring-chart.ts";
import { type Column, type PanelSpec, ROWS } from "./panels.ts";
import { DATASOURCE, variables } from "./variables.ts";

/** A step of a graph is at least so long, so that a target that is scraped every minute has a value in each. */
const LEAST_STEP = "2m";

/** The dashboard as Grafana takes it, of its classic schema, which every Grafana since 9 reads. */
export function buildDashboard(): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder("Spark load tests")
    .uid(DASHBOARD_UID)
    .description("Runs of spark-loadtest: whether they pass, how long they take, what got worse, and where.")
    .tags(["spark", "spark-loadtest"])
    .editable()
    .timezone("browser")
    .time({ from: "now-7d", to: "now" })
    .refresh("1m")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables(variables());
  for (const [title, name] of [
    ["Argo Workflows", "argo"],
    ["History Server", "history"],
    ["Reports", "reports"],
  ] as const) {
    builder.link(
      new dashboard.DashboardLinkBuilder(title)
        .type(dashboard.DashboardLinkType.Link)
        .icon("external link")
        .url(`\${${name}}`)
        .targetBlank(true),
    );
  }
  for (const { title, panels } of ROWS) {
    builder.withRow(new dashboard.RowBuilder(title));
    for (const spec of panels) builder.withPanel(buildPanel(spec));
  }
  return builder.build();
}

type AnyPanel = stat.PanelBuilder | timeseries.PanelBuilder | bargauge.PanelBuilder | table.PanelBuilder;

function buildPanel(spec: PanelSpec): AnyPanel {
  const panel = byKind(spec);
  panel
    .title(spec.title)
    .description(spec.description)
    .datasource(DATASOURCE)
    .span(spec.width)
    .height(spec.height)
    .unit(spec.unit)
    .noValue(spec.whenEmpty)
    .targets(spec.queries.map((query, index) => buildTarget(query, index, spec)));
  if (spec.min !== undefined) panel.min(spec.min);
  if (spec.max !== undefined) panel.max(spec.max);
  if (spec.decimals !== undefined) panel.decimals(spec.decimals);
  if (spec.thresholds !== undefined) {
    const steps = spec.thresholds.map(({ from, color }) => ({ value: from, color }));
    panel.thresholds(new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps));
  }
  if (spec.words !== undefined) {
    panel.mappings([{ type: dashboard.MappingType.ValueToText, options: { ...spec.words } }]);
  }
  return panel;
}

function byKind(spec: PanelSpec): AnyPanel {
  switch (spec.kind) {
    case "stat":
      return statPanel(spec);
    case "graph":
      return graphPanel(spec);
    case "bars":
      return new bargauge.PanelBuilder()
        .orientation(common.VizOrientation.Horizontal)
        .displayMode(common.BarGaugeDisplayMode.Basic)
        .namePlacement(common.BarGaugeNamePlacement.Left)
        .reduceOptions(lastValue());
    case "table":
      return tablePanel(spec);
  }
}

const lastValue = () => new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false);

function statPanel({ showsNames, thresholds, words }: PanelSpec): stat.PanelBuilder {
  const panel = new stat.PanelBuilder()
    .graphMode(common.BigValueGraphMode.None)
    .textMode(showsNames ? common.BigValueTextMode.Name : common.BigValueTextMode.Auto)
    .colorMode(common.BigValueColorMode.Background)
    .reduceOptions(lastValue());
  if (thresholds === undefined && words === undefined) panel.thresholds(plain());
  if (!showsNames) return panel;
  // A name has no number that a threshold could be of.
  const colour = (regexp: string, color: string) =>
    panel.overrideByRegexp(regexp, [{ id: "color", value: { mode: "fixed", fixedColor: color } }]);
  colour("/(regression|failed)$/", "red");
  colour("/inconclusive$/", "orange");
  colour("/no-baseline$/", "blue");
  return colour("/(no-change|improvement)$/", "green");
}

function plain(): dashboard.ThresholdsConfigBuilder {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: "blue" }]);
}

function graphPanel({ stacked }: PanelSpec): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .interval(LEAST_STEP)
    // Runs are far apart, and each may be one sample.
    .spanNulls(true)
    .showPoints(common.VisibilityMode.Auto)
    .fillOpacity(stacked ? 30 : 5)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Right)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (stacked) panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  return panel;
}

function tablePanel({ queries, columns = {}, sortBy }: PanelSpec): table.PanelBuilder {
  const panel = new table.PanelBuilder().cellHeight(common.TableCellHeight.Sm).filterable(true);
  if (queries.length > 1) panel.withTransformation({ id: "merge", options: {} });
  const names = Object.keys(columns);
  panel.withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
      renameByName: {},
    },
  });
  for (const [name, column] of Object.entries(columns)) panel.overrideByName(name, columnProperties(column));
  if (sortBy !== undefined) panel.sortBy([new common.TableSortByFieldStateBuilder().displayName(sortBy).desc(true)]);
  return panel;
}

function columnProperties({ title, unit, hidden, links }: Column): dashboard.DynamicConfigValue[] {
  return [
    ...(title === undefined ? [] : [{ id: "displayName", value: title }]),
    ...(unit === undefined ? [] : [{ id: "unit", value: unit }]),
    ...(hidden === true ? [{ id: "custom.hidden", value: true }] : []),
    ...(links === undefined ? [] : [{ id: "links", value: links.map((link) => ({ ...link, targetBlank: true })) }]),
  ];
}

function buildTarget(
  { expr, legend }: PanelSpec["queries"][number],
  index: number,
  { kind, queries }: PanelSpec,
): prometheus.DataqueryBuilder {
  const target = new prometheus.DataqueryBuilder().datasource(DATASOURCE).expr(expr).legendFormat(legend);
  if (kind === "graph") return target.range().refId(refId(index));
  target.instant();
  if (kind !== "table") return target.refId(refId(index));
  // The name of a column of values is "Value #" and this, where there are several.
  return target.format(prometheus.PromQueryFormat.Table).refId(queries.length > 1 ? legend : refId(index));
}

function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}
