/** Renders the chart into test/chart/rendered.yaml, which the tests hold against the schemas of Kubernetes and Argo. Needs helm. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { chartDigest, RENDERED, renderChart } from "../test/chart/render.ts";

const helm = process.env.HELM ?? "helm";
try {
  execFileSync(helm, ["version", "--short"], { stdio: "ignore" });
} catch {
  console.error(`helm is needed to render the chart: install it, or name it in HELM. ${RENDERED} stays as it is.`);
  process.exit(1);
}
writeFileSync(
  RENDERED,
  `# Made by npm run generate from sources with the digest ${chartDigest()}\n${renderChart(helm)}`,
);
