import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { DASHBOARD_PATH } from "../../scripts/generate-dashboard.ts";
import {
  BUCKET,
  caseAccountOf,
  EXIT_SERVICE_ACCOUNT,
  HISTORY_SERVER_NAME,
  namespaceOf,
  STORE_NAME,
  TEMPLATE_NAME,
} from "../../src/engine/argo/objects/names.ts";
import { PINS } from "../../src/lib/pins.ts";
import { DASHBOARD_NAME } from "../../src/monitoring/monitoring-chart.ts";
import { METRIC_TABLES } from "../../src/report/metrics/families.ts";
import { CHART, chartDigest, RENDERED, refusedProperties, renderChart } from "./render.ts";
import { findSchemaErrors, findUnknownFields, type Manifest } from "./schemas.ts";

const text = readFileSync(RENDERED, "utf8");
const manifests: Manifest[] = parseAllDocuments(text, { merge: true })
  .map((document) => document.toJS())
  .filter((manifest) => manifest !== null);

const find = (kind: string, name: string): Manifest =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);

describe("the rendering", () => {
  it("is of the chart as it is now; otherwise: npm run generate", () => {
    expect(text.split("\n", 1)[0]).toContain(chartDigest());
  });

  it("keeps to the schemas of Kubernetes and Argo", async () => {
    expect(await findSchemaErrors(manifests)).toEqual([]);
  });

  it("has no field that the schemas do not know", () => {
    expect(findUnknownFields(manifests)).toEqual([]);
  });

  it("would show both kinds of mistake", async () => {
    const deployment = structuredClone(find("Deployment", STORE_NAME));
    deployment.spec.replicas = "one";
    expect(await findSchemaErrors([deployment])).toHaveLength(1);
    const template = structuredClone(find("WorkflowTemplate", TEMPLATE_NAME));
    template.spec.templates[1].retryStrategy.backof = {};
    expect(findUnknownFields([template])).toContainEqual(expect.stringContaining("'\"backof\"' does not exist"));
  });

  it("has the names that the engine asks for", () => {
    for (const [kind, name] of [
      ["WorkflowTemplate", TEMPLATE_NAME],
      ["ServiceAccount", EXIT_SERVICE_ACCOUNT],
      ["Deployment", STORE_NAME],
      ["Secret", STORE_NAME],
      ["Service", STORE_NAME],
      ["Service", HISTORY_SERVER_NAME],
      ["ConfigMap", "artifact-repositories"],
      ["ConfigMap", DASHBOARD_NAME],
      ["ClusterRole", "spark-loadtest-driver"],
      ["Role", "spark-loadtest-submitter"],
    ] as const) {
      expect(find(kind, name), `${kind} ${name}`).toBeDefined();
    }
    const repository = parse(find("ConfigMap", "artifact-repositories").data["spark-loadtest"]);
    expect(repository.s3).toMatchObject({ bucket: BUCKET, endpoint: `${STORE_NAME}.spark-loadtest:7070` });
    expect(repository.s3.keyFormat).toBe("logs/{{workflow.name}}/{{pod.name}}");
  });

  it("has the dashboard as it is, where Grafana's sidecar looks for it", () => {
    const { metadata, data } = find("ConfigMap", DASHBOARD_NAME);
    expect(metadata.labels.grafana_dashboard).toBe("1");
    expect(JSON.parse(data["spark-loadtest.json"])).toEqual(JSON.parse(readFileSync(DASHBOARD_PATH, "utf8")));
  });

  it("has a place beside its files for what the object store has to know of them, and sweeps it", () => {
    const { containers } = find("Deployment", STORE_NAME).spec.template.spec;
    const named = (name: string) => containers.find((container: { name: string }) => container.name === name)!;
    const { args } = named("object-store");
    const folder = args[args.indexOf("--sidecar") + 1];
    for (const name of ["object-store", "sweeper"]) {
      expect(named(name).volumeMounts, name).toContainEqual({ name: "metadata", mountPath: folder });
    }
    expect(named("sweeper").args[0]).toContain(`find ${folder} `);
  });

  it("names no namespace that --namespace would not change", () => {
    expect(manifests.map(({ metadata }) => metadata.namespace).filter(Boolean)).toEqual([]);
  });
});

describe("Prometheus", () => {
  interface Metric {
    readonly name: string;
    readonly labels: readonly { readonly key: string }[];
  }
  const { spec } = find("WorkflowTemplate", TEMPLATE_NAME);
  const ofRun: Metric[] = spec.metrics.prometheus;
  const ofCase: Metric[] = spec.templates.find(({ name }: { name: string }) => name === "case").metrics.prometheus;

  it("gets the metrics from Argo that the documentation says it gets", () => {
    const documented = Object.values(METRIC_TABLES).flatMap((rows) => rows.filter(({ argo }) => argo));
    // These two have no counterpart in a file: one counts over all runs, the other is for a run that goes on.
    const onlyArgo = ["spark_loadtest_case_attempts_total", "spark_loadtest_run_planned_cases"];
    const served = new Set([...ofRun, ...ofCase].map(({ name }) => name));
    expect([...served].sort()).toEqual([...documented.map(({ name }) => name), ...onlyArgo].sort());
  });

  it("gets them with the labels that a run's file has", () => {
    const labels = ["tier", "spark_version", "orchestrator", "mode", "extensions", "operation", "data_size", "variant"];
    for (const { name, labels: own } of ofCase.filter(({ name }) => name.includes("_case_"))) {
      expect(own.map(({ key }) => key).filter((key) => key !== "outcome")).toEqual(labels);
      expect(own.some(({ key }) => key === "outcome")).toBe(name.endsWith("_outcome"));
    }
  });

  it("reaches the drivers' metrics from its namespace, and nothing else there", () => {
    expect(find("NetworkPolicy", "spark-loadtest-case").spec.ingress).toContainEqual({
      from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
      ports: [{ port: "spark-ui" }],
    });
  });

  it("is what the drivers serve their metrics for", () => {
    const named = (list: Manifest[], wanted: string) => list.find(({ name }) => name === wanted);
    const served = ({ spec }: Manifest) => named(named(spec.templates, "case").container.env, "SPARK_UI_ENABLED").value;
    expect(served(find("WorkflowTemplate", TEMPLATE_NAME))).toBe("true");
    expect(served(parse(readFileSync("workflows/spark-loadtest.yaml", "utf8")))).toBe("false");
  });

  it("gets the alert rules of the file, for the tier that is run every night", () => {
    const file = readFileSync(join(CHART, "rules/spark-loadtest.yaml"), "utf8");
    expect(find("PrometheusRule", "spark-loadtest").spec).toEqual(parse(file.replaceAll("p1_core", "nightly")));
  });
});

describe("pods", () => {
  const spec = find("Deployment", STORE_NAME).spec.template.spec;

  it("keep to Pod Security restricted", () => {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(spec.automountServiceAccountToken).toBe(false);
    for (const container of spec.containers) {
      expect(container.securityContext, container.name).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
    const kinds = spec.volumes.flatMap((volume: object) => Object.keys(volume)).filter((key: string) => key !== "name");
    expect([...new Set(kinds)].sort()).toEqual(["configMap", "emptyDir", "persistentVolumeClaim"]);
  });

  it("say when they are ready, what they ask for, and which image they are", () => {
    for (const { name, image, imagePullPolicy, resources, readinessProbe, ports } of spec.containers) {
      expect(imagePullPolicy, name).toBe("IfNotPresent");
      expect(image).toMatch(/:\S*\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/);
      expect(Object.keys(resources.requests).sort()).toEqual(["cpu", "ephemeral-storage", "memory"]);
      expect(readinessProbe === undefined, name).toBe(ports === undefined);
    }
    const { name, digest } = PINS.images.objectStore;
    expect(spec.containers[0].image).toBe(`${name}@${digest}`);
  });
});

describe("rights", () => {
  const roles = manifests.filter(({ kind }) => kind === "Role" || kind === "ClusterRole");
  const rules = roles.flatMap(({ metadata, kind, rules: own }) =>
    own.map((rule: Manifest) => ({ role: `${kind}/${metadata.name}`, ...rule })),
  );

  it("know no wildcard, and no way to more rights", () => {
    for (const { role, apiGroups, resources, verbs } of rules) {
      expect([...apiGroups, ...resources, ...verbs], role).not.toContain("*");
      expect(verbs, role).not.toEqual(expect.arrayContaining(["escalate"]));
      expect(verbs, role).not.toEqual(expect.arrayContaining(["impersonate"]));
    }
    const binds = rules.filter(({ verbs }) => verbs.includes("bind"));
    expect(binds.map(({ role, resourceNames }) => [role, resourceNames])).toEqual([
      ["ClusterRole/spark-loadtest-case", ["spark-loadtest-driver", "spark-loadtest-application"]],
    ]);
    const secrets = rules.filter(({ resources }) => resources.includes("secrets"));
    // Only the store's is ever read.
    expect(secrets.map(({ role, resourceNames, verbs }) => [role, resourceNames, verbs])).toEqual([
      ["Role/spark-loadtest-submitter", undefined, ["create", "patch", "delete"]],
      ["Role/spark-loadtest-submitter", [STORE_NAME], ["get"]],
    ]);
  });

  it("are, over all namespaces, these and no more", () => {
    const bound = manifests
      .filter(({ kind }) => kind === "ClusterRoleBinding")
      .map(({ roleRef, subjects }) => [roleRef.name, subjects]);
    const exit = { kind: "ServiceAccount", name: EXIT_SERVICE_ACCOUNT, namespace: "spark-loadtest" };
    const accounts = {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Group",
      name: "system:serviceaccounts:spark-loadtest",
    };
    expect(bound).toEqual([
      ["spark-loadtest-case", [accounts]],
      ["spark-loadtest-exit", [exit]],
    ]);
    const rulesOf = (role: string) =>
      find("ClusterRole", role).rules.map(({ resources, verbs }: Manifest) => [resources, verbs]);
    // What is there already an account reaches by no right of the cluster: only by a RoleBinding in the namespace.
    expect(rulesOf("spark-loadtest-case")).toEqual([
      [["namespaces", "resourcequotas"], ["create"]],
      [["networkpolicies"], ["create"]],
      [["rolebindings"], ["create"]],
      [["clusterroles"], ["bind"]],
    ]);
    expect(rulesOf("spark-loadtest-exit")).toEqual([[["namespaces"], ["get", "list", "delete"]]]);
  });

  it("are narrowed to the namespaces of one's own run, and a submitter's to those of runs", () => {
    const policies = manifests.filter(({ kind }) => kind === "ValidatingAdmissionPolicy");
    const bindings = manifests.filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding");
    const names = [
      ...["namespaces", "contents", "bindings", "quotas", "network", "pods"],
      ...["applications", "results", "submitter"],
    ];
    expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual(
      names.map((name) => `spark-loadtest-${name}`).sort(),
    );
    expect(bindings.map(({ spec }) => spec.policyName).sort()).toEqual(
      policies.map((each) => each.metadata.name).sort(),
    );
    for (const { spec } of bindings) expect(spec.validationActions).toEqual(["Deny"]);
    for (const { spec } of policies) expect(spec.failurePolicy).toBe("Fail");
    // A policy that looks up another object refuses everybody where it is missing.
    for (const { spec } of policies.filter((each) => each.spec.paramKind !== undefined)) {
      expect(spec.paramKind.kind).toBe("ResourceQuota");
      expect(spec.matchConstraints.namespaceSelector.matchLabels).toEqual({
        "app.kubernetes.io/managed-by": "spark-loadtest",
        "spark-loadtest/kind": "case",
      });
    }
    const prefix = `system:serviceaccount:spark-loadtest:${caseAccountOf("")}`;
    const { variables } = find("ValidatingAdmissionPolicy", "spark-loadtest-namespaces").spec;
    expect(variables[0].expression).toBe(
      `request.userInfo.username.startsWith("${prefix}") ? request.userInfo.username.substring(${prefix.length}) : ''`,
    );
  });

  it("leave to a SparkApplication's driver no more than its executors and their configuration", () => {
    const { rules: own } = find("ClusterRole", "spark-loadtest-application");
    expect(own.flatMap(({ resources }: Manifest) => resources)).toEqual(["pods", "configmaps"]);
  });

  it.each([
    ["spark.sql.shuffle.partitions", true],
    ["spark.kubernetes.executor.request.cores", true],
    ["spark.kubernetes.driver.service.deleteOnTermination", true],
    ["spark.hadoop.fs.s3a.endpoint", true],
    // By which spark-submit reads a file of the operator's pod, or asks elsewhere.
    ["spark.kubernetes.namespace", false],
    ["spark.kubernetes.submission.waitAppCompletion", false],
    ["spark.kubernetes.context", false],
    ["spark.kubernetes.driver.podTemplateFile", false],
    ["spark.kubernetes.executor.podTemplateFile", false],
    ["spark.kubernetes.authenticate.driver.serviceAccountName", false],
    ["spark.kubernetes.kerberos.krb5.path", false],
    ["spark.kubernetes.driver.pod.featureSteps", false],
    ["spark.kerberos.keytab", false],
    ["spark.master", false],
    ["spark.jars.packages", false],
    ["spark.submit.pyFiles", false],
    ["spark.files", false],
  ])("let a SparkApplication of a case have %s: %s", (property, allowed) => {
    expect(refusedProperties().test(property)).toBe(!allowed);
  });

  it("know the names that cases' namespaces have", () => {
    const { validations } = find("ValidatingAdmissionPolicy", "spark-loadtest-namespaces").spec;
    const [, pattern] = /matches\("([^"]*)"\)/.exec(validations.map(({ expression }: Manifest) => expression).join())!;
    for (const attempt of ["", "-2", "-12"])
      expect(`${namespaceOf("run-1", "a case")}${attempt}`).toMatch(RegExp(pattern!));
    expect("payments").not.toMatch(RegExp(pattern!));
  });
});

describe("pods of cases", () => {
  const policy = (name: string) => find("NetworkPolicy", name).spec;

  it("reach what they need, and never the metadata service of a cloud", () => {
    for (const name of ["spark-loadtest-case", "spark-loadtest-executor", "spark-loadtest-application"]) {
      const { egress, policyTypes } = policy(name);
      expect(policyTypes).toEqual(["Ingress", "Egress"]);
      const blocks = egress.flatMap(({ to }: Manifest) => to.flatMap(({ ipBlock }: Manifest) => ipBlock ?? []));
      expect(blocks).toContainEqual({ cidr: "10.20.0.0/16" });
      for (const { cidr, except } of blocks) {
        if (cidr === "0.0.0.0/0" || cidr === "168.0.0.0/5") expect(except, cidr).toEqual(["169.254.0.0/16"]);
        if (cidr === "::/0") expect(except).toEqual(["fe80::/10", "fd00:ec2::254/128"]);
      }
    }
    expect(policy("spark-loadtest-store").egress).toEqual([]);
    // Of a SparkApplication the driver is in the namespace, too: the API server comes in addition, and nothing else.
    const executors = policy("spark-loadtest-executor").egress;
    const ofApplication = policy("spark-loadtest-application").egress;
    expect(ofApplication.slice(0, executors.length)).toEqual(executors);
    for (const { ports } of ofApplication.slice(executors.length)) {
      for (const { port } of ports) expect([443, 6443]).toContain(port);
    }
    // In its own namespace it is for no pod: a case copies it.
    expect(policy("spark-loadtest-executor").podSelector).toEqual({ matchLabels: { "spark-loadtest/none": "none" } });
  });

  it("and the store's may write so much on a node's disk, and no more", () => {
    const store = find("Deployment", STORE_NAME).spec.template.spec;
    for (const { name, resources } of store.containers) {
      expect(resources.limits["ephemeral-storage"], name).toBeDefined();
      expect(resources.requests["ephemeral-storage"], name).toBeDefined();
    }
    for (const { emptyDir } of store.volumes) if (emptyDir !== undefined) expect(emptyDir.sizeLimit).toBeDefined();
    for (const { podSpecPatch } of find("WorkflowTemplate", TEMPLATE_NAME).spec.templates) {
      if (podSpecPatch === undefined) continue;
      const patch = parse(podSpecPatch, { merge: true });
      const limit = "{{workflow.parameters.storageLimit}}";
      expect(patch.containers[1].resources.limits["ephemeral-storage"]).toBe(limit);
      expect(patch.volumes.map(({ emptyDir }: Manifest) => emptyDir.sizeLimit)).toEqual([limit, limit]);
    }
  });
});

const helm = process.env.HELM ?? "helm";
const hasHelm = spawnSync(helm, ["version", "--short"]).status === 0;

describe.skipIf(!hasHelm)("with helm", () => {
  it("renders as it did", () => {
    expect(text.slice(text.indexOf("\n") + 1)).toBe(renderChart(helm));
  });

  it("has nothing that helm lint objects to", () => {
    expect(spawnSync(helm, ["lint", "--strict", CHART]).status).toBe(0);
  });

  it.each([
    ["a key that it does not know", "objectStore.imgae=x"],
    ["a wrong type", "historyServer.memoryMb=much"],
    ["days that are none", "objectStore.keepDays=0"],
    ["a link that leads to no page", "dashboard.links.argo=javascript:alert(1)"],
    ["data at the metadata service of a cloud", "networkPolicy.egress[0].cidr=169.254.169.254/32"],
    ["data at its address of IPv6", "networkPolicy.egress[0].cidr=fd00:ec2::254/128"],
  ])("refuses %s", (_, value) => {
    const { status, stderr } = spawnSync(helm, ["template", "x", CHART, "--set", value], { encoding: "utf8" });
    expect(status).not.toBe(0);
    expect(stderr).toContain("values don't meet the specifications of the schema");
  });

  it("refuses a cluster without ValidatingAdmissionPolicy, unless it is told to do without", () => {
    const without = spawnSync(helm, ["template", "x", CHART], { encoding: "utf8" });
    expect(without.status).not.toBe(0);
    expect(without.stderr).toContain("The cluster has no ValidatingAdmissionPolicy (Kubernetes 1.30 has)");
    const told = spawnSync(helm, ["template", "x", CHART, "--set", "admissionPolicy.enabled=false"], {
      encoding: "utf8",
    });
    expect(told.status).toBe(0);
    expect(told.stdout).not.toContain("ValidatingAdmissionPolicy");
    expect(told.stdout).toContain('spark-loadtest/admission-policy: "off"');
  });

  it("puts the dashboard where it is asked to, with the links that it is given", () => {
    const values = [
      "enabled=true",
      "namespace=mon",
      "links.argo=https://argo.example.com",
      "links.reports=https://r.example.com",
    ];
    const settings = values.flatMap((value) => ["--set", `dashboard.${value}`]);
    const only = ["--show-only", "templates/dashboard.yaml"];
    const { metadata, data } = parse(
      execFileSync(helm, ["template", "x", CHART, "--set", "admissionPolicy.enabled=false", ...settings, ...only], {
        encoding: "utf8",
      }),
    );
    expect(metadata.namespace).toBe("mon");
    const { templating } = JSON.parse(data["spark-loadtest.json"]) as {
      templating: { list: { name: string; query: unknown }[] };
    };
    const addresses = templating.list.filter(({ name }) => ["argo", "history", "reports"].includes(name));
    expect(addresses.map(({ query }) => query)).toEqual([
      "https://argo.example.com",
      "http://127.0.0.1:18080",
      "https://r.example.com",
    ]);
  });

  it("packs the WorkflowTemplates in, and what the file server runs, and nothing of the tiers", () => {
    const folder = mkdtempSync(join(tmpdir(), "chart-"));
    try {
      execFileSync(helm, ["package", CHART, "--destination", folder], { stdio: "ignore" });
      const files = execFileSync("tar", ["tzf", join(folder, "spark-loadtest-0.5.1.tgz")], { encoding: "utf8" });
      expect(files).toContain("spark-loadtest/workflows/spark-loadtest.yaml");
      expect(files.match(/[^/\n]*\.py$/gm)?.sort()).toEqual(["data_checksums.py", "file_server.py", "webhdfs.py"]);
      expect(files).not.toMatch(/tiers/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
