"""Ask and read as somebody does who knows nothing of the code that answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

from simulators.terminal.answering import WrittenAnswer

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 22, 10, 15, 3, tzinfo=timezone(timedelta(hours=9)))


@dataclass
class Read:
    """An answer: its elements and its bytes."""

    root: ElementTree.Element
    content: bytes

    def text(self, name: str) -> str | None:
        found = self.root.find(f".//{name}")
        return None if found is None else found.text

    def texts(self, name: str) -> list[str | None]:
        return [found.text for found in self.root.iter(name)]


def read_bytes(content: bytes) -> ElementTree.Element:
    """Read as the declaration says; the standard library's parser knows no Shift_JIS."""
    declaration, _, rest = content.partition(b"?>")
    codec = "cp932" if b'encoding="Shift_JIS"' in declaration else "utf-8"
    return ElementTree.fromstring(rest.decode(codec))  # noqa: S314 - our own answer


def read(answer: WrittenAnswer | None) -> Read:
    assert answer is not None
    content = b"".join(answer.content)
    return Read(read_bytes(content), content)


def question(**changes: str | None) -> bytes:
    """A 資格確認要求; an element that is None is left out."""
    elements = {
        "QualificationConfirmationDate": "20261122",
        "InsurerNumber": "  133033",
        "InsuredCardSymbol": "71-0000",
        "InsuredIdentificationNumber": "000000",
        "InsuredBranchNumber": "00",
        "Birthdate": "19600405",
        "LimitApplicationCertificateRelatedConsFlg": "0",
    } | changes
    on = elements.pop("QualificationConfirmationDate")
    lines = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items() if text is not None)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<XmlMsg><MessageHeader>'
        f"<QualificationConfirmationDate>{on}</QualificationConfirmationDate>"
        "<MedicalInstitutionCode>1312345678</MedicalInstitutionCode></MessageHeader>"
        f"<MessageBody><QualificationConfirmSearchInfo>{lines}</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    ).encode()
