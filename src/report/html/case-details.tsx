import type { JSX } from "preact";
import { metricTitle, toFindingCells } from "../../analyse/describe-finding.ts";
import { formatMetric } from "../../model/format-metric.ts";
import { drawRange } from "../plots/range.ts";
import { drawStages } from "../plots/stages.ts";
import {
  compareCase,
  compareStages,
  formatComparedChange,
  listMetrics,
  type StageComparison,
} from "../view/figures.ts";
import { formatTime } from "../view/sentences.ts";
import { stageMarks } from "../view/stage-marks.ts";
import { oneLine } from "../view/text.ts";
import { type CaseView, distinctCauses } from "../view/view.ts";
import { Evidence } from "./evidence.tsx";
import { Cause, Figure, Head, Scroll, StandingBadge } from "./parts.tsx";

const MOST_STAGE_ROWS = 40;

/** Everything about one case. */
export function CaseDetails({ view, open }: { view: CaseView; open: boolean }): JSX.Element {
  const { result, label } = view;
  const stages = compareStages(view);
  const cpu = compareCase(view, "cpuMs");
  return (
    <details class="case" open={open}>
      <summary>
        <h3>{label}</h3> <StandingBadge standing={view.standing} />{" "}
        {cpu.current !== null && (
          <span class="muted">
            {formatMetric("cpuMs", cpu.current)} CPU
            {cpu.change === undefined ? "" : `, ${formatComparedChange(cpu.change)}`}
          </span>
        )}
      </summary>
      <div id={view.id} class="body">
        {result.reason !== null && <pre class="reason">{result.reason}</pre>}
        <Findings view={view} />
        <div class="plots">
          <div>
            <Figure svg={drawRange(view, "cpuMs", `CPU time of ${label}`)} caption="CPU time" />
            <Figure svg={drawRange(view, "wallMs", `Wall time of ${label}`)} caption="Wall time" />
          </div>
          <Figure
            svg={drawStages(stages, label)}
            caption={
              <>
                Stages <span class="key now">CPU</span> <span class="key now-soft">run time</span>{" "}
                {view.earlier.length > 0 && <span class="key baseline">baseline</span>}
              </>
            }
          />
        </div>
        {stages.length > 0 && <StageTable stages={stages} />}
        <MetricTable view={view} />
        <Evidence result={result} />
        <p class="muted small">
          <code>{result.name}</code>
          {result.startedAt !== null && <> · started {formatTime(result.startedAt)}</>}
          {result.attempts > 1 && <> · {result.attempts} attempts</>}
          {result.namespace !== null && <> · namespace {result.namespace}</>}
          {result.checksum !== null && (
            <>
              {" "}
              · checksum of the result <code>{oneLine(result.checksum, 80)}</code>
            </>
          )}
          {result.attempts > 0 && (
            <>
              {" "}
              · <a href={`logs/${encodeURIComponent(result.name)}.log`}>log</a> ·{" "}
              <a href={`eventlogs/${encodeURIComponent(result.name)}/`}>event log</a>
            </>
          )}
        </p>
      </div>
    </details>
  );
}

function Findings({ view }: { view: CaseView }): JSX.Element | null {
  if (view.findings.length === 0) return null;
  const evidence = view.findings.flatMap(({ cause }) => cause?.evidence ?? []);
  const rows = [...new Map(evidence.map((row) => [`${row.what} ${row.baseline} ${row.current}`, row])).values()];
  return (
    <>
      {distinctCauses(view.findings).map((cause) => (
        <Cause cause={cause} key={cause.sentence} />
      ))}
      <Scroll label="Findings">
        <table>
          <Head columns={["Finding", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"]} />
          <tbody>
            {view.findings.map((finding) => {
              const { baseline, current, change } = toFindingCells(finding);
              const chance = finding.pValue === null ? "" : `, p ${finding.pValue.toPrecision(2)}`;
              return (
                <tr key={finding.metric}>
                  <th scope="row">
                    {finding.direction === "worse" ? "▲" : "▼"} {metricTitle(finding.metric)}
                  </th>
                  <td class="num">{baseline}</td>
                  <td class="num strong">{current}</td>
                  <td class="num strong">{change}</td>
                  <td>
                    {finding.gate}
                    {chance}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {rows.length > 0 && (
        <Scroll label="Evidence">
          <table>
            <Head columns={["What the cause rests on", { number: "Baseline" }, { number: "This run" }]} />
            <tbody>
              {rows.map(({ what, baseline, current }) => (
                <tr key={`${what} ${baseline} ${current}`}>
                  <th scope="row">{what}</th>
                  <td class="num">{baseline}</td>
                  <td class="num strong">{current}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}

function StageTable({ stages }: { stages: readonly StageComparison[] }): JSX.Element {
  const shown = stages.slice(0, MOST_STAGE_ROWS);
  return (
    <>
      <Scroll label="Stages">
        <table>
          <Head
            columns={[
              "Stage",
              { number: "CPU" },
              { number: "Baseline" },
              { number: "Change" },
              { number: "Run time" },
              { number: "Tasks" },
              { number: "Shuffle read" },
              "Marks",
            ]}
          />
          <tbody>
            {shown.map((stage) => {
              const cpu = stage.metric("cpuMs");
              return (
                <tr key={stage.key}>
                  <th scope="row" class="wide" title={stage.key}>
                    {oneLine(stage.label, 90)}
                  </th>
                  <td class="num">{formatMetric("cpuMs", cpu.current)}</td>
                  <td class="num">{formatMetric("cpuMs", cpu.baseline)}</td>
                  <td class="num">{formatComparedChange(cpu.change)}</td>
                  <td class="num">{formatMetric("runMs", stage.metric("runMs").current)}</td>
                  <td class="num">{formatMetric("tasks", stage.metric("tasks").current)}</td>
                  <td class="num">{formatMetric("shuffleReadRecords", stage.metric("shuffleReadRecords").current)}</td>
                  <td class="wide">
                    {stageMarks(stage)
                      .map(({ text }) => text)
                      .join(", ")}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {stages.length > shown.length && (
        <p class="more">and {stages.length - shown.length} more stages in results.json</p>
      )}
    </>
  );
}

function MetricTable({ view }: { view: CaseView }): JSX.Element | null {
  const metrics = listMetrics(view);
  if (metrics.length === 0) return null;
  return (
    <details>
      <summary>All metrics, medians of {view.result.samples.length} samples</summary>
      <Scroll label="All metrics">
        <table>
          <Head columns={["Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"]} />
          <tbody>
            {metrics.map(({ name, title, gate, values }) => (
              <tr key={name}>
                <th scope="row">{title}</th>
                <td class="num">{formatMetric(name, values.baseline)}</td>
                <td class="num">{formatMetric(name, values.current)}</td>
                <td class="num">{formatComparedChange(values.change)}</td>
                <td>{gate}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
