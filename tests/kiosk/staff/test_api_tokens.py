"""Tokens of programs: stored as hashes in a private file that another process may change at any time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.staff import ApiTokenError, ApiTokens, Scope, api_tokens_path

READ = {Scope.VISIT_READ}


@pytest.fixture
def tokens(tmp_path: Path) -> ApiTokens:
    return ApiTokens(api_tokens_path(tmp_path))


def test_a_token_is_known_by_itself_with_its_scopes(tokens: ApiTokens) -> None:
    shown = tokens.add("emr", {Scope.VISIT_READ, Scope.MEMBER_READ})
    found = tokens.find(shown)
    assert found is not None
    assert (found.name, found.scopes) == ("emr", {Scope.VISIT_READ, Scope.MEMBER_READ})
    assert tokens.find(shown[:-1]) is None
    assert tokens.find("") is None
    assert tokens.find("ä\udcff") is None


def test_only_a_hash_is_on_disk_and_others_cannot_read_it(tokens: ApiTokens, tmp_path: Path) -> None:
    shown = tokens.add("emr", READ)
    file = api_tokens_path(tmp_path)
    assert shown not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert shown not in repr(tokens.all())
    assert tokens.all()[0].hash not in repr(tokens.all())


def test_what_another_process_changes_counts_at_once(tokens: ApiTokens, tmp_path: Path) -> None:
    other = ApiTokens(api_tokens_path(tmp_path))
    shown = other.add("emr", READ)
    assert tokens.find(shown) is not None
    other.revoke("emr")
    assert tokens.find(shown) is None


@pytest.mark.parametrize("name", ["", "-a", "a b", "x" * 65, "../emr", "受付"])
def test_a_name_of_another_form_is_refused(tokens: ApiTokens, name: str) -> None:
    with pytest.raises(ApiTokenError, match="a name has"):
        tokens.add(name, READ)


def test_a_token_without_a_scope_or_under_a_name_that_is_taken_is_refused(tokens: ApiTokens) -> None:
    with pytest.raises(ApiTokenError, match="at least one scope"):
        tokens.add("emr", set())
    shown = tokens.add("emr", READ)
    with pytest.raises(ApiTokenError, match="already"):
        tokens.add("emr", set(Scope))
    with pytest.raises(ApiTokenError, match="no such token"):
        tokens.revoke("other")
    found = tokens.find(shown)
    assert found is not None and found.scopes == READ


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"tokens": [{}]}',
        b'{"tokens": [{"name": "a", "scopes": ["everything"], "hash": "", "created_at": "2026-01-01T00:00:00Z"}]}',
        json.dumps(
            {"tokens": [{"name": "a", "scopes": ["visit:read"], "hash": "x", "created_at": "2026-01-01T00:00:00Z"}]}
        ).encode(),
    ],
)
def test_a_spoiled_file_lets_nobody_in_and_says_which_it_is(tokens: ApiTokens, tmp_path: Path, content: bytes) -> None:
    shown = tokens.add("emr", READ)
    api_tokens_path(tmp_path).write_bytes(content)
    with pytest.raises(ApiTokenError, match="tokens.json: does not hold"):
        tokens.find(shown)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_into_which_others_could_have_written_lets_nobody_in_until_it_is_closed(
    tokens: ApiTokens, tmp_path: Path, mode: int
) -> None:
    shown = tokens.add("emr", READ)
    assert tokens.find(shown)
    api_tokens_path(tmp_path).chmod(mode)
    with pytest.raises(ApiTokenError, match="tokens.json: others may write it"):
        tokens.find(shown)
    api_tokens_path(tmp_path).chmod(0o600)
    assert tokens.find(shown)


def test_a_folder_in_its_place_is_an_error_of_ours(tmp_path: Path) -> None:
    api_tokens_path(tmp_path).mkdir()
    with pytest.raises(ApiTokenError):
        ApiTokens(api_tokens_path(tmp_path)).all()
