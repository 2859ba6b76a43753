import { afterEach, describe, expect, it } from "vitest";
import { checkCaseRights, checkSubmitterRights } from "../../../../src/engine/argo/install/rights.ts";
import { type ApiRequest, type ApiServer, type Handler, refuse, startApiServer } from "../../../kube/api-server.ts";

let api: ApiServer | undefined;
afterEach(() => api?.stop());
const signal = new AbortController().signal;

const attributesOf = ({ body }: ApiRequest) => body.spec.resourceAttributes;
const giveToken: Handler = ({ path }) =>
  path.endsWith("/serviceaccounts/spark-loadtest-exit/token") && {
    body: { status: { token: "pod-token", expirationTimestamp: "2030-01-01T00:00:00Z" } },
  };

describe("checkSubmitterRights", () => {
  it("passes where everything is allowed, asking for each right once", async () => {
    api = await startApiServer();
    await checkSubmitterRights(api.kubeConfig(), "load", signal);
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
    api = await startApiServer();
    api.denied = ["create workflows", "get pods/log", "list namespaces", "watch namespaces", "delete namespaces"];
    await expect(checkSubmitterRights(api.kubeConfig(), "load", signal)).rejects.toThrow(
      "lacks rights that a run needs: create workflows.argoproj.io -n load; get pods --subresource=log -n load; " +
        "list namespaces --all-namespaces; watch namespaces --all-namespaces; delete namespaces --all-namespaces",
    );
  });

  it("says so when it may not even ask", async () => {
    api = await startApiServer(refuse(403, "no reviews for you"));
    await expect(checkSubmitterRights(api.kubeConfig(), "load", signal)).rejects.toThrow(
      "Could not review the rights of this account: no reviews for you",
    );
  });
});

describe("checkCaseRights", () => {
  it("asks as the service account of the pods", async () => {
    api = await startApiServer(giveToken);
    await checkCaseRights(api.kubeConfig(), "load", signal);
    const reviews = api.received.filter(({ path }) => path.endsWith("/selfsubjectaccessreviews"));
    expect(new Set(reviews.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer pod-token"]));
  });

  it("names what the pods lack", async () => {
    api = await startApiServer(giveToken);
    api.denied = ["patch workflowtaskresults"];
    await expect(checkCaseRights(api.kubeConfig(), "load", signal)).rejects.toThrow(
      "load/spark-loadtest-exit lacks rights that the workflow's pods need: patch workflowtaskresults.argoproj.io -n load",
    );
  });
});
