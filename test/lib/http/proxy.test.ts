import { describe, expect, it } from "vitest";
import { BadInputError } from "../../../src/lib/errors.ts";
import { completeProxyVariables, findProxy } from "../../../src/lib/http/proxy.ts";

const HTTPS_PROXY = "http://secure:3128";
const HTTP_PROXY = "http://plain:3128";

describe("findProxy", () => {
  it.each([
    ["https://a.example", { HTTPS_PROXY, HTTP_PROXY }, "http://secure:3128/"],
    ["http://a.example", { HTTPS_PROXY, HTTP_PROXY }, "http://plain:3128/"],
    ["https://a.example", { HTTP_PROXY }, "http://plain:3128/"],
    ["http://a.example", { HTTPS_PROXY }, null],
    ["https://a.example", {}, null],
    ["https://a.example", { HTTPS_PROXY: "" }, null],
    ["https://a.example", { ALL_PROXY: "socks5h://all:1080" }, "socks5h://all:1080"],
    ["http://a.example", { all_proxy: "http://all:1" }, "http://all:1/"],
    ["https://a.example", { ALL_PROXY: "http://all:1", HTTP_PROXY }, "http://all:1/"],
    ["https://a.example", { ALL_PROXY: "http://all:1", HTTPS_PROXY }, "http://secure:3128/"],
    ["http://a.example", { ALL_PROXY: "http://all:1", HTTP_PROXY }, "http://plain:3128/"],
    ["http://a.example", { http_proxy: "http://small:1", HTTP_PROXY }, "http://small:1/"],
    ["https://a.example", { HTTPS_PROXY, no_proxy: "a.example" }, null],
    ["https://a.example", { https_proxy: "http://small:1", HTTPS_PROXY }, "http://small:1/"],
    ["https://a.example", { HTTPS_PROXY: "me:pw@secure:3128" }, "http://me:pw@secure:3128/"],
    ["http://localhost:8080", { HTTP_PROXY }, null],
    ["http://store.localhost", { HTTP_PROXY }, null],
    ["http://127.0.0.1:8080", { HTTP_PROXY }, null],
    ["http://127.1.2.3", { HTTP_PROXY }, null],
    ["http://[::1]:8080", { HTTP_PROXY }, null],
    ["http://127.0.0.1.example", { HTTP_PROXY }, "http://plain:3128/"],
  ])("%s with %j: %s", (url, environment, proxy) => {
    expect(findProxy(new URL(url), environment)?.href ?? null).toBe(proxy);
  });

  it.each([
    ["https://a.example", "a.example", true],
    ["https://b.a.example", "a.example", true],
    ["https://b.a.example", ".a.example", true],
    ["https://b.a.example", "*.a.example", true],
    ["https://A.example", "a.EXAMPLE", true],
    ["https://xa.example", "a.example", false],
    ["https://a.example", "other, a.example", true],
    ["https://a.example", "other a.example", true],
    ["https://a.example", "*", true],
    ["https://a.example", "", false],
    ["https://a.example", "a.example:443", true],
    ["https://a.example:8443", "a.example:443", false],
    ["https://a.example:8443", "a.example:8443", true],
    ["https://10.0.0.7", "10.0.0.7", true],
    ["https://[fd00::7]", "[fd00::7]", true],
    ["https://[fd00::7]", "fd00::7", true],
    ["https://10.0.0.7", "10.0.0.0/8", true],
    ["https://11.0.0.7", "10.0.0.0/8", false],
    ["https://10.0.0.7", "10.0.0.0/99", false],
    ["https://[fd00::7]", "fd00::/8", true],
    ["https://10.0.0.7", "fd00::/8", false],
    ["https://a.example", "10.0.0.0/8", false],
    ["https://abc.de", "abc.de", true],
    ["https://10.0.0.7:8443", "10.0.0.7:8443", true],
    ["https://10.0.0.7:8443", "10.0.0.7:443", false],
  ])("%s with NO_PROXY %j goes without: %s", (url, NO_PROXY, without) => {
    expect(findProxy(new URL(url), { HTTPS_PROXY, NO_PROXY }) === null).toBe(without);
  });

  it("does not show an address that is none", () => {
    const find = () => findProxy(new URL("https://a.example"), { HTTPS_PROXY: "http://me:hush@:x" });
    expect(find).toThrow(BadInputError);
    expect(find).not.toThrow(/hush/);
  });
});

describe("completeProxyVariables", () => {
  it.each([
    [{}, {}],
    [{ HTTPS_PROXY, HTTP_PROXY }, {}],
    [{ https_proxy: HTTPS_PROXY, http_proxy: HTTP_PROXY }, {}],
    [{ HTTP_PROXY }, { HTTPS_PROXY: HTTP_PROXY }],
    [{ HTTPS_PROXY }, {}],
    [{ all_proxy: "http://all:1" }, { HTTPS_PROXY: "http://all:1", HTTP_PROXY: "http://all:1" }],
    [{ ALL_PROXY: "socks5://all:1" }, {}],
    [
      { NO_PROXY: "a.example, .b.example,*.c.example 10.0.0.0/8 *" },
      { NO_PROXY: "a.example,.b.example,*.c.example,10.0.0.0/8,*,.a.example,.c.example" },
    ],
    [{ no_proxy: "a.example" }, { no_proxy: "a.example,.a.example" }],
    [{ NO_PROXY: "a.example,.a.example" }, {}],
  ])("adds to %j: %j", (environment, missing) => {
    expect(completeProxyVariables(environment)).toEqual(missing);
  });
});
