import { afterEach, describe, expect, it } from "vitest";
import { checkCaseRights, checkSubmitterRights } from "../../../../src/engine/argo/install/rights.ts";
import { type Answer, type FakeApi, type Received, startFakeApi, statusAnswer } from "../fake-api.ts";

let api: FakeApi | undefined;
afterEach(() => api?.close());
const signal = new AbortController().signal;

interface Attributes {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly group?: string;
  readonly namespace?: string;
}

function attributesOf({ body }: Received): Attributes {
  return (body as { spec: { resourceAttributes: Attributes } }).spec.resourceAttributes;
}

/** Answers reviews; a right is denied where `denies` says so. */
function review(denies: (attributes: Attributes, request: Received) => boolean) {
  return (request: Received): Answer | undefined => {
    if (request.path.endsWith("/selfsubjectaccessreviews")) {
      return { status: 201, body: { status: { allowed: !denies(attributesOf(request), request) } } };
    }
    if (request.path.endsWith("/serviceaccounts/spark-loadtest-case/token")) {
      return { status: 201, body: { status: { token: "pod-token", expirationTimestamp: "2030-01-01T00:00:00Z" } } };
    }
    return undefined;
  };
}

describe("checkSubmitterRights", () => {
  it("passes where everything is allowed, asking for each right once", async () => {
    api = await startFakeApi(review(() => false));
    await checkSubmitterRights(api.kubeConfig, "load", signal);
    const asked = api.received.map((request) => JSON.stringify(attributesOf(request)));
    expect(new Set(asked).size).toBe(asked.length);
    expect(api.received.map(attributesOf)).toContainEqual({
      verb: "create",
      group: "argoproj.io",
      resource: "workflows",
      namespace: "load",
    });
  });

  it("names every right that is missing, as kubectl takes it", async () => {
    api = await startFakeApi(
      review(
        ({ verb, resource, subresource }) =>
          (resource === "workflows" && verb === "create") || subresource === "log" || resource === "namespaces",
      ),
    );
    await expect(checkSubmitterRights(api.kubeConfig, "load", signal)).rejects.toThrow(
      "lacks rights that a run needs: create workflows.argoproj.io -n load; get pods --subresource=log -n load; " +
        "list namespaces --all-namespaces; watch namespaces --all-namespaces; delete namespaces --all-namespaces",
    );
  });

  it("says so when it may not even ask", async () => {
    api = await startFakeApi(() => statusAnswer(403, "Forbidden", "no reviews for you"));
    await expect(checkSubmitterRights(api.kubeConfig, "load", signal)).rejects.toThrow(
      "Could not review the rights of this account: no reviews for you",
    );
  });
});

describe("checkCaseRights", () => {
  it("asks as the service account of the pods", async () => {
    api = await startFakeApi(review(() => false));
    await checkCaseRights(api.kubeConfig, "load", signal);
    const reviews = api.received.filter(({ path }) => path.endsWith("/selfsubjectaccessreviews"));
    expect(new Set(reviews.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer pod-token"]));
  });

  it("names what the pods lack", async () => {
    api = await startFakeApi(review(({ resource, verb }) => resource === "workflowtaskresults" && verb === "patch"));
    await expect(checkCaseRights(api.kubeConfig, "load", signal)).rejects.toThrow(
      "load/spark-loadtest-case lacks rights that the workflow's pods need: patch workflowtaskresults.argoproj.io -n load",
    );
  });
});
