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
import { parse, stringify } from "yaml";
import { ExitCode } from "../src/lib/errors.ts";
import { renderComment } from "../src/publish/comment/body.ts";

/** CSS pixels, a little more than a README has room for. The files have twice as many, for screens that show them. */
const WIDTH = 1000;
const BASELINE_RUNS = 3;
const SKEWED_OPERATION = "window";
const OUT = "docs/pictures";
const COLORS = 64;
/** By what the file's name ends with: Blink's number of the scheme. */
const THEMES = { "": 1, "-dark": 0 };

const scratch = mkdtempSync(join(tmpdir(), "pictures-"));
try {
  const run = process.argv[2] ?? measureRegression();
  mkdirSync(OUT, { recursive: true });
  const report = readFileSync(join(run, "report.html"), "utf8");
  const comment = toCommentPage(readFileSync(join(run, "report.md"), "utf8"));
  // Down to the table of all cases, which says in numbers what is above it.
  takePictures("report", report, 'document.querySelector("[aria-labelledby=cases]").getBoundingClientRect().top');
  takePictures("comment", comment, "document.body.getBoundingClientRect().bottom");
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs the tier quick as the baseline and once more with a skewed key in one operation, and gives the folder of the last run. */
function measureRegression(): string {
  const spark = (out: string, ...args: string[]) =>
    spawnSync("bin/spark-loadtest", ["run", "--out", join(scratch, out), ...args], { stdio: "inherit" }).status;
  for (let run = 1; run <= BASELINE_RUNS; run += 1) {
    if (spark(join("baseline", String(run))) !== ExitCode.pass)
      throw new Error(`Run ${run} of the baseline did not pass.`);
  }
  const code = spark("skewed", "--baseline", join(scratch, "baseline"), "--tiers-file", writeSkewedTier());
  if (code !== ExitCode.regression) throw new Error(`The last run ended with ${code}: there is no regression to show.`);
  return join(scratch, "skewed");
}

/** The tier quick with the built-in workload, of which one operation gets its fault. */
function writeSkewedTier(): string {
  const { schema, tiers } = parse(readFileSync("workflows/tiers/tiers.yaml", "utf8"));
  const script = join(scratch, "skewed.py");
  writeFileSync(
    script,
    `import runpy, sys
if "${SKEWED_OPERATION}" in sys.argv:
    sys.argv += ["--fault", "skew"]
runpy.run_path(${JSON.stringify(resolve("workloads/builtin.py"))}, run_name="__main__")
`,
  );
  const options = ["operation", "data", "output", "samples", "warmups", "result"];
  const args = options.flatMap((name) => [`--${name}`, `{${name}}`]);
  const file = join(scratch, "tiers.yaml");
  writeFileSync(file, stringify({ schema, tiers: { quick: { ...tiers.quick, workload: { script, args } } } }));
  return file;
}

/** The comment with a run's report as a page that looks as GitHub shows it. */
function toCommentPage(report: string): string {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const links = { runUrl: "https://github.com", artifactUrl: "https://github.com", commit, of: null };
  const key = { artifactName: "spark-loadtest", tier: "quick", id: null };
  const markdown = renderComment(report, key, { runId: 1, attempt: 1 }, links);
  const style = createRequire(import.meta.url).resolve("github-markdown-css/github-markdown.css");
  return `<!doctype html>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<style>
  ${readFileSync(style, "utf8")}
  body { margin: 0; padding: 16px; }
  article { border: 1px solid var(--borderColor-default); border-radius: 6px; overflow: hidden; }
  header { padding: 8px 16px; border-bottom: 1px solid var(--borderColor-default);
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
</body>
`;
}

/** @param height in CSS pixels, as an expression of the page's own */
function takePictures(name: string, html: string, height: string): void {
  const page = join(scratch, `${name}.html`);
  // The report's policy lets no script run.
  const withoutPolicy = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
  writeFileSync(page, `${withoutPolicy}<script>document.body.dataset.height = Math.round(${height})</script>`);
  const [, measured] = /data-height="(\d+)"/.exec(browse(page, 600, "--dump-dom")) ?? [];
  for (const [suffix, preferredColorScheme] of Object.entries(THEMES)) {
    const png = join(scratch, `${name}.png`);
    const theme = `--blink-settings=preferredColorScheme=${preferredColorScheme}`;
    browse(page, Number(measured), theme, "--force-device-scale-factor=2", `--screenshot=${png}`);
    const out = join(OUT, `${name}${suffix}.png`);
    execFileSync("pngquant", ["--force", "--strip", "--speed=1", "--output", out, String(COLORS), png]);
    console.log(out);
  }
}

/** Opens a page without a window and gives what the browser printed. */
function browse(page: string, height: number, ...flags: string[]): string {
  return execFileSync(
    "chromium",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...[`--user-data-dir=${join(scratch, "profile")}`, `--window-size=${WIDTH},${height}`],
      ...[...flags, pathToFileURL(page).href],
    ],
    { encoding: "utf8", stdio: "pipe" },
  );
}
