"""``kiosk serve``, and the tables that belong to it: failure handbook and settings."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk import __version__
from kiosk.cli.answers import refuse, refusing
from kiosk.cli.configured import load_settings, settings_refused

if TYPE_CHECKING:  # imported when needed: `kiosk --help` must not pay for it
    from structlog.typing import FilteringBoundLogger

    from kiosk.settings import Settings

__all__ = ["handbook_command", "serve_command", "settings_command"]

NO_ADDRESS = 3


def serve_command(
    config: Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).")] = None,
) -> None:
    """Serve the kiosk until interrupted.

    Exit status: 0 ended by a signal; 2 wrong usage or settings; 3 the start failed otherwise, and the log says why.
    """
    from drivers.json_lines import catch_unhandled
    from drivers.worker.hardening import keep_no_core
    from kiosk.logs import configure_logs

    configure_logs()
    catch_unhandled()
    keep_no_core()
    with nullcontext() if sys.stderr.isatty() else refusing(_log_refusal):
        with _kept_for_good():
            settings = load_settings(config)
        _serve(settings)


def _serve(settings: Settings) -> None:
    with _kept_for_good():
        from kiosk.assembly.application import build_app
        from kiosk.assembly.listening import listener_for
        from kiosk.web import make_server

    with settings_refused():
        listener = listener_for("listen", settings.listen)
    with listener:
        with settings_refused(), _kept_for_good():
            server = make_server(build_app(settings), settings)
        _end_quietly()
        _say_where(settings)
        server.run(sockets=[listener])
        _logger().info("stopped", version=__version__)


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Leave what the block loads and builds out of garbage collections, since all of it stays until the service ends.

    They would take a seventh of the start, and later hold up a visit while they look through it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _logger() -> FilteringBoundLogger:
    import structlog

    logger: FilteringBoundLogger = structlog.get_logger(__name__)
    return logger


def _say_where(settings: Settings) -> None:
    """Say that the service starts, and where; to a person at a terminal as addresses to open."""
    staff = {"staff_listen": settings.staff.listen} if settings.staff.listen else {}
    _logger().info("started", version=__version__, listen=settings.listen, **staff)
    if sys.stderr.isatty():
        typer.echo(f"http://{settings.listen}/", err=True)
        if staff:
            typer.echo(f"http://{settings.staff.listen}/ (staff)", err=True)


def _log_refusal(sentence: str) -> None:
    _logger().critical("not started", problem=sentence, version=__version__)


def _end_quietly() -> None:
    """Take the default from the signals that end a service: the server raises them again once it has ended in order."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # A terminal that closes ends the service in order too, unless nohup has it stay.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def handbook_command() -> None:
    """Print the failure handbook: every code, what the visitor sees, what desk and technician do."""
    from kiosk.failures import handbook

    typer.echo(handbook(), nl=False)


def settings_command(
    systemd: Annotated[
        bool, typer.Option("--systemd", help="What the unit must allow, by the settings: a drop-in for it.")
    ] = False,
    config: Annotated[Path | None, typer.Option("--config", help="Settings file (TOML), for --systemd.")] = None,
) -> None:
    """Print every setting: key, environment variable, type and bounds, default, and what it is.

    Exit status: 0 done; 2 wrong usage or settings; 3 a host of the settings has no address now (--systemd).
    """
    from kiosk.reader_plugins import PluginError
    from kiosk.settings_table import settings_table

    if systemd:
        _print_drop_in(load_settings(config))
        return
    try:
        table = settings_table()
    except PluginError as error:
        refuse(str(error))
    typer.echo(table, nl=False)


def _print_drop_in(settings: Settings) -> None:
    from kiosk.assembly.reach import NoAddress, drop_in

    try:
        typer.echo(drop_in(settings), nl=False)
    except NoAddress as error:
        refuse(str(error), NO_ADDRESS)
