"""Files with personal data: readable by their owner only, and there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import Any


@contextmanager
def private_file(path: Path) -> Iterator[TextIOWrapper]:
    """A UTF-8 text file (mode 0600) that takes the place of `path` when the block ends well, else leaves no trace.

    Raises:
        OSError: the folder is not there or not writable, or the disk is full. It names `path`, wherever it arose.

    """
    with _naming(path):
        descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with TextIOWrapper(BufferedWriter(_Draft(descriptor, path)), encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            with _naming(path):
                os.fsync(descriptor)
        with _naming(path):
            os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    with _naming(path):
        _keep_directory_entry(path.parent)


class _Draft(FileIO):
    """The file under its hidden name; what goes wrong with it is told of the name that people gave."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(descriptor, "w")
        self._path = path

    def write(self, data: Any) -> int:
        with _naming(self._path):
            return super().write(data)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _keep_directory_entry(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
