"""Files with personal data: readable by their owner only, and there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path


@contextmanager
def private_file(path: Path) -> Iterator[TextIOWrapper]:
    """A UTF-8 text file (mode 0600) that takes the place of `path` when the block ends well, else leaves no trace.

    Raises:
        OSError: the folder is not there or not writable, or the disk is full.

    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _keep_directory_entry(path.parent)


def _keep_directory_entry(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
