"""What the command line does not load before a command needs it, so that `kiosk --help` comes quickly."""

import subprocess
import sys

from kiosk.cli.document import EventName
from kiosk.decision import LifeEvent

HEAVY = (
    "asyncio",
    "structlog",
    "sqlalchemy",
    "pydantic",
    "fastapi",
    "kiosk.decision",
    "weasyprint",
    "cryptography",
    "httpx",
    "alembic",
)


def test_help_loads_no_library_that_only_commands_need() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom kiosk.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\nprint(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "kiosk.cli.serve" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_the_events_of_the_option_are_those_of_the_decision() -> None:
    assert {event.name: event.value for event in EventName} == {event.name: event.value for event in LifeEvent}
