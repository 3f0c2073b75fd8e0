"""The tables [[webhook]]: what is taken, and the one error for what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.settings import SettingsError, load

URL = "http://192.168.1.20:8080/kiosk?key=a%20b"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("secret")
    return path


def of_file(folder: Path, *tables: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text("".join(f"[[webhook]]\n{table}\n" for table in tables), "utf-8")
    return path


def test_a_table_each_with_what_was_not_said_as_the_specification_has_it(tmp_path: Path, secret: Path) -> None:
    first = f'url = "{URL}"\nsecret_file = "{secret}"\nevents = ["visit.finished"]'
    second = f'url = "https://hooks.example/x"\nsecret_file = "{secret}"\nkeep_hours = 24\nhosts = ["hooks.example"]'
    one, other = load(of_file(tmp_path, first, second), {}).webhook
    assert (one.url, one.secret_file, one.events, one.keep_hours) == (URL, secret, ["visit.finished"], 72)
    assert (other.keep_hours, other.hosts) == (24, ["hooks.example"])


def test_the_environment_has_them_as_json(secret: Path) -> None:
    said = json.dumps([{"url": URL, "secret_file": str(secret), "keep_hours": 5}])
    (one,) = load(None, {"KIOSK_WEBHOOK": said}).webhook
    assert (one.url, one.keep_hours) == (URL, 5)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"url": "ftp://192.168.1.20/"}, "webhook.0.url: must be http:// or https://"),
        ({"url": "http://user:password@192.168.1.20/"}, "webhook.0.url: must be http:// or https://"),
        ({"url": "http://192.168.1.20/#x"}, "webhook.0.url: must be http:// or https://"),
        ({"url": "http://192.168.1.20:65536/"}, "webhook.0.url: must be http:// or https://"),
        ({"url": "http://192.168.1.20:0/"}, "webhook.0.url: must be http:// or https://"),
        ({"url": "http://[::zz]/"}, "webhook.0.url: must be http:// or https://"),
        ({"url": None}, "webhook.0.url: Field required"),
        ({"secret_file": None}, "webhook.0.secret_file: Field required"),
        ({"secret_file": "/missing"}, "webhook.0.secret_file: no such file or folder: /missing"),
        ({"ca_file": "/missing"}, "webhook.0.ca_file: no such file or folder: /missing"),
        ({"events": []}, "webhook.0.events: "),
        ({"events": ["visit.begun"]}, "webhook.0.events.0: "),
        ({"keep_hours": 0}, "webhook.0.keep_hours: "),
        ({"timeout": 0}, "webhook.0.timeout: "),
        ({"hosts": ["Hooks.example"], "url": "https://x/"}, "webhook.0.hosts: must be host names in small letters"),
        ({"hosts": ["x"]}, "webhook.0: hosts: a server outside of private networks needs https"),
        ({"secret": "x"}, "webhook.0.secret: there is no such setting"),
    ],
)
def test_a_wrong_table_is_one_error_that_names_the_variable(secret: Path, changes: dict[str, object], why: str) -> None:
    table = {"url": URL, "secret_file": str(secret)} | changes
    said = json.dumps([{name: value for name, value in table.items() if value is not None}])
    with pytest.raises(SettingsError) as error:
        load(None, {"KIOSK_WEBHOOK": said})
    assert str(error.value).startswith(f"KIOSK_WEBHOOK: {why}")
    assert "password" not in str(error.value)


def test_one_address_twice_is_refused(tmp_path: Path, secret: Path) -> None:
    table = f'url = "{URL}"\nsecret_file = "{secret}"'
    with pytest.raises(SettingsError, match="webhook: one url is there twice"):
        load(of_file(tmp_path, table, table), {})


@pytest.mark.parametrize("value", ["72", "x", '{"url": 1}'])
def test_a_variable_that_is_no_list_of_tables_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="KIOSK_WEBHOOK"):
        load(None, {"KIOSK_WEBHOOK": value})
