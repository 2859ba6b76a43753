"""The namespace of one attempt of a case: made with its quota and its rights, removed at the end."""

import contextlib
import time

from kubernetes_api import ApiError, quote
from problem import CannotStart, Problem, TryAgain

DRIVER_ROLE = "spark-loadtest-driver"
# The chart's; a copy of it, and the quota, have to be in a namespace, by this name, before a pod may be.
NETWORK_POLICY = "spark-loadtest-executor"
CONTENTS = "case"
NETWORK_POLICIES = "count/networkpolicies.networking.k8s.io"
QUOTA_LOOKS = 100
QUOTA_LOOK_SECONDS = 0.1
KEEP_LABEL = "spark-loadtest/keep"
# The chart's policies are for the namespaces of this kind; those of scenarios have none.
KIND_LABEL = "spark-loadtest/kind"
CASE_ANNOTATION = "spark-loadtest/case"
POD_ANNOTATION = "spark-loadtest/pod"


def attempt_namespace(namespace, attempt):
    """Name of the namespace of an attempt, counted from 0. One that still terminates is never used again."""
    return namespace if attempt == 0 else f"{namespace}-{attempt + 1}"


class CaseNamespace:
    def __init__(self, api, name):
        self.name = name
        self._api = api
        self._path = f"/api/v1/namespaces/{quote(name)}"
        self._made = False

    def create(self, case, labels, quota, pod):
        """pod: {name, namespace, serviceAccount} of this pod. quota: hard limits of a ResourceQuota.

        Raises CannotStart where Kubernetes refuses, TryAgain where the name is taken.
        """
        namespace = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": self.name,
                "labels": {**labels, KIND_LABEL: "case", "pod-security.kubernetes.io/enforce": "restricted"},
                "annotations": {CASE_ANNOTATION: case, POD_ANNOTATION: pod["name"]},
            },
        }
        self._create_namespace(namespace, labels, pod)
        self._made = True
        self._bind(labels, pod)
        policy = self._read_network_policy(pod["namespace"])
        self._limit(quota if policy is None else {**quota, NETWORK_POLICIES: "1"}, labels)
        if policy is not None:
            # Over all pods.
            self._post(
                f"/apis/networking.k8s.io/v1/namespaces/{quote(self.name)}/networkpolicies",
                {
                    "apiVersion": "networking.k8s.io/v1",
                    "kind": "NetworkPolicy",
                    "metadata": {"name": CONTENTS, "labels": labels},
                    "spec": {**policy["spec"], "podSelector": {}},
                },
            )

    def _limit(self, hard, labels):
        """Makes the quota and waits until Kubernetes counts by it.

        By what it counts the chart's policies know of the NetworkPolicy.
        """
        quotas = f"{self._path}/resourcequotas"
        resource_quota = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": CONTENTS, "labels": labels},
            "spec": {"hard": hard},
        }
        self._post(quotas, resource_quota)
        for _ in range(QUOTA_LOOKS):
            try:
                status = self._api.request("GET", f"{quotas}/{CONTENTS}").get("status", {})
            except ApiError as error:
                raise _refusal(f"show the quota of {self.name}", error) from error
            if status.get("hard"):
                return
            time.sleep(QUOTA_LOOK_SECONDS)
        raise TryAgain(f"Kubernetes does not count by the quota of {self.name}")

    def _bind(self, labels, pod):
        """Gives this pod's account its rights in the namespace, to read and to remove it among them."""
        rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{quote(self.name)}/rolebindings"
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "driver", "labels": labels},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": DRIVER_ROLE},
            "subjects": [{"kind": "ServiceAccount", "name": pod["serviceAccount"], "namespace": pod["namespace"]}],
        }
        self._post(rbac, binding)

    def _read_network_policy(self, namespace):
        """The NetworkPolicy that the chart has for executors; None where it has none."""
        path = f"/apis/networking.k8s.io/v1/namespaces/{quote(namespace)}/networkpolicies/{NETWORK_POLICY}"
        try:
            return self._api.request("GET", path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise _refusal(f"show the NetworkPolicy {NETWORK_POLICY}", error) from error

    def _create_namespace(self, namespace, labels, pod):
        try:
            self._api.request("POST", "/api/v1/namespaces", namespace)
        except ApiError as error:
            if error.status != 409:
                raise _refusal(f"create the namespace {self.name}", error) from error
            # An answer that was lost leaves a namespace of this very pod. Only one of this run takes its RoleBinding.
            try:
                self._bind(labels, pod)
                found = self._api.request("GET", self._path)
            except (ApiError, CannotStart) as other:
                raise TryAgain(f"the namespace {self.name} exists already, and is not this run's: {other}") from other
            is_own = found["metadata"].get("annotations", {}).get(POD_ANNOTATION) == pod["name"]
            if not is_own or found["metadata"].get("deletionTimestamp"):
                phase = found.get("status", {}).get("phase", "unknown")
                raise TryAgain(f"the namespace {self.name} exists already ({phase})") from error

    def _post(self, path, body):
        try:
            self._api.request("POST", path, body)
        except ApiError as error:
            if error.status != 409:
                raise _refusal(f"create a {body['kind']} in {self.name}", error) from error

    def create_pod(self, pod):
        """Raises CannotStart where Kubernetes refuses it: its quota, Pod Security, a policy."""
        self._post(f"{self._path}/pods", pod)

    def pods(self):
        """The pods in it, as the API server has them. Asks once; raises ApiError or TryAgain."""
        return self._api.request("GET", f"{self._path}/pods", patient=False)["items"]

    def remove(self):
        """Has the namespace removed, and does not wait for it.

        Gives the reason where it cannot; the exit handler tries again then.
        """
        if not self._made:
            return None
        try:
            self._api.request("DELETE", self._path)
        except ApiError as error:
            return None if error.status in (404, 409) else error.message
        except TryAgain as problem:
            return problem.reason
        return None

    def remove_left_over(self, labels, pod):
        """Removes what an attempt that lost its pod left: nobody else does while the run goes on.

        Touches nothing without these labels. The attempt may have ended before it gave the account its rights there.
        """
        with contextlib.suppress(ApiError, Problem):
            self._bind(labels, pod)
            has = self._api.request("GET", self._path)["metadata"].get("labels", {})
            if all(has.get(name) == value for name, value in labels.items()) and KEEP_LABEL not in has:
                self._api.request("DELETE", self._path)

    def keep(self):
        """Marks the namespace, so that the exit handler leaves it."""
        if not self._made:
            return
        patch = {"metadata": {"labels": {KEEP_LABEL: "true"}}}
        with contextlib.suppress(ApiError, TryAgain):
            self._api.request("PATCH", self._path, patch, "application/merge-patch+json")


def _refusal(what, error):
    kind = TryAgain if error.status in (429, 500, 502, 503, 504) else CannotStart
    return kind(f"Kubernetes did not {what}: {error.message}")
