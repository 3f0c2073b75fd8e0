"""``kiosk card list``, ``check`` and ``record``: what lies on the readers and what may be claimed of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import print_json, refuse
from kiosk.cli.configured import load_settings, moment, settings_refused

if TYPE_CHECKING:  # imported when needed: `kiosk decide` must not pay for it
    from kiosk.assembly.readers import ChosenPlugins
    from kiosk.failures import Failure
    from kiosk.identity import TrustStore
    from kiosk.settings import Settings

__all__ = ["app"]

DEVICE_DRIVER = "nfc"
"""The driver that ``--device`` implies."""

app = typer.Typer(help="Readers and cards.", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).")]
Driver = Annotated[str | None, typer.Option("--driver", help="pcsc, nfc or simulator (default: the settings').")]
Reader = Annotated[str | None, typer.Option(help="A reader's name, a part that fits one only, or its VID:PID.")]
Device = Annotated[str | None, typer.Option(help="nfcpy device path; implies --driver nfc.")]
Wait = Annotated[float, typer.Option(min=0, max=3600, help="Seconds to wait for a card.")]
Trust = Annotated[list[Path] | None, typer.Option(help="Root certificate file or folder (repeatable).")]
PinStdin = Annotated[bool, typer.Option("--pin-stdin", help="Read the 暗証番号 as one line.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@app.command("list")
def list_readers(config: Config = None, driver: Driver = None, as_json: Json = False) -> None:
    """List the readers of every driver that answers, and those that are there but cannot be used, with a code.

    Exit status: 0 (also with no reader), 11 a driver has no reader service, 2 wrong usage.
    """
    from drivers.worker.client import list_every, list_readers
    from kiosk.assembly.readers import plugins_named
    from kiosk.cli.card_list import ReaderList
    from kiosk.failures import code_of

    settings = load_settings(config)
    with settings_refused():
        plugins = plugins_named([driver] if driver else settings.readers, settings).values()
    readers, lost = asyncio.run(list_every(list_readers(plugin, options=options) for plugin, options in plugins))
    listed = ReaderList(readers, code_of(lost) if lost else None)
    if as_json:
        print_json(listed.to_json())
    else:
        for line in listed.lines():
            typer.echo(line)
    for hint in listed.hints():
        typer.echo(hint, err=True)
    raise typer.Exit(11 if lost else 0)


@app.command("check")
def check(
    config: Config = None,
    driver: Driver = None,
    as_json: Json = False,
    reader: Reader = None,
    device: Device = None,
    wait: Wait = 10.0,
    trust: Trust = None,
    crl: Annotated[list[Path] | None, typer.Option(help="CRL file or folder (repeatable).")] = None,
    ocsp: Annotated[str | None, typer.Option(help="OCSP responder URL.")] = None,
    pin_stdin: PinStdin = False,
    allow_last_try: Annotated[bool, typer.Option("--allow-last-try", help="Send it with one try left.")] = False,
    pin_before_certificate: Annotated[
        bool,
        typer.Option(
            "--pin-before-certificate",
            help="Send it to a phone, whose chain is checked only afterwards.",
        ),
    ] = False,
    show_certificate: Annotated[bool, typer.Option("--show-certificate", help="Add the certificate as PEM.")] = False,
    on: Annotated[str | None, typer.Option(help="Time of checking, ISO 8601 (for tests).")] = None,
) -> None:
    """Read the card in a reader and say what may be claimed of it.

    Exit status: 0 accepted; 10 refused; 11 no reader or no reader service; 12 no card; 13 暗証番号 wrong, malformed,
    last try or blocked; 14 the card or reader failed or left; 2 wrong usage.
    """
    from kiosk.assembly.certificates import verifier
    from kiosk.cardcheck import CheckRequest, SeveralReaders, check_card, troubles_of
    from kiosk.cli.card_status import exit_status
    from kiosk.failures import Code

    settings = load_settings(config)
    chosen = _chosen(settings, driver, device, reader)
    identity = settings.identity
    store = _roots(trust, settings)
    now = moment(on)
    known = troubles_of(store.problems(now))
    _tell(known)
    with settings_refused():
        checking = verifier(settings, store, crl=crl, ocsp=ocsp)
    request = CheckRequest(
        plugins=chosen.plugins,
        narrowed=chosen.narrowed,
        verifier=checking,
        now=now,
        reader=reader,
        wait=wait,
        pin=_pin_line() if pin_stdin else None,
        allow_last_try=allow_last_try,
        pin_before_certificate=pin_before_certificate or identity.pin_before_certificate,
        show_certificate=show_certificate,
    )
    try:
        report = asyncio.run(check_card(request))
    except SeveralReaders as error:
        refuse(f"--reader: {error}")
    if report.code is Code.NOT_GENUINE and not store.anchors:
        report.code = Code.NO_TRUST
    _tell([trouble for trouble in report.troubles if trouble not in known])
    if report.error is not None and report.code is not None:
        typer.echo(f"{report.code.value} {report.error}", err=True)
    print_json(report.to_json()) if as_json else typer.echo(report.sentence())
    raise typer.Exit(exit_status(report))


@app.command("record")
def record(
    file: Annotated[
        Path, typer.Argument(help="The recording to write, which must not exist yet; - for standard output.")
    ],
    config: Config = None,
    driver: Driver = None,
    reader: Reader = None,
    device: Device = None,
    wait: Wait = 10.0,
    trust: Trust = None,
    pin_stdin: PinStdin = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace-certificate/--keep-certificate", help="Replace the card's certificate by an invented one."
        ),
    ] = True,
) -> None:
    """Write the dialogue of one check into a file, without the 暗証番号.

    Unless --keep-certificate is given, certificate and signature are replaced too, so that nothing personal is in it.
    Exit status: 0 written, whatever the card is; 11 no reader or no reader service; 12 no card; 14 nothing was
    answered; 2 wrong usage, or a file that cannot be written.
    """
    from kiosk.cardcheck import CheckRequest, SeveralReaders
    from kiosk.cli.card_record import record_check
    from kiosk.identity import NoSource, Verifier

    settings = load_settings(config)
    store = _roots(trust, settings)
    chosen = _chosen(settings, driver, device, reader)
    request = CheckRequest(
        plugins=chosen.plugins,
        narrowed=chosen.narrowed,
        verifier=Verifier(store, NoSource()),
        now=moment(None),
        reader=reader,
        wait=wait,
        pin=_pin_line() if pin_stdin else None,
        record=True,
    )
    try:
        raise typer.Exit(record_check(request, file, replace=replace))
    except SeveralReaders as error:
        refuse(f"--reader: {error}")


def _roots(trust: list[Path] | None, settings: Settings) -> TrustStore:
    """Return the roots of ``--trust``, else of the settings, or end with status 2."""
    from kiosk.assembly.certificates import trust_store

    name, paths = ("--trust", trust) if trust else ("identity.trust", settings.identity.trust)
    with settings_refused():
        return trust_store(paths, allow_test=bool(trust) or settings.simulation, name=name)


def _tell(troubles: Sequence[Failure]) -> None:
    for trouble in troubles:
        typer.echo(f"{trouble.code.value} {trouble.reason}", err=True)


def _chosen(settings: Settings, driver: str | None, device: str | None, reader: str | None) -> ChosenPlugins:
    """Return the plug-ins of the command: those of its options, else of the settings; or end with status 2."""
    from drivers.reader_choice import check_reader
    from kiosk.assembly.readers import plugins_for_reader

    if reader is not None:
        try:
            check_reader(reader)
        except ValueError as error:
            refuse(f"--reader: {error}")
    if device is not None:
        return _of_device(device, driver, settings)
    with settings_refused():
        return plugins_for_reader([driver] if driver else settings.readers, reader, settings)


def _of_device(path: str, driver: str | None, settings: Settings) -> ChosenPlugins:
    """Return the plug-in for one device path, or end with status 2."""
    from kiosk.assembly.readers import plugin_for_device

    if driver not in (None, DEVICE_DRIVER):
        refuse(f"--device: is an nfcpy device path; it goes with --driver {DEVICE_DRIVER}")
    try:
        with settings_refused():
            return plugin_for_device(DEVICE_DRIVER, path, settings)
    except ValueError as error:
        refuse(f"--device: {error}")


def _pin_line() -> str:
    """Return one line of standard input without its line end; at most 64 bytes are read."""
    return sys.stdin.buffer.readline(64).decode("utf-8", "replace").rstrip("\r\n")
