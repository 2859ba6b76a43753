"""Which span of the run's trace an attempt is; src/lib/trace-context.ts makes the same of it."""

import hashlib


def traceparent(trace, name, attempt):
    """The value of W3C Trace Context for a case's attempt, counted from 0."""
    path = "\n".join([trace["runSpanId"], "attempt", name, str(attempt + 1)])
    span = hashlib.sha256(path.encode("utf-8")).hexdigest()[:16]
    return f"00-{trace['traceId']}-{span}-{'01' if trace['sampled'] else '00'}"
