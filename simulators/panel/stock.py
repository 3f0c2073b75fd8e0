"""The cards that the panel hands out: each is issued once a day, and put on the reader as new every time."""

from __future__ import annotations

from datetime import date, datetime, time

from simulators.card import JpkiCardSimulator
from simulators.cards import Card
from simulators.people import make_card, people
from simulators.people.town import JAPAN
from simulators.pki import Authority, user_authority

__all__ = ["CardStock"]


class CardStock:
    """The cards of everybody on one day after another. For one thread at a time."""

    def __init__(self) -> None:
        self._on = date.min
        self._authority: Authority | None = None
        self._issued: dict[str, JpkiCardSimulator] = {}

    def card(self, name: str, now: datetime) -> Card:
        """Return the card of the persona with the id ``name``, with all tries that their story leaves it.

        Raises:
            KeyError: There is no such persona with a card.

        """
        authority = self._authority_at(now)
        if name in self._issued:
            return self._issued[name].reissued()
        owners = {person.id: person for person in people(self._on) if person.card is not None}
        card = make_card(owners[name], authority, now)
        if isinstance(card, JpkiCardSimulator):
            self._issued[name] = card
            return card.reissued()
        return card

    def _authority_at(self, now: datetime) -> Authority:
        on = now.astimezone(JAPAN).date()
        if self._authority is None or on != self._on:
            self._on, self._issued = on, {}
            self._authority = user_authority(datetime.combine(on, time(), JAPAN))
        return self._authority
