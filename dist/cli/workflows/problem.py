"""How a case can end other than well. Each kind is an exit code, which the WorkflowTemplate's retryStrategy knows."""

from redaction import redact_text

LONGEST_REASON = 400


class Problem(Exception):
    """An end that has a reason, in one line for people."""

    status = "infrastructure"
    exit_code = 6

    def __init__(self, reason):
        super().__init__(reason)
        # Argo keeps it in the Workflow. What is far behind what is shown is not looked through.
        text = " ".join(str(reason)[: 8 * LONGEST_REASON].split())
        self.reason = redact_text(text)[:LONGEST_REASON]


class CaseFailed(Problem):
    """The workload is at fault. Final."""

    status = "failed"
    exit_code = 3


class CannotStart(Problem):
    """The cluster or the image is at fault and will be again. Final."""


class TryAgain(Problem):
    """The cluster or the machine is at fault; another attempt may do better."""

    exit_code = 75
