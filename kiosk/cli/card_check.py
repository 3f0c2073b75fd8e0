"""``kiosk card check``: one check of a card, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime

import typer

from kiosk.cardcheck import CheckReport, CheckRequest, SeveralReaders, check_card, troubles_of
from kiosk.cli.answers import print_json, refuse
from kiosk.cli.card_status import exit_status
from kiosk.failures import Code, Failure
from kiosk.identity import TrustStore

__all__ = ["answer_check", "checked", "say_troubles_of"]


def say_troubles_of(store: TrustStore, now: datetime) -> tuple[Failure, ...]:
    """Say on standard error what is wrong with the roots, and return it."""
    troubles = troubles_of(store.problems(now))
    for trouble in troubles:
        _say(trouble)
    return troubles


def answer_check(request: CheckRequest, said: Collection[Failure], *, as_json: bool) -> int:
    """Check the card, print the answer, and return the exit status.

    Args:
        request: what to check, and how.
        said: the troubles that were said already.
        as_json: whether the answer is one JSON object, or a sentence.

    """
    report = checked(request)
    if report.code is Code.NOT_GENUINE and not request.verifier.trust.anchors:
        report.code = Code.NO_TRUST
    for trouble in report.troubles:
        if trouble not in said:
            _say(trouble)
    if report.error is not None and report.code is not None:
        typer.echo(f"{report.code.value} {report.error}", err=True)
    print_json(report.to_json()) if as_json else typer.echo(report.sentence())
    return exit_status(report)


def checked(request: CheckRequest) -> CheckReport:
    """Return the report of the check, or end with status 2 if ``--reader`` fits several readers."""
    try:
        return asyncio.run(check_card(request))
    except SeveralReaders as error:
        refuse(f"--reader: {error}")


def _say(trouble: Failure) -> None:
    typer.echo(f"{trouble.code.value} {trouble.reason}", err=True)
