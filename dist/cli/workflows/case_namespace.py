"""The namespace of one attempt of a case: made with its quota and its rights, removed at the end."""

import contextlib

from kubernetes_api import ApiError, quote
from problem import CannotStart, TryAgain

DRIVER_ROLE = "spark-loadtest-driver"
KEEP_LABEL = "spark-loadtest/keep"
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
                "labels": {**labels, "pod-security.kubernetes.io/enforce": "restricted"},
                "annotations": {CASE_ANNOTATION: case, POD_ANNOTATION: pod["name"]},
            },
        }
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "driver", "labels": labels},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": DRIVER_ROLE},
            "subjects": [{"kind": "ServiceAccount", "name": pod["serviceAccount"], "namespace": pod["namespace"]}],
        }
        resource_quota = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "case", "labels": labels},
            "spec": {"hard": quota},
        }
        self._create_namespace(namespace, pod["name"])
        self._made = True
        rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{quote(self.name)}/rolebindings"
        self._post(rbac, binding)
        self._post(f"{self._path}/resourcequotas", resource_quota)

    def _create_namespace(self, namespace, pod_name):
        try:
            self._api.request("POST", "/api/v1/namespaces", namespace)
        except ApiError as error:
            if error.status != 409:
                raise _refusal(f"create the namespace {self.name}", error) from error
            # An answer that was lost leaves a namespace of this very pod.
            try:
                found = self._api.request("GET", self._path)
            except ApiError as gone:
                raise TryAgain(f"the namespace {self.name} was there and is gone: {gone.message}") from gone
            is_own = found["metadata"].get("annotations", {}).get(POD_ANNOTATION) == pod_name
            if not is_own or found["metadata"].get("deletionTimestamp"):
                phase = found.get("status", {}).get("phase", "unknown")
                raise TryAgain(f"the namespace {self.name} exists already ({phase})") from error

    def _post(self, path, body):
        try:
            self._api.request("POST", path, body)
        except ApiError as error:
            if error.status != 409:
                raise _refusal(f"create a {body['kind']} in {self.name}", error) from error

    def pods(self):
        """The executors' pods as the API server has them. Asks once; raises ApiError or TryAgain."""
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

    def remove_left_over(self, labels):
        """Removes what an attempt that lost its pod left: nobody else does while the run goes on.

        Touches nothing without these labels.
        """
        with contextlib.suppress(ApiError, TryAgain):
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
