// Builds dist/ from src/: compiles, bundles each entry with ncc, and puts the data files that it reads beside it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { minify } from "terser";
import { compileTiers } from "../src/plan/tiers/tiers-file.ts";

const TIERS = "workflows/tiers/tiers.yaml";

const [out = "dist"] = process.argv.slice(2);
const runBin = (name: string, args: string[], cwd = ".") =>
  execFileSync(resolve("node_modules/.bin", name), args, { stdio: "inherit", cwd });

rmSync("build", { recursive: true, force: true });
runBin("tsc", ["--noEmit", "false", "--outDir", "build", "--rootDir", "."]);
rmSync(`${out}/cli`, { recursive: true, force: true });
// ncc bundles every file that a path in the code names. Relative ones are meant for the user's folder, not for this one: in build/
// there is nothing that they could name.
const nccOut = resolve(out, "cli");
runBin(
  "ncc",
  ["build", "src/entries/bundle.js", "--out", nccOut, "--minify", "--license", "licenses.txt", "--quiet"],
  "build",
);
// ncc minifies the entry only, and the Kubernetes client alone is 19 MB with all its comments.
for (const name of readdirSync(nccOut).filter((file) => /^\d+\.index\.js$/.test(file))) {
  const { code } = await minify(readFileSync(`${nccOut}/${name}`, "utf8"), {
    module: true,
    ecma: 2020,
    // Errors are told by the names of their classes.
    keep_classnames: true,
    format: { comments: false },
  });
  writeFileSync(`${nccOut}/${name}`, code!);
}
// One bundle, and a file for each program in it: the command line and the action's steps share what they need of the pipeline.
renameSync(`${nccOut}/index.js`, `${nccOut}/bundle.js`);
for (const name of ["main", "post", "comment"]) {
  rmSync(`${out}/${name}`, { recursive: true, force: true });
  mkdirSync(`${out}/${name}`, { recursive: true });
  writeFileSync(`${out}/${name}/index.js`, `import { start } from "../cli/bundle.js";\nawait start.${name}();\n`);
  writeFileSync(`${out}/${name}/package.json`, '{\n  "type": "module"\n}\n');
}
const cli = '#!/usr/bin/env node\nimport { start } from "./bundle.js";\nawait start.cli();\n';
writeFileSync(`${nccOut}/index.js`, cli, { mode: 0o755 });
// Checked and compiled here, so that no start has to load the YAML parser and the schema.
writeFileSync(`${out}/cli/tiers.json`, compileTiers(readFileSync(TIERS, "utf8"), TIERS));
copyFiles("workloads", /\.(py|json)$/, "workloads");
copyFiles("images", /^requirements-.*\.txt$/, "images");
// Everything that a cluster gets: the chart with the WorkflowTemplates of the folder that it links to, and the scripts of the pods. Node 24
// leaves a link inside a folder a link, whatever `dereference` says, and would write this machine's path into it.
const TEMPLATES = "charts/spark-loadtest/workflows";
cpSync("charts", `${out}/cli/charts`, { recursive: true, filter: (path) => path !== TEMPLATES });
copyFiles("workflows", /\.yaml$|^(data_checksums|file_server|webhdfs)\.py$/, TEMPLATES);
copyFiles("workflows", /\.(py|json)$/, "workflows");

/** Copies the files of a folder whose names match into a folder of the command line's bundle. */
function copyFiles(from: string, names: RegExp, to: string): void {
  mkdirSync(`${out}/cli/${to}`);
  for (const name of readdirSync(from).filter((file) => names.test(file))) {
    cpSync(`${from}/${name}`, `${out}/cli/${to}/${name}`);
  }
}
