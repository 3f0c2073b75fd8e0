"""Name what does not fit in a body or a header, by the field's name and never by what was sent (perhaps a 暗証番号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["NO_BODY", "Misfit", "misfit"]

_SAYS: Final = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "json_invalid": "is not JSON",
    "extra_forbidden": "has a key that is not known here",
}
_TAGS: Final = {"union_tag_not_found", "union_tag_invalid"}
_BODY: Final = "body"


@dataclass(frozen=True, slots=True)
class Misfit:
    """The field at fault, and what is wrong with it."""

    field: str
    says: str

    @property
    def sentence(self) -> str:
        """The field and what is wrong with it, as the message of a refusal."""
        return f"{self.field}: {self.says}."


NO_BODY: Final = Misfit(_BODY, "is missing")


def misfit(kind: str, place: Sequence[int | str]) -> Misfit:
    """Return the misfit for one error of pydantic, given its ``type`` and its ``loc``.

    For an unknown key the place would be that key, which the caller chose, so it is left out. If the discriminator is
    at
    fault, the place ends before it.
    """
    says = _SAYS.get(kind, "does not fit the OpenAPI document")
    if kind in _TAGS:
        return Misfit("action", says)
    names = [name for name in place if isinstance(name, str)]
    known = names and kind not in {"extra_forbidden", "json_invalid"}
    return Misfit(names[-1] if known else _BODY, says)
