import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import type { KubeConfig, User } from "@kubernetes/client-node";
import { InfrastructureError } from "../lib/errors.ts";
import { createFetch } from "../lib/http/fetch.ts";
import { connectionMessage } from "../lib/http/transient.ts";
import type { Environment } from "../lib/process/environment.ts";
import { parseJson } from "../lib/text/parse-json.ts";

type Authenticator = Parameters<KubeConfig["addAuthenticator"]>[0];

/** The name of the provider in a kubeconfig, and the one by which the client leaves it to this file. */
export const OPEN_ID = { provider: "oidc", own: "spark-loadtest/oidc" } as const;

/** https://github.com/kubernetes/client-go/blob/master/plugin/pkg/client/auth/oidc/oidc.go */
interface OpenIdConfig {
  readonly "client-id"?: string;
  readonly "client-secret"?: string;
  readonly "idp-issuer-url"?: string;
  readonly "idp-certificate-authority"?: string;
  readonly "idp-certificate-authority-data"?: string;
  "id-token"?: string;
  "refresh-token"?: string;
}

const ISSUER_ANSWER = { mostBytes: 2 ** 20, of: "The answer of the issuer of tokens" } as const;

/**
 * Signs in with OpenID Connect: the token of the kubeconfig, and a new one where it has expired. In place of the client's own way, which
 * asks the issuer by `fetch`: past the environment's proxy, and by undici.
 */
export class OpenIdSignIn implements Authenticator {
  readonly #environment: Environment;
  #refreshing: Promise<void> | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  isAuthProvider({ authProvider }: User): boolean {
    return authProvider?.name === OPEN_ID.own;
  }

  /** @throws InfrastructureError where the issuer gives no new token */
  async applyAuthentication({ name, authProvider }: User, options: RequestOptions): Promise<void> {
    const config: OpenIdConfig = authProvider.config ?? {};
    if (hasExpired(config["id-token"])) {
      this.#refreshing ??= refresh(name, config, this.#environment).finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    if (config["id-token"]) options.headers = { ...options.headers, Authorization: `Bearer ${config["id-token"]}` };
  }
}

/** A token that does not say when is sent: the API server knows. */
function hasExpired(token: string | undefined): boolean {
  const payload = parseJson(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString("utf8"));
  const expires =
    typeof payload === "object" && payload !== null && "exp" in payload ? Number(payload.exp) : Number.NaN;
  return Date.now() / 1000 > expires;
}

async function refresh(user: string, config: OpenIdConfig, environment: Environment): Promise<void> {
  const issuer = config["idp-issuer-url"] ?? "";
  const refreshToken = config["refresh-token"];
  try {
    if (!URL.canParse(issuer) || !refreshToken)
      throw new Error("the kubeconfig has no refresh-token or no idp-issuer-url");
    // On demand: few kubeconfigs have it.
    const { customFetch, discovery, None, refreshTokenGrant } = await import("openid-client");
    const ask = createFetch({ environment, ca: readAuthority(config), limit: ISSUER_ANSWER, redirects: 0 });
    const [id, secret] = [config["client-id"] ?? "", config["client-secret"] || undefined];
    const client = await discovery(new URL(issuer), id, secret, secret ? undefined : None(), { [customFetch]: ask });
    const given = await refreshTokenGrant(client, refreshToken);
    config["id-token"] = given.id_token ?? "";
    config["refresh-token"] = given.refresh_token ?? refreshToken;
  } catch (error) {
    const { error: refusal, error_description: said } = error as { error?: string; error_description?: string };
    const reason = said ?? refusal ?? connectionMessage(error);
    throw new InfrastructureError(
      `The sign-in of the kubeconfig's user ${user} has expired, and is not renewed: ${reason}`,
      {
        hint: "Sign in again with the tool that wrote the kubeconfig; kubectl get --raw /readyz asks the same.",
        cause: error,
      },
    );
  }
}

function readAuthority(config: OpenIdConfig): Buffer | undefined {
  const { "idp-certificate-authority": file, "idp-certificate-authority-data": data } = config;
  if (data) return Buffer.from(data, "base64");
  return file ? readFileSync(file) : undefined;
}
