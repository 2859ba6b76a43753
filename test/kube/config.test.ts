import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kubeMessage, kubeStatus, toInfrastructureError } from "../../src/kube/client.ts";
import { NodeHttpKubeConfig } from "../../src/kube/config.ts";
import { InfrastructureError } from "../../src/lib/errors.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";

let api: ApiServer;
let folder: string;
beforeEach(async () => {
  api = await startApiServer();
  folder = mkdtempSync(join(tmpdir(), "plugin-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await api.stop();
});

function withPlugin(exec: object): NodeHttpKubeConfig {
  const kubeConfig = new NodeHttpKubeConfig();
  kubeConfig.loadFromString(
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: `${api.url}/`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "dev", user: { exec: { apiVersion: "client.authentication.k8s.io/v1", ...exec } } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "dev" } }],
      "current-context": "x",
    }),
  );
  return kubeConfig;
}
const script = (text: string) => {
  const path = join(folder, "login");
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};
const ask = (kubeConfig: NodeHttpKubeConfig) => kubeConfig.makeApiClient(CoreV1Api).listNamespace();
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("an API client", () => {
  it("sends what it is told, and gives what comes", async () => {
    const client = api.kubeConfig().makeApiClient(CoreV1Api);
    const body = { metadata: { name: "a", annotations: { size: "größer" } } };
    expect((await client.createNamespace({ body })).metadata?.annotations).toEqual({ size: "größer" });
    expect(api.received.at(-1)).toMatchObject({ method: "POST", body });
    expect((await client.readNamespace({ name: "a" })).metadata?.annotations).toEqual({ size: "größer" });
    const { uid } = (await client.readNamespace({ name: "a" })).metadata!;
    await client.deleteNamespace({ name: "a", body: { preconditions: { uid: uid! } } });
    expect(api.received.at(-1)).toMatchObject({ method: "DELETE", body: { preconditions: { uid } } });
  });

  it("gives what the server refuses", async () => {
    const error = await failureOf(api.kubeConfig().makeApiClient(CoreV1Api).readNamespace({ name: "none" }));
    expect(kubeStatus(error)).toBe(404);
    expect(kubeMessage(error)).toBe('namespaces "none" not found');
  });

  it("says where nobody answers", async () => {
    const { url } = api;
    const kubeConfig = api.kubeConfig();
    await api.stop();
    const error = await failureOf(kubeConfig.makeApiClient(CoreV1Api).listNamespace());
    expect(kubeMessage(error)).toBe(`connect ECONNREFUSED ${new URL(url).host}`);
    await api.start();
  });
});

describe("a credential plugin", () => {
  const token = (text: string) => `echo '${JSON.stringify({ status: { token: text } })}'`;

  it("gives the token", async () => {
    await ask(withPlugin({ command: script(token("abc")) }));
    expect(api.received.at(-1)?.authorization).toBe("Bearer abc");
  });

  it.each([
    [undefined, "Install no-such-plugin, or put its folder on the PATH."],
    ["Get it from\nhttps://example.com/plugin\n", "Get it from\nhttps://example.com/plugin"],
  ])("that is missing is named, with its own hint %j", async (installHint, hint) => {
    const error = await failureOf(ask(withPlugin({ command: "no-such-plugin", installHint })));
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({
      message: "The credential plugin no-such-plugin of the kubeconfig's user dev is not on this machine.",
      hint,
    });
    expect(toInfrastructureError("do it", error)).toBe(error);
  });

  it("that fails is named, with what it said", async () => {
    const command = script("echo 'Token has expired: run aws sso login' >&2; exit 3");
    expect(await failureOf(ask(withPlugin({ command })))).toMatchObject({
      message: `The credential plugin ${command} of the kubeconfig's user dev failed: Token has expired: run aws sso login`,
    });
  });
});

describe("advice on a refusal", () => {
  const refusal = async (message: string) => {
    api.handlers = [() => ({ status: 403, body: { kind: "Status", code: 403, message } })];
    return toInfrastructureError("make the pod", await failureOf(ask(api.kubeConfig()))).hint;
  };
  it.each([
    ['pods is forbidden: User "dev" cannot create resource "pods"', "Ask for this right"],
    ['pods "x" is forbidden: exceeded quota: q, requested: cpu=2', "ResourceQuota"],
    ['pods "x" is forbidden: violates PodSecurity "restricted:latest"', "Pod Security Standard"],
    ['admission webhook "policy" denied the request: no', "A policy of the cluster"],
    ['namespaces "x" is forbidden: unable to create new content in namespace x because it is being terminated', "wait"],
  ])("%s: %s", async (message, hint) => {
    expect(await refusal(message)).toContain(hint);
  });
});
