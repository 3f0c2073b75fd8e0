"""``kiosk card list``, ``check`` and ``record``: what lies on the readers and what may be claimed of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import print_json, refuse, standard_input
from kiosk.cli.configured import load_settings, moment, settings_refused

if TYPE_CHECKING:  # imported when needed: `kiosk decide` must not pay for it
    from kiosk.assembly.readers import ChosenPlugins
    from kiosk.cardcheck import CheckRequest
    from kiosk.identity import TrustStore, Verifier
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
Crl = Annotated[list[Path] | None, typer.Option(help="CRL file or folder (repeatable).")]
Ocsp = Annotated[str | None, typer.Option(help="OCSP responder URL.")]
AllowLastTry = Annotated[bool, typer.Option("--allow-last-try", help="Send it with one try left.")]
PinBeforeCertificate = Annotated[
    bool,
    typer.Option("--pin-before-certificate", help="Send it to a phone, whose chain is checked only afterwards."),
]
ShowCertificate = Annotated[bool, typer.Option("--show-certificate", help="Add the certificate as PEM.")]
On = Annotated[str | None, typer.Option(help="Time of checking, ISO 8601 (for tests).")]
Recording = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The recording to write, which must not exist yet; - for standard output."),
]
ReplaceCertificate = Annotated[
    bool,
    typer.Option("--replace-certificate/--keep-certificate", help="Replace the card's certificate by an invented one."),
]


@app.command("list")
def list_readers(config: Config = None, driver: Driver = None, as_json: Json = False) -> None:
    """List the readers of every driver that answers, and those that are there but cannot be used, with a code.

    Exit status: 0 (also with no reader), 11 a driver has no reader service, 2 wrong usage.
    """
    import asyncio

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
    crl: Crl = None,
    ocsp: Ocsp = None,
    pin_stdin: PinStdin = False,
    allow_last_try: AllowLastTry = False,
    pin_before_certificate: PinBeforeCertificate = False,
    show_certificate: ShowCertificate = False,
    on: On = None,
) -> None:
    """Read the card in a reader and say what may be claimed of it.

    Exit status: 0 accepted; 10 refused; 11 no reader or no reader service; 12 no card; 13 暗証番号 wrong, malformed,
    last try or blocked; 14 the card or reader failed or left; 2 wrong usage.
    """
    from kiosk.assembly.certificates import verifier
    from kiosk.cli.card_check import answer_check, say_troubles_of

    settings = load_settings(config)
    chosen = _chosen(settings, driver, device, reader)
    store, now = _roots(trust, settings), moment(on)
    said = say_troubles_of(store, now)
    with settings_refused():
        checking = verifier(settings, store, crl=crl, ocsp=ocsp)
    request = replace(
        _request(chosen, checking, now, reader, wait, pin_stdin),
        allow_last_try=allow_last_try,
        pin_before_certificate=pin_before_certificate or settings.identity.pin_before_certificate,
        show_certificate=show_certificate,
    )
    raise typer.Exit(answer_check(request, said, as_json=as_json))


@app.command("record")
def record(
    file: Recording,
    config: Config = None,
    driver: Driver = None,
    reader: Reader = None,
    device: Device = None,
    wait: Wait = 10.0,
    trust: Trust = None,
    pin_stdin: PinStdin = False,
    replace_certificate: ReplaceCertificate = True,
) -> None:
    """Write the dialogue of one check into a file, without the 暗証番号.

    Unless --keep-certificate is given, certificate and signature are replaced too, so that nothing personal is in it.
    Exit status: 0 written, whatever the card is; 11 no reader or no reader service; 12 no card; 14 nothing was
    answered; 2 wrong usage, or a file that cannot be written.
    """
    from kiosk.cli.card_record import record_check
    from kiosk.identity import NoSource, Verifier

    settings = load_settings(config)
    checking = Verifier(_roots(trust, settings), NoSource())
    chosen = _chosen(settings, driver, device, reader)
    request = replace(_request(chosen, checking, moment(None), reader, wait, pin_stdin), record=True)
    raise typer.Exit(record_check(request, file, replace=replace_certificate))


def _request(
    chosen: ChosenPlugins, verifier: Verifier, now: datetime, reader: str | None, wait: float, pin_stdin: bool
) -> CheckRequest:
    """Return the check that both commands make, with the 暗証番号 of standard input if there is one."""
    from kiosk.cardcheck import CheckRequest

    pin = _pin_line() if pin_stdin else None
    return CheckRequest(chosen.plugins, verifier, now, narrowed=chosen.narrowed, reader=reader, wait=wait, pin=pin)


def _roots(trust: list[Path] | None, settings: Settings) -> TrustStore:
    """Return the roots of ``--trust``, else of the settings, or end with status 2."""
    from kiosk.assembly.certificates import trust_store

    name, paths = ("--trust", trust) if trust else ("identity.trust", settings.identity.trust)
    with settings_refused():
        return trust_store(paths, allow_test=bool(trust) or settings.simulation, name=name)


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
    return standard_input().readline(64).decode("utf-8", "replace").rstrip("\r\n")
