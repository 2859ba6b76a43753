import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PINS } from "../../src/lib/pins.ts";

const { tools, charts, images, uv } = PINS;

it.each([
  [
    "docs/clusters.md",
    `the upstream chart (${charts["argo-workflows"].version}, Argo Workflows v${tools.argo.version})`,
  ],
  ["docs/monitoring.md", `**kube-prometheus-stack** ${charts["kube-prometheus-stack"].version} `],
  ["docs/threat-model.md", ` uv ${uv.version} has no option `],
  ["charts/spark-loadtest/values.yaml", `image: ${images.objectStore.name}@${images.objectStore.digest}\n`],
])("%s names what is installed: %s", (file, text) => {
  expect(readFileSync(file, "utf8")).toContain(text);
});
