"""A benchmark that is ended from outside, as `timeout` does, leaves no server and no folder."""

import signal
import subprocess
import sys
from pathlib import Path

_TABLE = """
import sys
from contextlib import ExitStack
from types import ModuleType

from tests.bench import __main__ as bench
from tests.postgresql import Cluster

def run():
    with ExitStack() as ending:
        cluster = Cluster()
        ending.callback(cluster.remove)
        cluster.start()
        print(cluster.folder, flush=True)
        sys.stdin.read()

sys.modules["tests.bench.decide"] = table = ModuleType("table")
table.run = run
sys.argv = ["bench", "decide"]
bench.main()
"""


def test_a_benchmark_that_is_terminated_ends_its_postgresql() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _TABLE], stdin=pipe, stdout=pipe, text=True) as bench:
        assert bench.stdout is not None
        folder = Path(bench.stdout.readline().strip())
        assert (folder / "data" / "postmaster.pid").exists()
        bench.send_signal(signal.SIGTERM)
        assert bench.wait(60) == 128 + signal.SIGTERM
    assert not folder.exists(), "it is removed once the server has ended"
