"""Sending a file to CUPS: not at all, or so that its job can be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.printing import Destination, PrintingError, send

A4 = Destination("a4", "A4")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs, with an `lp` that leaves `sent`."""
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "lp", f": > {tmp_path / 'sent'}; echo 'request id is a4-1 (1 file(s))'")
    return tmp_path


def program(folder: Path, name: str, does: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{does}\n")
    (folder / name).chmod(0o700)


def refused(programs: Path) -> PrintingError:
    with pytest.raises(PrintingError) as error:
        send(programs / "notice.pdf", A4, "kiosk 1 notice.pdf")
    return error.value


def test_nothing_is_sent_that_could_not_be_followed(programs: Path) -> None:
    """Said to be not sent, it would be sent again, and people would have two letters."""
    error = refused(programs)
    assert str(error) == "lpstat is not installed (Debian: cups-client)"
    assert not (programs / "sent").exists() and not error.left


@pytest.mark.parametrize("does", ["exit 1", "echo localhost:631; exit 1", "echo"], ids=["error", "both", "empty"])
def test_nothing_is_sent_while_nobody_says_where_cups_is(programs: Path, does: str) -> None:
    program(programs, "lpstat", does)
    assert str(refused(programs)) == "lpstat -H did not say where CUPS is"
    assert not (programs / "sent").exists()


def test_an_lp_that_does_not_end_may_have_handed_the_file_over(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.printing.cups._LONG", 0.05)
    program(programs, "lpstat", "echo localhost:631")
    program(programs, "lp", "exec /bin/sleep 60")
    error = refused(programs)
    assert error.left and "the file may be in the queue" in str(error)


@pytest.mark.parametrize(("does", "left"), [("echo done", True), ("echo 'lp: no such queue' >&2; exit 1", False)])
def test_what_lp_has_not_named_may_be_in_the_queue_unless_it_refused(programs: Path, does: str, left: bool) -> None:
    program(programs, "lpstat", "echo localhost:631")
    program(programs, "lp", does)
    assert refused(programs).left is left
