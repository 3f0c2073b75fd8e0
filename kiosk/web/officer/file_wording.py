"""Write what the register says of a file as an officer reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kiosk.eligibility import BadLine, PastFile
from kiosk.reception import Draft, DraftStage, IntakeRefused
from kiosk.wareki import wareki
from kiosk.web.officer import file_texts, texts
from kiosk.web.officer.lists import ListColumn, Row
from kiosk.web.officer.wording import at_work, instant

__all__ = ["COLUMNS", "bad_file", "bad_line", "key", "others_work", "row_of", "standing", "subject", "why_not"]

COLUMNS: Final = (
    ListColumn("batch", "番号"),
    ListColumn("kind", "種類"),
    ListColumn("recorded_at", "取り込み日時"),
    ListColumn("valid_from", "データの日付"),
    ListColumn("inserted", "新規"),
    ListColumn("updated", "変更"),
    ListColumn("unchanged", "変更なし"),
    ListColumn("state", "状態"),
)
_DIGITS: Final = 12
_KEY: Final = ("insurer_number", "symbol", "number", "branch")


def row_of(at: int, file: PastFile) -> Row:
    """Return the row of a file in the list."""
    counts = (file.inserted, file.updated, file.unchanged)
    state = _state(file)
    kind = texts.FILES.get(file.kind, file.kind)
    words = (kind, instant(file.recorded_at), wareki(file.valid_from))
    sorted_by = (kind, file.recorded_at.isoformat(), file.valid_from.isoformat())
    cells = (str(file.batch), *words, *(f"{count:,}" for count in counts), state)
    keys = (_sortable(file.batch), *sorted_by, *map(_sortable, counts), state)
    return Row(at, cells, keys)


def _state(file: PastFile) -> str:
    if file.undone_by:
        return f"取り消し済み（番号{file.undone_by}）"
    return "実行済み" if file.kind == "undo" else "取り込み済み"


def why_not(refused: IntakeRefused) -> str:
    """Return why something was not done, and who does what it has to wait for."""
    said, by = file_texts.PROBLEMS[refused.problem], refused.at_work
    return said if by is None else said + at_work(by, file_texts.GOING_ON[DraftStage(by.doing)])


def subject(draft: Draft) -> str:
    """Return what a draft is about: the kind of its file, or the file that is taken back."""
    kind, about = draft.work.kind, draft.work.subject
    return f"取り込みの取り消し（番号{about}）" if kind == "undo" else texts.FILES[kind]


def standing(draft: Draft) -> str:
    """Return how far a draft is that was left."""
    if draft.refusal is not None and draft.refusal.is_unsure:
        return file_texts.UNSURE
    return file_texts.GOING_ON[draft.stage]


def others_work(draft: Draft) -> str:
    """Return what is said of a draft that somebody else has begun."""
    return f"{subject(draft)}：{at_work(draft.at_work, standing(draft))}"


def key(text: str) -> str:
    """Return a member's key (`保険者番号:記号:番号:枝番`) as people read it."""
    parts = text.split(":")
    return f"{parts[1]} {parts[2]}（枝番 {parts[3]}）".strip() if len(parts) == len(_KEY) else text


def bad_line(bad: BadLine) -> tuple[str, str, str]:
    """Return the line, the column and what is wrong with it."""
    column = _labelled(bad.column) if bad.column else "行全体"
    return f"{bad.line:,}行目", column, _in_japanese(bad.message)


def bad_file(message: str) -> str:
    """Return what is wrong with a file as a whole or its first line, with the columns by their names and labels."""
    said = _in_words(message, file_texts.BAD_FILES) or f"1行目：{_in_japanese(message.removeprefix('header row: '))}"
    return re.sub(r"[a-z_]{3,}", lambda name: _labelled(name[0]), said).replace(", ", "、")


def _labelled(column: str) -> str:
    return f"{texts.LABELS[column]}（{column}）" if column in texts.LABELS else column


def _in_japanese(message: str) -> str:
    return _in_words(message, file_texts.BAD_LINES) or message


def _in_words(message: str, table: Mapping[str, str]) -> str:
    """Return the words for a message of the register; empty if the table does not have it."""
    for pattern, words in table.items():
        if found := re.fullmatch(pattern, message):
            return found.expand(words)
    return ""


def _sortable(number: int) -> str:
    return str(number).zfill(_DIGITS)
