"""CRLs from files and folders, fresh at every question."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from kiosk.identity import CrlSource, Revocation, TrustError
from kiosk.identity.crl_source import MAX_CRL_FILE
from simulators import pki

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED


@pytest.fixture
def ask(user, leaf, now):
    return lambda source: source.status(leaf.certificate, user.certificate, now)


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


def test_a_file_that_goes_away_no_longer_counts_and_is_a_problem(user, write, ask):
    path = write("list.crl", user.crl())
    source = CrlSource.load([path])
    assert (ask(source), source.problems()) == (GOOD, ())
    path.unlink()
    assert ask(source) is NOT_CHECKED
    assert [str(path) in problem for problem in source.problems()] == [True]


def test_a_folder_that_goes_away_is_a_problem(user, write, tmp_path, ask):
    path = write("lists/list.crl", user.crl())
    source = CrlSource.load([tmp_path / "lists"])
    path.unlink()
    path.parent.rmdir()
    assert ask(source) is NOT_CHECKED
    assert len(source.problems()) == 1


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path, ask, mocker):
    source = CrlSource.load([tmp_path])
    mocker.patch("pathlib.Path.iterdir", side_effect=PermissionError(13, "Permission denied"))
    assert ask(source) is NOT_CHECKED
    assert source.problems() == (f"{tmp_path}: Permission denied",)


def test_a_file_that_is_no_list_is_a_problem_beside_good_ones(user, write, ask):
    bad = write("bad.crl", b"rubbish")
    source = CrlSource.load([bad, write("list.crl", user.crl())])
    assert ask(source) is GOOD
    assert source.problems() == (f"{bad}: not a CRL in PEM or DER",)


def test_a_file_too_large_is_a_problem(tmp_path, ask):
    path = tmp_path / "list.crl"
    path.touch()
    os.truncate(path, MAX_CRL_FILE + 1)
    source = CrlSource.load([path])
    assert ask(source) is NOT_CHECKED
    assert "larger" in source.problems()[0]


def test_all_files_together_are_bounded(tmp_path, user, write, ask):
    for number in range(4):
        path = tmp_path / f"{number}.crl"
        path.touch()
        os.truncate(path, 2 * MAX_CRL_FILE)
    write("9.crl", user.crl())
    source = CrlSource.load([tmp_path])
    assert ask(source) is NOT_CHECKED
    assert "all lists together" in source.problems()[-1]


def test_what_is_not_there_at_start_is_an_error(tmp_path):
    with pytest.raises(TrustError, match="no such file or folder"):
        CrlSource.load([tmp_path / "none.crl"])


def test_a_pipe_does_not_block(tmp_path, ask):
    os.mkfifo(tmp_path / "pipe")
    assert ask(CrlSource.load([tmp_path / "pipe"])) is NOT_CHECKED
