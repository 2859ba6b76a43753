import type { JSX } from "preact";
import { formatBytes, formatChange, formatGrowth, formatSpread, plural } from "../../lib/text/format.ts";
import { distinctValues } from "../view/dimensions.ts";
import { describeNoise, formatTime, NO_REASON } from "../view/sentences.ts";
import { oneLine } from "../view/text.ts";
import type { CaseView, Cluster, ReportView } from "../view/view.ts";
import { Head, List, Scroll } from "./parts.tsx";

/** What the verdict rests on, and what it cannot say. */
export function ComparisonLimits({ view }: { view: ReportView }): JSX.Element {
  const { baseline, noise } = view.verdict;
  return (
    <section aria-labelledby="confidence">
      <h2 id="confidence">What this run could have seen</h2>
      <p>{describeNoise(view.verdict)}</p>
      {baseline.notes.length > 0 && (
        <ul>
          {baseline.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <dl class="facts">
        <Fact title="Noise of CPU time (CV)" value={noise.cpuCoefficientOfVariation} format={formatSpread} />
        <Fact title="Smallest change to be found" value={noise.smallestDetectableChange} format={formatGrowth} />
        <Fact title="Shift that all cases share" value={noise.sharedShift} format={formatChange} />
        {noise.degreesOfFreedom !== null && (
          <div>
            <dt>Degrees of freedom</dt>
            <dd>{Number(noise.degreesOfFreedom.toFixed(1))}</dd>
          </div>
        )}
      </dl>
      {baseline.runs.length > 0 && (
        <Scroll label="Baseline runs">
          <table>
            <Head columns={["Baseline run", "Started", "Commit"]} />
            <tbody>
              {baseline.runs.map((run, index) => (
                <tr key={`${index} ${run.id}`}>
                  <th scope="row">{run.id}</th>
                  <td>{formatTime(run.startedAt)}</td>
                  <td>{run.commit === null ? "unknown" : <code>{run.commit.slice(0, 12)}</code>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Fact(props: { title: string; value: number | null; format: (value: number) => string }): JSX.Element | null {
  const { title, value, format } = props;
  if (value === null) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>{format(value)}</dd>
    </div>
  );
}

/** Cases that did not run, or measured nothing, by reason. */
export function Unmeasured(props: {
  id: string;
  title: string;
  clusters: readonly Cluster<CaseView>[];
}): JSX.Element | null {
  const { id, title, clusters } = props;
  if (clusters.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {clusters.map(({ lead, others }) => (
        <details key={lead.id}>
          <summary>
            {plural(others.length + 1, "case")}: {oneLine(lead.result.reason ?? NO_REASON, 300)}
          </summary>
          <p class="small">{[lead, ...others].map(({ label }) => label).join(", ")}</p>
        </details>
      ))}
    </section>
  );
}

export function Environment({ view }: { view: ReportView }): JSX.Element {
  const { run, cases } = view.results;
  const { host } = run;
  const javaVersions = [...new Set(cases.flatMap(({ evidence }) => evidence?.javaVersion ?? []))];
  const rows: [string, string][] = [
    ["Run", run.id],
    ["Engine", run.engine],
    ["Host", `${host.cpus} CPUs (${host.cpuModel}), ${formatBytes(host.memoryBytes)}, ${host.os}`],
    ["Spark", distinctValues(cases, "sparkVersion").join(", ")],
    ["Java", javaVersions.join(", ")],
    ["Commit", [run.commit, run.ref].filter((text) => text !== null).join(" on ")],
    ["Started", formatTime(run.startedAt)],
    ["Finished", run.finishedAt === null ? "ended early" : formatTime(run.finishedAt)],
    ["spark-loadtest", run.toolVersion],
  ];
  return (
    <section aria-labelledby="environment">
      <h2 id="environment">Environment and files</h2>
      <List rows={rows} />
      <p>
        In the run's folder: <code>results.json</code> and <code>verdict.json</code> (all numbers),{" "}
        <code>junit.xml</code>, <code>trace.json</code> (where the time went; for Perfetto),{" "}
        <code>logs/&lt;case&gt;.log</code> (what a case printed), <code>eventlogs/&lt;case&gt;/</code> (its Spark event
        log).
      </p>
    </section>
  );
}
