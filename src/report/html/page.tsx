import { renderToString } from "preact-render-to-string";
import { plural } from "../../lib/text/format.ts";
import { drawHeatMap } from "../plots/heat-map.ts";
import { CASE_MARKS, type CaseStanding } from "../view/marks.ts";
import { type CaseView, type ReportView, sortByStanding } from "../view/view.ts";
import { CaseDetails } from "./case-details.tsx";
import { CaseTable } from "./case-table.tsx";
import { ComparisonLimits, Environment, Unmeasured } from "./context.tsx";
import { renderDocument } from "./document.tsx";
import { FirstScreen } from "./first-screen.tsx";
import { Badge, Figure } from "./parts.tsx";

/** Size of all details together, so that a report of a thousand cases opens at once on a phone. */
const DETAILS_BUDGET_CHARACTERS = 3_000_000;
/** Cases without findings get details only in a report of up to this many cases. */
const MOST_QUIET_DETAILS = 40;
/** Cases whose details are open from the start. */
const MOST_OPEN = 2;

/** The report as one HTML file that needs neither network nor script. */
export function renderHtml(view: ReportView): string {
  const { detailed, sections, left } = renderDetails(view.cases);
  const ran = view.cases.length > 0;
  const title = `${view.mark.word} · ${view.results.run.tier} · spark-loadtest`;
  return renderDocument(
    title,
    <>
      <FirstScreen view={view} />
      {view.cases.length > 1 && (
        <section aria-labelledby="matrix">
          <h2 id="matrix">Matrix</h2>
          <Figure svg={drawHeatMap(view.cases)} caption={<Legend view={view} />} />
        </section>
      )}
      {ran && (
        <section aria-labelledby="cases">
          <h2 id="cases">Cases</h2>
          {view.shared !== "" && <p class="muted">All of them: {view.shared}</p>}
          <CaseTable cases={view.cases} detailed={detailed} />
          <div class="details" dangerouslySetInnerHTML={{ __html: sections }} />
          {left > 0 && (
            <p class="more">
              {plural(left, "case")} without findings or over the size of this page: only in the table above, with all
              numbers in results.json
            </p>
          )}
        </section>
      )}
      <ComparisonLimits view={view} />
      <Unmeasured id="explained" title="What was explained only" clusters={view.explained} />
      <Unmeasured id="skipped" title="What did not run" clusters={view.skipped} />
      <Environment view={view} />
    </>,
  );
}

/** Sections of the cases worth one, the most urgent first, until the budget is spent. */
function renderDetails(cases: readonly CaseView[]): { detailed: Set<string>; sections: string; left: number } {
  const quiet = cases.length > MOST_QUIET_DETAILS;
  const uneventful: readonly CaseStanding[] = quiet ? ["unchanged", "unjudged", "skipped"] : ["skipped"];
  const detailed = new Set<string>();
  const sections: string[] = [];
  let characters = 0;
  for (const view of sortByStanding(cases)) {
    if (uneventful.includes(view.standing)) continue;
    const urgent = view.standing === "failed" || view.standing === "worse";
    const open = cases.length === 1 || (urgent && detailed.size < MOST_OPEN);
    const section = renderToString(<CaseDetails view={view} open={open} />);
    if (characters + section.length > DETAILS_BUDGET_CHARACTERS) break;
    characters += section.length;
    detailed.add(view.id);
    sections.push(section);
  }
  const ran = cases.filter(({ standing }) => standing !== "skipped").length;
  return { detailed, sections: sections.join("\n"), left: ran - detailed.size };
}

function Legend({ view }: { view: ReportView }) {
  const present = new Set(view.cases.map(({ standing }) => standing));
  const standings = (Object.keys(CASE_MARKS) as CaseStanding[]).filter((standing) => present.has(standing));
  const what = present.has("unjudged") ? "wall time" : "change of CPU time against the baseline, or the worst finding";
  return (
    <>
      <span class="muted">Each cell is a case: {what}. </span>
      {standings.map((standing) => (
        <>
          <Badge mark={CASE_MARKS[standing]} key={standing} />{" "}
        </>
      ))}
    </>
  );
}
