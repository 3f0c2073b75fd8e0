"""CRLs from files and folders, fresh at every question."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.files import FileError
from kiosk.identity import CrlSource, Revocation
from kiosk.identity.crl import parse_crls
from kiosk.identity.crl_source import MAX_CRL_FILE
from simulators import pki

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED


@pytest.fixture
def ask(user, leaf, now):
    return lambda source: source.status(leaf.certificate, user.certificate, now)


@pytest.fixture
def told(user, now):
    """Have the source look for what is new, and return its problems."""

    def telling(source: CrlSource) -> list[str]:
        source.refresh([user.certificate], now)
        wait_for_loaders()
        return list(source.outlook([user.certificate], now).problems)

    return telling


def wait_for_loaders() -> None:
    for thread in threading.enumerate():
        if thread.name == "crl":
            thread.join(10)


def test_a_file(user, write, ask):
    assert ask(CrlSource.load([write("list.crl", user.crl())])) is GOOD


def test_a_folder_with_whatever_names(user, leaf, write, tmp_path, ask):
    write("lists/one.crl", pki.lookalike(user).crl())
    write("lists/two", user.crl(revoked=[leaf.certificate]))
    assert ask(CrlSource.load([tmp_path / "lists"])) is REVOKED


def test_no_lists_no_answer(tmp_path, ask):
    assert ask(CrlSource.load([])) is NOT_CHECKED
    assert ask(CrlSource.load([tmp_path])) is NOT_CHECKED


def test_revoked_in_a_stale_list_wins_over_good_in_a_fresh_one(user, leaf, write, now, ask):
    stale = user.crl(revoked=[leaf.certificate], next_update=now - timedelta(seconds=1))
    for order in (("a", "b"), ("b", "a")):
        source = CrlSource.load([write(f"{order[0]}.crl", stale), write(f"{order[1]}.crl", user.crl())])
        assert ask(source) is REVOKED


def test_good_comes_from_the_one_partition_that_covers_the_certificate(user, write, tmp_path, ask):
    write("lists/mitaka.crl", user.crl(partition="Mitaka-shi CRLDP"))
    source = CrlSource.load([tmp_path / "lists"])
    assert ask(source) is NOT_CHECKED
    write("lists/musashino.crl", user.crl(partition=pki.DEFAULT_PARTITION))
    assert ask(source) is GOOD


def test_a_changed_file_is_read_again(user, leaf, write, ask):
    source = CrlSource.load([write("list.crl", user.crl())])
    assert ask(source) is GOOD
    write("list.crl", user.crl(revoked=[leaf.certificate]))
    assert ask(source) is REVOKED


def test_an_unchanged_file_is_parsed_once(user, write, ask, mocker):
    source = CrlSource.load([write("list.crl", user.crl())])
    parse = mocker.patch("kiosk.identity.crl_source.parse_crls")
    assert ask(source) is GOOD
    parse.assert_not_called()


LIST_LASTS = timedelta(days=7)  # as pki.Authority.crl makes it
NOT_A_LIST = {
    "cut off": lambda crl: crl[: len(crl) // 2],
    "empty": lambda crl: b"",
    "a page of the web": lambda crl: b"<!DOCTYPE html><title>404</title>",
    "rubbish": lambda crl: b"rubbish",
}


@pytest.mark.parametrize("name", NOT_A_LIST)
def test_a_file_that_is_no_list_is_a_problem_from_the_start(name, user, write, ask, told):
    path = write("list.crl", NOT_A_LIST[name](user.crl()))
    source = CrlSource.load([path])
    assert (ask(source), told(source)) == (NOT_CHECKED, [f"{path}: not a CRL in PEM or DER"])


@pytest.mark.parametrize("name", NOT_A_LIST)
def test_the_last_good_list_stays_in_use_while_it_is_in_date(name, user, leaf, write, now, ask, told):
    for listed, said in (([leaf.certificate], REVOKED), ([], GOOD)):
        path = write("list.crl", user.crl(revoked=listed))
        source = CrlSource.load([path])
        assert (ask(source), told(source)) == (said, [])
        write("list.crl", NOT_A_LIST[name](user.crl()))
        assert (ask(source), told(source)) == (said, [f"{path}: not a CRL in PEM or DER"])
        assert source.outlook([user.certificate], now).usable
        later = now + LIST_LASTS + timedelta(seconds=1)
        assert source.status(leaf.certificate, user.certificate, later) is NOT_CHECKED
        assert not source.outlook([user.certificate], later).usable


def test_a_list_of_somebody_else_does_not_displace_the_last_good_one(user, write, ask):
    source = CrlSource.load([write("list.crl", user.crl())])
    assert ask(source) is GOOD
    write("list.crl", pki.lookalike(user).crl(number=2))
    assert ask(source) is GOOD


def test_an_older_list_does_not_displace_a_newer_one(user, leaf, write, now, ask):
    source = CrlSource.load([write("list.crl", user.crl(revoked=[leaf.certificate]))])
    assert ask(source) is REVOKED
    write("list.crl", user.crl(this_update=now - timedelta(days=3)))
    assert ask(source) is REVOKED
    write("list.crl", user.crl(this_update=now))
    assert ask(source) is GOOD


def test_a_file_that_goes_away_is_a_problem_and_its_list_is_kept(user, write, ask, told):
    path = write("list.crl", user.crl())
    source = CrlSource.load([path])
    assert (ask(source), told(source)) == (GOOD, [])
    path.unlink()
    assert (ask(source), told(source)) == (GOOD, [f"{path}: No such file or directory"])


def test_a_list_that_another_file_follows_is_let_go(user, leaf, write, tmp_path, now, ask, told):
    """A folder whose lists are named by their week: the list of last week is removed when the new one is there."""
    old = write("lists/2026-47.crl", user.crl(revoked=[leaf.certificate]))
    source = CrlSource.load([tmp_path / "lists"])
    assert ask(source) is REVOKED
    write("lists/2026-48.crl", user.crl(this_update=now))
    assert ask(source) is REVOKED
    old.unlink()
    assert (ask(source), told(source)) == (GOOD, [])


def test_an_emptied_folder_is_a_problem(user, write, tmp_path, ask, told):
    path = write("lists/list.crl", user.crl())
    source = CrlSource.load([tmp_path / "lists"])
    path.unlink()
    assert told(source) == [f"{tmp_path / 'lists'}: holds no list"]
    path.parent.rmdir()
    assert told(source) == [f"{tmp_path / 'lists'}: No such file or directory"]


def test_what_is_not_there_at_start_is_a_problem_and_heals(user, tmp_path, write, ask, told):
    source = CrlSource.load([tmp_path / "list.crl"])
    assert (ask(source), told(source)) == (NOT_CHECKED, [f"{tmp_path / 'list.crl'}: No such file or directory"])
    write("list.crl", user.crl())
    assert (ask(source), told(source)) == (GOOD, [])


def test_a_file_that_may_not_be_read_heals(user, write, ask, told, mocker):
    path = write("list.crl", user.crl())
    read = mocker.patch("kiosk.identity.crl_source.read_bounded", side_effect=FileError("Permission denied"))
    source = CrlSource.load([path])
    assert (ask(source), told(source)) == (NOT_CHECKED, [f"{path}: Permission denied"])
    mocker.stop(read)
    assert (ask(source), told(source)) == (GOOD, [])


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path, ask, told, mocker):
    source = CrlSource.load([tmp_path])
    mocker.patch("pathlib.Path.iterdir", side_effect=PermissionError(13, "Permission denied"))
    assert (ask(source), told(source)) == (NOT_CHECKED, [f"{tmp_path}: Permission denied"])


def test_a_bad_file_is_a_problem_beside_good_ones(user, write, ask, told):
    bad = write("bad.crl", b"rubbish")
    source = CrlSource.load([bad, write("list.crl", user.crl())])
    assert (ask(source), told(source)) == (GOOD, [f"{bad}: not a CRL in PEM or DER"])


def test_a_bad_list_is_a_problem_beside_good_ones_in_one_file(user, write, ask, told):
    block = x509.load_der_x509_crl(user.crl()).public_bytes(Encoding.PEM)
    path = write("list.pem", block[:-60] + block)
    source = CrlSource.load([path])
    assert (ask(source), told(source)) == (GOOD, [f"{path}: list 1: not a CRL in PEM or DER"])


def unknown_critical(user):
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.392.200149.9999.1"), b"\x05\x00")
    return user.crl(instead={x509.UnrecognizedExtension: (unknown, True)})


LACKS = {
    "sixty days too old": (
        lambda user, now: user.crl(this_update=now - timedelta(days=67), next_update=now - timedelta(days=60)),
        "it is for 2026-09-16 03:04 to 2026-09-23 03:04 UTC",
    ),
    "not begun": (
        lambda user, now: user.crl(this_update=now + timedelta(days=1)),
        "it is for 2026-11-23 03:04 to 2026-11-29 03:04 UTC",
    ),
    "signed by somebody else": (lambda user, now: pki.lookalike(user).crl(), "no root of identity.trust signed it"),
    "of an unknown critical extension": (
        lambda user, now: unknown_critical(user),
        "it has a critical extension that is not understood",
    ),
    "a delta alone": (lambda user, now: user.crl(delta_of=1), "it is a delta and needs its base"),
}


@pytest.mark.parametrize("name", LACKS)
def test_a_list_that_can_call_nothing_good_is_a_problem(name, user, write, now, ask, told):
    make, problem = LACKS[name]
    path = write("list.crl", make(user, now))
    source = CrlSource.load([path])
    assert (ask(source), told(source)) == (NOT_CHECKED, [f"{path}: {problem}"])
    assert not source.outlook([user.certificate], now).usable


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("sixty days too old", False),
        ("signed by somebody else", False),
        ("a delta alone", False),
        ("of an unknown critical extension", True),
    ],
)
def test_beside_a_good_list_only_what_is_not_understood_is_a_problem(name, heard, user, write, now, ask, told):
    path, good = write("a.crl", LACKS[name][0](user, now)), write("b.crl", user.crl())
    assert bool(told(CrlSource.load([path, good]))) is heard


def test_the_stale_list_of_one_place_is_a_problem_beside_the_fresh_one_of_another(user, write, now, told):
    old = user.crl(partition="Mitaka-shi CRLDP", next_update=now - timedelta(seconds=1))
    path, good = write("a.crl", old), write("b.crl", user.crl(partition=pki.DEFAULT_PARTITION))
    source = CrlSource.load([path, good])
    assert [problem.startswith(f"{path}: it is for ") for problem in told(source)] == [True]
    assert source.outlook([user.certificate], now).usable


def test_the_problems_are_told_in_bounded_number(write, tmp_path, told):
    for number in range(20):
        write(f"lists/{number}.crl", b"rubbish")
    problems = told(CrlSource.load([tmp_path / "lists"]))
    assert (len(problems), problems[-1]) == (9, "and 12 more")


def test_a_file_too_large_is_a_problem_and_not_read(tmp_path, ask, told, mocker):
    path = tmp_path / "list.crl"
    path.touch()
    os.truncate(path, MAX_CRL_FILE + 1)
    read = mocker.patch("kiosk.identity.crl_source.read_bounded")
    source = CrlSource.load([path])
    assert (ask(source), told(source)) == (NOT_CHECKED, [f"{path}: larger than {MAX_CRL_FILE} bytes"])
    read.assert_not_called()


def test_all_files_together_are_bounded(tmp_path, user, write, ask, told):
    for number in range(4):
        path = tmp_path / f"{number}.crl"
        path.touch()
        os.truncate(path, 2 * MAX_CRL_FILE)
    write("9.crl", user.crl())
    source = CrlSource.load([tmp_path])
    assert ask(source) is NOT_CHECKED
    assert "all lists together" in told(source)[-1]


def test_a_long_list_is_read_in_the_background(user, leaf, write, now, mocker):
    """The last list answers meanwhile; the new one counts as soon as it is read."""
    source = CrlSource.load([write("list.crl", user.crl())])
    mocker.patch("kiosk.identity.crl_source._PATIENCE", 0)
    may_go_on, read = threading.Event(), threading.Event()

    def slowly(content):
        may_go_on.wait(10)
        read.set()
        return parse_crls(content)

    mocker.patch("kiosk.identity.crl_source.parse_crls", side_effect=slowly)
    write("list.crl", user.crl(revoked=[leaf.certificate]))
    asking = (leaf.certificate, user.certificate, now)
    assert [source.status(*asking), source.status(*asking), read.is_set()] == [GOOD, GOOD, False]
    may_go_on.set()
    mocker.patch("kiosk.identity.crl_source._PATIENCE", 10)
    assert source.status(*asking) is REVOKED


def test_what_is_unchanged_is_not_read_again_however_often_one_looks(user, write, now, told, mocker):
    source = CrlSource.load([write("list.crl", user.crl()), write("bad.crl", b"rubbish")])
    parse = mocker.patch("kiosk.identity.crl_source.parse_crls")
    for _ in range(3):
        assert len(told(source)) == 1
    parse.assert_not_called()


def test_a_pipe_does_not_block(tmp_path, ask):
    os.mkfifo(tmp_path / "pipe")
    assert ask(CrlSource.load([tmp_path / "pipe"])) is NOT_CHECKED


def make_dead_link(path: Path) -> None:
    path.symlink_to(path.with_name("gone"))


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (make_dead_link, "No such file or directory"),
        (make_loop, "Too many levels of symbolic links"),
        (os.mkfifo, "not a regular file"),
    ],
)
def test_what_cannot_be_read_in_a_folder_is_told_and_costs_no_other_list(make, cause, user, write, tmp_path, ask, told):
    write("lists/one.crl", user.crl())
    make(tmp_path / "lists" / "two.crl")
    source = CrlSource.load([tmp_path / "lists"])
    assert ask(source) is GOOD
    assert told(source) == [f"{tmp_path}/lists/two.crl: {cause}"]
