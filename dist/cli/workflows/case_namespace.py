"""The namespace of one attempt of a case: made with its quota and its rights, removed at the end."""

import contextlib
import time

from kubernetes_api import ApiError, quote
from problem import CannotStart, Problem, TryAgain

DRIVER_ROLE = "spark-loadtest-driver"
# Of a SparkApplication's driver, which has an account of its own in the namespace.
APPLICATION_ROLE = "spark-loadtest-application"
APPLICATION_ACCOUNT = "driver"
APPLICATIONS = "sparkoperator.k8s.io/v1beta2"
# The chart's; a copy of one of them, and the quota, have to be in a namespace before a pod may be.
EXECUTOR_NETWORK = "spark-loadtest-executor"
APPLICATION_NETWORK = "spark-loadtest-application"
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

    def create(self, case, labels, quota, pod, network=EXECUTOR_NETWORK):
        """pod: {name, namespace, serviceAccount} of this pod. quota: hard limits of a ResourceQuota.

        network: name of the chart's NetworkPolicy that is copied.

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
        policy = self._read_network_policy(pod["namespace"], network)
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
        self._bind_account("driver", DRIVER_ROLE, pod["serviceAccount"], pod["namespace"], labels)

    def _bind_account(self, name, role, account, namespace, labels):
        rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{quote(self.name)}/rolebindings"
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": name, "labels": labels},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
        }
        self._post(rbac, binding)

    def make_driver_account(self, labels):
        """The account of a SparkApplication's driver, with its rights."""
        metadata = {"name": APPLICATION_ACCOUNT, "labels": labels}
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        self._post(f"{self._path}/serviceaccounts", account)
        self._bind_account("application", APPLICATION_ROLE, APPLICATION_ACCOUNT, self.name, labels)

    def make_config_map(self, name, data, labels):
        metadata = {"name": name, "labels": labels}
        config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        self._post(f"{self._path}/configmaps", config_map)

    def make_application(self, application):
        """Gives the SparkApplication as the API server took it. Raises CannotStart or TryAgain."""
        try:
            return self._api.request("POST", self._applications(), application)
        except ApiError as error:
            if error.status == 404:
                raise CannotStart(
                    f"the cluster has no Spark Operator: it does not know SparkApplications of {APPLICATIONS}"
                ) from error
            if "failed calling webhook" in error.message:
                raise CannotStart(f"the Spark Operator does not answer: {error.message}") from error
            raise _refusal(f"create a SparkApplication in {self.name}", error) from error

    def read_application(self, name):
        """Asks once; raises ApiError or TryAgain."""
        return self._api.request("GET", f"{self._applications()}/{name}", patient=False)

    def read_driver(self, name):
        """The pod of a driver, None where there is none. Asks once; raises ApiError or TryAgain."""
        try:
            return self._api.request("GET", f"{self._path}/pods/{name}", patient=False)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def log_lines(self, pod, container, since):
        """Lines of a container's log as they come, each behind its time and a blank. since: such a time, or ""."""
        query = f"follow=true&timestamps=true&container={quote(container)}"
        if since:
            query += f"&sinceTime={quote(since)}"
        return self._api.lines(f"{self._path}/pods/{pod}/log?{query}")

    def end_pod(self, name):
        """Has the kubelet end a pod, which stays to be looked at."""
        patch = {"spec": {"activeDeadlineSeconds": 1}}
        with contextlib.suppress(ApiError, TryAgain):
            self._api.request("PATCH", f"{self._path}/pods/{name}", patch, "application/merge-patch+json")

    def _applications(self):
        return f"/apis/{APPLICATIONS}/namespaces/{quote(self.name)}/sparkapplications"

    def _read_network_policy(self, namespace, name):
        """A NetworkPolicy that the chart has for namespaces of cases; None where it has none."""
        path = f"/apis/networking.k8s.io/v1/namespaces/{quote(namespace)}/networkpolicies/{name}"
        try:
            return self._api.request("GET", path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise _refusal(f"show the NetworkPolicy {name}", error) from error

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
        """The pods in it but for a driver's, as the API server has them. Asks once; raises ApiError or TryAgain."""
        pods = self._api.request("GET", f"{self._path}/pods", patient=False)["items"]
        return [pod for pod in pods if pod.get("metadata", {}).get("labels", {}).get("spark-role") != "driver"]

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
