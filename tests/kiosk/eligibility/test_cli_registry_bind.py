"""`kiosk registry bind` and `unbind`: which certificate belongs to whom, and what of it is stored."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.identity import create_site_key
from simulators.pki import Issued, user_authority

Run = Callable[..., Result]
TARO = "133033:71-0000:000001:00"


def issued(days: int = 365) -> Issued:
    now = datetime.now(UTC)
    return user_authority(now).issue(not_before=now - timedelta(days=1), not_after=now + timedelta(days=days))


@pytest.mark.parametrize("form", ["pem", "der"])
def test_bind_and_unbind_keep_the_history(loaded: Run, tmp_path: Path, form: str) -> None:
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(issued().pem if form == "pem" else issued().der)
    bind = ["bind", "--member", TARO, "--certificate", str(certificate), "--by", "desk-1", "--json"]
    bound, again = (json.loads(loaded(*bind).stdout) for _ in range(2))
    assert bound == {"member": TARO, "bound": True, "changed": True, "last_day": bound["last_day"]}
    assert again == bound | {"changed": False}
    unbound = loaded("unbind", "--member", TARO, "--by", "desk-2", "--json")
    assert (unbound.exit_code, json.loads(unbound.stdout)) == (0, {"member": TARO, "bound": False, "changed": True})
    (binding,) = json.loads(loaded("show", "--member", TARO, "--json").stdout)["certificates"]
    assert (binding["bound_by"], binding["ended_by"]) == ("desk-1", "desk-2")


def test_the_last_day_of_a_bound_certificate_is_that_of_tokyo(loaded: Run, tmp_path: Path) -> None:
    end = datetime(2030, 5, 6, 15, 30, tzinfo=UTC)
    now = datetime.now(UTC)
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(user_authority(now).issue(not_before=now - timedelta(days=1), not_after=end).der)
    bound = loaded("bind", "--member", TARO, "--certificate", str(certificate), "--json")
    assert json.loads(bound.stdout)["last_day"] == "2030-05-07"


def test_a_certificate_without_an_end_has_the_last_day_of_all(loaded: Run, tmp_path: Path) -> None:
    now, end = datetime.now(UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(user_authority(now).issue(not_before=now - timedelta(days=1), not_after=end).der)
    bound = loaded("bind", "--member", TARO, "--certificate", str(certificate), "--json")
    assert json.loads(bound.stdout)["last_day"] == "9999-12-31"


def test_another_site_key_binds_and_unbinds_nothing(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(issued().der)
    bind = ["bind", "--member", TARO, "--certificate", str(certificate)]
    assert loaded(*bind).exit_code == 0
    create_site_key(tmp_path / "other-key")
    monkeypatch.setenv("KIOSK_SITE_KEY_FILE", str(tmp_path / "other-key"))
    for command in (bind, ["unbind", "--member", TARO]):
        result = loaded(*command)
        assert result.exit_code == 3
        assert "this registry was bound under another site key" in result.stderr
    monkeypatch.delenv("KIOSK_SITE_KEY_FILE")
    assert loaded("unbind", "--member", TARO).exit_code == 0


def test_unbinding_makes_no_site_key(loaded: Run, tmp_path: Path) -> None:
    assert loaded("unbind", "--member", TARO).exit_code == 1
    assert not (tmp_path / "var").exists()


def test_a_site_key_that_is_made_is_named_once(loaded: Run, tmp_path: Path) -> None:
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(issued().der)
    first, again = (loaded("bind", "--member", TARO, "--certificate", str(certificate)) for _ in range(2))
    assert first.stderr.startswith(f"site_key_file: {tmp_path}/var/site-key: the registry's site key was made here now")
    assert "site_key_file" not in again.stderr


def test_a_certificate_of_somebody_else_is_refused(loaded: Run, tmp_path: Path) -> None:
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(issued().der)
    assert loaded("bind", "--member", TARO, "--certificate", str(certificate)).exit_code == 0
    other = loaded("bind", "--member", "133033:71-0000:000001:01", "--certificate", str(certificate))
    assert other.exit_code == 1
    assert "another member" in other.stderr


@pytest.mark.sqlite
def test_nothing_of_a_certificate_but_its_key_and_last_day_is_stored(loaded: Run, tmp_path: Path) -> None:
    card = issued()
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(card.der)
    loaded("bind", "--member", TARO, "--certificate", str(certificate))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("registry.sqlite*"))
    number = card.certificate.serial_number
    assert str(number).encode() not in stored
    assert f"{number:x}".encode() not in stored.lower()
    assert number.to_bytes((number.bit_length() + 7) // 8, "big") not in stored


@pytest.mark.parametrize(("content", "status"), [(b"", 1), (b"x" * 70_000, 1), (b"-----BEGIN X-----", 1), (None, 4)])
def test_a_file_that_is_no_certificate(loaded: Run, tmp_path: Path, content: bytes | None, status: int) -> None:
    path = tmp_path / "card.crt"
    if content is not None:
        path.write_bytes(content)
    assert loaded("bind", "--member", TARO, "--certificate", str(path)).exit_code == status


def test_a_certificate_whose_number_is_zero_is_refused_in_one_sentence(loaded: Run, tmp_path: Path) -> None:
    path = tmp_path / "card.crt"
    path.write_bytes(user_authority(datetime.now(UTC)).issue(serial=1).der.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1))
    refused = loaded("bind", "--member", TARO, "--certificate", str(path))
    assert (refused.exit_code, refused.stderr) == (1, f"{path}: its number is not of the form of RFC 5280\n")


def test_a_missing_site_key_is_not_made_anew_when_certificates_are_bound(loaded: Run, tmp_path: Path) -> None:
    certificate = tmp_path / "card.crt"
    certificate.write_bytes(issued().der)
    loaded("bind", "--member", TARO, "--certificate", str(certificate))
    (tmp_path / "var" / "site-key").unlink()
    result = loaded("bind", "--member", TARO, "--certificate", str(certificate))
    assert result.exit_code == 2
    assert "site_key_file" in result.stderr


def test_unbinding_what_is_not_bound_has_status_1(loaded: Run) -> None:
    assert loaded("unbind", "--member", TARO).exit_code == 1
