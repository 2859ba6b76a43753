import type { JSX } from "preact";
import { formatMs } from "../../lib/format.ts";
import { formatFinding, metricTitle } from "../figures.ts";
import { describeBaseline, describeSight, formatTime, runMs } from "../sentences.ts";
import { oneLine } from "../text.ts";
import { CASE_MARKS, type CaseView, distinctCauses, type FindingGroup, type ReportView } from "../view.ts";
import { Badge, Head, plural, Scroll } from "./parts.tsx";

/** What the first screen shows of a list before it points to the tables. */
const MOST_GROUPS = 6;
const MOST_FINDINGS = 4;
const MOST_FAILED = 6;
const MOST_ADVISORY = 12;

/** Did it pass, what got worse, by how much, why. */
export function FirstScreen({ view }: { view: ReportView }): JSX.Element {
  const { results, verdict, mark } = view;
  const failed = view.cases.filter(({ result }) => result.status === "failed" || result.status === "infrastructure");
  const took = runMs(results);
  return (
    <header>
      <p class="eyebrow">
        spark-loadtest · tier {results.run.tier} · {formatTime(results.run.startedAt)}
        {took === null ? "" : ` · ${formatMs(took)}`}
      </p>
      <h1 class={mark.tone}>
        <span aria-hidden="true">{mark.symbol} </span>
        {mark.answer}: {mark.word.toLowerCase()}
      </h1>
      <p class="headline">{verdict.headline}</p>
      {view.incomplete && (
        <p class="note warn">
          The run ended before all its cases. What follows covers the {plural(view.cases.length, "case")} that ended.
        </p>
      )}
      <Facts view={view} />
      {failed.length > 0 && <Failed cases={failed} />}
      {view.worse.length > 0 && <Worse groups={view.worse} />}
      {(view.advisory.length > 0 || view.better.length > 0) && <Aside view={view} />}
    </header>
  );
}

function Facts({ view }: { view: ReportView }): JSX.Element {
  const { counts, verdict, cases } = view;
  const parts = [
    `${counts.passed} passed`,
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.infrastructure > 0 ? [`${counts.infrastructure} infrastructure`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
  ];
  return (
    <dl class="facts">
      <div>
        <dt>{plural(cases.length, "case")}</dt>
        <dd>{parts.join(", ")}</dd>
      </div>
      <div>
        <dt>Baseline</dt>
        <dd>{describeBaseline(verdict)}</dd>
      </div>
      <div>
        <dt>Could have seen</dt>
        <dd>{describeSight(verdict)}</dd>
      </div>
    </dl>
  );
}

function Failed({ cases }: { cases: readonly CaseView[] }): JSX.Element {
  return (
    <section class="card bad" aria-labelledby="failed">
      <h2 id="failed">What failed</h2>
      <ul class="plain">
        {cases.slice(0, MOST_FAILED).map(({ id, label, standing, result }) => (
          <li key={id}>
            <Badge mark={CASE_MARKS[standing]} /> <a href={`#${id}`}>{label}</a>
            <div class="reason">{oneLine(result.reason ?? "no reason was recorded", 300)}</div>
          </li>
        ))}
      </ul>
      {cases.length > MOST_FAILED && (
        <p class="more">
          and {plural(cases.length - MOST_FAILED, "more case")} in <a href="#cases">the table of all cases</a>
        </p>
      )}
    </section>
  );
}

function Worse({ groups }: { groups: readonly FindingGroup[] }): JSX.Element {
  return (
    <section class="card bad" aria-labelledby="worse">
      <h2 id="worse">What got worse</h2>
      {groups.slice(0, MOST_GROUPS).map((group) => (
        <WorseGroup group={group} key={group.subject} />
      ))}
      {groups.length > MOST_GROUPS && (
        <p class="more">
          and {plural(groups.length - MOST_GROUPS, "more subject")} in <a href="#cases">the table of all cases</a>
        </p>
      )}
    </section>
  );
}

function WorseGroup({ group }: { group: FindingGroup }): JSX.Element {
  const causes = distinctCauses(group.findings);
  return (
    <article>
      <h3>{group.case === null ? group.label : <a href={`#${group.case.id}`}>{group.label}</a>}</h3>
      {causes.slice(0, 2).map((cause) => (
        <p class="cause" key={cause.sentence}>
          <span class="kind">{cause.kind}</span> {cause.sentence}
          {cause.stage !== null && (
            <>
              {" "}
              <span class="stage">
                Stage <code>{oneLine(cause.stage, 160)}</code>
              </span>
            </>
          )}
        </p>
      ))}
      {causes.length === 0 && <p class="cause muted">No likely cause was found in the event logs.</p>}
      <Scroll label={`What got worse in ${group.label}`}>
        <table>
          <Head columns={["Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"]} />
          <tbody>
            {group.findings.slice(0, MOST_FINDINGS).map((finding) => {
              const { baseline, current, change } = formatFinding(finding);
              return (
                <tr key={finding.metric}>
                  <th scope="row">{metricTitle(finding.metric)}</th>
                  <td class="num">{baseline}</td>
                  <td class="num strong">{current}</td>
                  <td class="num strong">{change}</td>
                  <td>{finding.gate}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {group.findings.length > MOST_FINDINGS && (
        <p class="more">and {plural(group.findings.length - MOST_FINDINGS, "more metric")} of it in its details</p>
      )}
    </article>
  );
}

function Aside({ view }: { view: ReportView }): JSX.Element {
  return (
    <div class="asides">
      <Changes title="Slower, but not judged" groups={view.advisory} open={false} />
      <Changes title="What got better" groups={view.better} open={view.verdict.verdict === "improvement"} />
    </div>
  );
}

function Changes(props: { title: string; groups: readonly FindingGroup[]; open: boolean }): JSX.Element | null {
  const { title, groups, open } = props;
  const rows = groups.flatMap((group) => group.findings.map((finding) => ({ group, finding })));
  if (rows.length === 0) return null;
  return (
    <details open={open}>
      <summary>
        {title} <span class="muted">({plural(rows.length, "metric")})</span>
      </summary>
      <Scroll label={title}>
        <table>
          <Head columns={["Case", "Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }]} />
          <tbody>
            {rows.slice(0, MOST_ADVISORY).map(({ group, finding }) => {
              const { baseline, current, change } = formatFinding(finding);
              return (
                <tr key={`${group.subject} ${finding.metric}`}>
                  <th scope="row">
                    {group.case === null ? group.label : <a href={`#${group.case.id}`}>{group.label}</a>}
                  </th>
                  <td>{metricTitle(finding.metric)}</td>
                  <td class="num">{baseline}</td>
                  <td class="num">{current}</td>
                  <td class="num strong">{change}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {rows.length > MOST_ADVISORY && (
        <p class="more">
          and {plural(rows.length - MOST_ADVISORY, "more metric")} in <a href="#cases">the table of all cases</a>
        </p>
      )}
    </details>
  );
}
