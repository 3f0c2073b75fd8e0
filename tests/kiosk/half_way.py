"""A command that is ended from outside in the middle of its work."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence


def end_half_way(program: str, words: Sequence[str], ending: signal.Signals) -> None:
    """Run `program` with these words, end it once it has written "half way", and wait for the end of its processes."""
    command, pipe = [sys.executable, "-c", program, *words], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as running:
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline() == "half way\n"
        if ending is signal.SIGINT:
            os.killpg(running.pid, ending)  # as a terminal does
        else:
            running.kill()
        assert running.stderr.read() == ""  # read to its end: all of its processes have ended
