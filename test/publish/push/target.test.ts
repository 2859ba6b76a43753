import { describe, expect, it } from "vitest";
import { readArguments } from "../../../src/commands/dispatch/read-arguments.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { readPushTarget } from "../../../src/publish/push/target.ts";

describe("readPushTarget", () => {
  it.each([
    ["http://gateway:9091", "pushgateway", "http://gateway:9091/"],
    ["https://example.com/gateway/", "pushgateway", "https://example.com/gateway/"],
    ["http://prometheus:9090/api/v1/write", "remote-write", "http://prometheus:9090/api/v1/write"],
    ["https://mimir.example.com/api/v1/push", "remote-write", "https://mimir.example.com/api/v1/push"],
    ["http://thanos:19291/api/v1/receive", "remote-write", "http://thanos:19291/api/v1/receive"],
  ])("takes %s for a %s", (text, kind, url) => {
    expect(readPushTarget(text, undefined)).toEqual({ kind, url, shownUrl: url, authorization: null });
  });

  it("takes credentials of the address, else the token, and shows neither", () => {
    const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(readPushTarget("https://me:p%40ss@example.com/gateway?token=x#y", "t0ken")).toEqual({
      kind: "pushgateway",
      url: "https://example.com/gateway?token=x",
      shownUrl: "https://example.com/gateway",
      authorization: basic,
    });
    expect(readPushTarget("https://example.com", "t0ken").authorization).toBe("Bearer t0ken");
    expect(readPushTarget("https://example.com", "").authorization).toBeNull();
  });

  it.each([
    ["gateway", "--push-metrics gateway is no URL."],
    ["http://me:hush@", "--push-metrics's address is no URL."],
    ["hush@gateway", "--push-metrics's address is no URL."],
    ["http:///?token=hush:x:@", "is no URL."],
    ["http://me:%zz@host", "is no URL."],
    ["ftp://me:hush@host", "--push-metrics starts with ftp: and not with http: or https:."],
  ])("refuses %s, and does not repeat what is secret", (text, message) => {
    const attempt = () => readPushTarget(text, undefined);
    expect(attempt).toThrow(BadInputError);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow("hush");
  });

  it("is an option of run and of collect, and the token comes from the environment", () => {
    const env = { SPARK_LOADTEST_PUSH_TOKEN: "t0ken" };
    for (const line of ["run", "collect some-run"]) {
      const read = (more: string) => readArguments(`${line}${more}`.split(" "), env, "")?.config;
      expect(read("")).toMatchObject({ pushTo: null });
      expect(read(" --push-metrics http://gateway:9091")).toMatchObject({
        pushTo: { kind: "pushgateway", authorization: "Bearer t0ken" },
      });
    }
  });
});
