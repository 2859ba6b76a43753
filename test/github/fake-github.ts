import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateArtifactRequest,
  DeleteArtifactRequest,
  FinalizeArtifactRequest,
  ListArtifactsRequest,
} from "../../node_modules/@actions/artifact/lib/generated/results/api/v1/artifact.js";
import { exampleOf, findViolation } from "./contract.ts";

export const BOT = "github-actions[bot]";

export interface StoredComment {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly login: string;
  readonly type: "Bot" | "User";
}

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  readonly workflowRunId: number;
  /** null for one that somebody deleted after it was listed. */
  zip: Buffer | null;
  readonly expired?: boolean;
  readonly headBranch?: string;
  readonly fromFork?: boolean;
  readonly event?: string;
  /** Of the run's workflow; `.github/workflows/ci.yml` unless given. */
  readonly workflowFile?: string;
}

/** One answer to give in place of the usual one. */
export interface Trouble {
  /** Of "METHOD /path". */
  readonly match: RegExp;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Told of a request that gets no answer. */
  readonly onHeld?: () => void;
  /** How often; as often as it is asked unless given. */
  times?: number;
}

const REPOSITORY_ID = 1;
const FORK_ID = 2;

/**
 * GitHub as the action sees it: the REST API, the artifact service and its storage, on loopback. Every request is held to GitHub's
 * OpenAPI description, and those of the artifact service to the client's own protocol definitions; answers are GitHub's examples with
 * the values that matter.
 */
export class FakeGithub {
  readonly comments: StoredComment[] = [];
  readonly artifacts: StoredArtifact[] = [];
  readonly requests: string[] = [];
  readonly violations: string[] = [];
  readonly troubles: Trouble[] = [];
  /** By old name. */
  readonly renamedBranches: Record<string, string> = {};
  readonly releases: Record<string, { name: string; content: Buffer }[]> = {};
  readonly pullRequests: { number: number; headSha: string; headRepositoryId: number; state: string }[] = [];
  defaultBranch = "main";
  /** Whose token it is; null for that of a workflow. */
  login: string | null = null;
  /** What is uploaded belongs to it. */
  currentRun = { id: 1000, headBranch: "main", event: "push" };
  url = "";
  readonly #blobs = new Map<string, Buffer[]>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => {
      this.violations.push(String(error));
      response.writeHead(500).end();
    });
  });
  #nextId = 1;

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  newId(): number {
    return this.#nextId++;
  }

  addComment(comment: Omit<StoredComment, "id">): StoredComment {
    const stored = { id: this.newId(), ...comment };
    this.comments.push(stored);
    return stored;
  }

  addArtifact(artifact: Omit<StoredArtifact, "id">): StoredArtifact {
    const stored = { id: this.newId(), ...artifact };
    this.artifacts.push(stored);
    return stored;
  }

  /** What the artifact service's client needs to know. */
  get environment(): Record<string, string> {
    const claims = Buffer.from(JSON.stringify({ scp: "Actions.Results:run-id:job-id" })).toString("base64url");
    return {
      GITHUB_API_URL: this.url,
      ACTIONS_RESULTS_URL: this.url,
      ACTIONS_RUNTIME_TOKEN: `e30.${claims}.signature`,
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.url);
    const method = request.method ?? "GET";
    const line = `${method} ${url.pathname}${url.search}`;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    this.requests.push(line);
    if (url.pathname.startsWith("/blob/")) return this.#storage(method, url, bytes, response);
    const body = bytes.length === 0 ? undefined : JSON.parse(bytes.toString("utf8"));
    const trouble = this.troubles.find(({ match, times }) => match.test(line) && times !== 0);
    if (trouble !== undefined) {
      if (trouble.times !== undefined) trouble.times -= 1;
      if (trouble.onHeld !== undefined) return trouble.onHeld();
      return send(response, trouble.status, { message: trouble.message ?? "trouble" }, trouble.headers);
    }
    if (url.pathname.startsWith("/twirp/")) return this.#artifactService(url.pathname, body, response);
    const violation = findViolation({ method, url, body });
    if (violation !== null) {
      this.violations.push(`${line}: ${violation}`);
      return send(response, 422, { message: violation });
    }
    this.#api(method, url, body, response);
  }

  #api(method: string, url: URL, body: { body: string }, response: ServerResponse) {
    const [, , , ...rest] = url.pathname.split("/").map(decodeURIComponent);
    const path = rest.slice(1).join("/");
    const number = (at: number) => Number(rest[at]);
    const page = Number(url.searchParams.get("page") ?? 1);
    const perPage = Number(url.searchParams.get("per_page") ?? 30);
    const slice = <T>(items: readonly T[]) => items.slice((page - 1) * perPage, page * perPage);
    const next = (items: readonly unknown[]): Record<string, string> => {
      if (items.length <= page * perPage) return {};
      const link = new URL(url);
      link.searchParams.set("page", String(page + 1));
      return { link: `<${link}>; rel="next"` };
    };
    if (url.pathname === "/user") {
      if (this.login === null) return send(response, 403, { message: "Resource not accessible by integration" });
      const user = exampleOf("private-user-response-with-public-and-private-profile-information");
      return send(response, 200, { ...user, login: this.login });
    }
    if (path === "")
      return send(response, 200, {
        ...exampleOf("full-repository-default-response"),
        default_branch: this.defaultBranch,
      });
    if (rest[1] === "branches") {
      const name = this.renamedBranches[rest[2]!] ?? (rest[2] === this.defaultBranch ? this.defaultBranch : null);
      return name === null
        ? send(response, 404, { message: "Branch not found" })
        : send(response, 200, { ...exampleOf("branch-get"), name });
    }
    if (rest[1] === "issues" && rest[3] === "comments") {
      const issue = number(2);
      if (method === "POST") {
        if (body.body.length > 65_536) return send(response, 422, { message: "body is too long" });
        const made = this.addComment({
          issue,
          body: body.body,
          login: this.login ?? BOT,
          type: this.login === null ? "Bot" : "User",
        });
        return send(response, 201, this.#comment(made));
      }
      const all = this.comments.filter((comment) => comment.issue === issue);
      return send(
        response,
        200,
        slice(all).map((comment) => this.#comment(comment)),
        next(all),
      );
    }
    if (rest[1] === "issues") {
      const at = this.comments.findIndex(({ id }) => id === number(3));
      if (at === -1) return send(response, 404, { message: "Not Found" });
      if (method === "DELETE") {
        this.comments.splice(at, 1);
        response.writeHead(204).end();
        return;
      }
      this.comments[at]!.body = body.body;
      return send(response, 200, this.#comment(this.comments[at]!));
    }
    if (path === "actions/artifacts" || rest[4] === "artifacts") {
      const name = url.searchParams.get("name");
      const ofRun = rest[4] === "artifacts" ? number(3) : null;
      const all = this.artifacts
        .filter((each) => (name === null || each.name === name) && (ofRun === null || each.workflowRunId === ofRun))
        .reverse();
      const artifacts = slice(all).map((each) => this.#artifact(each));
      return send(response, 200, { total_count: all.length, artifacts }, next(all));
    }
    if (rest[1] === "actions" && rest[2] === "artifacts") {
      const artifact = this.artifacts.find(({ id }) => id === number(3));
      if (artifact === undefined || artifact.zip === null) return send(response, 410, { message: "Gone" });
      this.#blobs.set(String(artifact.id), [artifact.zip]);
      response.writeHead(302, { location: `${this.url}/blob/${artifact.id}?sig=secret` }).end();
      return;
    }
    if (rest[1] === "actions" && rest[2] === "runs") {
      const id = number(3);
      const { event = "push", workflowFile = ".github/workflows/ci.yml" } =
        this.artifacts.find(({ workflowRunId }) => workflowRunId === id) ?? {};
      return send(response, 200, { ...exampleOf("workflow-run"), id, event, path: `${workflowFile}@main` });
    }
    if (rest[1] === "pulls") {
      const items = this.pullRequests.map(({ number, headSha, headRepositoryId, state }) => {
        const [example] = exampleOf("pull-request-simple-items") as unknown as [ReturnType<typeof exampleOf>];
        const head = { ...example.head, sha: headSha, repo: { ...example.head.repo, id: headRepositoryId } };
        return { ...example, number, state, head };
      });
      return send(response, 200, items);
    }
    if (rest[1] === "releases" && rest[2] === "assets") {
      const asset = Object.values(this.releases).flat()[number(3) - 1];
      if (asset === undefined) return send(response, 404, { message: "Not Found" });
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(asset.content);
      return;
    }
    if (rest[1] === "releases") {
      const tag = rest[2] === "latest" ? Object.keys(this.releases).at(-1) : rest[3];
      const found = tag === undefined ? undefined : this.releases[tag];
      if (found === undefined) return send(response, 404, { message: "Not Found" });
      const everything = Object.values(this.releases).flat();
      const assets = found.map((asset) => ({
        ...exampleOf("release-asset"),
        name: asset.name,
        id: everything.indexOf(asset) + 1,
      }));
      return send(response, 200, { ...exampleOf("release"), tag_name: tag, assets });
    }
    send(response, 404, { message: "Not Found" });
  }

  #comment({ id, body, login, type, issue }: StoredComment) {
    const example = exampleOf("issue-comment");
    const html_url = `https://github.com/octo/spark/pull/${issue}#issuecomment-${id}`;
    return { ...example, id, body, html_url, user: { ...example.user, login, type } };
  }

  #artifact({
    id,
    name,
    expired = false,
    workflowRunId,
    headBranch = this.defaultBranch,
    fromFork = false,
  }: StoredArtifact) {
    const [example] = exampleOf("artifact-paginated").artifacts;
    return {
      ...example,
      id,
      name,
      expired,
      workflow_run: {
        id: workflowRunId,
        repository_id: REPOSITORY_ID,
        head_repository_id: fromFork ? FORK_ID : REPOSITORY_ID,
        head_branch: headBranch,
        head_sha: "328faa0536e6fef19753d9d91dc96a9931694ce3",
      },
    };
  }

  #artifactService(path: string, body: unknown, response: ServerResponse) {
    const method = path.split("/").at(-1);
    // Throws for a field that the protocol does not have.
    const options = { ignoreUnknownFields: false };
    if (method === "CreateArtifact") {
      const { name } = CreateArtifactRequest.fromJson(body as never, options);
      if (this.artifacts.some((each) => each.name === name && each.workflowRunId === this.currentRun.id)) {
        return send(response, 409, {
          code: "already_exists",
          msg: "an artifact with this name already exists on the workflow run",
        });
      }
      return send(response, 200, {
        ok: true,
        signed_upload_url: `${this.url}/blob/upload-${encodeURIComponent(name)}?sig=secret`,
      });
    }
    if (method === "ListArtifacts") {
      const { nameFilter } = ListArtifactsRequest.fromJson(body as never, options);
      const artifacts = this.#ofCurrentRun(nameFilter?.value).map(({ id, name }) => ({
        ...{ workflow_run_backend_id: "run-id", workflow_job_run_backend_id: "job-id" },
        ...{ database_id: String(id), name, size: "1" },
      }));
      return send(response, 200, { artifacts });
    }
    if (method === "DeleteArtifact") {
      const { name } = DeleteArtifactRequest.fromJson(body as never, options);
      const [found] = this.#ofCurrentRun(name);
      if (found === undefined) return send(response, 404, { code: "not_found", msg: "no such artifact" });
      this.artifacts.splice(this.artifacts.indexOf(found), 1);
      return send(response, 200, { ok: true, artifact_id: String(found.id) });
    }
    if (method !== "FinalizeArtifact") throw new Error(`${path} is not served`);
    const { name, size } = FinalizeArtifactRequest.fromJson(body as never, options);
    const zip = Buffer.concat(this.#blobs.get(`upload-${name}`) ?? []);
    if (String(zip.length) !== size) throw new Error(`${name}: ${size} bytes said, ${zip.length} stored`);
    const { id: workflowRunId, headBranch, event } = this.currentRun;
    const { id } = this.addArtifact({ name, workflowRunId, headBranch, event, zip });
    send(response, 200, { ok: true, artifact_id: String(id) });
  }

  #ofCurrentRun(name: string | undefined): StoredArtifact[] {
    return this.artifacts.filter(
      (each) => each.workflowRunId === this.currentRun.id && (name === undefined || each.name === name),
    );
  }

  /** As much of a blob store as the client uses: one PUT, or blocks and their list. */
  #storage(method: string, url: URL, bytes: Buffer, response: ServerResponse): void {
    const key = decodeURIComponent(url.pathname.slice("/blob/".length));
    if (method === "GET") {
      const blob = this.#blobs.get(key);
      response.writeHead(blob === undefined ? 404 : 200).end(blob === undefined ? undefined : Buffer.concat(blob));
      return;
    }
    const comp = url.searchParams.get("comp");
    const block = `${key} ${url.searchParams.get("blockid")}`;
    if (comp === "block") this.#blobs.set(block, [bytes]);
    else if (comp === "blocklist") {
      const ids = [...bytes.toString("utf8").matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id]) => id);
      this.#blobs.set(
        key,
        ids.flatMap((id) => this.#blobs.get(`${key} ${id}`) ?? []),
      );
    } else this.#blobs.set(key, [bytes]);
    response.writeHead(201, { etag: '"1"', "last-modified": new Date().toUTCString() }).end();
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}
