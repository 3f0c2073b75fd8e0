"""Cards that staff have tied to a patient of this clinic, for people of whom no register knows.

A 資格確認要求 carries no 照会番号: it asks by the numbers of the 資格 and the birthday, and its answer has the 照会番号
that the clinic registered for the person. So a tie has both: the numbers to ask with, and the 照会番号 to expect.
Like everything that is kept about such people it is sealed under the site key, in a folder of this kiosk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from kiosk.eligibility.terminal.model import Enquiry
from kiosk.eligibility.terminal.sealed import RecordSpoiled, SealedFolder
from kiosk.eligibility.terminal.whose import Whose

__all__ = ["MOST_TIED", "PatientCard", "PatientCards", "PatientCardsUnusable"]

MOST_TIED: Final = 20_000
"""Cards at most that are tied at a time."""

_FOLDER: Final = "terminal-patients"
_LABEL: Final = "kiosk terminal patient cards 1"
_RECORDS_A_TIE: Final = 2

_T = TypeVar("_T")


class PatientCardsUnusable(Exception):
    """The ties cannot be read or written, or there is no room for one more. The text quotes nothing of them."""


@dataclass(frozen=True, slots=True, repr=False)
class PatientCard:
    """Whose card it is: ``reference`` is the 照会番号, the rest is what the 資格確認端末 is asked with."""

    reference: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    birth_date: date
    tied_at: datetime

    def enquiry(self, on: date, *, limit_consent: bool = False) -> Enquiry:
        """Return the enquiry about this person for a day."""
        numbers = (self.insurer_number, self.symbol, self.number, self.branch)
        return Enquiry(*numbers, self.birth_date, on, limit_consent)


_FORM = TypeAdapter(PatientCard)


class PatientCards:
    """The ties. A card belongs to one person, and a person has one card.

    ``keys`` are always the binding keys of one certificate, that under the present site key first, then those under its
    earlier generations. Every method blocks, and raises PatientCardsUnusable.
    """

    def __init__(self, data_dir: Path, site_key: bytes, most: int = MOST_TIED) -> None:
        """Prepare the ties in ``data_dir``, ``most`` at most.

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._folder = SealedFolder(data_dir / _FOLDER, site_key, _LABEL)
        self._most, self._lock = most, Lock()

    def of(self, keys: Sequence[str]) -> PatientCard | None:
        """Return whose card it is; None if it is tied to nobody."""
        return self._done(lambda: self._read(self._cards(keys)))

    def of_person(self, enquiry: Enquiry) -> PatientCard | None:
        """Return the tie of a person, by what the terminal is asked with; None if no card is tied to them."""
        return self._done(lambda: self._of_person(enquiry))

    def tie(self, keys: Sequence[str], card: PatientCard) -> None:
        """Tie a card to a person. An earlier tie of either ends."""
        self._done(lambda: self._tie(keys, card))

    def untie(self, enquiry: Enquiry) -> bool:
        """End the tie of a person; return whether there was one."""
        return self._done(lambda: self._untie(enquiry))

    def _tie(self, keys: Sequence[str], card: PatientCard) -> None:
        before = self._read(self._cards(keys))
        if before is not None:
            self._untie(before.enquiry(before.birth_date))
        self._untie(card.enquiry(card.birth_date))
        if len(self._folder.ages()) >= self._most * _RECORDS_A_TIE:
            raise PatientCardsUnusable("too many cards are tied")
        name, (person, *_) = self._cards(keys)[0], self._people(card.enquiry(card.birth_date))
        self._folder.write(name, _FORM.dump_json(card), card.tied_at)
        self._folder.write(person, name.encode("ascii"), card.tied_at)

    def _untie(self, enquiry: Enquiry) -> bool:
        """Remove the card's record before the person's, so that a kill in between leaves no card that is still tied."""
        tied = self._of_person(enquiry) is not None
        people = self._people(enquiry)
        cards = [content.decode("ascii") for name in people if (content := self._folder.read(name)) is not None]
        self._folder.remove(cards)
        self._folder.remove(people)
        return tied

    def _of_person(self, enquiry: Enquiry) -> PatientCard | None:
        pointers = (self._folder.read(name) for name in self._people(enquiry))
        cards = [pointer.decode("ascii") for pointer in pointers if pointer is not None]
        found = self._read(cards)
        same = found is not None and Whose.of(found.enquiry(enquiry.on)) == Whose.of(enquiry)
        return found if same else None

    def _read(self, names: Sequence[str]) -> PatientCard | None:
        for name in names:
            if (content := self._folder.read(name)) is not None:
                return _FORM.validate_json(content)
        return None

    def _cards(self, keys: Sequence[str]) -> list[str]:
        return list(self._names(f"card:{key}".encode("ascii") for key in keys))

    def _people(self, enquiry: Enquiry) -> list[str]:
        return list(self._names([b"person:" + Whose.of(enquiry).to_bytes()]))

    def _names(self, whose: Iterator[bytes] | Sequence[bytes]) -> Iterator[str]:
        for one in whose:
            yield from self._folder.names_of(one)

    def _done(self, work: Callable[[], _T]) -> _T:
        with self._lock:
            try:
                return work()
            except RecordSpoiled as error:
                raise PatientCardsUnusable(str(error)) from None
            except ValidationError:
                raise PatientCardsUnusable("a record has another form") from None
            except (OSError, ValueError) as error:
                said = error.strerror if isinstance(error, OSError) else None
                raise PatientCardsUnusable(said or "cannot be written") from None
