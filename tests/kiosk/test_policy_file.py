"""A policy as a file: read, or refused in one sentence."""

from pathlib import Path

import pytest

from kiosk.decision import Policy, PolicyError
from kiosk.policy_file import load_policy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_a_policy_is_read_from_a_file(file: Path) -> None:
    file.write_text("# 組合の値\nlate_elderly_age = 74\n", encoding="utf-8")
    assert load_policy(file) == Policy(late_elderly_age=74)


def test_a_byte_order_mark_of_an_editor_is_no_part_of_it(file: Path) -> None:
    file.write_text("late_elderly_age = 74\n", encoding="utf-8-sig")
    assert load_policy(file) == Policy(late_elderly_age=74)


def test_a_missing_file_is_refused(file: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read: No such file or directory"):
        load_policy(file)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * 1_000_001, "larger than"),
        (b"confirmation_years", "not valid TOML"),
        (b"confirmation_years = 5\nconfirmation_years = 5", "not valid TOML"),
        (b'"confirmation\\nyears" = 5', r"^'confirmation\\nyears': no such policy value$"),
    ],
    ids=["bytes", "a million bytes", "no value", "twice", "a name of two lines"],
)
def test_what_is_no_policy_is_refused(file: Path, data: bytes, message: str) -> None:
    file.write_bytes(data)
    with pytest.raises(PolicyError, match=message):
        load_policy(file)
