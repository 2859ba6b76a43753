"""Why executors do not start, in Kubernetes' own words."""

import re
import time

from kubernetes_api import NOT_YET, ApiError
from problem import CannotStart, TryAgain
from tables import TABLES

WAITING = TABLES["waiting"]
# A registry that stumbles once gets a second chance.
PATIENCE_SECONDS = {**WAITING["finalSeconds"], **WAITING["passingSeconds"]}
NO_SUCH_IMAGE = re.compile(WAITING["noSuchImage"], re.IGNORECASE)
POLL_SECONDS = 1
# A driver that started slowly leaves the executors less: people wait for the whole, from the case's start.
LEAST_PATIENCE_SECONDS = 5

# Refusals of pods reach nobody but the driver, which logs them and asks again for ever.
FORBIDDEN = re.compile(r'Message: (?:.* )?pods "[^"]*" is forbidden: (.*?)(?:\. Received status:|$)')


def find_forbidden(line):
    """What a line of the driver's log says about a pod that Kubernetes refuses for good; None for most lines."""
    match = FORBIDDEN.search(line)
    if match is None or any(text in match.group(1) for text in NOT_YET):
        return None
    return match.group(1).strip().rstrip(".")


def has_run(pod):
    """Whether the pod's container has ever run."""
    statuses = pod.get("status", {}).get("containerStatuses") or []
    return any(
        "running" in (status.get("state") or {}) or "terminated" in (status.get("state") or {}) for status in statuses
    )


def find_obstacle(pod):
    """What keeps a pod from starting: (reason, Kubernetes' message), or None."""
    status = pod.get("status", {})
    for condition in status.get("conditions") or []:
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return condition.get("reason") or "Unschedulable", condition.get("message") or ""
    for container in status.get("containerStatuses") or []:
        waiting = (container.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") in PATIENCE_SECONDS:
            return waiting["reason"], waiting.get("message") or ""
    return None


def patience_seconds(reason, message, default):
    """For how long an obstacle is borne before it is taken for final."""
    if reason in WAITING["passingSeconds"] and NO_SUCH_IMAGE.search(message):
        return 0
    return PATIENCE_SECONDS.get(reason, default)


class ExecutorWatch:
    """Looks at pods, the executors', until as many as are awaited have run. Raises CannotStart once one cannot."""

    def __init__(self, read_pods, start_timeout_seconds, now=time.monotonic):
        self._read_pods = read_pods
        self.awaited = 1
        self._timeout = start_timeout_seconds
        self._now = now
        self._begun = now()
        self._next = 0
        self._since = None
        self.started = False

    def check(self):
        if self.started or self._now() < self._next:
            return
        self._next = self._now() + POLL_SECONDS
        try:
            pods = self._read_pods()
        except (ApiError, TryAgain):
            return  # An API server that restarts; the driver has its own patience.
        if sum(map(has_run, pods)) >= self.awaited:
            self.started = True
            return
        obstacles = [obstacle for obstacle in map(find_obstacle, pods) if obstacle]
        if not obstacles:
            self._since = None
            return
        if self._since is None:
            self._since = self._now()
        reason, message = obstacles[0]
        patience = patience_seconds(reason, message, self._timeout)
        left = self._timeout + LEAST_PATIENCE_SECONDS - (self._since - self._begun)
        if self._now() - self._since >= min(patience, max(left, LEAST_PATIENCE_SECONDS)):
            raise CannotStart(f"{reason}: {message}" if message else reason)
