"""Run ``simulate``: invented people, their cards and certificates, for anybody without a reader and a card."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from cryptography.hazmat.primitives import serialization

from kiosk.cli.answers import print_json
from kiosk.cli.streams import speak_plainly
from kiosk.outputs import STANDARD, require_replaceable
from simulators.cards import Card
from simulators.demo.command import demo_command
from simulators.ends import ENDS, ends_waited_for
from simulators.faults import SlowCard
from simulators.nfc_target import NfcTarget, TargetError
from simulators.orca.command import orca_command
from simulators.pcscd import PcscdError, PrivatePcscd
from simulators.people import (
    Persona,
    genuine_certificates,
    make_card,
    members_csv,
    people,
    revoked_certificates,
    terminal_csv,
)
from simulators.people.town import JAPAN
from simulators.pki import Authority, jpki_generations, user_authority
from simulators.terminal.command import terminal_command
from simulators.vpcd import VpcdError, VpcdLink

__all__ = ["app", "main"]

DEFAULT_VPCD_PORT = 35963

app = typer.Typer(
    help="Invented people, their cards and certificates. Exit status: 0 done, 1 not possible here, 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
)

PersonaId = Annotated[str, typer.Option("--persona", help="Whose card: an id of `simulate people`.")]
OnDay = Annotated[str | None, typer.Option("--on", help="The day (YYYY-MM-DD, Asia/Tokyo); default today.")]
Slow = Annotated[bool, typer.Option("--slow", help="Take as long as a real card.")]


@app.command("people")
def people_command(
    on: OnDay = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything about them, as JSON.")] = False,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the registry file (- for output).")] = None,
    terminal: Annotated[
        Path | None, typer.Option(help="Write the members file of `simulate terminal`, with other insurers' people.")
    ] = None,
    certificates: Annotated[
        Path | None, typer.Option(help="Write the certificates to bind to members into this folder, with an index.")
    ] = None,
) -> None:
    """List the invented people and what the kiosk must answer each of them."""
    if [as_json, str(csv_file) == STANDARD, str(terminal) == STANDARD].count(True) > 1:
        raise typer.BadParameter("two of --json, --csv - and --terminal - want standard output")
    _require_folder(certificates, "--certificates")
    day = _day(on)
    if csv_file is not None:
        _write(csv_file, members_csv(day))
    if terminal is not None:
        _write(terminal, terminal_csv(day))
    if certificates is not None:
        _write_certificates(certificates, day)
    if as_json:
        print_json({"people": [_as_json(person) for person in people(day)]})
    elif csv_file is None and certificates is None and terminal is None:
        for person in people(day):
            typer.echo(f"{person.row:3} {person.id:34} {person.label}")


@app.command("card")
def card_command(
    persona: PersonaId,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the vpcd reader.")] = DEFAULT_VPCD_PORT,
    nfc: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Instead: UDP port where nfcpy's udp:127.0.0.1:PORT looks.")
    ] = None,
    slow: Slow = False,
) -> None:
    """Put a persona's card on a vpcd reader, or before an nfcpy one, until Ctrl-C (or the vpcd reader goes away)."""
    card = _card(persona, slow=slow)
    with ends_waited_for():
        if nfc is None:
            _lie_on_vpcd(card, persona, port)
        else:
            _lie_before_nfcpy(card, persona, nfc)


def _lie_on_vpcd(card: Card, persona: str, port: int) -> None:
    link = VpcdLink(card, port)
    try:
        link.start()
    except VpcdError as error:
        _fail(str(error))
    telling = threading.Thread(target=_tell_of_its_end, args=(link,), daemon=True)
    telling.start()
    typer.echo(f"{persona}: on the reader at port {port}; Ctrl-C takes the card away", err=True)
    if signal.sigwait(ENDS) == signal.SIGUSR1:
        _fail("the reader went away")
    link.stop()
    telling.join()


def _tell_of_its_end(link: VpcdLink) -> None:
    link.wait()
    os.kill(os.getpid(), signal.SIGUSR1)


def _lie_before_nfcpy(card: Card, persona: str, port: int) -> None:
    try:
        with NfcTarget(port) as target:
            target.put(card)
            typer.echo(f"{persona}: before the reader {target.path}; Ctrl-C takes the card away", err=True)
            signal.sigwait(ENDS)
    except TargetError as error:
        _fail(str(error))


@app.command("pki")
def pki_command(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made if missing.")],
    keys: Annotated[bool, typer.Option("--keys", help="Also the authorities' private keys (test keys).")] = False,
) -> None:
    """Write what a verifier of simulated cards needs: `trust/` with the root certificates, `crl/` with a CRL.

    The folder may be there already: its files of these names are replaced, whatever else it holds stays.
    """
    _require_folder(folder, "FOLDER")
    now = datetime.now(UTC)
    for number, authority in enumerate(jpki_generations(now), start=1):
        _write_bytes(folder / "trust" / f"simulation-root-{number}.pem", authority.pem)
        if keys:
            _write_bytes(folder / "keys" / f"simulation-root-{number}.key.pem", _key_pem(authority), secret=True)
    user = user_authority(now)
    revoked = revoked_certificates(user, _today(now))
    _write_bytes(folder / "crl" / "simulation.crl", user.crl(revoked=revoked))


@app.command("pcscd", context_settings={"ignore_unknown_options": True})
def pcscd_command(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments, after --.")],
    persona: PersonaId = "card-works",
    slow: Slow = False,
) -> None:
    """Run a command with a private pcscd of its own, a persona's card on its reader; exit as the command does."""
    card = _card(persona, slow=slow)
    try:
        with PrivatePcscd() as daemon:
            daemon.put(card)
            status = subprocess.run(command, env=os.environ | daemon.environment, check=False).returncode  # noqa: S603
    except (PcscdError, VpcdError) as error:
        _fail(str(error))
    except FileNotFoundError:
        _fail(f"no such command: {command[0]}")
    raise typer.Exit(status if status >= 0 else 128 - status)


app.command("demo")(demo_command)
app.command("terminal")(terminal_command)
app.command("orca")(orca_command)


def main() -> None:
    """Run the command line."""
    speak_plainly()
    app()


def _card(name: str, *, slow: bool) -> Card:
    now = datetime.now(UTC)
    found = {person.id: person for person in people(_today(now)) if person.card is not None}
    if name not in found:
        raise typer.BadParameter(f"nobody with a card is called {name}; one of: {', '.join(found)}")
    card = make_card(found[name], user_authority(now), now)
    return SlowCard(card) if slow else card


def _write_certificates(folder: Path, on: date) -> None:
    """Write one PEM file for each persona, and ``index.csv``: persona, member key, file."""
    known = {person.id: person for person in people(on)}
    rows = []
    for name, issued in genuine_certificates(user_authority(datetime.now(UTC)), on).items():
        _write_bytes(folder / f"{name}.pem", issued.pem)
        rows.append((name, _member_key(known[name]), f"{name}.pem"))
    index = io.StringIO()
    csv.writer(index, lineterminator="\n").writerows([("persona", "member", "file"), *rows])
    _write_bytes(folder / "index.csv", index.getvalue().encode())


def _member_key(person: Persona) -> str:
    assert person.member is not None
    return ":".join(person.member[part] for part in ("insurer_number", "symbol", "number", "branch"))


def _as_json(person: Persona) -> dict[str, object]:
    card, expected = person.card, person.expected
    return {
        "id": person.id,
        "label": person.label,
        "explanation": person.explanation,
        "row": person.row,
        "path": person.path,
        "member": None if person.member is None else dict(person.member),
        "card": None if card is None else {name: getattr(card, name) for name in card.__slots__} | {
            "last_day": card.last_day.isoformat()
        },
        "visit": {name: getattr(person.visit, name) for name in person.visit.__slots__},
        "expected": None if expected is None else {name: getattr(expected, name) for name in expected.__slots__},
        "failure": person.failure,
    }  # fmt: skip


def _key_pem(authority: Authority) -> bytes:
    forms = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return authority.key.private_bytes(*forms)


def _require_folder(path: Path | None, name: str) -> None:
    if str(path) == STANDARD:
        raise typer.BadParameter("is a folder of files, which standard output is not", param_hint=name)


def _write(path: Path, text: str) -> None:
    if str(path) == STANDARD:
        sys.stdout.buffer.write(text.encode("utf-8"))
        return
    _write_bytes(path, text.encode("utf-8"))


def _write_bytes(path: Path, content: bytes, *, secret: bool = False) -> None:
    try:
        require_replaceable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600 if secret else 0o644)
        path.write_bytes(content)
    except OSError as error:
        _fail(f"{path}: {error.strerror}")


def _day(text: str | None) -> date:
    if text is None:
        return _today(datetime.now(UTC))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be a date YYYY-MM-DD", param_hint="--on") from None


def _today(now: datetime) -> date:
    return now.astimezone(JAPAN).date()


def _fail(message: str) -> NoReturn:
    typer.echo(f"simulate: {message}", err=True)
    raise typer.Exit(1)
