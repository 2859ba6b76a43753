import type { JSX } from "preact";
import { metricTitle, toFindingCells } from "../../analyse/describe-finding.ts";
import { formatCount, formatMs, plural } from "../../lib/text/format.ts";
import { CASE_MARKS } from "../view/marks.ts";
import {
  describeBaseline,
  describeCounts,
  describeDetectableChange,
  elapsedMs,
  formatTime,
  NO_REASON,
} from "../view/sentences.ts";
import { firstLine } from "../view/text.ts";
import { type CaseView, type Cluster, distinctCauses, type FindingGroup, type ReportView } from "../view/view.ts";
import { Badge, Cause, Head, Scroll } from "./parts.tsx";

/** What the first screen shows of a list before it points to the tables. */
const MOST_CLUSTERS = 6;
const MOST_LINKS = 4;
const MOST_FINDINGS = 4;
const MOST_ADVISORY = 12;

/** Did it pass, what got worse, by how much, why. */
export function FirstScreen({ view }: { view: ReportView }): JSX.Element {
  const { results, verdict, mark } = view;
  const took = elapsedMs(results.run);
  return (
    <header>
      <p class="eyebrow">
        spark-loadtest · tier {results.run.tier} · {formatTime(results.run.startedAt)}
        {took === null ? "" : ` · ${formatMs(took)}`}
      </p>
      <h1 class={mark.tone}>
        <span aria-hidden="true">{mark.symbol} </span>
        {mark.word}
      </h1>
      <p class="headline">{verdict.headline}</p>
      {view.incomplete && (
        <p class="note warn">What follows covers the {plural(view.cases.length, "case")} that finished.</p>
      )}
      <Facts view={view} />
      {verdict.verdict === "no-baseline" && <p class="muted">{view.nextRun}</p>}
      {view.failed.length > 0 && <Failed clusters={view.failed} />}
      {view.worse.length > 0 && <Worse clusters={view.worse} />}
      {(view.advisory.length > 0 || view.better.length > 0) && <OtherChanges view={view} />}
    </header>
  );
}

function Facts({ view }: { view: ReportView }): JSX.Element {
  const { verdict, cases } = view;
  return (
    <dl class="facts">
      <div>
        <dt>{plural(cases.length, "case")}</dt>
        <dd>{describeCounts(view)}</dd>
      </div>
      <div>
        <dt>Baseline</dt>
        <dd>{describeBaseline(verdict)}</dd>
      </div>
      <div>
        <dt>Could have seen</dt>
        <dd>{describeDetectableChange(verdict)}</dd>
      </div>
    </dl>
  );
}

function Failed({ clusters }: { clusters: readonly Cluster<CaseView>[] }): JSX.Element {
  return (
    <section class="card bad" aria-labelledby="failed">
      <h2 id="failed">What failed</h2>
      <ul class="plain">
        {clusters.slice(0, MOST_CLUSTERS).map(({ lead, others }) => (
          <li key={lead.id}>
            <Badge mark={CASE_MARKS[lead.standing]} /> <a href={`#${lead.id}`}>{lead.label}</a>
            <div class="reason">{firstLine(lead.result.reason ?? NO_REASON, 300)}</div>
            {others.length > 0 && (
              <p class="more">
                The same in {plural(others.length, "more case")}: <CaseLinks cases={others} />
              </p>
            )}
          </li>
        ))}
      </ul>
      <MoreInTable count={clusters.length - MOST_CLUSTERS} what="more reason" />
    </section>
  );
}

function Worse({ clusters }: { clusters: readonly Cluster<FindingGroup>[] }): JSX.Element {
  return (
    <section class="card bad" aria-labelledby="worse">
      <h2 id="worse">What got worse</h2>
      {clusters.slice(0, MOST_CLUSTERS).map(({ lead, others }) => (
        <WorseGroup group={lead} others={others} key={lead.subject} />
      ))}
      <MoreInTable count={clusters.length - MOST_CLUSTERS} what="more cause" />
    </section>
  );
}

function MoreInTable({ count, what }: { count: number; what: string }): JSX.Element | null {
  if (count <= 0) return null;
  return (
    <p class="more">
      and {plural(count, what)} in <a href="#cases">the table of all cases</a>
    </p>
  );
}

function CaseLinks({ cases }: { cases: readonly (CaseView | null)[] }): JSX.Element {
  const views = cases.filter((view) => view !== null);
  return (
    <>
      {views.slice(0, MOST_LINKS).map(({ id, label }, index) => (
        <>
          {index > 0 && ", "}
          <a href={`#${id}`}>{label}</a>
        </>
      ))}
      {views.length > MOST_LINKS && `, and ${formatCount(views.length - MOST_LINKS)} more`}
    </>
  );
}

function WorseGroup({ group, others }: { group: FindingGroup; others: readonly FindingGroup[] }): JSX.Element {
  const causes = distinctCauses(group.findings);
  return (
    <article>
      <h3>{group.case === null ? group.label : <a href={`#${group.case.id}`}>{group.label}</a>}</h3>
      {causes.slice(0, 2).map((cause) => (
        <Cause cause={cause} key={cause.sentence} />
      ))}
      {causes.length === 0 && group.case !== null && (
        <p class="cause muted">No likely cause was found in the event logs.</p>
      )}
      <Scroll label={`What got worse in ${group.label}`}>
        <table>
          <Head columns={["Metric", { number: "Baseline" }, { number: "This run" }, { number: "Change" }, "Gate"]} />
          <tbody>
            {group.findings.slice(0, MOST_FINDINGS).map((finding) => {
              const { baseline, current, change } = toFindingCells(finding);
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
        <p class="more">and {plural(group.findings.length - MOST_FINDINGS, "more metric")} in its details</p>
      )}
      {others.length > 0 && (
        <p class="more">
          The same {causes.length > 0 ? "cause and stage" : "metric"} in {plural(others.length, "more case")}:{" "}
          <CaseLinks cases={others.map((other) => other.case)} />
        </p>
      )}
    </article>
  );
}

function OtherChanges({ view }: { view: ReportView }): JSX.Element {
  return (
    <div class="asides">
      <ChangesTable title="Worse, but only advisory" groups={view.advisory} open={false} />
      <ChangesTable title="What got better" groups={view.better} open={view.verdict.verdict === "improvement"} />
    </div>
  );
}

function ChangesTable(props: { title: string; groups: readonly FindingGroup[]; open: boolean }): JSX.Element | null {
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
              const { baseline, current, change } = toFindingCells(finding);
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
