"""The particulars of the insurer that issues the documents, read from data files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.profile_table import shown
from drivers.toml_file import TomlError, parse_toml
from kiosk.documents.errors import StationeryError
from kiosk.files import FileError, read_bounded
from kiosk.insurer_number import InsurerNumber

__all__ = ["Insurer", "insurer_from", "insurer_of"]

_FOLDER = Path(__file__).parent / "insurers"
_MAX_FILE = 64 * 1024

_Line = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Publication(_Table):
    """A publication of the insurer for its members, as the notice names it."""

    title: _Line
    note: _Line


class Insurer(_Table):
    """The particulars that are printed on the documents, in the words of the insurer."""

    number: InsurerNumber = Field(description="保険者番号")
    scheme: _Line = Field(description="制度の名, before the title of the 資格確認書")
    name: _Line = Field(description="保険者名")
    postal_code: str = Field(pattern=r"^[0-9]{3}-[0-9]{4}$")
    address: _Line
    building: str = Field(default="", max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
    telephone: str = Field(pattern=r"^[0-9-]{9,14}$")
    website: str = Field(pattern=r"^https?://[!-~]{1,90}$")
    publications: tuple[Publication, ...] = Field(default=(), max_length=4)


def insurer_of(number: str) -> Insurer:
    """Return the particulars that come with this program for an insurer.

    Args:
        number: its 保険者番号.

    Raises:
        StationeryError: there are no particulars of this insurer.

    """
    path = _FOLDER / f"{number}.toml"
    if not (number.isascii() and number.isdigit() and path.exists()):
        raise StationeryError(f"no particulars of insurer {number!r}: name a file of them in documents.insurer")
    return insurer_from(path)


def insurer_from(path: Path) -> Insurer:
    """Return the particulars in a TOML file.

    Raises:
        StationeryError: the file cannot be read or is wrong; the message names the file and the key.

    """
    try:
        return Insurer.model_validate(_table(path))
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(shown(str(part)) for part in problem["loc"])
        raise StationeryError(f"{path}: {key}: {problem['msg'].removeprefix('Value error, ')}") from None


def _table(path: Path) -> dict[str, object]:
    try:
        return parse_toml(read_bounded(path, _MAX_FILE))
    except FileError as error:
        raise StationeryError(f"{path}: {error}") from None
    except TomlError as error:
        raise StationeryError(f"{path}: not TOML: {error}") from None
