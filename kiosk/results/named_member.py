"""Who a visit was about, for programs with the scope ``member:read``. There is no address here."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from pydantic import TypeAdapter

__all__ = ["NamedMember"]


@dataclass(frozen=True, slots=True, repr=False)
class NamedMember:
    """The member as the answer knew them, so that they can be found again.

    Attributes:
        insurer_number: 保険者番号.
        symbol: 記号; empty where the insurer has none.
        number: 番号.
        branch: 枝番.
        name: 氏名.
        kana: フリガナ.
        birth_date: 生年月日.
        sex: ``male``, ``female`` or ``unset``; None if it is not known.
        reference: 照会番号, the clinic's patient number, if the 資格確認端末 gave one; it is no field of the API.

    """

    insurer_number: str
    symbol: str
    number: str
    branch: str
    name: str
    kana: str
    birth_date: date
    sex: str | None
    reference: str = ""

    def to_json(self) -> dict[str, str | None]:
        """Return the fields as the API names them."""
        fields = {**asdict(self), "birth_date": self.birth_date.isoformat()}
        return {name: value for name, value in fields.items() if name != "reference"}

    def to_bytes(self) -> bytes:
        """Return the fields for `of_bytes`."""
        return json.dumps({**self.to_json(), "reference": self.reference}, ensure_ascii=False).encode()

    @classmethod
    def of_bytes(cls, content: bytes) -> NamedMember:
        """Return the person of `to_bytes`."""
        return _PERSON.validate_json(content)

    def __repr__(self) -> str:
        return "NamedMember(...)"


_PERSON: TypeAdapter[NamedMember] = TypeAdapter(NamedMember)
