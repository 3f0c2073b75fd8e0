"""``simulate orca``: an ORCA on loopback, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from simulators.ends import ENDS, ends_waited_for
from simulators.orca.answering import OrcaScenario
from simulators.orca.serving import SimulatedOrca
from simulators.terminal.insured import InsuredPerson, MembersRefused, read_members

__all__ = ["orca_command"]


def orca_command(
    members: Annotated[
        Path, typer.Option(help="Who the patients are: a member file, as `simulate people --csv` writes it.")
    ],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: any that is free.")] = 8000,
    user: Annotated[str, typer.Option(help="User of the API.")] = "ormaster",
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password; none: ormaster.")
    ] = None,
    scenario: Annotated[
        OrcaScenario | None,
        typer.Option(metavar="NAME", help=f"Do this to every call: {', '.join(OrcaScenario)}."),
    ] = None,
    delay: Annotated[float, typer.Option(min=0, max=600, help="Seconds until an answer.")] = 0.2,
) -> None:
    """Be an ORCA (日医標準レセプトソフト): answer the calls of 日レセAPI that find patients and register receptions.

    Patients are numbered from 00001 in the order of the file. Departments are 01 and 02, physicians 10001 and 10002.
    Standard output gets one JSON object when it is ready.
    """
    everybody, password = _everybody(members), _password(password_file)
    with ends_waited_for():
        try:
            with SimulatedOrca(
                everybody, user=user, password=password, port=port, scenario=scenario, delay=delay
            ) as orca:
                sys.stdout.write(json.dumps({"ready": True, "url": orca.url, "patients": orca.patients}) + "\n")
                sys.stdout.flush()
                signal.sigwait(ENDS)
        except OSError as error:
            _fail(f"port {port}: {error.strerror}")


def _everybody(members: Path) -> list[InsuredPerson]:
    try:
        return read_members(members)
    except MembersRefused as refusal:
        raise typer.BadParameter(f"{members}: {refusal}", param_hint="--members") from None
    except OSError as error:
        raise typer.BadParameter(f"{members}: {error.strerror}", param_hint="--members") from None


def _password(path: Path | None) -> str:
    if path is None:
        return "ormaster"
    try:
        return path.read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{path}: cannot be read", param_hint="--password-file") from None


def _fail(message: str) -> NoReturn:
    typer.echo(f"simulate: {message}", err=True)
    raise typer.Exit(1)
