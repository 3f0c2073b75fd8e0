"""Acts of staff in the journal: codes and references, never a word about anybody."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.audit import DeskEntry, Entry, Journal, verify

AT = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
KEY = b"k" * 32


def test_acts_and_visits_stand_in_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal.open(path, "1", KEY, now=AT) as journal:
        reference = journal.reference("133033:71-0000:000001:00")
        journal.append(DeskEntry(AT, "hanako", "bound", visit=7, detail="passport", member=reference))
        journal.append(Entry(at=AT, visit=8, level="confirmed"))
    assert verify(path, KEY).entries == 3
    first = path.read_text().splitlines()[1]
    assert '"kind":"staff"' in first and '"act":"bound"' in first and '"staff":"hanako"' in first


@pytest.mark.parametrize(
    "said",
    [
        {"act": "土木 太郎"},
        {"act": ""},
        {"staff": ""},
        {"staff": "a\nb"},
        {"staff": "a" * 65},
        {"detail": "運転免許証"},
        {"member": "133033:71-0000:000001:00"},
        {"role": "組合の職員"},
        {"reasons": ("two words",)},
        {"at": datetime(2026, 11, 25)},  # noqa: DTZ001
    ],
)
def test_what_is_no_code_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        DeskEntry(**{"at": AT, "staff": "hanako", "act": "bound", **said})
