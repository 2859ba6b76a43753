import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export const CHART = "charts/spark-loadtest";
export const RENDERED = "test/chart/rendered.yaml";

/** Everything on, and nothing that chance decides. */
const VALUES = [
  ...["--set", "objectStore.accessKey=access,objectStore.secretKey=secret"],
  ...["--set", "persistence.enabled=true,persistence.storageClassName=standard"],
  ...["--set", "quota.pods=50"],
  ...["--set", "imagePullSecrets[0].name=registry"],
  ...["--set", "dashboard.enabled=true"],
  ...[
    "--set",
    "prometheus.namespace=monitoring,prometheus.operator.enabled=true,prometheus.operator.nightlyTier=nightly",
  ],
  ...[
    "--set-json",
    'networkPolicy.egress=[{"cidr":"10.20.0.0/16"},{"cidr":"168.0.0.0/5","ports":[9000]},{"cidr":"::/0","ports":[443]}]',
  ],
  ...["--api-versions", "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy"],
];

/** What helm makes of the chart. */
export function renderChart(helm: string): string {
  return execFileSync(helm, ["template", "spark-loadtest", CHART, "--namespace", "spark-loadtest", ...VALUES], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Digest of all files that the rendering depends on, so that an old one is noticed without helm. */
export function chartDigest(): string {
  const digest = createHash("sha256").update(JSON.stringify(VALUES));
  const own = ["Chart.yaml", "values.yaml", "values.schema.json", ".helmignore"].map((name) => join(CHART, name));
  const templates = ["templates", "rules", "dashboards"].flatMap((folder) =>
    readdirSync(join(CHART, folder)).map((name) => join(CHART, folder, name)),
  );
  const workflows = readdirSync("workflows").filter((name) => name.endsWith(".yaml"));
  for (const path of [...own, ...templates, ...workflows.map((name) => join("workflows", name))].sort()) {
    digest.update(`${path}\0${readFileSync(path, "utf8")}\0`);
  }
  return digest.digest("hex").slice(0, 16);
}

/** The Spark properties that a SparkApplication of a case cannot have: the expression of the chart's admission policy. */
export function refusedProperties(): RegExp {
  const documents = parseAllDocuments(readFileSync(RENDERED, "utf8"), { merge: true }).map((each) => each.toJS());
  const policy = documents.find(
    (each) => each?.kind === "ValidatingAdmissionPolicy" && each.metadata.name === "spark-loadtest-applications",
  );
  const expression: string = policy.spec.validations.at(-1).expression;
  const parts = [...expression.matchAll(/"((?:\^spark|kubernetes\[|\.\*\()[^"]*)"/g)].map(([, part]) => part);
  if (parts.length !== 3) throw new Error(`the policy has its expression in ${parts.length} parts: ${expression}`);
  return RegExp(parts.join(""));
}
