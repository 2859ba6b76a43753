"""One data set."""

import os
import time

from case_files import copy_script, remove_checksums
from data_checksums import write_checksums
from failure import count_oom_kills, explain
from interruption import stop_signal
from problem import CaseFailed, TryAgain
from process import Process
from spark_command import spark_home, submit_command
from tables import TABLES

LOOK_SECONDS = 0.2


class DataSet:
    """Made in this pod alone."""

    def __init__(self, args, document, environment):
        self.args = args
        self.environment = environment
        self.settings = document["settings"]
        self.deadline = time.monotonic() + self.settings["caseTimeoutSeconds"]

    def run(self):
        target = os.path.join(self.args.root, "data")
        # workload.py may be the user's, who has the built-in data all the same.
        has_builtin = os.path.exists(os.path.join(self.args.config, "builtin.py"))
        script = copy_script(self.args, "builtin.py" if has_builtin else "workload.py")
        conf = {
            "spark.driver.memory": f"{self.settings['driverMemoryMb']}m",
            "spark.ui.enabled": "false",
            **TABLES["sparkConf"],
        }
        rest = [script, "--generate", self.args.size, "--data", target]
        command = submit_command(spark_home(), f"data {self.args.size}", "local[*]", conf, rest)
        process = Process(command, self.environment, None, self.args.scratch)
        try:
            while process.poll() is None:
                if stop_signal():
                    raise TryAgain(f"interrupted by {stop_signal()}")
                if time.monotonic() > self.deadline:
                    raise CaseFailed(f"no data after {self.settings['caseTimeoutSeconds']} s")
                time.sleep(LOOK_SECONDS)
        finally:
            process.stop()
        if process.poll() != 0:
            raise explain(process.poll(), list(process.tail), count_oom_kills())
        remove_checksums(target)
        write_checksums(target)

    def clean_up(self, _problem):
        pass
