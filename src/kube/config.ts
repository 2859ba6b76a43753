import { Agent, type RequestOptions } from "node:https";
import {
  type ApiConstructor,
  type ApiType,
  createConfiguration,
  KubeConfig,
  type PromiseHttpLibrary,
  type RequestContext,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from "@kubernetes/client-node";
import { errorCode, errorMessage, InfrastructureError } from "../lib/errors.ts";
import { findProxy } from "../lib/http/proxy.ts";
import { readText } from "../lib/http/request.ts";
import type { Environment } from "../lib/process/environment.ts";
import { OPEN_ID, OpenIdSignIn } from "./open-id.ts";
import { API_ANSWER, requestApiServer, serverOf } from "./request.ts";

/** The API server gives up a request after a minute, and a list of everything takes less. */
const IDLE_TIMEOUT_MS = 300_000;

/**
 * A kubeconfig whose API clients speak by node:http as everything else here does, and not by undici, in which a server that closes behind
 * an unread answer ends the whole process (https://github.com/nodejs/undici/issues/5360). The pods' logs, watches and port-forwards of
 * this project take their connection options from it, too.
 */
export class NodeHttpKubeConfig extends KubeConfig {
  override makeApiClient<T extends ApiType>(apiClientType: ApiConstructor<T>): T {
    return new apiClientType(
      createConfiguration({
        baseServer: new ServerConfiguration(serverOf(this), {}),
        httpApi: wrapHttpLibrary(createLibrary(this)),
      }),
    );
  }

  /** @throws InfrastructureError where a credential plugin is missing or fails */
  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    try {
      await super.applyToHTTPSOptions(options);
    } catch (error) {
      const { name, exec } = this.getCurrentUser() ?? {};
      throw exec?.command === undefined ? error : toPluginError(name ?? "", exec as CredentialPlugin, error);
    }
    // The agent is kept for as long as the configuration, and a plugin's certificate only until it gives the next one.
    const { agent, cert, key } = options;
    if (agent instanceof Agent && cert !== undefined)
      Object.assign(agent, { options: { ...agent.options, cert, key } });
  }

  /**
   * Has every cluster that names no proxy of its own (`proxy-url`) reached by that of the environment, as kubectl does, and issuers of
   * tokens, too.
   */
  useProxies(environment: Environment): void {
    this.addAuthenticator(new OpenIdSignIn(environment));
    for (const { authProvider } of this.users) {
      if (authProvider?.name === OPEN_ID.provider) Object.assign(authProvider, { name: OPEN_ID.own });
    }
    for (const cluster of this.clusters) {
      if (cluster.proxyUrl || !URL.canParse(cluster.server)) continue;
      const proxy = findProxy(new URL(cluster.server), environment);
      if (proxy !== null) Object.assign(cluster, { proxyUrl: proxy.href });
    }
  }
}

/** What a kubeconfig says of a user's credential plugin: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
interface CredentialPlugin {
  readonly command: string;
  readonly installHint?: string;
}

function toPluginError(user: string, { command, installHint }: CredentialPlugin, error: unknown): InfrastructureError {
  const plugin = `The credential plugin ${command} of the kubeconfig's user ${user}`;
  if (errorCode(error) === "ENOENT") {
    return new InfrastructureError(`${plugin} is not on this machine.`, {
      hint: installHint?.trim() || `Install ${command}, or put its folder on the PATH.`,
      cause: error,
    });
  }
  const said = errorMessage(error).trim();
  return new InfrastructureError(`${plugin} failed${said === "" ? "." : `: ${said}`}`, {
    hint: "Log in again with the tool that it belongs to; kubectl get --raw /readyz asks it the same.",
    cause: error,
  });
}

function createLibrary(kubeConfig: KubeConfig): PromiseHttpLibrary {
  return {
    async send(request: RequestContext): Promise<ResponseContext> {
      const answer = await requestApiServer(kubeConfig, new URL(request.getUrl()), {
        method: request.getHttpMethod(),
        headers: { "accept-encoding": "gzip", "user-agent": "spark-loadtest", ...request.getHeaders() },
        body: request.getBody()?.toString(),
        signal: request.getSignal(),
        idleTimeoutMs: IDLE_TIMEOUT_MS,
      });
      const content = await readText(answer, API_ANSWER);
      const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
      return new ResponseContext(answer.statusCode ?? 0, Object.fromEntries(headers), {
        text: async () => content,
        binary: async () => Buffer.from(content),
        stream: () => null,
      });
    },
  };
}
