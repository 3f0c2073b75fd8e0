"""The accounts file: private, whole, and never believed blindly."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path

import pytest

from kiosk.roles import Role
from kiosk.staff import AccountError, Accounts, PasswordRefused, accounts_path
from kiosk.staff.accounts import MOST_ACCOUNTS

GOOD, OTHER = "tsuki-to-kaze9", "umi-to-yama-7"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return accounts_path(tmp_path / "data")


@pytest.fixture
def accounts(path: Path) -> Accounts:
    made = Accounts(path)
    made.add("hanako", "受付 花子", GOOD)
    return made


def test_without_a_file_there_is_nobody(path: Path) -> None:
    assert Accounts(path).all() == []
    assert not path.exists()


def test_an_account_is_kept_for_its_owner_only_and_without_its_password(accounts: Accounts, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert GOOD not in path.read_text("utf-8")
    assert [(one.name, one.display) for one in Accounts(path).all()] == [("hanako", "受付 花子")]


def test_what_another_process_changes_is_seen(accounts: Accounts, path: Path) -> None:
    assert accounts.find("jiro") is None
    Accounts(path).add("jiro", "窓口 次郎", OTHER)
    assert accounts.find("jiro") is not None
    Accounts(path).remove("jiro")
    assert accounts.find("jiro") is None


def test_a_new_password_is_a_new_epoch_but_a_new_hash_of_the_same_is_not(accounts: Accounts) -> None:
    before = accounts.find("hanako")
    assert before is not None
    accounts.keep_hash(before, before.hash.replace("m=65536", "m=65535"))
    renewed = accounts.find("hanako")
    assert renewed is not None and renewed.epoch == before.epoch and renewed.hash != before.hash
    accounts.set_password("hanako", OTHER)
    changed = accounts.find("hanako")
    assert changed is not None and changed.epoch != before.epoch


def test_another_role_is_another_epoch_so_that_who_is_logged_in_is_logged_out(accounts: Accounts) -> None:
    before = accounts.find("hanako")
    assert before is not None and before.role is Role.STAFF
    accounts.set_role("hanako", Role.OFFICER)
    after = accounts.find("hanako")
    assert after is not None and (after.role, after.hash) == (Role.OFFICER, before.hash)
    assert after.epoch != before.epoch
    assert (accounts.role_of("hanako"), accounts.role_of("nobody")) == (Role.OFFICER, None)


def test_a_file_from_before_the_roles_has_staff_alone_and_stays_as_it_was(accounts: Accounts, path: Path) -> None:
    kept = json.loads(path.read_text("utf-8"))
    assert set(kept["accounts"][0]) == {"name", "display", "hash", "epoch"}
    accounts.add("jiro", "組合 次郎", OTHER, Role.ADMIN)
    assert [one.role for one in Accounts(path).all()] == [Role.STAFF, Role.ADMIN]
    path.write_text("{}")
    assert accounts.role_of("hanako") is None, "the journal does without the role of a file that cannot be read"


def test_a_hash_is_not_kept_over_a_password_that_was_changed_meanwhile(accounts: Accounts) -> None:
    before = accounts.find("hanako")
    assert before is not None
    accounts.set_password("hanako", OTHER)
    changed = accounts.find("hanako")
    accounts.keep_hash(before, before.hash)
    assert accounts.find("hanako") == changed


@pytest.mark.parametrize("name", ["", "Hanako", "花子", "a b", "-a", "a" * 33, "a/b", "a\n", "<b>"])
def test_a_name_that_will_not_do_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError):
        accounts.add(name, "係員", GOOD)


@pytest.mark.parametrize("display", ["", " 花子", "花" * 41, "花\n子", "花\x1b子"])
def test_a_display_name_that_will_not_do_is_refused(accounts: Accounts, display: str) -> None:
    with pytest.raises(AccountError):
        accounts.add("jiro", display, OTHER)


def test_refusals_change_nothing(accounts: Accounts, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(AccountError, match="already"):
        accounts.add("hanako", "花子", OTHER)
    with pytest.raises(AccountError, match="no such account"):
        accounts.remove("jiro")
    with pytest.raises(AccountError, match="no such account"):
        accounts.set_password("jiro", OTHER)
    with pytest.raises(PasswordRefused):
        accounts.set_password("hanako", "hanako")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"accounts": 7}', '{"accounts": [{}]}', "[" * 5000, '{"accounts": [{"name": "x", "display": "x",'
     ' "hash": "plain", "epoch": "0000000000000000"}]}', "x" * 300_000],
)  # fmt: skip
def test_a_file_that_holds_something_else_is_refused_by_name(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(AccountError, match=r"staff\.json"):
        Accounts(path).all()


@pytest.mark.parametrize("field", ["name", "display", "hash", "epoch", "role"])
@pytest.mark.parametrize("value", [None, 7, True, [], ["a"], {}, {"a": 1}, [["a", "b"]], "\ud800"])
def test_a_field_of_another_type_is_refused(path: Path, field: str, value: object) -> None:
    good = {"name": "hanako", "display": "受付 花子", "hash": "$argon2id$" + "a" * 60, "epoch": "0" * 16}
    path.parent.mkdir()
    path.write_text(json.dumps({"accounts": [good]}))
    assert len(Accounts(path).all()) == 1
    path.write_text(json.dumps({"accounts": [good | {field: value}]}))
    with pytest.raises(AccountError, match=r"staff\.json"):
        Accounts(path).all()


@pytest.mark.parametrize("nested", ["[", '{"accounts":'])
def test_a_file_nested_to_any_depth_is_refused(path: Path, nested: str) -> None:
    path.parent.mkdir()
    closing = {"[": "]", '{"accounts":': "}"}[nested]
    for depth in (*range(1, 1200, 7), 10_000):
        path.write_text('{"accounts":' + nested * depth + "1" + closing * depth + "}")
        with pytest.raises(AccountError, match=r"staff\.json"):
            Accounts(path).all()


def test_a_number_of_any_length_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"accounts":' + "9" * 5000 + "}")
    with pytest.raises(AccountError, match=r"staff\.json"):
        Accounts(path).all()


def test_a_file_into_which_others_could_have_written_is_refused_until_it_is_closed(
    accounts: Accounts, path: Path
) -> None:
    path.chmod(0o666)
    with pytest.raises(AccountError, match="others may write it"):
        accounts.find("hanako")
    path.chmod(0o600)
    assert accounts.find("hanako")


def test_a_pipe_in_its_place_is_not_waited_for(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    with pytest.raises(AccountError, match="regular file"):
        Accounts(path).all()


def test_a_disk_that_fills_up_leaves_the_accounts_as_they_were(
    accounts: Accounts, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AccountError, match="No space left"):
        accounts.add("jiro", "次郎", OTHER)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.new")) == []


def test_a_folder_that_is_closed_to_the_service_is_told_of(
    accounts: Accounts, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(AccountError, match="Permission denied"):
        accounts.all()


def test_a_crowd_is_bounded(accounts: Accounts, path: Path) -> None:
    listed = json.loads(path.read_text())
    one = listed["accounts"][0]
    listed["accounts"] = [{**one, "name": f"a{number}"} for number in range(MOST_ACCOUNTS)]
    path.write_text(json.dumps(listed))
    with pytest.raises(AccountError, match="remove one first"):
        accounts.add("jiro", "次郎", OTHER)


def test_two_who_add_at_once_both_stand(accounts: Accounts, path: Path) -> None:
    adding = [threading.Thread(target=Accounts(path).add, args=(f"a{n}", "係員", GOOD)) for n in range(4)]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join()
    assert len(Accounts(path).all()) == 5
