"""A workload that tries what its account and its network must not let it do, and fails if anything of that works.

Run by tenant.e2e.ts as a case. --home and --other are the namespaces of the chart and of another run, --forbidden is an
address that answers, as host:port, and that no pod of a case may reach.
"""

import argparse
import json
import socket
import ssl
import sys
import urllib.error
import urllib.request

from pyspark.sql import SparkSession

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

parser = argparse.ArgumentParser()
for name in ("result", "home", "other"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument(
    "--forbidden", action="append", default=[], help="left out where the cluster's network heeds no NetworkPolicy"
)
args, _ = parser.parse_known_args()

spark = SparkSession.builder.getOrCreate()
own = spark.conf.get("spark.kubernetes.namespace")
with open("/etc/spark-loadtest/cases.json", encoding="utf-8") as file:
    labels = json.load(file)["labels"]
run = labels["spark-loadtest/run"]
context = ssl.create_default_context(cafile=f"{ACCOUNT}/ca.crt")
with open(f"{ACCOUNT}/token", encoding="utf-8") as file:
    token = file.read()
failures = []


def ask(method, path, body=None, content="application/json"):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": content}
    request = urllib.request.Request(
        f"https://kubernetes.default.svc{path}", json.dumps(body).encode() if body else None, headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["message"]


def check(what, answer, expected, words=""):
    status, message = answer
    good = status in expected and words in message
    print(f"{'ok' if good else 'NOT REFUSED'}: {what}: {status} {message}", flush=True)
    if not good:
        failures.append(what)


def refused(what, method, path, body=None, words="", content="application/json"):
    check(what, ask(method, path, body, content), (403, 422), words)


def allowed(what, method, path, body=None):
    check(what, ask(method, path, body), (200, 201))


NAMESPACES = "/api/v1/namespaces"
KIND = {"spark-loadtest/kind": "case"}
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def namespace(name="mine-0badcafe", without=(), metadata=None, more=None):
    has = {**labels, **KIND, **RESTRICTED, **(more or {})}
    kept = {key: value for key, value in has.items() if key not in without}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": kept, **(metadata or {})},
    }


def make(what, words, **changes):
    refused(what, "POST", NAMESPACES, namespace(**changes), words)


def binding(role, account, home=args.home, name="try"):
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": home}],
    }


def quota(hard, name="case", **spec):
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name},
        "spec": {"hard": hard, **spec},
    }


POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "try"},
    "spec": {
        "securityContext": {"runAsNonRoot": True, "runAsUser": 185, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "try",
                "image": "none.invalid/none:1",
                "resources": {"limits": {"memory": "1Mi", "ephemeral-storage": "1Mi"}},
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    },
}
OPEN = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "open"},
    "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]},
}
RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces"
NETWORK = "/apis/networking.k8s.io/v1/namespaces"
ME = f"spark-loadtest-case-{run}"
POLICIES = "count/networkpolicies.networking.k8s.io"
SMALL = {"pods": "1", "limits.memory": "1Gi", "limits.ephemeral-storage": "1Gi", POLICIES: "1"}


def try_namespaces():
    for name in (args.other, args.home, "kube-system", "default"):
        refused(f"delete {name}", "DELETE", f"{NAMESPACES}/{name}")
        refused(f"read {name}", "GET", f"{NAMESPACES}/{name}")
        patch = {"metadata": {"labels": labels}}
        refused(f"label {name}", "PATCH", f"{NAMESPACES}/{name}", patch, content="application/merge-patch+json")
    refused("list namespaces", "GET", NAMESPACES)
    make("a namespace of another run", "own run", more={"spark-loadtest/run": "other-run"})
    make("a namespace without a run", "own run", without=["spark-loadtest/run"])
    make("a namespace without our label", "own run", without=["app.kubernetes.io/managed-by"])
    make("a namespace of no kind", "own run", without=["spark-loadtest/kind"])
    make("a label that others select by", "only labels", more={"team": "payments"})
    make("an annotation of others", "only labels", metadata={"annotations": {"scheduler.alpha.kubernetes.io/x": "y"}})
    make("a finalizer", "no finalizer", metadata={"finalizers": ["example.com/never"]})
    make("a name of others", "only names", name="payments")
    make("no Pod Security", "restricted", without=list(RESTRICTED))
    for enforce in ("baseline", "privileged"):
        make(f"Pod Security {enforce}", "restricted", more={"pod-security.kubernetes.io/enforce": enforce})
    old = {"pod-security.kubernetes.io/enforce-version": "v1.20"}
    make("an old version of Pod Security", "latest", more=old)
    merge = "application/merge-patch+json"
    for what, change in (
        ("hand its namespace to another run", {"spark-loadtest/run": "other-run"}),
        ("take its namespace out of the policies", {"spark-loadtest/kind": None}),
        ("label its namespace", {"team": "payments"}),
        ("weaken its namespace", {"pod-security.kubernetes.io/enforce": "privileged"}),
    ):
        refused(what, "PATCH", f"{NAMESPACES}/{own}", {"metadata": {"labels": change}}, "", merge)


def try_contents():
    for name in (args.other, args.home, "kube-system"):
        refused(f"bind itself in {name}", "POST", f"{RBAC}/{name}/rolebindings", binding("spark-loadtest-driver", ME))
        refused(f"a quota in {name}", "POST", f"{NAMESPACES}/{name}/resourcequotas", quota({"pods": "0"}, "starve"))
        refused(f"a NetworkPolicy in {name}", "POST", f"{NETWORK}/{name}/networkpolicies", OPEN)
        refused(f"a pod in {name}", "POST", f"{NAMESPACES}/{name}/pods", POD)
        refused(f"secrets of {name}", "GET", f"{NAMESPACES}/{name}/secrets")
        refused(f"pods of {name}", "GET", f"{NAMESPACES}/{name}/pods")
    path = f"{RBAC}/{own}/rolebindings"
    refused("cluster-admin", "POST", path, binding("cluster-admin", ME))
    refused(
        "the role for another account", "POST", path, binding("spark-loadtest-driver", "default", own), "own account"
    )
    for account, home in ((ME, args.home), ("default", own), ("driver", args.other)):
        role = binding("spark-loadtest-application", account, home)
        refused(f"the role of a SparkApplication's driver for {home}/{account}", "POST", path, role, "own account")
    application = {"apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication"}
    for name in (args.other, args.home, "default"):
        applications = f"/apis/sparkoperator.k8s.io/v1beta2/namespaces/{name}/sparkapplications"
        refused(f"a SparkApplication in {name}", "POST", applications, application)
    refused("secrets of its namespace", "GET", f"{NAMESPACES}/{own}/secrets")
    refused("remove its quota", "DELETE", f"{NAMESPACES}/{own}/resourcequotas/case")
    refused("raise its quota", "PATCH", f"{NAMESPACES}/{own}/resourcequotas/case", {"spec": {"hard": {"pods": "90"}}})
    refused("remove its NetworkPolicy", "DELETE", f"{NETWORK}/{own}/networkpolicies/case")
    refused("a NetworkPolicy of its own", "POST", f"{NETWORK}/{own}/networkpolicies", OPEN, "chart's own")
    home = f"/apis/argoproj.io/v1alpha1/namespaces/{args.home}"
    refused("a workflow", "POST", f"{home}/workflows", {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"})
    result = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTaskResult",
        "metadata": {"name": "try", "labels": {"workflows.argoproj.io/workflow": "other-run"}},
    }
    refused("a result of another run", "POST", f"{home}/workflowtaskresults", result, "own run")
    tokens = f"{NAMESPACES}/{args.home}/serviceaccounts"
    for account in ("spark-loadtest-exit", "spark-loadtest-viewer", "spark-loadtest-case-other-run"):
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        refused(f"a token of {account}", "POST", f"{tokens}/{account}/token", review)


def try_quota():
    """A pod needs a quota and a NetworkPolicy beside it, in a namespace that the case may well make."""
    name = "second-0badcafe"
    allowed("a second namespace of its run", "POST", NAMESPACES, namespace(name))
    allowed("its role there", "POST", f"{RBAC}/{name}/rolebindings", binding("spark-loadtest-driver", ME))
    pods, quotas = f"{NAMESPACES}/{name}/pods", f"{NAMESPACES}/{name}/resourcequotas"
    refused("a pod without a quota", "POST", pods, POD, "no params found")
    refused("a quota without memory", "POST", quotas, quota({"pods": "1"}), "bounds")
    refused("a quota of 1000 pods", "POST", quotas, quota({**SMALL, "pods": "1k"}), "bounds")
    refused("a quota of 2 Ti", "POST", quotas, quota({**SMALL, "limits.memory": "2Ti"}), "bounds")
    refused("a quota of no NetworkPolicy", "POST", quotas, quota({**SMALL, POLICIES: "0"}), "bounds")
    refused("a quota for some pods", "POST", quotas, quota(SMALL, scopes=["Terminating"]))
    allowed("a quota", "POST", quotas, quota(SMALL))
    refused("a pod without a NetworkPolicy", "POST", pods, POD, "that counts a NetworkPolicy")
    allowed("remove its second namespace", "DELETE", f"{NAMESPACES}/{name}")


def try_files():
    """The store's file server shows data sets and parts, and takes nothing."""
    server = f"http://spark-loadtest-store.{args.home}:7071"
    for path in (
        "/webhdfs/v1/eventlogs?op=LISTSTATUS",
        "/webhdfs/v1/logs?op=LISTSTATUS",
        "/webhdfs/v1/?op=LISTSTATUS",
        "/webhdfs/v1/data/..%2feventlogs?op=LISTSTATUS",
        "/check/eventlogs",
    ):
        check(f"{path} of the file server", ask_files("GET", server + path), (403,))
    for method, op in (("PUT", "CREATE&step=data"), ("PUT", "MKDIRS"), ("DELETE", "DELETE&recursive=true")):
        check(f"{op} in the file server", ask_files(method, f"{server}/webhdfs/v1/parts?op={op}"), (400, 501))
    # A run with a workload of its own has none.
    check("data that nobody made", ask_files("GET", f"{server}/webhdfs/v1/data/{run}?op=LISTSTATUS"), (404,))


def ask_files(method, url):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, str(error)


def reaches(target):
    try:
        with socket.create_connection(target, timeout=3):
            return True
    except OSError:
        return False


def reaches_on_executor(target):
    return spark.sparkContext.parallelize([target], 1).map(reaches).first()


def check_network(who, reach, forbidden, needed):
    for what, targets, expected in (("not reached", forbidden, False), ("reached", needed, True)):
        for target in targets:
            good = reach(target) is expected
            print(f"{what if good else f'NOT {what}'} by {who}: {target}", flush=True)
            if not good:
                failures.append(f"{who}: {what}: {target}")


def try_network():
    """Names are looked up here, so that one that DNS does not have is an error and no refusal."""
    api, store, history, files = (
        (socket.gethostbyname(name), port)
        for name, port in (
            ("kubernetes.default", 443),
            (f"spark-loadtest-store.{args.home}", 7070),
            (f"spark-loadtest-history.{args.home}", 18080),
            (f"spark-loadtest-store.{args.home}", 7071),
        )
    )
    named = [(host, int(port)) for host, port in (each.rsplit(":", 1) for each in args.forbidden)]
    forbidden = [*named, history]
    check_network("a driver", reaches, forbidden, [api, store, files])
    check_network("an executor", reaches_on_executor, [*forbidden, api, store], [files])


try_namespaces()
try_contents()
try_quota()
try_files()
if args.forbidden:
    try_network()
if failures:
    sys.exit(f"not refused: {'; '.join(map(str, failures))}")
with open(args.result, "a", encoding="utf-8") as file:
    for repetition in ("warmup-1", "sample-1", "sample-2"):
        print(json.dumps({"repetition": repetition, "wallMs": 1, "checksum": "0"}), file=file)
spark.stop()
