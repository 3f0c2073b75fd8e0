"""Run ``simulate demo``: the main job on simulators, on a page or, with ``--once``, as a table in the terminal."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from kiosk.assembly.listening import listen_on
from kiosk.eligibility import Registry
from kiosk.logs import configure_logs
from kiosk.staff import Accounts, accounts_path
from simulators.demo.online import OnlineResult, ask_about_outsiders, running_terminal, terminal_keys
from simulators.demo.rounds import Hands, RoundResult, make_rounds
from simulators.demo.running import RunningKiosk
from simulators.demo.stage import Stage, StageError, locked, set_stage
from simulators.nfc_target import NfcTarget
from simulators.panel.api import Readers
from simulators.pcscd import PcscdError, PrivatePcscd
from simulators.people import outsiders, people
from simulators.readers import plugin
from simulators.terminal import SimulatedTerminal
from simulators.virtual import VirtualReaders

__all__ = ["demo_command", "free_port"]

_STAFF = "hanako"
_DOCUMENTS = {"card": "マイナ保険証", "notice": "資格情報通知書", "confirmation": "資格確認書", None: "-"}


class Profile(StrEnum):
    """Whose terminal the demo shows: the setting ``profile``."""

    CLINIC = "clinic"
    UNION_OFFICE = "union_office"


def demo_command(
    once: Annotated[bool, typer.Option("--once", help="One visit per persona, a table, then the end.")] = False,
    pcsc: Annotated[bool, typer.Option("--pcsc", help="Through the real pcscd and a virtual card reader.")] = False,
    nfc: Annotated[bool, typer.Option("--nfc", help="Through nfcpy and a simulated Type B card (udp).")] = False,
    profile: Annotated[Profile, typer.Option(help="Whose screens.")] = Profile.CLINIC,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="A clinic with a simulated 資格確認端末 beside the kiosk.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0: a free one.")] = 8460,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where registry, roots and settings go (default var/demo; for --once one that goes again)."),
    ] = None,
) -> None:
    """Run the kiosk with invented people.

    The folder is made anew each time; one that is not empty and no demo's is refused and stays as it is.

    Exit status: 0 done, and every answer of --once was right; 1 one was not, or a part is missing here; 2 wrong usage,
    a port that is taken, or a folder that cannot be used.
    """
    configure_logs(logging.ERROR)
    if pcsc and nfc:
        raise typer.BadParameter("one of --pcsc and --nfc")
    if terminal and profile is not Profile.CLINIC:
        raise typer.BadParameter("--terminal belongs to a clinic: without --profile union_office")
    driver = "pcsc" if pcsc else "nfc" if nfc else "simulator"
    try:
        with _bound(port, once) as ports, _place(folder, once) as place, _readers(driver) as (readers, keys):
            keys |= {"staff.listen": ports.staff_listen, "profile": profile.value}
            keys |= terminal_keys(place, once=once) if terminal else {}
            stage = set_stage(place, datetime.now(UTC), reader=driver, listen=ports.listen, **keys)
            online = running_terminal(stage, once=once) if terminal else nullcontext()
            with online as beside, _running(stage, readers, ports, beside) as kiosk:
                right = _print_rounds(kiosk) if once else _wait(kiosk)
    except (StageError, PortError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except (PcscdError, ConnectionError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    raise typer.Exit(0 if right else 1)


def _running(stage: Stage, readers: Readers, ports: _Ports, terminal: SimulatedTerminal | None) -> RunningKiosk:
    return RunningKiosk(stage, readers, listener=ports.visitor, staff_listener=ports.staff, terminal=terminal)


class PortError(Exception):
    """A port is taken. The text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class _Ports:
    """The sockets of one demo, bound before anything is made; ``staff`` is None if no staff pages are served."""

    visitor: socket.socket
    staff: socket.socket | None

    @property
    def listen(self) -> str:
        """The setting ``listen``."""
        return _address(self.visitor)

    @property
    def staff_listen(self) -> str:
        """The setting ``staff.listen``."""
        return _address(self.staff) if self.staff else ""


@contextmanager
def _bound(port: int, once: bool) -> Iterator[_Ports]:
    with ExitStack() as stack:
        visitor = stack.enter_context(_listener(0 if once else port))
        staff = None if once else stack.enter_context(_listener(8461 if port == 8460 else 0))
        yield _Ports(visitor, staff)


def _listener(port: int) -> socket.socket:
    try:
        return listen_on(f"127.0.0.1:{port}")
    except OSError as error:
        beside = "--port 0 --folder FOLDER starts another beside it"
        raise PortError(f"127.0.0.1:{port}: {error.strerror} (does a demo or a kiosk run there? {beside})") from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"{host}:{port}"


@contextmanager
def _place(folder: Path | None, once: bool) -> Iterator[Path]:
    """Yield the folder of this demo, locked for it alone.

    The folder of --once is removed at the end, unless it was named.
    """
    with ExitStack() as stack:
        if folder is None and once:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-demo-")))
        place = (folder or Path("var/demo")).absolute()
        stack.enter_context(locked(place))
        yield place


@contextmanager
def _readers(driver: str) -> Iterator[tuple[Readers, dict[str, object]]]:
    """Yield what puts cards on the readers of a driver, and the settings that it needs."""
    match driver:
        case "pcsc":
            with PrivatePcscd() as daemon:
                os.environ |= daemon.environment
                yield VirtualReaders(daemon), {}
        case "nfc":
            with NfcTarget() as target:
                yield target, {"nfc.devices": [target.path]}
        case _:
            yield plugin.readers, {}


def _wait(kiosk: RunningKiosk) -> bool:
    settings, password = kiosk.stage.settings, secrets.token_urlsafe(9)
    Accounts(accounts_path(settings.data_dir)).add(_STAFF, "受付 花子", password)
    typer.echo(f"{kiosk.url}   (Ctrl-C ends it)")
    if settings.terminal.req is not None:
        typer.echo(f"{_ask_example(kiosk.stage)}   (asks the simulated 資格確認端末)")
        typer.echo(f"{kiosk.url}simulation/official-reader   (the simulated 顔認証付きカードリーダー)")
    typer.echo(f"http://{settings.staff.listen}/   (staff: {_STAFF}, password {password}, for this run only)")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    return True


def _print_rounds(kiosk: RunningKiosk) -> bool:
    outcomes = asyncio.run(_rounds(kiosk))
    console = Console(width=None if os.environ.get("COLUMNS") else 180)
    console.print(_table(outcomes))
    right = bool(outcomes) and all(outcome.right for outcome in outcomes)
    if kiosk.stage.settings.terminal.req is not None:
        answers = list(ask_about_outsiders(kiosk.stage))
        console.print(_online_table(answers))
        right = right and all(one.right for one in answers)
    return right


async def _rounds(kiosk: RunningKiosk) -> list[RoundResult]:
    hands = Hands(put=kiosk.readers.put, take=kiosk.readers.take)
    outcomes = []
    with Registry.open(kiosk.stage.settings.database) as registry, _progress() as progress:
        task = progress.add_task("visits", total=len(people(kiosk.stage.on)))
        async for outcome in make_rounds(kiosk.stage, registry, kiosk.url, hands):
            outcomes.append(outcome)
            progress.advance(task)
    return outcomes


def _progress() -> Progress:
    """Return a progress bar that is visible only if a person watches standard error, and disappears at the end."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _table(outcomes: Sequence[RoundResult]) -> Table:
    wrong = sum(not outcome.right for outcome in outcomes)
    table = Table(title=f"{len(outcomes)} visits, {wrong} wrong", title_justify="left")
    for heading in ("persona", "row", "level", "applies", "why", "next steps", "ms", ""):
        table.add_column(heading, overflow="fold", justify="right" if heading == "ms" else "left")
    for outcome in outcomes:
        table.add_row(*_cells(outcome))
    return table


def _cells(outcome: RoundResult) -> tuple[str, ...]:
    decision = outcome.decision or {"applies": None, "reasons": [outcome.code or "?"], "next_steps": []}
    person = outcome.persona
    return (
        person.label,
        person.row,
        outcome.level or ("look-up" if outcome.decision else "-"),
        _DOCUMENTS[decision["applies"]],
        ", ".join(decision["reasons"]),
        ", ".join(decision["next_steps"]),
        f"{outcome.milliseconds:.0f}" if outcome.milliseconds >= 10 else f"{outcome.milliseconds:.1f}",
        "○" if outcome.right else "× WRONG",
    )


def _online_table(answers: Sequence[OnlineResult]) -> Table:
    wrong = sum(not one.right for one in answers)
    table = Table(title=f"{len(answers)} people of other insurers, {wrong} wrong", title_justify="left")
    for heading in ("person", "insurer", "status", "code", "copay", "ms", ""):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("copay", "ms") else "left")
    for one in answers:
        answer, percent = one.answer, "-" if one.percent is None else f"{one.percent} %"
        cells = (one.person.label, one.insurer or "-", answer.status, answer.code or "-", percent)
        table.add_row(*cells, f"{one.milliseconds:.0f}", "○" if one.right else "× WRONG")
    return table


def _ask_example(stage: Stage) -> str:
    """Return a command that asks the demo's terminal about somebody of another insurer."""
    member = outsiders(stage.on)[0].member
    names = ("insurer_number", "symbol", "number", "branch", "birth_date")
    options = " ".join(f"--{name.removesuffix('_number').replace('_', '-')} {member[name]}" for name in names)
    return f"kiosk terminal ask --config {stage.folder / 'kiosk.toml'} {options}"


_given_ports = set[int]()


def free_port() -> int:
    """Return a port of loopback that nobody listens on; another one each time, since both may be bound only later."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    if port in _given_ports:
        return free_port()
    _given_ports.add(port)
    return port
