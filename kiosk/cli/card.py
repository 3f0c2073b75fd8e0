"""``kiosk card list`` and ``kiosk card check``: what lies on the readers and what may be claimed of it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.common import load_settings, moment, plugin_named, print_json, revocation_source, trust_store
from kiosk.cli.shared import refuse

__all__ = ["app"]

app = typer.Typer(help="Readers and cards.", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).")]
Driver = Annotated[str | None, typer.Option("--driver", help="pcsc, nfc or simulator (default: the settings').")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def _drivers(config: Path | None, driver: str | None) -> list[str]:
    return [driver] if driver else load_settings(config).readers


@app.command("list")
def list_readers(config: Config = None, driver: Driver = None, as_json: Json = False) -> None:
    """List the readers. Exit status: 0 (also with no reader), 11 no reader service, 2 wrong usage."""
    from drivers.errors import DriverError
    from drivers.worker.client import list_readers
    from kiosk.failures import FAILURES, code_of

    plugins = [plugin_named(name) for name in _drivers(config, driver)]
    try:
        readers = [reader for plugin in plugins for reader in asyncio.run(list_readers(plugin))]
    except DriverError as error:
        code = code_of(error)
        if as_json:
            print_json({"readers": [], "code": code.value, "message": FAILURES[code].why})
        refuse(f"{code.value} {FAILURES[code].technician}", status=11)
    if as_json:
        rows = [{"name": r.name, "driver": r.driver, "card_present": r.card_present} for r in readers]
        print_json({"readers": rows})
        return
    for reader in readers:
        typer.echo(f"{reader.driver}\t{'card' if reader.card_present else 'empty'}\t{reader.name}")


@app.command("check")
def check(
    config: Config = None,
    driver: Driver = None,
    as_json: Json = False,
    reader: Annotated[str | None, typer.Option(help="A reader's name, or a part that fits one only.")] = None,
    device: Annotated[str | None, typer.Option(help="nfcpy device path; implies --driver nfc.")] = None,
    wait: Annotated[float, typer.Option(min=0, max=3600, help="Seconds to wait for a card.")] = 10.0,
    trust: Annotated[list[Path] | None, typer.Option(help="Root certificate file or folder (repeatable).")] = None,
    crl: Annotated[list[Path] | None, typer.Option(help="CRL file or folder (repeatable).")] = None,
    ocsp: Annotated[str | None, typer.Option(help="OCSP responder URL.")] = None,
    pin_stdin: Annotated[bool, typer.Option("--pin-stdin", help="Read the 暗証番号 as one line.")] = False,
    allow_last_try: Annotated[bool, typer.Option("--allow-last-try", help="Send it with one try left.")] = False,
    show_certificate: Annotated[bool, typer.Option("--show-certificate", help="Add the certificate as PEM.")] = False,
    on: Annotated[str | None, typer.Option(help="Time of checking, ISO 8601 (for tests).")] = None,
) -> None:
    """Read the card in a reader and say what may be claimed of it.

    Exit status: 0 accepted; 10 refused; 11 no reader or no reader service; 12 no card; 13 暗証番号 wrong, malformed,
    last try or blocked; 14 the card or reader failed or left; 2 wrong usage.
    """
    from kiosk.cli.card_check import CheckRequest, SeveralReaders, check_card, exit_status
    from kiosk.identity import Verifier

    names = ["nfc"] if device else _drivers(config, driver)
    if device and driver not in (None, "nfc"):
        refuse("--device: is an nfcpy device path; it goes with --driver nfc")
    settings = load_settings(config)
    identity = settings.identity
    store = trust_store(trust or identity.trust, allow_test=bool(trust) or settings.simulation)
    source = revocation_source(crl or identity.crl, ocsp or identity.ocsp)
    request = CheckRequest(
        plugins=[plugin_named(name) for name in names],
        options={"devices": [device]} if device else {},
        verifier=Verifier(store, source),
        now=moment(on),
        reader=reader,
        wait=wait,
        pin=_pin_line() if pin_stdin else None,
        allow_last_try=allow_last_try,
        show_certificate=show_certificate,
    )
    try:
        report = asyncio.run(check_card(request))
    except SeveralReaders as error:
        refuse(f"--reader: {error}")
    if report.error is not None and report.code is not None:
        typer.echo(f"{report.code.value} {report.error}", err=True)
    print_json(report.to_json()) if as_json else typer.echo(report.sentence())
    raise typer.Exit(exit_status(report))


def _pin_line() -> str:
    """Return one line of standard input without its line end; at most 64 bytes are read."""
    return sys.stdin.buffer.readline(64).decode("utf-8", "replace").rstrip("\r\n")
