/** The report's stylesheet. Text and the badges have a contrast of 4.5 or more in both themes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --surface: #f6f7f9; --text: #1b2027; --muted: #59626e; --line: #d9dee5; --link: #0a58a6;
  --bad: #ab1f14; --bad-soft: #fdecea; --warn: #7a5200; --warn-soft: #fcf1d5; --good: #17692f; --good-soft: #e4f5e9;
  --better: #0a58a6; --better-soft: #e5f0fb;
  --cell: #e9edf1; --now: #2b6cb0; --base: #7c8794;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --surface: #1c2026; --text: #e5e9ee; --muted: #a0a9b5; --line: #333a44; --link: #7db8f5;
    --bad: #ff9a90; --bad-soft: #431b18; --warn: #efc25c; --warn-soft: #3b2e0e; --good: #6fd08a; --good-soft: #15341f;
    --better: #7db8f5; --better-soft: #15304b;
    --cell: #2a3038; --now: #5fa3e6; --base: #8792a0;
  }
}
:root {
  --cell-failed: #5e120b; --cell-failed-text: #ffffff;
  --cell-worse: #c2332a; --cell-worse-text: #ffffff;
  --cell-flaky: var(--warn-soft); --cell-flaky-text: var(--warn);
  --cell-infrastructure: #f0b429; --cell-infrastructure-text: #1b2027;
  --cell-advisory: var(--warn-soft); --cell-advisory-text: var(--warn);
  --cell-better: #1f6fb5; --cell-better-text: #ffffff;
  --cell-explained: var(--warn-soft); --cell-explained-text: var(--warn);
  --cell-unchanged: var(--cell); --cell-unchanged-text: var(--text);
  --cell-unjudged: var(--cell); --cell-unjudged-text: var(--text);
  --cell-skipped: transparent; --cell-skipped-text: var(--muted);
  --cell-up-1: color-mix(in srgb, #e8590c 12%, var(--cell)); --cell-up-1-text: var(--text);
  --cell-up-2: color-mix(in srgb, #e8590c 24%, var(--cell)); --cell-up-2-text: var(--text);
  --cell-up-3: color-mix(in srgb, #e8590c 36%, var(--cell)); --cell-up-3-text: var(--text);
  --cell-down-1: color-mix(in srgb, #1c7ed6 12%, var(--cell)); --cell-down-1-text: var(--text);
  --cell-down-2: color-mix(in srgb, #1c7ed6 24%, var(--cell)); --cell-down-2-text: var(--text);
  --cell-down-3: color-mix(in srgb, #1c7ed6 36%, var(--cell)); --cell-down-3-text: var(--text);
  --plot-now: var(--now); --plot-now-soft: color-mix(in srgb, var(--now) 35%, var(--page));
  --plot-baseline: var(--base); --plot-baseline-soft: color-mix(in srgb, var(--base) 35%, var(--page));
  --plot-range: color-mix(in srgb, var(--base) 25%, var(--page));
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1, h2, h3, p, dl, ul, figure { margin: 0 0 0.75rem; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { font-size: 1.2rem; line-height: 1.3; }
h3 { font-size: 1rem; line-height: 1.4; }
section { margin-top: 2.25rem; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, pre { font: 0.88em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20rem; overflow: auto; }
.eyebrow { color: var(--muted); font-size: 0.87rem; margin-bottom: 0.4rem; }
.headline { font-size: 1.1rem; max-width: 60rem; overflow-wrap: anywhere; }
.muted { color: var(--muted); } .small { font-size: 0.87rem; overflow-wrap: anywhere; } .strong { font-weight: 600; }
.more { color: var(--muted); font-size: 0.9rem; }
h1.bad { color: var(--bad); } h1.warn { color: var(--warn); } h1.good { color: var(--good); } h1.better { color: var(--better); }
.badge { display: inline-block; padding: 0 0.5em; border-radius: 0.7em; font-size: 0.82rem; line-height: 1.55; font-weight: 600;
  white-space: nowrap; background: var(--cell); color: var(--text); }
.badge.bad { background: var(--bad-soft); color: var(--bad); } .badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.good { background: var(--good-soft); color: var(--good); } .badge.better { background: var(--better-soft); color: var(--better); }
.badge.faint { background: none; color: var(--muted); font-weight: 400; box-shadow: inset 0 0 0 1px var(--line); }
.note { padding: 0.5rem 0.75rem; border-radius: 6px; background: var(--surface); }
.note.warn { background: var(--warn-soft); color: var(--warn); }
.facts { display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem; }
.facts dt { color: var(--muted); font-size: 0.82rem; } .facts dd { margin: 0; font-weight: 600; }
.list { display: grid; gap: 0.2rem; } .list div { display: flex; gap: 0.75rem; } .list dt { color: var(--muted); flex: 0 0 8rem; }
.list dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.card { margin-top: 1.25rem; padding: 1rem 1.1rem; border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: 6px; background: var(--surface); }
.card > :last-child, article > :last-child { margin-bottom: 0; }
.card article + article { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.card h3 { margin-bottom: 0.2rem; overflow-wrap: anywhere; }
.cause { margin-bottom: 0.5rem; max-width: 60rem; overflow-wrap: anywhere; } .cause .stage { color: var(--muted); }
.kind { font-size: 0.8rem; font-weight: 600; padding: 0 0.45em; border: 1px solid currentColor; border-radius: 4px; color: var(--bad); }
ul.plain { list-style: none; padding: 0; } li > :last-child { margin-bottom: 0; } ul.plain li + li { margin-top: 0.6rem; }
.reason { color: var(--muted); overflow-wrap: anywhere; }
pre.reason { color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.75rem;
  margin-bottom: 0.75rem; }
.asides { margin-top: 1rem; }
.scroll { overflow-x: auto; margin: 0 0 0.75rem; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
table.cases { width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.28rem 0.9rem 0.28rem 0; border-bottom: 1px solid var(--line);
  font-weight: 400; white-space: nowrap; }
thead th { color: var(--muted); font-size: 0.82rem; } th.num, td.num { text-align: right; } td.strong { font-weight: 600; }
.wide { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
tr:target { background: var(--warn-soft); }
details { margin: 0 0 0.5rem; } summary { cursor: pointer; padding: 0.2rem 0; }
summary h3 { display: inline; overflow-wrap: anywhere; }
details.case { border-top: 1px solid var(--line); padding: 0.35rem 0; margin: 0; } .details { margin-top: 1rem; border-bottom: 1px solid var(--line); }
.body { padding: 0.6rem 0 1rem; } .body:target { scroll-margin-top: 4rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 336px), 26rem)); gap: 0.25rem 2rem; margin-top: 0.5rem; }
figcaption { font-size: 0.87rem; margin-bottom: 0.4rem; }
.plots figcaption { font-weight: 600; margin-bottom: 0; }
.key { font-weight: 400; margin-left: 0.6em; } .key::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.3em; }
.key.now::before { background: var(--plot-now); } .key.now-soft::before { background: var(--plot-now-soft); }
.key.baseline::before { background: var(--plot-baseline); }
svg.plot { display: block; overflow: visible; } .plots svg.plot { max-width: 100%; height: auto; }
svg.plot text { white-space: pre; } svg.plot a { text-decoration: none; } svg.plot a:hover rect { stroke: currentColor; }
@media (max-width: 40rem) {
  main { padding: 1rem 0.75rem 3rem; } h1 { font-size: 1.5rem; } .card { padding: 0.75rem; } .facts { gap: 0.5rem 1.5rem; }
  .list div { display: block; } th, td { padding-right: 0.6rem; } table { font-size: 0.85rem; }
  th[scope="row"], thead th { white-space: normal; min-width: 5.5rem; } thead th.num { min-width: 0; }
  th.wide[scope="row"] { min-width: 9rem; }
}
@media print {
  :root { color-scheme: light; --page: #ffffff; --surface: #ffffff; --text: #000000; --muted: #444444; --line: #bbbbbb; --link: #000000;
    --bad: #8f1a11; --bad-soft: #ffffff; --warn: #6b4800; --warn-soft: #ffffff; --good: #17692f; --good-soft: #ffffff;
    --better: #0a4a8c; --better-soft: #ffffff; --cell: #eeeeee; --now: #2b6cb0; --base: #7c8794; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } .scroll, pre { overflow: visible; max-height: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .body details { display: none; } svg.plot, .plots svg.plot { max-width: 100%; max-height: 215mm; width: auto; height: auto; }
  .plots { grid-template-columns: 1fr 1fr; gap: 0 1rem; } table { font-size: 8.5pt; }
  th, td { white-space: normal; padding: 0.15rem 0.6rem 0.15rem 0; } td.num { white-space: nowrap; } .wide, .cases th[scope="row"] { min-width: 10rem; }
  section, article, figure, tr, .card { break-inside: avoid-page; } section { break-inside: auto; } h2, h3, summary { break-after: avoid; }
  a { text-decoration: none; }
}
`;
