import type { JSX } from "preact";
import { formatBytes, formatMs, plural } from "../../lib/text/format.ts";
import type { ScenarioResult } from "../../model/scenarios.ts";
import { renderDocument } from "../html/document.tsx";
import { Badge, Head, List, Scroll } from "../html/parts.tsx";
import { elapsedMs, formatTime } from "../view/sentences.ts";
import { formatScriptTime, SCENARIO_MARKS, type ScenariosView } from "./view.ts";

/** The report as one HTML file that needs neither network nor script. */
export function renderHtml(view: ScenariosView): string {
  const { mark } = view;
  return renderDocument(
    `${mark.word} · scenarios · spark-loadtest`,
    <>
      <Header view={view} />
      {view.byUrgency.length > 0 && <Scenarios view={view} />}
      <RunDetails view={view} />
    </>,
  );
}

function Header({ view }: { view: ScenariosView }): JSX.Element {
  const { mark, document } = view;
  const { run, scenarios } = document;
  const tookMs = elapsedMs(run);
  return (
    <header>
      <p class="eyebrow">
        spark-loadtest · scenarios · {formatTime(run.startedAt)}
        {tookMs === null ? "" : ` · ${formatMs(tookMs)}`}
      </p>
      <h1 class={mark.tone}>
        <span aria-hidden="true">{mark.symbol} </span>
        {mark.word}
      </h1>
      <p class="headline">{view.headline}</p>
      {view.incomplete !== null && <p class="note warn">{view.incomplete}</p>}
      <dl class="facts">
        <div>
          <dt>{plural(scenarios.length, "scenario")}</dt>
          <dd>{view.counts}</dd>
        </div>
      </dl>
    </header>
  );
}

function Scenarios({ view }: { view: ScenariosView }): JSX.Element {
  return (
    <section aria-labelledby="scenarios">
      <h2 id="scenarios">Scenarios</h2>
      <Scroll label="All scenarios">
        <table class="cases">
          <Head
            columns={["Scenario", "Result", { number: "Time" }, { number: "Attempts" }, "Reason", "Namespace", "Log"]}
          />
          <tbody>
            {view.byUrgency.map((scenario) => (
              <Row scenario={scenario} key={scenario.name} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Row({ scenario }: { scenario: ScenarioResult }): JSX.Element {
  const { name, script, status, reason, attempts, namespace, log } = scenario;
  return (
    <tr>
      <th scope="row" title={script}>
        {name}
      </th>
      <td>
        <Badge mark={SCENARIO_MARKS[status]} />
      </td>
      <td class="num">{formatScriptTime(scenario)}</td>
      <td class="num">{attempts}</td>
      <td class="wide">{reason}</td>
      <td>{namespace}</td>
      <td>{log !== null && <a href={log.split("/").map(encodeURIComponent).join("/")}>log</a>}</td>
    </tr>
  );
}

function RunDetails({ view }: { view: ScenariosView }): JSX.Element {
  const { run } = view.document;
  const { host } = run;
  return (
    <section aria-labelledby="run">
      <h2 id="run">Run and files</h2>
      <List
        rows={[
          ["Run", run.id],
          ["Cluster", run.cluster],
          ["Host", `${host.cpus} CPUs (${host.cpuModel}), ${formatBytes(host.memoryBytes)}, ${host.os}`],
          ["Commit", [run.commit, run.ref].filter((text) => text !== null).join(" on ")],
          ["Started", formatTime(run.startedAt)],
          ["Finished", run.finishedAt === null ? "ended early" : formatTime(run.finishedAt)],
          ["spark-loadtest", run.toolVersion],
        ]}
      />
      <p>
        In the run's folder: <code>scenarios.json</code> (all of this), <code>junit.xml</code>,{" "}
        <code>metrics.prom</code>, <code>logs/&lt;scenario&gt;.log</code> (what a script printed).
      </p>
    </section>
  );
}
