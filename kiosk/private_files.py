"""Files with personal data: readable by their owner only, and either complete or not there at all.

A program writes a hidden draft, `.kiosk-….draft`, which it has locked as long as it lives (flock). One that is not
locked was left behind by a kill or a power cut: the next output into its folder, whatever its name, removes it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from secrets import token_hex
from typing import Any

from kiosk.kept_files import keep_directory_entry
from kiosk.outputs import require_replaceable

_PREFIX, _SUFFIX = ".kiosk-", ".draft"


@contextmanager
def private_file(path: Path, *, overwrites: bool = True) -> Iterator[TextIOWrapper]:
    """Open a UTF-8 text file (mode 0600) that becomes `path` when the block ends, and is removed if the block raises.

    Args:
        path: where it goes.
        overwrites: whether it takes the place of a file that is there.

    Raises:
        OSError: `path` is neither new nor a regular file, its folder does not exist or cannot be written, or the disk
            is full; FileExistsError: it is there, and nothing may be overwritten. The error always names `path`.

    """
    require_replaceable(path)  # before the work, which would be lost
    _remove_stale_drafts(path.parent)
    descriptor, draft = _new_file(path)
    try:
        with TextIOWrapper(BufferedWriter(_Draft(descriptor, path)), encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            require_replaceable(path)  # something else may have been put there since
            with naming(path):
                os.fsync(descriptor)
                _put(draft, path, overwrites)  # while it is locked: another run may remove an unlocked draft
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    with naming(path):
        keep_directory_entry(path.parent)


def _put(draft: Path, path: Path, overwrites: bool) -> None:
    if overwrites:
        os.replace(draft, path)
    else:
        os.link(draft, path)
        draft.unlink()


def _new_file(path: Path) -> tuple[int, Path]:
    """Make a locked draft. Another run may remove it before it is locked, as a stale one; then make another."""
    while True:
        with naming(path):
            descriptor, draft = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=path.parent)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            except BaseException:
                os.unlink(draft)
                raise
        if os.fstat(descriptor).st_nlink:
            return descriptor, Path(draft)
        os.close(descriptor)


@contextmanager
def private_folder(path: Path) -> Iterator[Path]:
    """Make a folder (mode 0700) that replaces `path` when the block ends, and is removed if the block raises.

    Raises:
        OSError: `path` exists and is not an empty folder, or cannot be replaced, or its parent does not exist or cannot
            be written. The error names `path`.

    """
    _require_replaceable(path)
    _remove_stale_drafts(path.parent)
    draft = path.parent / f"{_PREFIX}{token_hex(8)}{_SUFFIX}"
    try:
        with _made(draft, path):
            yield draft
            with naming(path):
                keep_directory_entry(draft)
                os.rename(draft, path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    with naming(path):
        keep_directory_entry(path.parent)


@contextmanager
def _made(draft: Path, path: Path) -> Iterator[None]:
    """Make a locked draft folder for the block, with the same precaution as `_new_file`."""
    with ExitStack() as holding:
        while True:
            with naming(path), suppress(FileExistsError):
                draft.mkdir(0o700)
            with suppress(BlockingIOError, FileNotFoundError):
                holding.enter_context(_locked(draft))
                if draft.exists():
                    break
        yield


def _require_replaceable(path: Path) -> None:
    """Raise OSError, before any work is done, if a folder could not replace `path`."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise OSError(0, "is there already, and is no empty folder", str(path))
    if path.name in ("", "..") or path.is_symlink() or path.is_mount():
        raise OSError(0, "is no folder that can be made; name a new one in it", str(path))


def _remove_stale_drafts(folder: Path) -> None:
    """Remove drafts that a power cut or a kill has left behind; a running program has locked its own."""
    for draft in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError), _locked(draft):
            shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


@contextmanager
def _locked(draft: Path) -> Iterator[None]:
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


class _Draft(FileIO):
    """The file under its hidden name; its errors name the path that was asked for."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(descriptor, "w")
        self._path = path

    def write(self, data: Any) -> int:
        with naming(self._path):
            return super().write(data)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Make every OSError of the block name `path`, the one that was asked for."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
