"""As much of a Kubernetes client as a case needs, of the standard library alone.

The images hold Spark and Python, and nothing else for sure.
"""

import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException

from problem import TryAgain

# What an API server says while it is restarted or busy: too many requests, an internal error, no answer.
TRANSIENT = {429, 500, 502, 503, 504}
# The service account of a new namespace comes a moment after it, and so does its quota to the policy that asks for it.
NOT_YET = ("error looking up service account", "no params found for policy binding")
DELAYS_SECONDS = (0.1, 0.3, 1, 2, 4, 8)
TIMEOUT_SECONDS = 15
# A stream that says nothing for so long may be dead.
SILENT_SECONDS = 60


class ApiError(Exception):
    """An answer other than a success, with Kubernetes' own words."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


class KubernetesApi:
    """Talks to the API server as the pod's service account."""

    def __init__(self, url, account, stopped=lambda: False):
        """account: folder with `token` and `ca.crt`. stopped: whether to give up waiting between attempts."""
        self._url = url.rstrip("/")
        self._account = account
        self._stopped = stopped
        self._context = ssl.create_default_context(cafile=f"{account}/ca.crt") if url.startswith("https:") else None

    def request(self, method, path, body=None, content_type="application/json", patient=True):
        """The JSON that comes back. Repeats what failed in passing, for about 15 seconds.

        Raises ApiError for any other refusal, TryAgain where the API server cannot be reached.
        """
        delays = iter(DELAYS_SECONDS if patient else ())
        while True:
            delay = next(delays, None)
            try:
                return self._request_once(method, path, body, content_type)
            except ApiError as error:
                passing = error.status in TRANSIENT or any(text in error.message for text in NOT_YET)
                if not passing or delay is None or self._stopped():
                    raise
            except (OSError, HTTPException, ValueError) as error:
                if delay is None or self._stopped():
                    raise TryAgain(f"the Kubernetes API server cannot be reached: {error}") from error
            time.sleep(delay)

    def lines(self, path):
        """The lines of an answer as they come, each as bytes.

        Raises ApiError, or OSError for one that ends in the middle.
        """
        request = urllib.request.Request(self._url + path, headers=self._headers())
        try:
            with urllib.request.urlopen(request, timeout=SILENT_SECONDS, context=self._context) as answer:
                yield from answer
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(error.code, _message_of(error)) from None

    def _headers(self):
        # The kubelet replaces the token long before it expires.
        with open(f"{self._account}/token", encoding="utf-8") as token:
            return {"Authorization": f"Bearer {token.read().strip()}", "Accept": "application/json"}

    def _request_once(self, method, path, body, content_type):
        headers = self._headers()
        data = None
        if body is not None:
            headers["Content-Type"] = content_type
            data = json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=self._context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(error.code, _message_of(error)) from None


def _message_of(error):
    text = error.read(100_000).decode("utf-8", "replace")
    try:
        return json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text.strip()[:200] or str(error)


def quote(text):
    return urllib.parse.quote(text, safe="")
