"""Settings: one file, one environment, one clear error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.settings import Settings, SettingsError, load


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "kiosk.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_without_a_file_the_defaults_hold() -> None:
    settings = load(None, {})
    assert settings == Settings()
    assert settings.address == ("127.0.0.1", 8460)
    assert settings.site_key_path == Path("var/site-key")


def test_the_keys_of_the_interface_document(file: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "roots").mkdir()
    (tmp_path / "key").write_bytes(b"k" * 32)
    settings = load(
        file(f"""
listen = "[::1]:9000"
kiosk_id = "2F-left"
readers = ["pcsc", "nfc"]
pcsc.readers = ["PaSoRi", "054c:0dc9"]
nfc.devices = ["usb:054c:06c1"]
simulation = true
database = "postgresql+psycopg:///kiosk"
insurer_number = "133033"
site_key_file = "{tmp_path}/key"
identity.trust = ["{tmp_path}/roots"]
identity.crl = ["{tmp_path}/roots"]
identity.ocsp = "http://127.0.0.1:1/ocsp"
identity.require = "staff"
data_dir = "{tmp_path}"
"""),
        {},
    )
    assert settings.address == ("::1", 9000)
    assert settings.identity.require == "staff"
    assert settings.pcsc.readers == ["PaSoRi", "054c:0dc9"]
    assert settings.site_key_path == tmp_path / "key"


def test_the_staff_pages_have_a_port_of_their_own_or_none(file: Callable[[str], Path]) -> None:
    assert load(None, {}).staff.listen == ""
    some = load(file('staff.listen = "127.0.0.1:8461"'), {"KIOSK_STAFF__HOSTS": "kiosk-1.example:8443"})
    assert (some.staff.listen, some.staff.hosts) == ("127.0.0.1:8461", ["kiosk-1.example:8443"])


def test_the_environment_overrides_the_file(file: Callable[[str], Path], tmp_path: Path) -> None:
    environ = {
        "KIOSK_LISTEN": "127.0.0.1:1",
        "KIOSK_SIMULATION": "true",
        "KIOSK_IDENTITY__TRUST": str(tmp_path),
        "KIOSK_READERS": '["pcsc", "simulator"]',
        "KIOSK_VISIT__IDLE_LIMIT": "5",
        "PATH": "/bin",
    }
    settings = load(file('listen = "127.0.0.1:2"\nkiosk_id = "7"\n[visit]\nfarewell = 3\n'), environ)
    assert (settings.listen, settings.kiosk_id, settings.simulation) == ("127.0.0.1:1", "7", True)
    assert settings.identity.trust == [tmp_path]
    assert settings.readers == ["pcsc", "simulator"]
    assert (settings.visit.idle_limit, settings.visit.farewell) == (5, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "colour: there is no such setting"),
        ("[identity]\nrequired = 1", "identity.required: there is no such setting"),
        ('simulation = "yes"', "simulation"),
        ("simulation = 1", "simulation"),
        ("kiosk_id = 1", "kiosk_id"),
        ('kiosk_id = "a b"', "kiosk_id"),
        ('readers = "pcsc"', "readers"),
        ("readers = []", "readers"),
        ('listen = "0.0.0.0:80"', "listen"),
        ('listen = "127.0.0.1:99999"', "listen"),
        ('listen = "example.org:80"', "listen"),
        ('insurer_number = "12"', "insurer_number"),
        ('insurer_number = "１３３０３３"', "insurer_number"),
        ('insurer_number = "133034"', "insurer_number: has a wrong check digit"),
        ('insurer_number = "06139991"', "insurer_number: has a wrong check digit"),
        ('identity.require = "nothing"', "identity.require"),
        ('identity.ocsp = "ftp://x"', "identity.ocsp"),
        ('identity.trust = ["/nonexistent"]', "identity.trust: no such file or folder: /nonexistent"),
        ('site_key_file = "/nonexistent"', "site_key_file: no such file or folder"),
        ('policy = "/nonexistent"', "policy: no such file or folder"),
        ("visit.idle_limit = 0", "visit.idle_limit"),
        ("visit.idle_limit = nan", "visit.idle_limit"),
        ("visit.extensions = 1.5", "visit.extensions"),
        ("listen = 2026-11-22", "listen"),
        ('staff.listen = "0.0.0.0:8461"', "staff.listen"),
        ('staff.listen = "127.0.0.1:8460"', "staff: listen must be another port"),
        ('staff.hosts = ["https://desk.example"]', "staff.hosts"),
        ('staff.hosts = ["*"]', "staff.hosts"),
        ("staff.idle_limit = 0", "staff.idle_limit"),
        ('pcsc.readers = ["54c:0dc9"]', "pcsc.readers: '54c:0dc9' chooses no reader"),
        ('pcsc.readers = [""]', "pcsc.readers"),
        ('pcsc.readers = "pasori"', "pcsc.readers"),
        ("a b", "not TOML"),
    ],
)
def test_a_wrong_file_is_one_clear_error(file: Callable[[str], Path], text: str, says: str) -> None:
    path = file(text)
    with pytest.raises(SettingsError) as caught:
        load(path, {})
    assert str(path) in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"KIOSK_COLOUR": "1"}, "KIOSK_COLOUR: there is no such setting"),
        ({"KIOSK_IDENTITY__REQUIRED": "1"}, "KIOSK_IDENTITY__REQUIRED"),
        ({"KIOSK_IDENTITY": "x"}, "KIOSK_IDENTITY: names a section"),
        ({"KIOSK_LISTEN__PORT": "1"}, "KIOSK_LISTEN__PORT"),
        ({"KIOSK_READERS": "[oops"}, "KIOSK_READERS: not a JSON list"),
        ({"KIOSK_SIMULATION": "perhaps"}, "simulation"),
        ({"KIOSK_VISIT__IDLE_LIMIT": "long"}, "visit.idle_limit"),
        ({"KIOSK_READERS": "[" * 100_000}, "KIOSK_READERS: not a JSON list: nested too deep"),
        ({"KIOSK_READERS": "[" * 500 + "]" * 500}, "KIOSK_READERS: not a JSON list: nested too deep"),
        ({"KIOSK_READERS": "[" + "1" * 5_000 + "]"}, "KIOSK_READERS: not a JSON list"),
        ({"KIOSK_READERS": "[" + "1" * 30 + "]"}, "KIOSK_READERS: not a JSON list: holds a whole number of more than"),
        ({"KIOSK_VISIT__EXTENSIONS": "1" * 5_000}, "KIOSK_VISIT__EXTENSIONS: visit.extensions"),
        ({"KIOSK_VISIT__EXTENSIONS": "[" * 100_000}, "KIOSK_VISIT__EXTENSIONS: visit.extensions"),
        ({"KIOSK_VISIT__IDLE_LIMIT": "1e999"}, "KIOSK_VISIT__IDLE_LIMIT: visit.idle_limit"),
        ({"KIOSK_KIOSK_ID": "\udcff"}, "KIOSK_KIOSK_ID: is not UTF-8"),
        ({"KIOSK_READERS": '["\\ud800"]'}, "KIOSK_READERS: not a JSON list: is not UTF-8"),
        ({"KIOSK_IDENTITY__CRL": '["a\\u0000b"]'}, "KIOSK_IDENTITY__CRL: not a JSON list: holds a NUL character"),
        ({"KIOSK_" + "A__" * 3_000 + "B": "1"}, "there is no such setting"),
    ],
)
def test_a_wrong_variable_is_one_clear_error(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says.replace("[", r"\[")):
        load(None, environ)


def test_a_file_that_is_missing_a_folder_or_too_large(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 300_000)
    for path in (tmp_path / "none.toml", tmp_path, large):
        with pytest.raises(SettingsError, match=str(path)):
            load(path, {})


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'kiosk_id = "\xff"')
    with pytest.raises(SettingsError, match="not TOML"):
        load(path, {})


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "kiosk.toml"
    os.mkfifo(pipe)
    with pytest.raises(SettingsError, match="not a regular file"):
        load(pipe, {})


def test_what_is_nested_too_deep_is_no_toml(file: Callable[[str], Path]) -> None:
    with pytest.raises(SettingsError, match="nested too deep"):
        load(file("a = " + "[" * 60_000), {})


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("1", True), ("FALSE", False), ("0", False)]
)
def test_a_truth_value_in_the_environment(text: str, value: bool) -> None:
    assert load(None, {"KIOSK_SIMULATION": text}).simulation is value


def test_a_wrong_variable_is_blamed_itself_and_not_the_file(file: Callable[[str], Path]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(file('kiosk_id = "1"'), {"KIOSK_SIMULATION": "perhaps"})
    assert str(caught.value).startswith("KIOSK_SIMULATION: simulation: ")


@pytest.mark.parametrize(("variable", "value"), [("NOTICE_X", "21"), ("CONFIRMATION_Y", "nan"), ("PORTAL", "ftp://x")])
def test_the_stock_is_moved_by_a_few_mm_and_the_code_leads_to_https(variable: str, value: str) -> None:
    assert load(environ={"KIOSK_DOCUMENTS__NOTICE_X": "-1.5"}).documents.notice_x == -1.5
    with pytest.raises(SettingsError, match=f"KIOSK_DOCUMENTS__{variable}"):
        load(environ={f"KIOSK_DOCUMENTS__{variable}": value})


def test_a_variable_names_the_file_unless_the_command_does(file: Callable[[str], Path], tmp_path: Path) -> None:
    named, other = file('kiosk_id = "named"'), tmp_path / "other.toml"
    other.write_text('kiosk_id = "other"')
    environ = {"KIOSK_CONFIG": str(named)}
    assert load(None, environ).kiosk_id == "named"
    assert load(other, environ).kiosk_id == "other"
    assert load(None, environ | {"KIOSK_KIOSK_ID": "variable"}).kiosk_id == "variable"
    assert load(None, {"KIOSK_CONFIG": ""}).kiosk_id == "1"


def test_a_file_that_the_variable_names_wrongly_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"^KIOSK_CONFIG: {tmp_path}/none.toml: No such file"):
        load(None, {"KIOSK_CONFIG": f"{tmp_path}/none.toml"})
