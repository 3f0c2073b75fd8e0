"""What every section of the settings is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

__all__ = ["Seconds", "Section", "by_key"]

Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


class Section(BaseModel):
    """One section: an unknown key is an error, and an error never quotes a value, since that may be a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def by_key(section: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a section by the keys of the file, of which one is a word that no attribute can be."""
    return {field.alias or name: field for name, field in section.model_fields.items()}
