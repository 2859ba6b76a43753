import type { JSX } from "preact";
import { formatFinding } from "../../analyse/describe-finding.ts";
import { plural } from "../../lib/text/format.ts";
import { formatMetric } from "../../model/format-metric.ts";
import { compareCase, formatComparedChange } from "../view/figures.ts";
import { firstLine } from "../view/text.ts";
import { type CaseView, sortByStanding } from "../view/view.ts";
import { Head, Scroll, StandingBadge } from "./parts.tsx";

/** A table longer than this is closed at first; the heat map and the first screen lead into it. */
const MOST_OPEN = 60;

/** Every case in a row, the most urgent first. `detailed` are the ids that have a section of their own. */
export function CaseTable(props: { cases: readonly CaseView[]; detailed: ReadonlySet<string> }): JSX.Element {
  const { cases, detailed } = props;
  const compared = cases.some(({ earlier }) => earlier.length > 0);
  return (
    <details open={cases.length <= MOST_OPEN}>
      <summary>All {plural(cases.length, "case")}, the most urgent first</summary>
      <Scroll label="All cases">
        <table class="cases">
          <Head
            columns={[
              "Case",
              "Result",
              ...(compared ? [{ number: "CPU against baseline" }] : []),
              { number: "CPU" },
              { number: "Wall" },
              { number: "Shuffle written" },
              { number: "Spilled" },
              "Note",
            ]}
          />
          <tbody>
            {sortByStanding(cases).map((view) => (
              <CaseRow view={view} detailed={detailed.has(view.id)} compared={compared} key={view.id} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

function CaseRow(props: { view: CaseView; detailed: boolean; compared: boolean }): JSX.Element {
  const { view, detailed, compared } = props;
  const cpu = compareCase(view, "cpuMs");
  const value = (metric: "wallMs" | "cpuMs" | "shuffleWriteBytes" | "diskSpilledBytes") =>
    formatMetric(metric, compareCase(view, metric).current);
  return (
    <tr id={detailed ? undefined : view.id}>
      <th scope="row" title={view.result.name}>
        {detailed ? <a href={`#${view.id}`}>{view.label}</a> : view.label}
      </th>
      <td>
        <StandingBadge standing={view.standing} />
      </td>
      {compared && <td class="num">{formatComparedChange(cpu.change)}</td>}
      <td class="num">{value("cpuMs")}</td>
      <td class="num">{value("wallMs")}</td>
      <td class="num">{value("shuffleWriteBytes")}</td>
      <td class="num">{value("diskSpilledBytes")}</td>
      <td class="wide">{caseNote(view)}</td>
    </tr>
  );
}

/** The one thing to know about a case: why it did not pass, or its worst finding. */
function caseNote(view: CaseView): string {
  if (view.result.reason !== null) return firstLine(view.result.reason, 140);
  const finding = view.findings[0];
  return finding === undefined ? "" : formatFinding(finding);
}
