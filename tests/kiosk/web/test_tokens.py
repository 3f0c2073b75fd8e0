"""The API's token in its file, and the visitor's in memory."""

import os
from pathlib import Path
from typing import Any

import pytest

from kiosk.web.tokens import TokenError, Tokens, api_token


def test_the_token_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    token = api_token(tmp_path)
    file = tmp_path / "api-token"
    assert len(token) == 43
    assert file.read_text() == f"{token}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert api_token(tmp_path) == token


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    api_token(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["api-token"]


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    assert api_token(tmp_path / "a" / "b")


def test_a_file_that_others_can_read_is_closed(tmp_path: Path) -> None:
    api_token(tmp_path)
    (tmp_path / "api-token").chmod(0o644)
    api_token(tmp_path)
    assert (tmp_path / "api-token").stat().st_mode & 0o777 == 0o600


def test_of_two_processes_the_first_one_wins(tmp_path: Path, mocker: Any) -> None:
    theirs = "t" * 43

    def faster(draft: Path, path: Path) -> None:
        path.write_text(theirs)
        raise FileExistsError

    mocker.patch.object(os, "link", side_effect=faster)
    assert api_token(tmp_path) == theirs


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", b"a" * 42, b"a b" * 20, b"x" * 5000])
def test_a_file_that_holds_no_token_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "api-token").write_bytes(content)
    with pytest.raises(TokenError, match="does not hold a token") as caught:
        api_token(tmp_path)
    assert content.decode("latin-1") not in str(caught.value) or not content


def test_a_folder_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TokenError, match="api-token"):
        api_token(tmp_path / "file")


def test_a_visitor_is_known_only_to_the_process_that_made_the_cookie() -> None:
    first, second = Tokens("a"), Tokens("a")
    assert first.is_visitor(first.visitor)
    assert not second.is_visitor(first.visitor)
    assert not first.is_visitor("")
    assert not first.is_api(first.visitor)


def test_a_secret_may_be_anything_a_stranger_can_send() -> None:
    assert not Tokens("a").is_api("ä\udcff")
