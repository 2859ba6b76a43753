/**
 * Makes docs/pictures/ from real runs of the bundle, or from the folder of a run that was judged: npm run pictures -- FOLDER. Needs what
 * a run needs, and Debian's packages chromium, pngquant and fonts-noto-core.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { marked } from "marked";
import { ExitCode } from "../src/lib/errors.ts";
import { renderComment } from "../src/publish/comment/body.ts";

/** CSS pixels: what GitHub gives a picture in a README. The files have twice as many, for screens that show them. */
const WIDTH = 880;
/** Of the report, its first screen. */
const REPORT_HEIGHT = 1000;
const BASELINE_RUNS = 3;
const OUT = "docs/pictures";
const THEMES = { light: { suffix: "", blink: 1 }, dark: { suffix: "-dark", blink: 0 } } as const;
type Theme = keyof typeof THEMES;

const scratch = mkdtempSync(join(tmpdir(), "pictures-"));
try {
  const run = process.argv[2] ?? measureRegression();
  mkdirSync(OUT, { recursive: true });
  const comment = writeCommentPage(readFileSync(join(run, "report.md"), "utf8"));
  for (const theme of Object.keys(THEMES) as Theme[]) {
    takePicture("report", theme, resolve(run, "report.html"), REPORT_HEIGHT);
    takePicture("comment", theme, comment, measureHeight(comment));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs the tier quick as the baseline and once more with a skewed key, and gives the folder of the last run. */
function measureRegression(): string {
  const spark = (out: string, ...args: string[]) =>
    spawnSync("bin/spark-loadtest", ["run", "--out", join(scratch, out), ...args], { stdio: "inherit" }).status;
  for (let run = 1; run <= BASELINE_RUNS; run += 1) {
    if (spark(join("baseline", String(run))) !== ExitCode.pass)
      throw new Error(`Run ${run} of the baseline did not pass.`);
  }
  const code = spark("skewed", "--baseline", join(scratch, "baseline"), "--workload-arg=--fault=skew");
  if (code !== ExitCode.regression)
    throw new Error(`The run with a skewed key ended with ${code}: no regression to show.`);
  return join(scratch, "skewed");
}

/** The comment of a run's report as a page that looks as GitHub shows it, and that says how high it is. Gives its path. */
function writeCommentPage(report: string): string {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const links = { runUrl: "https://github.com", artifactUrl: "https://github.com", commit };
  const markdown = renderComment(report, { artifactName: "spark-loadtest", tier: "quick" }, 1, links);
  const style = createRequire(import.meta.url).resolve("github-markdown-css/github-markdown.css");
  const path = join(scratch, "comment.html");
  writeFileSync(
    path,
    `<!doctype html>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<style>
  ${readFileSync(style, "utf8")}
  body { margin: 0; padding: 16px; }
  article { border: 1px solid var(--borderColor-default); border-radius: 6px; }
  header { padding: 8px 16px; border-bottom: 1px solid var(--borderColor-default); border-radius: 6px 6px 0 0;
    background: var(--bgColor-muted); color: var(--fgColor-muted); font-size: 14px; }
  header b { color: var(--fgColor-default); }
  header span { border: 1px solid var(--borderColor-default); border-radius: 1em; padding: 0 6px; font-size: 12px; }
  section.markdown-body { padding: 16px; font-size: 14px; }
</style>
<body class="markdown-body">
  <article>
    <header><b>github-actions</b> <span>bot</span> commented</header>
    <section class="markdown-body">${marked.parse(markdown, { async: false })}</section>
  </article>
  <script>document.body.dataset.height = document.documentElement.scrollHeight</script>
`,
  );
  return path;
}

function measureHeight(page: string): number {
  const dom = execFileSync("chromium", [...flags(600), "--dump-dom", pathToFileURL(page).href], {
    encoding: "utf8",
    stdio: "pipe",
  });
  return Number(/data-height="(\d+)"/.exec(dom)![1]);
}

function takePicture(name: string, theme: Theme, page: string, height: number): void {
  const { suffix, blink } = THEMES[theme];
  const png = join(scratch, `${name}.png`);
  execFileSync(
    "chromium",
    [
      ...flags(height),
      ...["--force-device-scale-factor=2", `--blink-settings=preferredColorScheme=${blink}`],
      ...[`--screenshot=${png}`, pathToFileURL(page).href],
    ],
    { stdio: "pipe" },
  );
  const out = join(OUT, `${name}${suffix}.png`);
  execFileSync("pngquant", ["--force", "--strip", "--speed=1", "--output", out, "64", png]);
  console.log(out);
}

function flags(height: number): string[] {
  return [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...[`--user-data-dir=${join(scratch, "profile")}`, `--window-size=${WIDTH},${height}`],
  ];
}
