import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER_OPTIONS, findMissing, HISTORY_SERVER_IMAGE, INSTALL_OPTIONS, SETTINGS, Workplace } from "./cli.ts";

const missing = await findMissing();
const isKind = SETTINGS.provider === "kind";
if (missing !== null) process.stderr.write(`e2e is skipped. ${missing}\n`);

const CLUSTER = ["--cluster", SETTINGS.provider, "--cluster-name", "e2e"];
const NODE = "e2e-control-plane";
const HOME = "spark-loadtest";
const OTHER = "other-case-0badcafe";
const OTHER_LABELS = ["app.kubernetes.io/managed-by=spark-loadtest", "spark-loadtest/kind=case"];
const INSTALL = ["install", ...CLUSTER, ...INSTALL_OPTIONS, "--image", HISTORY_SERVER_IMAGE];
const NO_EGRESS = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no-egress, namespace: no-egress}
spec: {podSelector: {}, policyTypes: [Egress]}
`;

describe.skipIf(missing !== null || !isKind)("what others may do on a cluster", () => {
  const place = new Workplace();
  const server = createServer((socket) => socket.end());
  const kubectl = (...args: string[]) => place.kubectl(...args);
  const refused = (...args: string[]) =>
    kubectl(...args).then(
      (said) => `not refused: ${said}`,
      ({ stderr }: { stderr: string }) => stderr,
    );

  /** Addresses that no pod of a case may reach, each with something that answers: host:port. */
  async function openTargets(): Promise<string[]> {
    // The kubelet answers on every address of the node, such as that of a cloud's metadata service.
    execFileSync("docker", ["exec", NODE, "ip", "addr", "replace", "169.254.169.254/32", "dev", "lo"]);
    const read = (format: string) =>
      execFileSync("docker", ["inspect", "-f", format, NODE], { encoding: "utf8" }).trim();
    const node = read("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    // The machine that runs the node is outside of the cluster, as the internet is.
    const outside = read("{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}");
    await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
    const { port } = server.address() as AddressInfo;
    return ["169.254.169.254:10250", `${node}:10250`, `${outside}:${port}`];
  }

  /** Those of the targets that a pod in a namespace gets a connection to. */
  async function reach(namespace: string, targets: readonly string[]): Promise<string[]> {
    const tries = targets.map((each) => `timeout 3 bash -c '</dev/tcp/${each.replace(":", "/")}' && echo ${each}`);
    const script = `sleep 5; ${tries.join("; ")}; true`;
    const pod = ["run", "probe", "--restart=Never", "--image-pull-policy=IfNotPresent"];
    await kubectl("-n", namespace, ...pod, "--image", HISTORY_SERVER_IMAGE, "--command", "--", "bash", "-c", script);
    await kubectl("-n", namespace, "wait", "pod/probe", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=120s");
    const log = await kubectl("-n", namespace, "logs", "probe");
    await kubectl("-n", namespace, "delete", "pod", "probe", "--now");
    return log.split("\n").filter((line) => targets.includes(line));
  }

  beforeAll(async () => {
    const { code, stderr } = await place.run(INSTALL);
    expect(code, stderr).toBe(0);
    await kubectl("create", "namespace", OTHER);
    const expires = String(Math.floor(Date.now() / 1000) + 86_400);
    await kubectl(
      "label",
      "namespace",
      OTHER,
      ...OTHER_LABELS,
      "spark-loadtest/run=other-run",
      `spark-loadtest/expires=${expires}`,
    );
    await kubectl("-n", HOME, "create", "serviceaccount", "spark-loadtest-case-other-run");
    await kubectl("create", "namespace", "no-egress");
    const policies = join(place.path, "no-egress.yaml");
    writeFileSync(policies, NO_EGRESS);
    await kubectl("apply", "-f", policies);
  });
  afterAll(async () => {
    server.close();
    await place.run(["cleanup", ...CLUSTER, "--all"]);
    place.remove();
  });

  it("refuses a case's pod all that is not its own run's", async () => {
    const targets = await openTargets();
    // What a pod under no policy does not reach would prove nothing.
    expect(await reach("default", targets), "reached without a policy").toEqual(targets);
    const heedsPolicies = (await reach("no-egress", targets)).length === 0;
    if (heedsPolicies) {
      const served = [`store.${HOME}:7070`, `store.${HOME}:7071`, `history.${HOME}:18080`].map(
        (each) => `spark-loadtest-${each}`,
      );
      expect(await reach("default", served), "reached from another namespace").toEqual([]);
    } else {
      process.stderr.write("The cluster's network heeds no NetworkPolicy: none of them is tried.\n");
    }
    const { code, stderr } = await place.run([
      ...["run", "--tiers-file", resolve("test/e2e/hostile.yaml"), ...CLUSTER, ...CLUSTER_OPTIONS, "--out", "hostile"],
      ...[`--workload-arg=--home=${HOME}`, `--workload-arg=--other=${OTHER}`],
      ...(heedsPolicies ? targets.map((target) => `--workload-arg=--forbidden=${target}`) : []),
    ]);
    const { name } = place.results("hostile").cases[0]!;
    const log = readFileSync(join(place.path, "hostile", "logs", `${name}.log`), "utf8");
    expect(code, `${stderr}\n${log}`).toBe(0);
    // Of each thing it has said that it was refused.
    expect(log.match(/^ok: /gm)!.length).toBeGreaterThan(60);
    expect(log).not.toContain("NOT REFUSED");
    if (heedsPolicies) expect(log.match(/^not reached by an? (driver|executor): /gm)).toHaveLength(10);
  });

  it("refuses the accounts of a run, of the exit handler and of the viewer what is not theirs", async () => {
    for (const account of ["spark-loadtest-case-other-run", "spark-loadtest-exit", "spark-loadtest-viewer"]) {
      const as = `--as=system:serviceaccount:${HOME}:${account}`;
      expect(await refused(as, "create", "namespace", "payments"), account).toContain("spark-loadtest-namespaces");
      expect(await refused(as, "delete", "namespace", HOME), account).toMatch(/spark-loadtest-namespaces|forbidden/);
      expect(await refused(as, "-n", HOME, "get", "secrets"), account).toContain("forbidden");
    }
  });

  it("lets a submitter run and remove runs, and remove no other namespace", async () => {
    await kubectl("create", "serviceaccount", "submitter");
    const subject = "--serviceaccount=default:submitter";
    await kubectl("-n", HOME, "create", "rolebinding", "submitter", "--role=spark-loadtest-submitter", subject);
    await kubectl("create", "clusterrolebinding", "submitter", "--clusterrole=spark-loadtest-submitter", subject);
    await kubectl("create", "namespace", "payments");
    const as = "--as=system:serviceaccount:default:submitter";
    for (const namespace of ["payments", HOME, "argo"]) {
      expect(await refused(as, "delete", "namespace", namespace)).toContain(
        "only namespaces that are labelled as those of runs",
      );
    }
    expect(await kubectl(as, "delete", "namespace", OTHER, "--wait=false")).toContain("deleted");
    // An administrator is not bound by it.
    expect(await kubectl("delete", "namespace", "payments", "--wait=false")).toContain("deleted");
  });
});

describe.skipIf(missing !== null || !isKind)("a cluster whose API server heeds no policies", () => {
  const place = new Workplace();
  afterAll(async () => {
    await place.run(["cleanup", ...CLUSTER, "--all"]);
    place.remove();
  });

  it("is refused unless the values say to do without", async () => {
    const config = join(place.path, "kind.yaml");
    writeFileSync(
      config,
      `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    # kind gives kubeadm a configuration of one of these versions, by the version of Kubernetes, and leaves out the other patch.
    kubeadmConfigPatches:
      - |
        apiVersion: kubeadm.k8s.io/v1beta3
        kind: ClusterConfiguration
        apiServer:
          extraArgs:
            disable-admission-plugins: ValidatingAdmissionPolicy
      - |
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        apiServer:
          extraArgs:
            - {name: disable-admission-plugins, value: ValidatingAdmissionPolicy}
`,
    );
    const install = [...INSTALL, `--cluster-args=--config ${config}`];
    const without = await place.run(install);
    expect(without.code, without.stderr).toBe(6);
    expect(without.stderr).toContain("does not heed the ValidatingAdmissionPolicies of the chart");
    const values = join(place.path, "values.yaml");
    writeFileSync(values, "admissionPolicy: {enabled: false}\n");
    const told = await place.run([...install, "--values", values]);
    expect(told.code, told.stderr).toBe(0);
    expect(told.stderr).toContain("switched off: the account of a case reaches every namespace");
  });
});
