"""The table of clauses names tests that exist, has each clause once, and says «met» only where a test shows it."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PAGES, ROOT

ROWS = re.findall(r"^\| ([0-9][^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*)\|$", PAGES["docs/inclusion.md"], re.MULTILINE)
_PLAIN = {"5.1.7", "5.9"}
"""Clauses that are met because the kiosk lacks what they are about: there is nothing to test."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_test_that_shows_a_clause_exists(row: tuple[str, str, str, str]) -> None:
    clause, _, here, shown = row
    if found := re.search(r"`([^`:]+)(?:::(\w+))?`", shown):
        path, name = found.groups()
        text = (ROOT / path).read_text("utf-8")
        assert name is None or f"def {name}(" in text
    else:
        assert clause in _PLAIN or not here.startswith("met")


def test_each_clause_has_one_row_and_the_chapters_are_all_there() -> None:
    clauses = [clause for clauses, *_ in ROWS for clause in clauses.split(", ")]
    assert len(clauses) == len(set(clauses))
    assert {"5", "8", "9"} == {clause.partition(".")[0] for clause in clauses}
    assert len(ROWS) > 25
