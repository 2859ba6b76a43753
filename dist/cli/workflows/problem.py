"""How a case can end other than well. Each kind is an exit code, which the WorkflowTemplate's retryStrategy knows."""


class Problem(Exception):
    """An end that has a reason, in one line for people."""

    status = "infrastructure"
    exit_code = 6

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = " ".join(str(reason).split())[:400]


class CaseFailed(Problem):
    """The workload is at fault. Final."""

    status = "failed"
    exit_code = 3


class CannotStart(Problem):
    """The cluster or the image is at fault and will be again. Final."""


class TryAgain(Problem):
    """The cluster or the machine is at fault; another attempt may do better."""

    exit_code = 75
