import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renderOneContext } from "../../../src/cluster/kubeconfig/kubeconfig.ts";

it("keeps one context with all that it says, and no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  const path = join(folder, "config");
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
current-context: other
clusters:
- name: c
  cluster: { server: "https://example.com", certificate-authority: ca.crt, tls-server-name: api }
- { name: d, cluster: { server: "https://example.org" } }
users:
- name: u
  user: { as: someone, exec: { apiVersion: v1, command: ./login, args: [a] } }
- { name: secret, user: { token: hidden } }
contexts:
- { name: wanted, context: { cluster: c, user: u, namespace: n } }
- { name: other, context: { cluster: d, user: secret } }
`,
  );
  expect(JSON.parse(renderOneContext(path, "wanted"))).toEqual({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "wanted",
    clusters: [
      {
        name: "c",
        cluster: {
          server: "https://example.com",
          "certificate-authority": join(folder, "ca.crt"),
          "tls-server-name": "api",
        },
      },
    ],
    users: [
      { name: "u", user: { as: "someone", exec: { apiVersion: "v1", command: join(folder, "login"), args: ["a"] } } },
    ],
    contexts: [{ name: "wanted", context: { cluster: "c", user: "u", namespace: "n" } }],
  });
  rmSync(folder, { recursive: true });
});
