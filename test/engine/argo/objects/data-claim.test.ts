import { afterEach, beforeEach, expect, it } from "vitest";
import { checkDataClaim, readDataClaim } from "../../../../src/engine/argo/objects/data-claim.ts";
import { BadInputError } from "../../../../src/lib/errors.ts";
import { type ApiServer, startApiServer } from "../../../kube/api-server.ts";

it.each([
  ["pvc://trips", { name: "trips", path: "" }],
  ["pvc://trips/", { name: "trips", path: "" }],
  ["pvc://taxi-trips/2024//yellow/", { name: "taxi-trips", path: "2024/yellow" }],
  ["s3a://bucket/trips", null],
  [null, null],
])("reads %s", (data, expected) => expect(readDataClaim(data)).toEqual(expected));

it.each(["pvc://", "pvc:///trips", "pvc://Trips", "pvc://trips/../other", "pvc://a b/c"])("refuses %s", (data) => {
  expect(() => readDataClaim(data)).toThrow(BadInputError);
});

let api: ApiServer;
let claim: object | null;
beforeEach(async () => {
  claim = { spec: { accessModes: ["ReadWriteOnce"] }, status: { phase: "Bound" } };
  api = await startApiServer(({ method, pathname }) =>
    method === "GET" && pathname === "/api/v1/namespaces/load/persistentvolumeclaims/trips"
      ? claim === null
        ? { status: 404, body: { message: "not found" } }
        : { body: claim }
      : undefined,
  );
});
afterEach(() => api.stop());
const check = () => checkDataClaim("pvc://trips", "load", api.kubeConfig(), new AbortController().signal);

it("takes a claim that is bound", async () => {
  await expect(check()).resolves.toBeUndefined();
});

it.each<[string, object | null, string]>([
  ["is not there", null, "The namespace load has no PersistentVolumeClaim trips."],
  ["is not bound", { status: { phase: "Pending" } }, "trips is not bound but Pending: there are no data in it"],
  ["is lost", { status: { phase: "Lost" } }, "trips is not bound but Lost"],
  [
    "is for one pod",
    { spec: { accessModes: ["ReadWriteOncePod"] }, status: { phase: "Bound" } },
    "trips is ReadWriteOncePod: one pod at a time can mount it",
  ],
])("refuses a claim that %s", async (_, given, message) => {
  claim = given;
  await expect(check()).rejects.toThrow(BadInputError);
  await expect(check()).rejects.toThrow(message);
});
