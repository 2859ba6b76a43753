import type { JSX } from "preact";
import { plural } from "../../lib/text/format.ts";
import type { CaseResult } from "../../model/documents.ts";
import { formatTime } from "../view/sentences.ts";
import { oneLine } from "../view/text.ts";
import { Head, Scroll } from "./parts.tsx";

const MOST_PROPERTIES = 150;

/** What the event log says beside the numbers: failures, lost executors, the settings. */
export function Evidence({ result }: { result: CaseResult }): JSX.Element | null {
  const { evidence } = result;
  if (evidence === null) return null;
  const properties = Object.entries(evidence.properties);
  return (
    <>
      {evidence.partial && (
        <p class="note warn">The event log could not be read to its end; the figures cover what could be read.</p>
      )}
      {evidence.failures.length > 0 && (
        <Scroll label="Failures">
          <table>
            <Head columns={["Failure", { number: "Times" }, "Stage", "What Spark said"]} />
            <tbody>
              {evidence.failures.map((failure, index) => (
                <tr key={`${index} ${failure.kind}`}>
                  <th scope="row">{failure.kind}</th>
                  <td class="num">{failure.count}</td>
                  <td class="wide">{failure.stage ?? ""}</td>
                  <td class="wide">
                    <pre>{failure.message}</pre>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {evidence.lostExecutors.length > 0 && (
        <Scroll label="Lost executors">
          <table>
            <Head columns={["Lost executor", "At", "Killed for memory", "Reason"]} />
            <tbody>
              {evidence.lostExecutors.map((lost) => (
                <tr key={`${lost.executorId} ${lost.atMs}`}>
                  <th scope="row">{lost.executorId}</th>
                  <td>{formatEpochMs(lost.atMs)}</td>
                  <td>{lost.memoryKill ? "yes" : "no"}</td>
                  <td class="wide">{lost.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {properties.length > 0 && (
        <details>
          <summary>{plural(properties.length, "setting")} of the application</summary>
          <p class="muted small">
            {[
              evidence.applicationId ?? "",
              evidence.sparkVersion === null ? "" : `Spark ${evidence.sparkVersion}`,
              evidence.javaVersion === null ? "" : `Java ${evidence.javaVersion}`,
            ]
              .filter((text) => text !== "")
              .join(" · ")}
          </p>
          <Scroll label="Settings">
            <table>
              <Head columns={["Property", "Value"]} />
              <tbody>
                {properties.slice(0, MOST_PROPERTIES).map(([name, value]) => (
                  <tr key={name}>
                    <th scope="row">
                      <code>{name}</code>
                    </th>
                    <td class="wide">
                      <code>{oneLine(value, 300)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </>
  );
}

function formatEpochMs(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : formatTime(time.toISOString());
}
