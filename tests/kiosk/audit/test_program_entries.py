"""A program's look at a person in the journal: the token's name, codes and a reference."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.audit import Journal, ProgramEntry, verify

AT = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
KEY = b"k" * 32


def test_a_look_is_in_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal.open(path, "1", KEY, now=AT) as journal:
        reference = journal.reference("133033:71-0000:000001:00")
        journal.append(ProgramEntry(AT, "receipt-computer", "fhir.coverage", member=reference, source="registry"))
    assert verify(path, KEY).ok
    line = path.read_text().splitlines()[1]
    assert '"kind":"program"' in line and '"token":"receipt-computer"' in line and reference in line


@pytest.mark.parametrize(
    "said",
    [
        {"token": "土木"},
        {"act": ""},
        {"member": "133033:71-0000:000001:00"},
        {"source": "two words"},
        {"reasons": ("71-0000:000001",)},
        {"at": datetime(2026, 11, 25)},  # noqa: DTZ001
    ],
)
def test_what_is_no_code_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ProgramEntry(**{"at": AT, "token": "t", "act": "fhir.coverage", **said})
