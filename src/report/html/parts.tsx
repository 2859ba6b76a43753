import type { ComponentChildren, JSX } from "preact";
import type { Finding } from "../../model/documents.ts";
import { CASE_MARKS, type CaseStanding, type Mark } from "../view/marks.ts";
import { oneLine } from "../view/text.ts";

/** A state as symbol and word; the colour only repeats it. */
export function Badge({ mark, text }: { mark: Mark; text?: string }): JSX.Element {
  return (
    <span class={`badge ${mark.tone}`}>
      <span aria-hidden="true">{mark.symbol}</span> {text ?? mark.word}
    </span>
  );
}

export function StandingBadge({ standing }: { standing: CaseStanding }): JSX.Element {
  return <Badge mark={CASE_MARKS[standing]} />;
}

/** The likely cause of a finding: its kind, the sentence, and the stage that shows it. */
export function Cause({ cause }: { cause: NonNullable<Finding["cause"]> }): JSX.Element {
  return (
    <p class="cause">
      <span class="kind">{cause.kind}</span> {cause.sentence}
      {cause.stage !== null && (
        <span class="stage">
          {" "}
          (stage <code>{oneLine(cause.stage, 160)}</code>)
        </span>
      )}
    </p>
  );
}

/** A drawing made by plots/: markup of our own in which every text was escaped by the serialiser. */
export function Figure({ svg, caption }: { svg: string | null; caption: ComponentChildren }): JSX.Element | null {
  if (svg === null) return null;
  return (
    <figure>
      <figcaption>{caption}</figcaption>
      <div class="scroll" dangerouslySetInnerHTML={{ __html: svg }} />
    </figure>
  );
}

/** Titles with their values, those without a value left out. */
export function List({ rows }: { rows: readonly (readonly [title: string, value: string])[] }): JSX.Element {
  return (
    <dl class="list">
      {rows
        .filter(([, value]) => value !== "")
        .map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A table that scrolls in its own box where the screen is narrow. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div class="scroll" role="group" aria-label={label}>
      {children}
    </div>
  );
}

/** Cells of a table's head; those named in `numeric` are aligned right. */
export function Head({ columns }: { columns: readonly (string | { readonly number: string })[] }): JSX.Element {
  return (
    <thead>
      <tr>
        {columns.map((column) =>
          typeof column === "string" ? (
            <th scope="col" key={column}>
              {column}
            </th>
          ) : (
            <th scope="col" class="num" key={column.number}>
              {column.number}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}
