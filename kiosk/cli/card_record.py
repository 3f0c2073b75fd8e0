"""``kiosk card record``: the dialogue of one check as a file."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from drivers.recording import RecordedCommand, to_lines, without_certificate
from kiosk.cardcheck import CheckReport, CheckRequest
from kiosk.cli.answers import refuse, standard_output
from kiosk.cli.card_check import checked
from kiosk.cli.card_status import exit_status
from kiosk.failures import FAILURES
from kiosk.identity import stand_in_certificate
from kiosk.outputs import STANDARD
from kiosk.private_files import private_file

__all__ = ["record_check"]

_NOTHING = 14


def record_check(request: CheckRequest, path: Path, *, replace: bool) -> int:
    """Check the card, write what passed to ``path`` (``-``: standard output), and return the exit status.

    The file is opened before any card is touched. ``path`` appears whole or not at all, and is never overwritten.
    """
    if str(path) == STANDARD:
        output = standard_output()
        report = _recorded(request)
        output.write(_lines(report, replace=replace))
    else:
        report = _into(path, request, replace=replace)
    kept = "certificate replaced" if replace else "certificate kept"
    typer.echo(f"{path}: {len(report.steps)} exchanges, {kept}", err=str(path) == STANDARD)
    return 0


def _into(path: Path, request: CheckRequest, *, replace: bool) -> CheckReport:
    _require_new(path)
    try:
        with private_file(path, overwrites=False) as stream:
            report = _recorded(request)
            stream.write(_lines(report, replace=replace).decode())
    except OSError as error:
        refuse(f"{path}: {error.strerror or 'cannot be written'}")
    return report


def _recorded(request: CheckRequest) -> CheckReport:
    report = checked(request)
    if not report.steps:
        refuse(_why_nothing(report), status=exit_status(report) or _NOTHING)
    return report


def _lines(report: CheckReport, *, replace: bool) -> bytes:
    return to_lines(_kept(report, replace=replace), _header(report, replaced=replace))


def _require_new(path: Path) -> None:
    if not path.name:
        refuse(f"{path}: is not the name of a file")
    if os.path.lexists(path):
        refuse(f"{path}: exists already; a recording overwrites nothing")


def _kept(report: CheckReport, *, replace: bool) -> list[RecordedCommand]:
    return without_certificate(report.steps, stand_in_certificate) if replace else report.steps


def _header(report: CheckReport, *, replaced: bool) -> dict[str, object]:
    return {"driver": report.driver, "atr": report.atr.hex().upper(), "certificate": "replaced" if replaced else "kept"}


def _why_nothing(report: CheckReport) -> str:
    if report.code is None:
        return "the card was asked nothing"
    said = f"{report.error}. " if report.error else ""
    return f"{report.code.value} {said}{FAILURES[report.code].technician}"
