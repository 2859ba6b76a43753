import { afterEach, describe, expect, it } from "vitest";
import { checkPolicyInForce, checkPolicySupport } from "../../../../src/engine/argo/install/admission.ts";
import { type ApiServer, type Handler, refusal, startApiServer } from "../../../kube/api-server.ts";

let api: ApiServer | undefined;
afterEach(() => api?.stop());
const signal = new AbortController().signal;

/** A cluster whose API server has these kinds of policies, and whose chart says whether they are wanted. */
const cluster =
  (kinds: readonly string[], wanted: "on" | "off", heeds = true): Handler =>
  ({ method, pathname }) => {
    if (/^\/apis\/admissionregistration\.k8s\.io\/v1\/?$/.test(pathname)) {
      return { body: { kind: "APIResourceList", groupVersion: "x", resources: kinds.map((name) => ({ name })) } };
    }
    if (pathname.endsWith("/serviceaccounts/spark-loadtest-exit")) {
      return { body: { metadata: { name: "x", annotations: { "spark-loadtest/admission-policy": wanted } } } };
    }
    if (pathname.endsWith("/token"))
      return { body: { status: { token: "t", expirationTimestamp: "2030-01-01T00:00:00Z" } } };
    if (method === "POST" && pathname === "/api/v1/namespaces" && heeds) {
      return refusal(422, "forbidden: ValidatingAdmissionPolicy 'spark-loadtest-namespaces' denied request");
    }
    return undefined;
  };

describe("checkPolicySupport", () => {
  it.each([
    ["has the policies", ["validatingadmissionpolicies"], true, null],
    ["has none", ["mutatingwebhookconfigurations"], true, "The cluster has no ValidatingAdmissionPolicy"],
    ["has none, and the values say to do without", [], false, null],
  ])("where the API server %s", async (_, kinds, enabled, message) => {
    api = await startApiServer(cluster(kinds, "on"));
    const checked = checkPolicySupport(api.kubeConfig(), "load", enabled, signal);
    if (message === null) await expect(checked).resolves.toBeUndefined();
    else await expect(checked).rejects.toThrow(message);
  });

  it("remembers what the values of the install before said", async () => {
    api = await startApiServer(cluster([], "off"));
    await expect(checkPolicySupport(api.kubeConfig(), "load", null, signal)).resolves.toBeUndefined();
  });
});

describe("checkPolicyInForce", () => {
  const steps: string[] = [];
  const check = () =>
    checkPolicyInForce(api!.kubeConfig(), "load", ({ detail }) => void steps.push(detail ?? ""), signal);

  it("tries what no case may do, without doing it", async () => {
    api = await startApiServer(cluster([], "on"));
    await check();
    const [probe] = api.received.filter(
      ({ method, path }) => method === "POST" && path.startsWith("/api/v1/namespaces?"),
    );
    expect(probe!.query.get("dryRun")).toBe("All");
    expect(probe!.authorization).toBe("Bearer t");
    expect(steps).toEqual([]);
  });

  it("says so where the values switched the policies off", async () => {
    api = await startApiServer(cluster([], "off", false));
    await check();
    expect(steps).toEqual(["switched off: the account of a case reaches every namespace"]);
  });
});
