"""A reader driver of somebody else: installed beside the kiosk, it works without a change here."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

import kiosk
from kiosk.assembly.readers import driver_options
from kiosk.cli import app
from kiosk.reader_plugins import PluginError, installed_plugins, plugin_named
from kiosk.settings import SettingsError, load
from kiosk.settings_table import settings_table
from kiosk.staff import Accounts, accounts_path
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import SimulatedReaders

MODULE = """
import threading

from pydantic import Field

from drivers.connection import ReaderState
from drivers.errors import NoCard
from drivers.options import ReaderOptions
from drivers.worker.plugin import SpawnedPlugin


class AcmeOptions(ReaderOptions):
    port: str = Field(max_length=8, pattern="^A[0-9]$", description="the port of the reader")


class AcmePlugin(SpawnedPlugin):
    options = AcmeOptions


class Reader:
    def __init__(self, name):
        self.name = name

    def connect(self):
        raise NoCard("nothing lies on it")

    def release(self):
        pass

    close = release


class Driver:
    name = "acme"

    def __init__(self, port):
        self.readers, self.woken = {f"Acme {port}": ReaderState(False)}, threading.Event()

    def watch(self, known, timeout):
        if known == self.readers:
            self.woken.wait(timeout)
        return self.readers

    def wake(self):
        self.woken.set()

    reader = Reader


def create(options):
    return Driver(options["port"])


plugin = AcmePlugin("acme", "アクメ社のリーダー", "acme_reader:create")
incomplete = object()
staff = AcmePlugin("staff", "受付のリーダー", "acme_reader:create")
misnamed = AcmePlugin("other", "別のリーダー", "acme_reader:create")
"""

METADATA = "Metadata-Version: 2.1\nName: acme-reader\nVersion: 1.0\n"
ENTRY_POINTS = """[kiosk.readers]
acme = acme_reader:plugin
acme.incomplete = acme_reader:incomplete
acme.absent = acme_reader_that_is_not_there:plugin
acme.misnamed = acme_reader:misnamed
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder into which somebody else's distribution was installed; the workers find it too."""
    site = tmp_path / "site"
    about = site / "acme_reader-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "acme_reader.py").write_text(MODULE, "utf-8")
    (about / "METADATA").write_text(METADATA, "utf-8")
    (about / "entry_points.txt").write_text(ENTRY_POINTS, "utf-8")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))
    return site


@pytest.fixture
def config(tmp_path: Path, installed: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "kiosk.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_its_section_is_read_and_handed_to_its_worker(config: Callable[[str], Path]) -> None:
    settings = load(config('readers = ["acme"]\nacme.port = "A1"\n'), {})
    assert driver_options(settings, "acme") == {"port": "A1"}


def test_a_variable_of_the_environment_counts_before_the_file(config: Callable[[str], Path]) -> None:
    settings = load(config('readers = ["acme"]\n[acme]\nport = "A1"\n'), {"KIOSK_ACME__PORT": "A2"})
    assert driver_options(settings, "acme") == {"port": "A2"}


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ('acme.port = "B1"', {}, "kiosk.toml: acme.port: String should match pattern '^A[0-9]$'"),
        ("acme.port = 1", {}, "kiosk.toml: acme.port: Input should be a valid string"),
        ('acme.speed = 9\nacme.port = "A1"', {}, "kiosk.toml: acme.speed: there is no such setting"),
        ("", {"KIOSK_ACME__PORT": "B1"}, "KIOSK_ACME__PORT: acme.port: String should match pattern '^A[0-9]$'"),
        ("", {"KIOSK_ACME__SPEED": "9"}, "KIOSK_ACME__SPEED: there is no such setting"),
        ("emca.port = 1", {}, "kiosk.toml: emca: there is no such setting"),
    ],
)
def test_what_its_model_refuses_is_one_clear_error(
    config: Callable[[str], Path], text: str, environ: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(config(text), environ)
    assert str(caught.value).endswith(said)


def test_an_option_that_is_missing_is_named(config: Callable[[str], Path]) -> None:
    result = CliRunner().invoke(app, ["card", "list", "--config", str(config('readers = ["acme"]\n'))])
    assert (result.exit_code, result.stderr) == (2, "acme.port: Field required\n")


def test_a_driver_cannot_be_called_like_a_key_of_the_settings(installed: Path) -> None:
    (installed / "acme_reader-1.0.dist-info" / "entry_points.txt").write_text(
        "[kiosk.readers]\nstaff = acme_reader:staff\n"
    )
    result = CliRunner().invoke(app, ["card", "list", "--driver", "staff"])
    assert (result.exit_code, result.stderr) == (
        2,
        "readers: no driver can be called 'staff', which is a name of the settings\n",
    )


def test_the_table_of_the_settings_names_a_plug_in_that_cannot_be_used(installed: Path) -> None:
    result = CliRunner().invoke(app, ["settings"])
    assert (result.exit_code, result.stderr) == (
        2,
        "the reader driver 'acme.absent' cannot be loaded: ModuleNotFoundError\n",
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("acme.incomplete", "the reader driver 'acme.incomplete' is incomplete"),
        ("acme.absent", "the reader driver 'acme.absent' cannot be loaded: ModuleNotFoundError"),
        ("acme.misnamed", "the reader driver 'acme.misnamed' calls itself 'other'"),
        ("emca", "there is no reader driver 'emca'; installed: acme, acme.absent,"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_named(installed: Path, name: str, said: str) -> None:
    with pytest.raises(PluginError) as caught:
        plugin_named(name)
    assert str(caught.value).startswith(said)


BY_SPECIFICATION = {("settings.py", "pcsc"), ("cli/card.py", "nfc")}
"""The default of ``readers``, and the driver that ``--device`` implies."""


def test_the_kiosk_names_no_driver_but_in_the_defaults_of_the_specification() -> None:
    package = Path(kiosk.__file__).parent
    drivers = set(installed_plugins())
    found = {
        (file.relative_to(package).as_posix(), node.value)
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in drivers
    }
    assert found == BY_SPECIFICATION


def test_it_is_one_of_the_installed_ones(installed: Path) -> None:
    assert installed_plugins()[:1] == ["acme"]
    assert {"nfc", "pcsc", "simulator"} < set(installed_plugins())


def test_the_table_of_the_settings_has_its_options(installed: Path) -> None:
    (installed / "acme_reader-1.0.dist-info" / "entry_points.txt").write_text("\n".join(ENTRY_POINTS.split("\n")[:2]))
    rows = [line for line in settings_table().splitlines() if line.startswith("| `acme.")]
    assert rows == [
        "| `acme.port` | `KIOSK_ACME__PORT` | text, at most 8 characters, `^A[0-9]$` | – | the port of the reader |"
    ]


def test_the_desk_sees_its_readers_under_its_label(installed: Path, tmp_path: Path) -> None:
    desk = f"127.0.0.1:{free_port()}"
    keys = {"acme.port": "A1", "staff.listen": desk}
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="acme", listen=f"127.0.0.1:{free_port()}", **keys)
    Accounts(accounts_path(stage.settings.data_dir)).add("hanako", "受付 花子", "tsuki-to-kaze9")
    with RunningKiosk(stage, SimulatedReaders()) as kiosk, httpx.Client(base_url=f"http://{desk}") as client:
        _wait_until_served(kiosk.url)
        assert client.post("/api/v1/session", json={"name": "hanako", "password": "tsuki-to-kaze9"}).status_code == 200
        page = client.get("/").text
    assert '<p class="reader__name">アクメ社のリーダー</p>' in page
    assert "Acme A1" in page


def _wait_until_served(url: str) -> None:
    """Wait for the service's own sign of health: its reader came from a process of its own."""
    deadline = time.monotonic() + 60
    while (answer := httpx.get(f"{url}healthz")).status_code != 200:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)
