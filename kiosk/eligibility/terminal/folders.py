"""Work in the terminal's folders: a request goes in whole; an answer is taken once it has stopped changing.

These functions may hang on a share: call them through ``Bounded``. Files of others are never moved or removed.
"""

from __future__ import annotations

import io
import os
import re
import stat
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.eligibility.terminal.errors import AnswerUnreadable, FolderUnusable, SeveralAnswers
from kiosk.eligibility.terminal.file_names import FileName, draft_name, is_draft
from kiosk.eligibility.terminal.markup import LARGEST
from kiosk.files import FileError, read_bounded
from kiosk.kept_files import keep_directory_entry

__all__ = [
    "OLDER",
    "STEADY",
    "check_folders",
    "find_answer",
    "is_placed",
    "place_request",
    "read_steady",
    "read_whole",
    "take_back_request",
    "unusable",
]

OLDER: Final = 60.0
"""Seconds by which an answer may seem older than its request, since two computers' clocks differ."""

STEADY: Final = 0.02
"""Seconds at least between two reads that must be equal."""

_STALE: Final = 3600.0
"""Seconds after which nobody is still writing a draft."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOR_THE_SHARE = 0o660
"""The terminal reads the request as another user, as far as the site's umask lets it."""


def check_folders(req: Path, res: Path) -> None:
    """Raise FolderUnusable if no request can be put into ``req``, or no answer be read in ``res``."""
    for name, folder, needed in (("req", req, os.W_OK | os.X_OK), ("res", res, os.R_OK | os.X_OK)):
        if not folder.is_dir():
            raise FolderUnusable(f"terminal.{name} is no folder, or is not there")
        if not os.access(folder, needed):
            raise FolderUnusable(f"terminal.{name} may not be {'written' if needed & os.W_OK else 'read'}")


def place_request(folder: Path, name: str, content: bytes, still_wanted: Callable[[], bool] = lambda: True) -> float:
    """Write a request beside its place and move it there whole; return the file's time by the folder's clock.

    Raises:
        FolderUnusable: The folder is gone, cannot be written or is full, or a file of this name is there; or nobody
            wants the answer any more, since to write it took too long.

    """
    draft = folder / draft_name(name)
    target = folder / name
    try:
        _remove_stale_drafts(folder)
        written_at = _write(draft, content)
        try:
            if target.exists():
                raise FolderUnusable("a request of this name is there already")
            if not still_wanted():
                raise FolderUnusable("the folder did not respond in time")
            os.rename(draft, target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        with suppress(OSError):  # not every share can
            keep_directory_entry(folder)
    except OSError as error:
        raise unusable("req", error) from None
    return written_at


def is_placed(folder: Path, name: str) -> bool:
    """Return whether a request is there that nobody has taken yet. Raises FolderUnusable."""
    try:
        return stat.S_ISREG((folder / name).lstat().st_mode)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unusable("req", error) from None


def take_back_request(folder: Path, name: str) -> None:
    """Remove a request of ours that nobody has taken. Raises FolderUnusable."""
    try:
        (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise unusable("req", error) from None


def _remove_stale_drafts(folder: Path) -> None:
    """Remove drafts of ours that a power cut or a kill has left behind: they have a person in them."""
    for draft in folder.glob(".OQS*.tmp"):
        with suppress(OSError):
            if is_draft(draft.name) and draft.lstat().st_mtime < time.time() - _STALE:
                draft.unlink()


def _write(draft: Path, content: bytes) -> float:
    descriptor = os.open(draft, _NEW, _FOR_THE_SHARE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
            return os.fstat(descriptor).st_mtime
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def find_answer(folder: Path, name: FileName, not_before: float) -> Path | None:
    """Return the answer to a request; None if there is none yet.

    Files are asked for by their exact names, so that what else is in the folder costs nothing.

    Args:
        folder: the folder of answers.
        name: the request's name.
        not_before: the request's time by the folder's clock; what is older is not taken.

    Raises:
        SeveralAnswers: More than one file has the request's suffix.
        FolderUnusable: The folder is gone or cannot be read.

    """
    found = [path for path in (folder / one for one in name.answers) if _is_there(path, not_before - OLDER)]
    if not found:
        return None
    if len(found) > 1 or _namesakes(folder, name.stem) > 1:
        raise SeveralAnswers("more than one file has the suffix of the request")
    return found[0]


def _is_there(path: Path, not_before: float) -> bool:
    try:
        return path.stat().st_mtime >= not_before
    except FileNotFoundError:
        if path.parent.is_dir():
            return False
        raise FolderUnusable("res: there is no such folder") from None
    except OSError as error:
        raise unusable("res", error) from None


def _namesakes(folder: Path, stem: str) -> int:
    """Count the files with a suffix, copies such as ``…(1).xml`` too. It is done once, when an answer is there."""
    pattern = re.compile(re.escape(stem) + r"(?!\w).*\.(xml|zip)", re.IGNORECASE | re.DOTALL)
    try:
        with os.scandir(folder) as entries:
            return sum(1 for entry in entries if pattern.fullmatch(entry.name))
    except OSError as error:
        raise unusable("res", error) from None


def read_steady(path: Path) -> bytes | None:
    """Return the content of a file that two reads, 20 ms apart, find the same; None if it is changing.

    Raises:
        AnswerUnreadable: It is too large, no regular file, or cannot be read.

    """
    first = read_whole(path)
    time.sleep(STEADY)
    return first if read_whole(path) == first else None


def read_whole(path: Path) -> bytes:
    """Return the content of a file as it is now; that of the one file in it, if it is packed.

    Raises:
        AnswerUnreadable: It is too large, no regular file, or cannot be read.

    """
    try:
        content = read_bounded(path, LARGEST)
    except FileError as error:
        raise AnswerUnreadable(str(error)) from None
    return _unpacked(content) if path.suffix.lower() == ".zip" else content


def _unpacked(content: bytes) -> bytes:
    """Return the one file in a packed answer, of at most LARGEST bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = archive.infolist()
            if len(inside) != 1 or inside[0].flag_bits & 1:
                raise AnswerUnreadable("packed with a password, or not as one file")
            with archive.open(inside[0]) as file:
                unpacked = file.read(LARGEST + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise AnswerUnreadable(f"cannot be unpacked ({type(error).__name__})") from None
    if len(unpacked) > LARGEST:
        raise AnswerUnreadable(f"larger than {LARGEST} bytes")
    return unpacked


def unusable(folder: str, error: OSError) -> FolderUnusable:
    """Return the error for a folder, named as in the settings, that the system did not let us use."""
    return FolderUnusable(f"{folder}: {error.strerror or 'cannot be used'}")
