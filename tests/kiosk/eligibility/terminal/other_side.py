"""Golden files, written by hand from the reference, and the other side of the exchange as tests need it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
INSTITUTION = "1312345678"

Answering = Callable[[str, bytes], list[tuple[str, bytes]]]
"""Takes a request's name and content; returns the names and contents of what goes into `res`, in order."""


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.xml").read_bytes()


def identified(content: bytes, request: str) -> bytes:
    """Return an answer with the 任意のファイル識別子 of a request, which is its file's suffix."""
    suffix = request.partition("_")[2].removesuffix(".xml").encode()
    return re.sub(rb"(<ArbitraryFileIdentifier>)\d*(<)", rb"\g<1>" + suffix + rb"\g<2>", content)


def answer_name(request: str, ending: str = ".xml") -> str:
    return request.replace("req_", "res_").removesuffix(".xml") + ending


def put(folder: Path, name: str, content: bytes) -> None:
    """Put a file into a folder whole."""
    draft = folder / f"{name}.part"
    draft.write_bytes(content)
    os.rename(draft, folder / name)


class OtherSide:
    """Takes each request out of `req` as soon as it is there, and puts into `res` what a function says."""

    def __init__(self, req: Path, res: Path, answering: Answering) -> None:
        self.requests: list[tuple[str, bytes]] = []
        self._req, self._res, self._answering = req, res, answering
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._ended.wait(0.002):
            for path in sorted(self._req.glob("OQS*.xml")):
                content = path.read_bytes()
                self.requests.append((path.name, content))
                path.unlink()
                for name, answer in self._answering(path.name, content):
                    put(self._res, name, answer)
