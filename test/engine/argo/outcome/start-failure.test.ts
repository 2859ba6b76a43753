import type { CoreV1Event } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { FollowedStarts } from "../../../../src/engine/argo/follow/starts.ts";
import { FOLLOW_LIMITS } from "../../../../src/engine/argo/outcome/limits.ts";
import { deadlineMs, findStartProblem, isQuotaMessage } from "../../../../src/engine/argo/outcome/start-failure.ts";
import { pods, workflows } from "../recordings.ts";

describe("findStartProblem", () => {
  test("reads recorded pods", () => {
    const found = Object.entries(pods).map(([name, pod]) => {
      const problem = findStartProblem(pod);
      return [name, problem === null ? null : `${problem.kind} | ${problem.reason.slice(0, 110)}`];
    });
    expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
      {
        "being-deleted": null,
        "failed-CannotStart": null,
        "failed-DeadlineExceeded": null,
        "failed-Error-3": null,
        "failed-Error-64": null,
        "failed-OOMKilled-137": null,
        "pending-new": "starting | waiting for a node",
        "pending-scheduled": "starting | starting its containers",
        "running": null,
        "running-terminated-Error": null,
        "succeeded-terminated-Completed": null,
        "unschedulable": "no-room | Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes",
        "waiting-CreateContainerConfigError": "final | CreateContainerConfigError: secret "nosuch" not found",
        "waiting-ErrImagePull": "passing | ErrImagePull: failed to pull and unpack image "nosuch.example/spark:9": failed to resolve reference "nosuch.ex",
        "waiting-ImagePullBackOff": "passing | ImagePullBackOff: Back-off pulling image "nosuch.example/spark:9": ErrImagePull: failed to pull and unpack ima",
        "waiting-PodInitializing": "starting | starting its containers",
      }
    `);
  });

  const waiting = (reason: string, message?: string, init = false) => {
    const status = [{ name: "main", state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } }];
    return { status: { phase: "Pending", [init ? "initContainerStatuses" : "containerStatuses"]: status } } as never;
  };
  test.each([
    ["InvalidImageName", 'Failed to apply default image tag "A:b:c"', "final"],
    ["ErrImageNeverPull", undefined, "final"],
    ["CreateContainerError", "context deadline exceeded", "final"],
    ["RunContainerError", "exec: no such file", "final"],
    [
      "ErrImagePull",
      'failed to resolve reference "docker.io/apache/spark:9.9": docker.io/apache/spark:9.9: not found',
      "final",
    ],
    ["ErrImagePull", "pull access denied, repository does not exist or may require authorization", "final"],
    ["ImagePullBackOff", 'Back-off pulling image "x": ErrImagePull: 429 Too Many Requests', "passing"],
    ["ErrImagePull", "dial tcp 1.2.3.4:443: connect: connection refused", "passing"],
    ["ContainerCreating", undefined, "starting"],
  ])("%s: %s is %s", (reason, message, kind) => {
    expect(findStartProblem(waiting(reason, message))?.kind).toBe(kind);
    expect(findStartProblem(waiting(reason, message, true))?.kind).toBe(kind);
  });

  const event = (type: string, reason: string, message: string): CoreV1Event =>
    ({ type, reason, message, lastTimestamp: new Date(0) }) as CoreV1Event;
  test.each([
    [
      event("Warning", "FailedMount", 'MountVolume.SetUp failed for volume "run" : configmap "x" not found'),
      { kind: "passing", reason: 'FailedMount: MountVolume.SetUp failed for volume "run" : configmap "x" not found' },
    ],
    [
      event("Normal", "Pulling", 'Pulling image "apache/spark:4.1.1"'),
      { kind: "starting", reason: 'Pulling image "apache/spark:4.1.1"' },
    ],
    [event("Warning", "Unrelated", "x"), { kind: "starting", reason: "starting its containers" }],
  ])("looks at events where the pod itself says nothing", (found, expected) => {
    expect(findStartProblem(pods["waiting-PodInitializing"]!, [found])).toEqual(expected);
  });
});

test("isQuotaMessage", () => {
  const messages = Object.values(workflows.quota.status!.nodes!).map(({ message }) => message ?? null);
  expect(messages.filter(isQuotaMessage)).toHaveLength(2);
});

test.each([
  ["final", 1_000, 1_000, false, 6_000],
  ["passing", 1_000, 1_000, false, 21_000],
  // The look-up of a registry's name took 14 of 25 seconds.
  ["passing", 0, 14_000, false, 25_000],
  ["passing", 0, 24_000, false, 29_000],
  // A pull that broke off after minutes gets its whole time.
  ["passing", 0, 300_000, false, 320_000],
  ["no-room", 0, 5_000, false, 25_000],
  ["no-room", 0, 5_000, true, 605_000],
  ["starting", 0, 5_000, false, Number.POSITIVE_INFINITY],
] as const)(
  "%s, first seen at %i, since %i, scaling up %s: until %i",
  (kind, firstSeenAt, since, scalingUp, expected) => {
    expect(deadlineMs(kind, { firstSeenAt, since }, FOLLOW_LIMITS, scalingUp)).toBe(expected);
  },
);

describe("FollowedStarts", () => {
  const create = (events: CoreV1Event[] = []) =>
    new FollowedStarts(
      FOLLOW_LIMITS,
      async () => events,
      () => undefined,
    );
  const names = (found: { cannotStart: { metadata?: { name?: string } }[] }) =>
    found.cannotStart.map(({ metadata }) => metadata?.name);
  const unschedulable = pods.unschedulable!;
  const running = pods.running!;

  test("bears want of room while another pod runs, and then for its time", () => {
    const starts = create();
    expect(names(starts.look([unschedulable, running], 0))).toEqual([]);
    expect(names(starts.look([unschedulable, running], 100_000))).toEqual([]);
    expect(starts.look([unschedulable], 101_000).againAtMs).toBe(121_000);
    expect(names(starts.look([unschedulable], 120_999))).toEqual([]);
    expect(names(starts.look([unschedulable], 121_000))).toEqual([unschedulable.metadata!.name]);
    expect(names(starts.look([unschedulable], 130_000))).toEqual([]);
  });

  test.each(["pending-scheduled", "waiting-PodInitializing"])(
    "bears want of room while another pod is about to run in it: %s",
    (holder) => {
      const starts = create();
      const holding = pods[holder]!;
      expect(names(starts.look([unschedulable, holding], 0))).toEqual([]);
      expect(names(starts.look([unschedulable, holding], 100_000))).toEqual([]);
      const ended = { ...holding, status: { phase: "Succeeded" } };
      expect(starts.look([unschedulable, ended], 101_000).againAtMs).toBe(121_000);
    },
  );

  test("bears an image that comes in the end", () => {
    const starts = create();
    const failing = pods["waiting-ErrImagePull"]!;
    const started = { ...failing, status: running.status! };
    starts.look([failing], 0);
    expect(names(starts.look([failing], 19_000))).toEqual([]);
    expect(names(starts.look([started], 19_500))).toEqual([]);
    expect(starts.problemOf(failing.metadata!.name!)).toBeNull();
  });

  test("gives an autoscaler its time", async () => {
    const starts = create([{ reason: "TriggeredScaleUp" } as CoreV1Event]);
    starts.look([unschedulable], 0);
    starts.look([unschedulable], 8_000);
    await Promise.resolve();
    await Promise.resolve();
    expect(names(starts.look([unschedulable], 21_000))).toEqual([]);
    expect(names(starts.look([unschedulable], 601_000))).toEqual([unschedulable.metadata!.name]);
  });
});
