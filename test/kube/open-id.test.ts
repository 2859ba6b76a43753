import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CoreV1Api } from "@kubernetes/client-node";
import { generate } from "selfsigned";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NodeHttpKubeConfig } from "../../src/kube/config.ts";
import { InfrastructureError } from "../../src/lib/errors.ts";
import { RecordingProxy } from "../lib/http/recording-proxy.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";

const ISSUER = "https://issuer.test";

let api: ApiServer;
let issuer: Server;
let proxy: RecordingProxy;
let certificate: string;
/** What the API server was given as authorization. */
let given: (string | undefined)[];
/** What the issuer was asked. */
let asked: string[];
/** Of a grant. */
let answerGrant: () => { readonly status?: number; readonly body: object };

beforeEach(async () => {
  api = await startApiServer(({ authorization }) => {
    given.push(authorization);
    return undefined;
  });
  const pems = await generate([{ name: "commonName", value: "issuer.test" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "issuer.test" }] }],
  });
  certificate = pems.cert;
  asked = [];
  given = [];
  answerGrant = () => ({ body: grant(3600) });
  issuer = createServer({ cert: pems.cert, key: pems.private }, async (request, response) => {
    const body = await text(request);
    asked.push(`${request.method} ${request.url} ${body}`.trim());
    const { status = 200, body: answer } =
      request.method === "POST" ? answerGrant() : { body: { issuer: ISSUER, token_endpoint: `${ISSUER}/token` } };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
  proxy = await new RecordingProxy().start(() => `https://127.0.0.1:${(issuer.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.stop();
  issuer.closeAllConnections();
  await new Promise((resolve) => issuer.close(resolve));
  await api.stop();
});

/** @param validS seconds from now until the token expires */
function tokenOf(validS: number): string {
  const nowS = Math.floor(Date.now() / 1000);
  const parts = [{ alg: "RS256" }, { iss: ISSUER, aud: "kubernetes", sub: "dev", iat: nowS, exp: nowS + validS }];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")), "c2ln"].join(".");
}

function grant(validS: number) {
  return { token_type: "bearer", access_token: "a", refresh_token: "second", id_token: tokenOf(validS) };
}

function kubeConfigWith(config: object): NodeHttpKubeConfig {
  const kubeConfig = new NodeHttpKubeConfig();
  kubeConfig.loadFromString(
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: api.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "dev", user: { "auth-provider": { name: "oidc", config } } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "dev" } }],
      "current-context": "x",
    }),
  );
  kubeConfig.useProxies({ HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" });
  return kubeConfig;
}

const expired = () => ({
  "id-token": tokenOf(-60),
  "refresh-token": "first",
  "client-id": "kubernetes",
  "client-secret": "",
  "idp-issuer-url": ISSUER,
  "idp-certificate-authority-data": Buffer.from(certificate).toString("base64"),
});

const list = (kubeConfig: NodeHttpKubeConfig) => kubeConfig.makeApiClient(CoreV1Api).listNamespace();

it("sends the kubeconfig's token while it is valid, and asks nobody", async () => {
  const token = tokenOf(60);
  await list(kubeConfigWith({ ...expired(), "id-token": token }));
  expect(given).toEqual([`Bearer ${token}`]);
  expect(asked).toEqual([]);
});

it("renews one that has expired once, by the environment's proxy and the kubeconfig's authority", async () => {
  const kubeConfig = kubeConfigWith(expired());
  await Promise.all([list(kubeConfig), list(kubeConfig)]);
  await list(kubeConfig);
  const [token] = given;
  expect(token).not.toContain(tokenOf(-60));
  expect(given).toEqual([token, token, token]);
  expect(proxy.seen).toEqual(["CONNECT issuer.test:443", "CONNECT issuer.test:443"]);
  expect(asked).toEqual([
    "GET /.well-known/openid-configuration",
    expect.stringMatching(/^POST \/token .*refresh_token=first/),
  ]);
});

it("renews with what the last renewal gave", async () => {
  answerGrant = () => ({ body: grant(0) });
  const kubeConfig = kubeConfigWith(expired());
  await list(kubeConfig);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  answerGrant = () => ({ body: grant(60) });
  await list(kubeConfig);
  expect(asked.at(-1)).toMatch(/refresh_token=second/);
});

it.each<[string, () => object, RegExp]>([
  [
    "a proxy that refuses",
    () => {
      proxy.refusal = 403;
      return expired();
    },
    /the proxy refuses issuer\.test:?4?4?3? with HTTP 403/,
  ],
  ["no refresh token", () => ({ ...expired(), "refresh-token": undefined }), /has no refresh-token/],
  ["an authority that is not known", () => ({ ...expired(), "idp-certificate-authority-data": "" }), /self-signed/],
  [
    "a refresh token that is not taken",
    () => {
      answerGrant = () => ({ status: 400, body: { error: "invalid_grant", error_description: "used up" } });
      return expired();
    },
    /used up|invalid_grant/,
  ],
])("%s is said, with what to do", async (_, config, reason) => {
  const error: unknown = await list(kubeConfigWith(config())).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(InfrastructureError);
  expect((error as Error).message).toMatch(
    /^The sign-in of the kubeconfig's user dev has expired, and is not renewed: /,
  );
  expect((error as Error).message).toMatch(reason);
  expect((error as InfrastructureError).hint).toMatch(/Sign in again/);
  expect(given).toEqual([]);
});
